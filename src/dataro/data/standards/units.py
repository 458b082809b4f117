"""Units as Korean files write them: areas, lengths, money, counts; what a heading says, how to
convert, and which slip of unit explains a number that is a thousand times too large."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from dataro.vocabulary.text import Text, both

Quantity = Literal[
    "area", "length", "mass", "volume", "money", "time", "share", "count", "speed", "energy",
    "power", "concentration", "sound", "angle", "temperature", "age",
]  # fmt: skip

PYEONG = 400 / 121
"""One 평 in ㎡: 6 자 square, one 자 being 10/33 m."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: ``factor`` times a value in it is the value in the quantity's base unit.

    Base units: m, ㎡, kg, ㎥, 원, second, 1 (shares and counts), m/s, Wh, W, ㎍/㎥, dB, degree.
    ``writings`` are the forms files use, the canonical one first, compared in NFKC without case.
    """

    symbol: str
    quantity: Quantity
    factor: float
    text: Text
    writings: tuple[str, ...] = ()


def _unit(symbol: str, quantity: Quantity, factor: float, ko: str, en: str, *more: str) -> Unit:
    return Unit(symbol, quantity, factor, both(ko, en), (symbol, ko, en, *more))


UNITS: tuple[Unit, ...] = (
    _unit("㎡", "area", 1, "제곱미터", "square metres", "m2", "m²", "m^2", "평방미터"),
    _unit("㎢", "area", 1e6, "제곱킬로미터", "square kilometres", "km2", "km²", "km^2"),
    _unit("ha", "area", 1e4, "헥타르", "hectares", "㏊"),
    _unit("a", "area", 100, "아르", "ares"),
    _unit("평", "area", PYEONG, "평", "pyeong", "坪"),
    _unit("정보", "area", 3000 * PYEONG, "정보", "jeongbo", "町步"),
    _unit("㎜", "length", 0.001, "밀리미터", "millimetres", "mm"),
    _unit("㎝", "length", 0.01, "센티미터", "centimetres", "cm"),
    _unit("m", "length", 1, "미터", "metres", "M"),
    _unit("㎞", "length", 1000, "킬로미터", "kilometres", "km", "Km", "KM"),
    _unit("g", "mass", 0.001, "그램", "grams"),
    _unit("㎏", "mass", 1, "킬로그램", "kilograms", "kg", "Kg"),
    _unit("t", "mass", 1000, "톤", "tonnes", "ton", "TON"),
    _unit("㎖", "volume", 1e-6, "밀리리터", "millilitres", "ml", "mL"),
    _unit("L", "volume", 0.001, "리터", "litres", "ℓ", "l"),
    _unit("㎥", "volume", 1, "세제곱미터", "cubic metres", "m3", "m³", "m^3", "입방미터", "루베"),
    _unit("원", "money", 1, "원", "won", "KRW", "₩", "￦"),
    _unit("천원", "money", 1e3, "천원", "thousand won", "천 원"),
    _unit("만원", "money", 1e4, "만원", "ten thousand won", "만 원"),
    _unit("백만원", "money", 1e6, "백만원", "million won", "백만 원"),
    _unit("천만원", "money", 1e7, "천만원", "ten million won", "천만 원"),
    _unit("억원", "money", 1e8, "억원", "hundred million won", "억 원"),
    _unit("십억원", "money", 1e9, "십억원", "billion won", "십억 원"),
    _unit("조원", "money", 1e12, "조원", "trillion won", "조 원"),
    _unit("초", "time", 1, "초", "seconds", "sec", "s"),
    _unit("분", "time", 60, "분", "minutes", "min"),
    _unit("시간", "time", 3600, "시간", "hours", "hr", "h"),
    _unit("일", "time", 86400, "일", "days"),
    _unit("개월", "time", 2629746, "개월", "months"),
    _unit("년", "time", 31556952, "년", "years"),
    _unit("%", "share", 0.01, "퍼센트", "per cent", "％", "프로", "백분율"),
    _unit("‰", "share", 0.001, "퍼밀", "per mille"),
    _unit("ppm", "share", 1e-6, "피피엠", "parts per million"),
    _unit("세", "age", 1, "세", "years of age", "살"),
    _unit("명", "count", 1, "명", "people", "인", "사람", "persons"),
    _unit("천명", "count", 1000, "천명", "thousand people", "천 명", "천인"),
    _unit("가구", "count", 1, "가구", "households"),
    _unit("세대", "count", 1, "세대", "households"),
    _unit("건", "count", 1, "건", "cases"),
    _unit("천건", "count", 1000, "천건", "thousand cases", "천 건"),
    _unit("개", "count", 1, "개", "items", "EA", "ea"),
    _unit("개소", "count", 1, "개소", "places", "곳", "개 소"),
    _unit("대", "count", 1, "대", "vehicles or machines", "vehicles"),
    _unit("면", "count", 1, "면", "parking spaces"),
    _unit("동", "count", 1, "동", "buildings"),
    _unit("호", "count", 1, "호", "dwellings"),
    _unit("층", "count", 1, "층", "storeys"),
    _unit("회", "count", 1, "회", "times"),
    _unit("필지", "count", 1, "필지", "parcels"),
    _unit("그루", "count", 1, "그루", "trees", "주", "본"),
    _unit("권", "count", 1, "권", "books"),
    _unit("마리", "count", 1, "마리", "animals", "두", "수"),
    _unit("㎞/h", "speed", 1 / 3.6, "시속 킬로미터", "kilometres an hour", "km/h", "kph"),
    _unit("m/s", "speed", 1, "초속 미터", "metres a second", "㎧"),
    _unit("㎾h", "energy", 1000, "킬로와트시", "kilowatt hours", "kWh", "KWH"),
    _unit("㎿h", "energy", 1e6, "메가와트시", "megawatt hours", "MWh", "MWH"),
    _unit("㎾", "power", 1000, "킬로와트", "kilowatts", "kW", "KW"),
    _unit("W", "power", 1, "와트", "watts"),
    _unit("㎍/㎥", "concentration", 1, "세제곱미터당 마이크로그램", "micrograms a cubic metre",
          "ug/m3", "μg/㎥", "µg/m³"),
    _unit("dB", "sound", 1, "데시벨", "decibels", "㏈", "dB(A)"),
    _unit("℃", "temperature", 1, "섭씨온도", "degrees Celsius", "°C"),
    _unit("°", "angle", 1, "도", "degrees"),
)  # fmt: skip


def _fold(writing: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", writing)).lower().replace("µ", "μ")


_BY_WRITING: dict[str, Unit] = {}
for _each in UNITS:
    for _writing in _each.writings:
        _BY_WRITING.setdefault(_fold(_writing), _each)


def unit_of(writing: str) -> Unit | None:
    """The unit a writing stands for: ``"천 원"``, ``"km²"``, ``"㎢"``; nothing if it is none."""
    return _BY_WRITING.get(_fold(writing.strip("()[]{}<> ")))


def split_heading(heading: str) -> tuple[str, Unit | None]:
    """A heading without its unit, and the unit: ``"면적(㎡)"`` → ``("면적", ㎡)``.

    Also reads ``"금액 (단위: 천원)"``, ``"거리[km]"``, ``"예산_백만원"``. A bracket that is no unit
    stays in the heading.
    """
    match = re.search(
        r"\s*[(\[{（［]\s*(?:단위\s*[:：]?\s*)?([^()\[\]{}]+?)\s*[)\]}）］]\s*$", heading
    )
    if match is None:
        match = re.search(r"[_\s]([가-힣㎡-㏟a-zA-Z%²³0-9/]{1,6})$", heading)
        if match is None or _fold(match[1]) in ("수", "일", "동", "면", "호", "층", "대", "a", "t"):
            return heading, None
    unit = unit_of(match[1])
    return (heading[: match.start()].rstrip(" _"), unit) if unit else (heading, None)


_MULTIPLES = ("십억", "백만", "천만", "천", "만", "억", "조")
_INTERCHANGEABLE = (("세대", "가구"), ("개", "개소"))
_BESIDE_NUMBERS = (
    "명", "원", "%", "㎡", "㎢", "㎥", "m", "㎞", "세", "분", "세대", "가구", "개", "개소", "동", "°", "t",
    "㎏", "건", "대", "호", "회", "시간", "일", "ha", "층", "면", "권", "그루", "마리", "필지",
)  # fmt: skip
"""Units that may stand behind a number in a column of which no unit is known: nothing that
multiplies it (천원), and no single letter that a slip could be (l, s)."""


def accepted_units(unit: Text | None) -> dict[str, float]:
    """Writings of units that may stand behind a number, each with what it multiplies by.

    With a column's own ``unit``: its writings, and multiples of it (``천원`` in a column of won is
    1,000; ``원`` in a column of thousand won is 0.001). Without one: every plain unit.
    """
    if unit is None:
        return {
            writing: 1.0
            for one in UNITS
            if one.symbol in _BESIDE_NUMBERS
            for writing in one.writings
        }
    accepted = {unit.ko: 1.0, unit.en.lower(): 1.0}
    own = unit_of(unit.ko)
    if own is None:
        return accepted
    for one in UNITS:
        if one.quantity == own.quantity and _alike(one, own):
            for writing in one.writings:
                accepted.setdefault(writing, one.factor / own.factor)
    return accepted


def _alike(one: Unit, other: Unit) -> bool:
    """Whether two units count the same thing, one perhaps in multiples of the other."""
    first, second = (_without_multiple(unit.symbol) for unit in (one, other))
    return first == second or any({first, second} <= set(same) for same in _INTERCHANGEABLE)


def _without_multiple(symbol: str) -> str:
    head = next((m for m in _MULTIPLES if symbol.startswith(m) and len(symbol) > len(m)), "")
    return symbol.removeprefix(head)


def convert(value: float, source: Unit | str, target: Unit | str) -> float:
    """A value in another unit of the same quantity: ``convert(10, "평", "㎡")`` → 33.06.

    Raises ``ValueError`` for an unknown unit, or two units of different quantities.
    """
    first = unit_of(source) if isinstance(source, str) else source
    second = unit_of(target) if isinstance(target, str) else target
    if first is None or second is None or first.quantity != second.quantity:
        raise ValueError(f"no conversion from {source} to {target}")
    return value * first.factor / second.factor


_TENS = {"십": 10, "백": 100, "천": 1000}
_MYRIADS = {"만": 10_000, "억": 100_000_000, "조": 1_000_000_000_000}
_AMOUNT = re.compile(
    r"(?P<sign>[-−△▲]?)\s*(?:금\s*)?[₩\\]?\s*(?P<body>[\d.,\s십백천만억조]*\d[\d.,\s십백천만억조]*)"
    r"(?P<unit>[^\d\s].*)?"
)


def parse_quantity(value: str) -> tuple[float, Unit | None] | None:
    """The number and unit in a cell: ``"3억 5,000만원"`` → (350000000, 원), ``"1,234 천원"``.

    ``△`` and ``▲`` before a number mean minus, as in public accounts. The number is in the unit
    returned; ``None`` where the cell is no single quantity.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    body, rest = match["body"].rstrip(), (match["unit"] or "").strip()
    for size in range(min(2, len(body)), 0, -1):  # "1,234 천원": the 천 belongs to the unit
        tail = body[-size:]
        if rest.startswith("원") and body[:-size].endswith(" ") and unit_of(tail + rest):
            body, rest = body[:-size].rstrip(), tail + rest
            break
    number = _number(body)
    unit = unit_of(rest) if rest else None
    if number is None or (rest and unit is None):
        return None
    return (-number if match["sign"] else number), unit


