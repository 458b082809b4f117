"""What a column means, told from its name and its values together.

``meanings.csv`` holds the meanings, the words their names are made of, and how far values alone
decide. Shapes of values are judged on a sample; a name that the values contradict does not count.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import polars as pl

from dataro.data.quality.share import quantile, share
from dataro.data.standards.cast import cast, says_nothing, trim
from dataro.data.standards.cast_dates import looks_like_date
from dataro.data.standards.identifiers import IDENTIFIERS
from dataro.vocabulary.text import Text, both

Family = Literal["text", "number", "date"]

SAMPLE = 2_000
"""So many filled cells of a column are looked at."""

_NUMBER = r"^[-+△▲−]?\(?[₩]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?\)?\s*(?:%|[가-힣㎡㎢]{1,3}|km|m)?$"
_PLAIN_NUMBER = r"^[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$"
_ADDRESS = r"(?:시|도|군|구|읍|면)\s?[가-힣0-9·\s]*(?:읍|면|동|리|로|길|가)\s?(?:산\s?)?\d+|(?:특별시|광역시|도|시)\s[가-힣]+(?:시|군|구)\s[가-힣0-9]+"
_DISTRICT = r"^(?:[가-힣]+(?:도|시|군|구)\s?)*[가-힣]{1,6}\d{0,2}(?:[·.]\d)?가?(?:읍|면|동|리|가|시|군|구|도)$"
_PHONE = r"^\(?0?\d{1,3}\)?[-.) ]?\d{3,4}[-. ]\d{4}$|^0\d{8,10}$|^1[5-9]\d{2}-?\d{4}$"
_MONTH = (
    r"^(?:19|20)\d{2}(?:(?:0[1-9]|1[0-2])|\s*[-./년M\s]\s*(?:0?[1-9]|1[0-2])\s*[월.]?(?:\s*월)?)$"
)
_PROVINCE = "(?:1[1-9]|2[1-9]|3[0-9]|4[1-8]|5[0-3])"
_YES_NO = {"Y", "N", "y", "n", "예", "아니오", "아니요", "O", "X", "○", "×", "유", "무", "있음", "없음",
           "true", "false", "TRUE", "FALSE", "True", "False", "가능", "불가능", "불가", "0", "1", "여", "부"}  # fmt: skip
_FEW = 50
_ONLY_NAMED = ("birth_date", "age", "postcode")  # values like those of any date, any number
_SURNAMES = "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning a column can have; ``decisive`` 0–1: how far its values alone tell it."""

    id: str
    text: Text
    family: Family
    decisive: float
    names: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a column was taken for, how surely (0–1), and the runner-up."""

    meaning: str
    confidence: float
    family: Family
    second: str | None = None


@cache
def meanings() -> Mapping[str, Meaning]:
    """Every meaning by its id, the most telling first."""
    text = files("dataro.data.quality").joinpath("meanings.csv").read_text(encoding="utf-8")
    return {
        row["meaning"]: Meaning(
            row["meaning"],
            both(row["ko"], row["en"]),
            _family(row["family"]),
            float(row["decisive"]),
            re.compile(row["names"], re.IGNORECASE),
        )
        for row in csv.DictReader(text.splitlines())
    }


def _family(text: str) -> Family:
    return "number" if text == "number" else "date" if text == "date" else "text"


def recognise(name: str, values: pl.Series) -> Recognised:
    """The meaning of one column of text cells, from its heading and a sample of its cells.

    A column without a filled cell is taken for what its name says; one that nothing fits is
    ``text`` or ``number``.
    """
    filled = values.filter(~says_nothing(values))
    if filled.len() > SAMPLE:
        filled = filled.gather_every(max(1, filled.len() // SAMPLE)).head(SAMPLE)
    filled = trim(filled)
    fits = _fits(filled)
    heading = _heading(name)
    counts = _looks_counted(filled)
    scores: dict[str, float] = {}
    for meaning in meanings().values():
        fit = fits.get(meaning.id, 0.0) if filled.len() else 0.6
        named = _named(meaning, heading)
        if fit < 0.5:
            continue
        if not named and (filled.is_empty() or _needs_name(meaning.id, fit, counts)):
            continue
        scores[meaning.id] = named * 0.9 * fit + meaning.decisive * fit
    ranked = sorted(scores, key=lambda m: scores[m], reverse=True)
    if not ranked or scores[ranked[0]] < 0.12:
        family: Family = "number" if fits.get("number", 0) >= 0.8 else "text"
        return Recognised("number" if family == "number" else "text", 0.2, family)
    best = ranked[0]
    second = ranked[1] if len(ranked) > 1 else None
    lead = scores[best] - (scores[second] if second else 0)
    confidence = min(0.99, 0.45 + 0.3 * scores[best] + 0.4 * lead)
    return Recognised(best, round(confidence, 2), meanings()[best].family, second)


def _needs_name(meaning: str, fit: float, counts: bool) -> bool:
    """Whether values alone cannot tell a meaning: only a heading can."""
    if meaning in ("longitude", "latitude", "district_code"):
        return fit < 0.6
    if meaning in ("number", "quantity", "amount", "rate", "area"):
        return fit < 0.8
    return meaning in _ONLY_NAMED or (counts and meaning in ("id", "code"))


def _heading(name: str) -> str:
    """A heading as names are matched: NFC, the last part of a flattened one, no spaces."""
    plain = unicodedata.normalize("NFC", name).strip().lower()
    return re.sub(r"[\s\u200b\ufeff]+", "", plain)


def _named(meaning: Meaning, heading: str) -> float:
    """How strongly a heading speaks for a meaning: words at its end count most."""
    bare = re.sub(r"[(\[].*?[)\]]", "", heading) or heading
    best = 0.0
    for text in {heading, bare}:
        for match in meaning.names.finditer(text):
            if match.end() == match.start():
                continue
            at_end = match.end() == len(text)
            length = min(1.0, (match.end() - match.start()) / 4)
            best = max(best, (0.75 if at_end else 0.5) + 0.25 * length)
    return best


def _share(values: pl.Series, pattern: str) -> float:
    return share(values.str.contains(pattern))


def _fits(values: pl.Series) -> dict[str, float]:
    """For each meaning, the share of cells that could be one (0 where the column as a whole
    cannot)."""
    if values.is_empty():
        return {}
    shares: dict[str, float] = {}
    numeric = _share(values, _NUMBER)
    zeros = _share(values, r"^0\d")
    distinct = values.n_unique() / values.len()
    few = values.n_unique()
    length = quantile(values.str.len_chars(), 0.5)
    spaced = _share(values, r"\S\s\S")
    shares["resident_number"] = _share(values, r"^\d{6}-?[1-8]\d{6}$|^\d{6}-?[1-8]\*{6}$")
    dashed = _share(values, r"^\d{3}-\d{2}-\d{5}$")
    shares["business_number"] = max(dashed, _valid_business(values) if numeric > 0.5 else 0.0)
    shares["corporation_number"] = _share(values, r"^\d{6}-?\d{7}$")
    shares["email"] = _share(values, r"^\S+@\S+$")
    shares["url"] = _share(
        values, r"(?i)^(?:https?://|www\.)\S+$|^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/\S*)?$"
    )
    if numeric > 0.8:
        shares["url"] = 0.0
    shares["phone"] = _share(values, _PHONE) if shares["business_number"] < 0.5 else 0.0
    shares["postcode"] = _share(values, r"^\d{4,5}$|^\d{3}-\d{3}$")
    dates = share(looks_like_date(values))
    shares["date"] = shares["birth_date"] = dates
    shares["month"] = _share(values, _MONTH) if dates < 0.5 else 0.0
    shares["year"] = _share(values, r"^(?:19|20)\d{2}(?:년도?)?$")
    if shares["year"] > 0.5:
        shares["month"] = 0.0
    shares["time"] = _share(
        values, r"^(?:오전|오후)?\s?\d{1,2}:\d{2}(?::\d{2})?$|^[012]\d[0-5]\d$|^\d{1,2}시"
    )
    numbers = _numbers(values) if numeric > 0.6 else None
    shares |= _number_fits(values, numbers, numeric, zeros)
    shares["district_code"] = _share(values, rf"^{_PROVINCE}(?:\d{{6}}|\d{{8}})$")
    if shares["district_code"] < 0.5:  # five digits are also a count, a postcode
        shares["district_code"] = 0.55 * _share(values, rf"^{_PROVINCE}\d{{3}}$")
    shares["district"] = _share(values, _DISTRICT)
    shares["address"] = _share(values, _ADDRESS)
    if shares["address"] > 0.5:
        shares["district"] = 0.0
    yes = share(values.is_in(list(_YES_NO)))
    digits = numeric > 0.9 and not bool(values.is_in(["0", "1"]).all())
    shares["yes_no"] = yes if few <= 8 and yes > 0.9 and not digits else 0.0
    categorical = few <= max(3, min(60, values.len() * 0.2))
    shares["code"] = (0.95 if categorical and length <= 12 and spaced < 0.3 else
                      0.55 if length <= 14 and spaced < 0.2 and dates < 0.5 else 0.0)  # fmt: skip
    unique = distinct > 0.95 and length <= 24 and spaced < 0.2
    shares["id"] = 0.9 if unique else 0.6 if length <= 24 and spaced < 0.2 else 0.0
    if numeric > 0.8 and _share(values, r"\.\d+$") > 0.5:
        shares["id"] = shares["code"] = 0.0
    hangul = _share(values, r"[가-힣]")
    if hangul > 0.5:
        shares["id"] *= 0.5
    surname = _share(values, f"^[{_SURNAMES}][가-힣○*O]{{1,3}}$")
    shares["person_name"] = surname if surname > 0.85 and not categorical else surname * 0.6
    letters = max(hangul, _share(values, r"[A-Za-z]{2}"))
    shares["name"] = letters * (0.9 if length <= 40 else 0.4)
    shares["text"] = letters * (0.9 if length > 12 or spaced > 0.5 else 0.6)
    return shares


def _looks_counted(values: pl.Series) -> bool:
    """Whole numbers that repeat, differ in length or carry commas, and have no leading zeros: only
    a name can say that they are codes."""
    if values.is_empty() or _share(values, r"^-?\d{1,3}(?:,?\d{3})*$|^-?\d+$") < 0.9:
        return False
    if _share(values, r"^0\d") >= 0.01:
        return False
    lengths = values.str.len_chars().n_unique()
    repeats = values.n_unique() <= 0.95 * values.len()
    return repeats or lengths > 1 or values.len() < _FEW


def _number_fits(
    values: pl.Series, numbers: pl.Series | None, numeric: float, zeros: float
) -> dict[str, float]:
    if numbers is None or numbers.is_empty():
        return {}
    plain = numeric if zeros < 0.3 else 0.0
    decimals = _share(values, r"\.\d{2,}$")
    between = {
        "longitude": _between(numbers, 124, 132),
        "latitude": _between(numbers, 33, 39),
    }
    projected = _between(numbers, 50_000, 2_200_000)
    fits = dict.fromkeys(("number", "amount", "quantity", "rate", "area", "age"), numeric)
    fits = dict.fromkeys(fits, plain)
    fits["age"] = plain * _between(numbers, 0, 130)
    fits["rate"] = plain * _between(numbers, -1000, 1000)
    whole = 1 - _share(values, r"\.\d*[1-9]")
    fits["quantity"] = plain * (1.0 if whole > 0.9 else 0.55)
    for axis, there in between.items():
        fits[axis] = there if decimals > 0.5 else there * 0.5
        if projected > 0.8 and fits[axis] < 0.5:
            fits[axis] = 0.55  # only a name can tell an axis of a projected system
    return fits


def _between(numbers: pl.Series, low: float, high: float) -> float:
    return share(numbers.is_between(low, high))


def _numbers(values: pl.Series) -> pl.Series:
    return cast(values, "decimal").drop_nulls()


def _valid_business(values: pl.Series) -> float:
    """The share of ten-digit cells whose check digit holds, on a few hundred of them."""
    some = values.filter(values.str.contains(r"^\d{10}$")).head(300)
    if some.len() < values.len() * 0.5 and some.len() < 300:
        return 0.0
    holds: Callable[[str], bool] | None = IDENTIFIERS["business_number"].holds
    good = sum(1 for value in some if holds is None or holds(value))
    return good / some.len() if some.len() else 0.0
