"""Looking for personal data in rows that were declared to hold none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dataro.data.quality.meaning import recognise_all
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both

_INSIDE: Mapping[str, tuple[str, Text]] = {
    "resident_number": (
        r"(?:^|\D)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-?[1-8]\d{6}(?:\D|$)",
        both("주민등록번호", "resident registration numbers"),
    ),
    "mobile": (
        r"(?:^|\D)01[016789][- .]?\d{3,4}[- .]?\d{4}(?:\D|$)",
        both("휴대전화번호", "mobile telephone numbers"),
    ),
    "email": (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", both("전자우편 주소", "e-mail addresses")),
}
"""Patterns that are looked for inside every text cell."""
_MEANT: Mapping[str, Text] = {
    "person_name": both("사람 이름", "names of persons"),
    "birth_date": both("생년월일", "dates of birth"),
}
_SURE = 0.6
_SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data found in a column: ``kind``, in words, and how many cells hold it.

    ``cells`` is None where the column as a whole was taken for it, from a sample.
    """

    column: str
    kind: str
    text: Text
    cells: int | None


def personal_data(frame: pl.DataFrame, columns: Mapping[str, Term]) -> list[Personal]:
    """What looks like personal data, by column. Never gives a value away."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    found = _inside(frame, texts)
    headings = {name: columns[name].text.ko if name in columns else name for name in texts}
    sample = frame.select(texts).head(_SAMPLE)
    meant = recognise_all(sample.rename(_unique(headings))) if texts and frame.height else []
    for name, one in zip(texts, meant, strict=False):
        if one.meaning in _MEANT and one.confidence >= _SURE:
            found.append(Personal(name, one.meaning, _MEANT[one.meaning], None))
    return found


def _inside(frame: pl.DataFrame, texts: list[str]) -> list[Personal]:
    if not texts:
        return []
    counts = frame.select(
        pl.col(name).str.contains(pattern).sum().alias(f"{name}\n{kind}")
        for name in texts
        for kind, (pattern, _) in _INSIDE.items()
    ).row(0, named=True)
    found = []
    for place, cells in counts.items():
        name, kind = place.split("\n")
        if cells:
            found.append(Personal(name, kind, _INSIDE[kind][1], int(cells)))
    return found


def _unique(headings: Mapping[str, str]) -> dict[str, str]:
    """Headings as new names of columns; one that stands twice keeps the column's own name."""
    seen: set[str] = set()
    renamed = {}
    for name, heading in headings.items():
        renamed[name] = name if heading in seen else heading
        seen.add(renamed[name])
    return renamed