def _number(body: str) -> float | None:
    """``"3억 5,000만"`` → 350000000.0; plain numbers as they are."""
    total, section, number = 0.0, 0.0, ""
    for character in body + "\0":
        if character.isdigit() or character == ".":
            number += character
        elif character in _TENS:
            section += (float(number) if number else 1.0) * _TENS[character]
            number = ""
        elif character in _MYRIADS or character == "\0":
            if number.count(".") > 1:
                return None
            section += float(number) if number not in ("", ".") else 0.0
            total += section * _MYRIADS.get(character, 1)
            section, number = 0.0, ""
        elif character == "," or character.isspace():
            continue
    return total


@dataclass(frozen=True, slots=True)
class Slip:
    """A confusion of units that would explain a ratio between a value and what it should be."""

    factor: float
    text: Text


SLIPS = (
    Slip(1000, both("천원과 원, 또는 m와 ㎞를 혼동한 것으로 보입니다",
                    "won given for thousand won, or metres for kilometres")),
    Slip(1_000_000, both("백만원과 원, 또는 ㎡와 ㎢를 혼동한 것으로 보입니다",
                         "won given for million won, or m² for km²")),
    Slip(10_000, both("만원과 원, 또는 ㎡와 ha를 혼동한 것으로 보입니다",
                      "won given for ten thousand won, or m² for hectares")),
    Slip(100, both("비율과 백분율, 또는 m와 ㎝를 혼동한 것으로 보입니다",
                   "a share given as per cent, or metres as centimetres")),
    Slip(1 / PYEONG, both("평과 ㎡를 혼동한 것으로 보입니다", "pyeong given for square metres")),
    Slip(60, both("분과 초, 또는 시간과 분을 혼동한 것으로 보입니다",
                  "seconds given for minutes, or minutes for hours")),
)  # fmt: skip


def slip(ratio: float, tolerance: float = 0.05) -> Slip | None:
    """The confusion of units behind a ratio (value over expected), either way round.

    ``tolerance`` is relative; ``slip(1003)`` and ``slip(0.00101)`` are both the factor 1,000.
    """
    if ratio <= 0:
        return None
    for known in SLIPS:
        if any(abs(ratio / factor - 1) <= tolerance for factor in (known.factor, 1 / known.factor)):
            return known
    return None
