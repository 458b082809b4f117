"""What sample values say of their domain class: only what they say for themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dataro.data.standards.identifiers import is_valid

SAMPLE = 200
"""So many values are looked at."""

_NEARLY_ALL = 0.9
_DATE = r"(?:19|20)\d{2}[-./]?\s?(?:0?[1-9]|1[0-2])[-./]?\s?(?:0?[1-9]|[12]\d|3[01])\.?"
_FORMS = (
    ("여부", r"[YN]"),
    ("연월일시분초", _DATE + r"[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?"),
    ("연월일", _DATE),
    ("연월", r"(?:19|20)\d{2}(?:[-./](?:0?[1-9]|1[0-2])|(?:0[1-9]|1[0-2]))"),
    ("시분초", r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?"),
    ("연도", r"(?:19|20)\d{2}년?"),
    ("경도", r"12[4-9]\.\d{3,}|13[0-2]\.\d{3,}"),
    ("위도", r"3[3-9]\.\d{3,}"),
    ("주소", r"https?://\S+|[\w.+-]+@[\w-]+\.[\w.]+"),
    ("주소", r".*[가-힣](?:로|길|동|리|가)\s?\d+.*"),
    ("율", r"-?\d{1,3}(?:\.\d+)?\s?%"),
)
_IDENTIFIERS = (
    ("사업자등록번호", "business_number"), ("주민등록번호", "resident_number"),
    ("전화번호", "telephone"),
)  # fmt: skip


def class_of_values(values: Sequence[str | None]) -> str | None:
    """The domain class that nearly all filled values have by their form; nothing where it is open
    (a number may be an amount, a quantity or a code)."""
    said = [v.strip() for v in values[: SAMPLE * 5] if v and v.strip()][:SAMPLE]
    if len(said) < 2:
        return None
    for name, pattern in _FORMS:
        whole = re.compile(pattern)
        if _share(whole.fullmatch(v) is not None for v in said) >= _NEARLY_ALL:
            return name
    for name, kind in _IDENTIFIERS:
        if _share(is_valid(kind, v) for v in said) >= _NEARLY_ALL:
            return name
    return None


def form_of_values(values: Sequence[str | None]) -> str | None:
    """As ``class_of_values``, and 수 for plain numbers: the form to say where a name says none."""
    said = [v.strip() for v in values[: SAMPLE * 5] if v and v.strip()][:SAMPLE]
    number = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")
    if class_of_values(values) is None and len(said) > 1 and all(map(number.fullmatch, said)):
        return "수"
    return class_of_values(values)


def _share(holds: Iterable[bool]) -> float:
    told = list(holds)
    return sum(told) / len(told)
