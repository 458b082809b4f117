"""What the cells of a column look like: shares of shapes, and how well each meaning fits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from dataro.data.standards.cast import cast
from dataro.data.standards.cast_dates import looks_like_date
from dataro.data.standards.identifiers import BUSINESS

_PROVINCE = "(?:1[1-9]|2[1-9]|3[0-9]|4[1-8]|5[0-3])"
_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원"
    "천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용"
)
PATTERNS = {
    "number": (
        r"^[-+△▲−]?\(?[₩]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?\)?\s*"
        r"(?:%|[가-힣㎡㎢]{1,3}|km|m)?$"
    ),
    "leading_zero": r"^0\d",
    "decimal_end": r"\.\d+$",
    "decimals": r"\.\d{2,}$",
    "fraction": r"\.\d*[1-9]",
    "counted": r"^-?\d{1,3}(?:,?\d{3})*$|^-?\d+$",
    "ten_digits": r"^\d{10}$",
    "spaced": r"\S\s\S",
    "hangul": r"[가-힣]",
    "latin": r"[A-Za-z]{2}",
    "resident_number": r"^\d{6}-?[1-8]\d{6}$|^\d{6}-?[1-8]\*{6}$",
    "business_number": r"^\d{3}-\d{2}-\d{5}$",
    "corporation_number": r"^\d{6}-?\d{7}$",
    "email": r"^\S+@\S+$",
    "url": r"(?i)^(?:https?://|www\.)\S+$|^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/\S*)?$",
    "phone": r"^\(?0?\d{1,3}\)?[-.) ]?\d{3,4}[-. ]\d{4}$|^0\d{8,10}$|^1[5-9]\d{2}-?\d{4}$",
    "postcode": r"^\d{4,5}$|^\d{3}-\d{3}$",
    "month": (
        r"^(?:19|20)\d{2}(?:(?:0[1-9]|1[0-2])"
        r"|\s*[-./년M\s]\s*(?:0?[1-9]|1[0-2])\s*[월.]?(?:\s*월)?)$"
    ),
    "year": r"^(?:19|20)\d{2}(?:년도?)?$",
    "time": r"^(?:오전|오후)?\s?\d{1,2}:\d{2}(?::\d{2})?$|^[012]\d[0-5]\d$|^\d{1,2}시",
    "district_code": rf"^{_PROVINCE}(?:\d{{6}}|\d{{8}})$",
    "district_code_short": rf"^{_PROVINCE}\d{{3}}$",
    "district": (
        r"^(?:[가-힣]+(?:도|시|군|구)\s?)*[가-힣]{1,6}\d{0,2}(?:[·.]\d)?가?"
        r"(?:읍|면|동|리|가|시|군|구|도)$"
    ),
    "address": (
        r"(?:시|도|군|구|읍|면)\s?[가-힣0-9·\s]*(?:읍|면|동|리|로|길|가)\s?(?:산\s?)?\d+"
        r"|(?:특별시|광역시|도|시)\s[가-힣]+(?:시|군|구)\s[가-힣0-9]+"
    ),
    "person_name": f"^[{_SURNAMES}][가-힣○*O]{{1,3}}$",
}
"""Shapes by name, as regular expressions over trimmed cells."""

YES_NO = (
    "Y", "N", "y", "n", "예", "아니오", "아니요", "O", "X", "○", "×", "유", "무", "있음", "없음", "true",
    "false", "TRUE", "FALSE", "True", "False", "가능", "불가능", "불가", "0", "1", "여", "부",
)  # fmt: skip
_FEW = 50


@dataclass(frozen=True)
class Shapes:
    """A sample of filled cells: the share of each shape, different values, lengths, numbers.

    ``numbers`` are the cells that are numbers; ``lengths`` says how many different lengths there
    are, ``length`` the median.
    """

    values: pl.Series
    shares: Mapping[str, float]
    different: int
    length: float
    lengths: int
    numbers: npt.NDArray[np.float64]

    def __getitem__(self, name: str) -> float:
        return self.shares[name]

    @property
    def counted(self) -> bool:
        """Whole numbers that repeat, differ in length or are few, without leading zeros: only a
        name can say that they are codes."""
        if self["counted"] < 0.9 or self["leading_zero"] >= 0.01:
            return False
        repeats = self.different <= 0.95 * self.values.len()
        return repeats or self.values.len() < _FEW or self.lengths > 1


def look(cells: pl.Series, sizes: Sequence[int]) -> list[Shapes]:
    """The shapes of columns whose trimmed, filled cells stand one after another in a series.

    ``sizes`` are the numbers of cells of each column. Thousands of short columns are looked at in
    one pass.
    """
    cell = pl.col("cell")
    frame = pl.DataFrame(
        {"cell": cells, "of": np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)}
    )
    marks = frame.select(
        *(cell.str.contains(p).alias(name) for name, p in PATTERNS.items()),
        cell.is_in(YES_NO).alias("yes_no"),
        cell.is_in(("0", "1")).alias("zero_one"),
        looks_like_date(cells).alias("date"),
    )
    size = cell.str.len_chars()
    told = frame.group_by("of", maintain_order=True).agg(
        cell.n_unique().alias("different"), size.median().alias("length"),
        size.n_unique().alias("lengths"),
    )  # fmt: skip
    by_column = dict(zip(told["of"], told.iter_rows(), strict=True))
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    sums = np.zeros((len(starts), marks.width), dtype=np.int64)
    np.cumsum(
        marks.to_numpy(), axis=0, out=(grid := np.empty((cells.len(), marks.width), np.int64))
    )
    if cells.len():
        sums[1:] = np.where(starts[1:, None] > 0, grid[starts[1:] - 1], 0)
    counts = np.diff(sums, axis=0)
    numbers = cast(cells, "decimal").to_numpy()
    found = []
    for at, many in enumerate(sizes):
        _, different, length, lengths = by_column.get(at, (at, 0, 0.0, 0))
        shares = counts[at] / many if many else counts[at].astype(float)
        own = numbers[starts[at] : starts[at + 1]]
        found.append(Shapes(
            cells.slice(int(starts[at]), many), dict(zip(marks.columns, shares.tolist(), strict=True)),
            int(different), float(length or 0.0), int(lengths), own[~np.isnan(own)],
        ))  # fmt: skip
    return found


def fits(shapes: Shapes) -> dict[str, float]:
    """For each meaning the share of cells that could be one; 0 where the column cannot."""
    if shapes.values.is_empty():
        return {}
    found = {
        **_identifiers(shapes),
        **_times(shapes),
        **_places(shapes),
        **_words(shapes),
        **_numbers(shapes),
        **_codes(shapes),
    }
    if found["date"] >= 0.5:
        found["code"] = found["code"] if shapes.different <= _FEW else 0.0
    return found


def _identifiers(shapes: Shapes) -> dict[str, float]:
    business = max(shapes["business_number"], _undashed_business(shapes))
    same = ("resident_number", "corporation_number", "email", "postcode")
    return {name: shapes[name] for name in same} | {
        "business_number": business,
        "phone": shapes["phone"] if business < 0.5 else 0.0,
        "url": 0.0 if shapes["number"] > 0.8 else shapes["url"],
    }


def _undashed_business(shapes: Shapes) -> float:
    """The share of ten-digit cells whose check digit holds, on a few hundred of them."""
    if shapes["ten_digits"] < 0.5:
        return 0.0
    some = shapes.values.filter(shapes.values.str.contains(PATTERNS["ten_digits"])).head(300)
    return sum(BUSINESS.holds(value) for value in some) / some.len()


def _times(shapes: Shapes) -> dict[str, float]:
    dates = shapes["date"]
    month = 0.0 if dates >= 0.5 or shapes["year"] > 0.5 else shapes["month"]
    return {
        "date": dates, "birth_date": dates, "month": month, "year": shapes["year"],
        "time": shapes["time"],
    }  # fmt: skip


def _places(shapes: Shapes) -> dict[str, float]:
    code = shapes["district_code"]
    if code < 0.5:  # five digits are also a count, a postcode
        code = 0.55 * shapes["district_code_short"]
    address = shapes["address"]
    return {
        "district_code": code,
        "address": address,
        "district": 0.0 if address > 0.5 else shapes["district"],
    }


def _words(shapes: Shapes) -> dict[str, float]:
    letters = max(shapes["hangul"], shapes["latin"])
    surname = shapes["person_name"]
    sure = surname > 0.85 and not _categorical(shapes)
    return {
        "person_name": surname if sure else surname * 0.6,
        "name": letters * (0.9 if shapes.length <= 40 else 0.4),
        "text": letters * (0.9 if shapes.length > 12 or shapes["spaced"] > 0.5 else 0.6),
    }


def _categorical(shapes: Shapes) -> bool:
    return shapes.different <= max(3, min(60, shapes.values.len() * 0.2))


def _codes(shapes: Shapes) -> dict[str, float]:
    size = shapes.values.len()
    numeric, spaced, length = shapes["number"], shapes["spaced"], shapes.length
    digits = numeric > 0.9 and shapes["zero_one"] < 1
    code = 0.55 if length <= 14 and spaced < 0.2 else 0.0
    if _categorical(shapes) and length <= 12 and spaced < 0.3:
        code = 0.95
    id_ = 0.0
    if length <= 24 and spaced < 0.2:
        id_ = 0.9 if shapes.different > 0.95 * size else 0.6
    if shapes["hangul"] > 0.5:
        id_ *= 0.5
    if numeric > 0.8 and shapes["decimal_end"] > 0.5:
        id_ = code = 0.0
    yes_no = shapes["yes_no"] if shapes["yes_no"] > 0.9 and not digits else 0.0
    return {"code": code, "id": id_, "yes_no": yes_no}


def _numbers(shapes: Shapes) -> dict[str, float]:
    if shapes["number"] <= 0.6:
        return {}
    numbers = shapes.numbers
    if not len(numbers):
        return {}

    def between(low: float, high: float) -> float:
        return float(((numbers >= low) & (numbers <= high)).mean())

    plain = shapes["number"] if shapes["leading_zero"] < 0.3 else 0.0
    found = dict.fromkeys(("number", "amount", "area"), plain)
    found["age"] = plain * between(0, 130)
    found["rate"] = plain * between(-1000, 1000)
    found["quantity"] = plain * (1.0 if shapes["fraction"] < 0.1 else 0.55)
    projected = between(50_000, 2_200_000)
    for axis, low, high in (("longitude", 124, 132), ("latitude", 33, 39)):
        there = between(low, high)
        found[axis] = there if shapes["decimals"] > 0.5 else there * 0.5
        if projected > 0.8 and found[axis] < 0.5:
            found[axis] = 0.55  # only a name can tell an axis of a projected system
    return found
