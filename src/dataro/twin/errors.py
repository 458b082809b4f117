"""Planting errors in a clean table, at known places: what a diagnosis must find.

Works on any table of text cells: the caller says which column plays which role. Every planted
error stands in a row of its own, so that no two disturb each other.
"""

from __future__ import annotations

import math
import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted error: its kind, the row as a spreadsheet numbers it (heading = 1), its column.

    ``column`` is None where the whole row is the error, ``row`` where a whole column is.
    """

    kind: str
    row: int | None
    column: str | None


@dataclass
class _Field:
    """The table while errors are planted; rows are told apart as objects, not by position.

    ``clean`` is the first tenth of the given rows: originals to copy from, never touched.
    """

    rows: list[Row]
    roles: Mapping[str, str]
    rng: random.Random
    untouched: list[Row]
    clean: Sequence[Row]
    retired: Sequence[str]

    def column(self, role: str) -> str:
        return self.roles[role]

    def take(self, wanted: Callable[[Row], bool] = lambda row: True) -> Row:
        """A random row that holds no error yet and that the error can be planted in."""
        for position in range(len(self.untouched) - 1, -1, -1):
            if wanted(self.untouched[position]):
                return self.untouched.pop(position)
        raise ValueError("the table has too few rows for so many errors")

    def filled(self, role: str) -> Callable[[Row], bool]:
        column = self.roles[role]
        return lambda row: bool(row[column])


Planter = Callable[[_Field], tuple[Row, Sequence[str | None]]]


def plant(
    rows: Sequence[Mapping[str, str | None]],
    roles: Mapping[str, str],
    *,
    each: int,
    seed: int,
    kinds: Sequence[str] | None = None,
    retired: Sequence[str] = (),
) -> tuple[list[Row], list[Planted]]:
    """The rows with ``each`` errors of every kind whose roles the table has, and their places.

    ``roles`` name columns: ``id name address phone postcode code code_name district_code
    district date start end birth age count total part rate amount decimal longitude latitude
    business_number remark yes_no parent route serial``. Kinds that need a role the table lacks
    are left out. ``retired`` are district codes that are no longer in use. The same seed plants
    the same errors.

    Raises ``ValueError`` where the table has too few rows.
    """
    rng = random.Random(seed)  # noqa: S311  (not for secrets)
    table = [dict(row) for row in rows]
    clean, untouched = table[: len(table) // 10], table[len(table) // 10 :]
    rng.shuffle(untouched)
    field = _Field(table, roles, rng, untouched, clean, retired)
    marked: list[tuple[str, Row, str | None]] = []
    for kind in kinds if kinds is not None else PLANTERS:
        needs, planter = PLANTERS[kind]
        if all(role in roles for role in needs) and (retired or kind != "retired_district_code"):
            for _ in range(each):
                row, columns = planter(field)
                marked += [(kind, row, column) for column in columns]
    place = {id(row): number for number, row in enumerate(field.rows, 2)}
    return field.rows, [Planted(kind, place[id(row)], column) for kind, row, column in marked]


def shift(rows: Sequence[Row], column: str, factor: float) -> list[Planted]:
    """Multiply a whole column of numbers in place: what a change of method or unit does."""
    for row in rows:
        value = row[column]
        if value and value.replace(".", "", 1).isdigit():
            row[column] = f"{float(value) * factor:.0f}"
    return [Planted("drift", None, column)]


def _set(role: str, make: Callable[[str, random.Random], str | None]) -> Planter:
    """A planter that changes one filled cell."""

    def planter(field: _Field) -> tuple[Row, Sequence[str | None]]:
        column = field.column(role)
        row = field.take(field.filled(role))
        row[column] = make(str(row[column]), field.rng)
        return row, [column]

    return planter


def _texts(make: Callable[[str, random.Random], str]) -> Planter:
    """A planter that changes the text of a name, an address or a remark."""

    def planter(field: _Field) -> tuple[Row, Sequence[str | None]]:
        role = field.rng.choice([r for r in ("name", "address") if r in field.roles])
        return _set(role, make)(field)

    return planter


def _impossible(value: str, rng: random.Random) -> str:
    return value[:4] + rng.choice(["-02-30", "-13-05", "-04-31", "-00-10", "-11-31"])


def _other_style(value: str, rng: random.Random) -> str:
    year, month, day = value.split("-")
    styles = (f"{year}.{month}.{day}", f"{year}/{month}/{day}", f"{year}{month}{day}",
              f"{year}년 {int(month)}월 {int(day)}일", f"{year}. {int(month)}. {int(day)}.")  # fmt: skip
    return rng.choice(styles)


def _future(value: str, rng: random.Random) -> str:
    return f"{int(value[:4]) + rng.choice([40, 60, 100])}{value[4:]}".replace("02-29", "02-28")


def _end_first(field: _Field) -> tuple[Row, Sequence[str | None]]:
    start, end = field.column("start"), field.column("end")
    row = field.take(lambda r: bool(r[start]) and bool(r[end]))
    row[end] = f"{int(str(row[start])[:4]) - field.rng.randint(1, 5)}-06-15"
    return row, [end]


def _age(value: str, rng: random.Random) -> str:
    age = int(value)
    return str(age + rng.choice([-17, -11, 9, 14]) if age > 25 else age + rng.choice([9, 14, 23]))


def _unknown_code(value: str, rng: random.Random) -> str:
    return rng.choice(["ZZ", "99", "X1", "미정", "K7"])


def _other_name(field: _Field) -> tuple[Row, Sequence[str | None]]:
    code, name = field.column("code"), field.column("code_name")
    row = field.take(lambda r: bool(r[code]) and bool(r[name]))
    others = sorted({str(r[name]) for r in field.rows[:500] if r[name]} - {str(row[name])})
    row[name] = field.rng.choice(others)
    return row, [name]


def _retired(field: _Field) -> tuple[Row, Sequence[str | None]]:
    column = field.column("district_code")
    row = field.take(field.filled("district_code"))
    row[column] = field.rng.choice(field.retired)
    return row, [column]


def _phone(value: str, rng: random.Random) -> str:
    return rng.choice([value[:-1], value.replace("0", "O", 1), value + "5", "전화없음",
                       value.split("-")[0] + "--" + value.split("-")[-1]])  # fmt: skip


def _check_digit(value: str, rng: random.Random) -> str:
    return value[:-1] + str((int(value[-1]) + rng.randint(1, 9)) % 10)


def _resident(field: _Field) -> tuple[Row, Sequence[str | None]]:
    column = field.column("remark")
    row = field.take()
    number = (f"{field.rng.randint(40, 99):02}{field.rng.randint(1, 12):02}"
              f"{field.rng.randint(1, 28):02}-{field.rng.randint(1, 2)}"
              f"{field.rng.randint(0, 999999):06}")  # fmt: skip
    row[column] = field.rng.choice(["신청인 {} 확인", "{}", "대리인({})"]).format(number)
    return row, [column]


def _points(change: Callable[[float, float, random.Random], tuple[str, str]]) -> Planter:
    def planter(field: _Field) -> tuple[Row, Sequence[str | None]]:
        x, y = field.column("longitude"), field.column("latitude")
        row = field.take(lambda r: bool(r[x]) and bool(r[y]))
        row[x], row[y] = change(float(str(row[x])), float(str(row[y])), field.rng)
        return row, [x, y]

    return planter


def _projected(x: float, y: float, rng: random.Random) -> tuple[str, str]:
    """Roughly the metres of the central belt (origin 127° E, 38° N; 200,000 and 600,000)."""
    east = 200_000 + (x - 127) * 88_700
    north = 600_000 + (y - 38) * 111_000
    return f"{east:.2f}", f"{north:.2f}"


def _elsewhere(field: _Field) -> tuple[Row, Sequence[str | None]]:
    """The coordinates of a row of another district, far away, under the own address."""
    x, y, address = (field.column(r) for r in ("longitude", "latitude", "address"))
    row = field.take(lambda r: bool(r[x]) and bool(r[y]) and bool(r[address]))
    here = float(str(row[x])), float(str(row[y]))

    def away(r: Row) -> float:
        return math.dist((float(str(r[x])), float(str(r[y]))), here)

    clean = [r for r in field.clean if r[x] and r[y]]
    far = sorted(clean, key=away)[-max(1, len(clean) // 4) :]
    other = field.rng.choice(far)
    row[x], row[y] = other[x], other[y]
    return row, [address]


def _double_space(value: str, rng: random.Random) -> str:
    middle = value.find(" ")
    doubled = value[:middle] + " " + value[middle:] if middle > 0 else "  " + value
    return rng.choice([" " + value, value + "  ", "　" + value, doubled])


def _full_width(value: str, rng: random.Random) -> str:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isdigit() else c for c in value)
    return wide if wide != value else value + "２"


def _zero(role: str) -> Planter:
    def planter(field: _Field) -> tuple[Row, Sequence[str | None]]:
        column = field.column(role)
        row = field.take(lambda r: str(r[column] or "").startswith("0"))
        row[column] = str(row[column]).lstrip("0")
        return row, [column]

    return planter


def _excel(field: _Field) -> tuple[Row, Sequence[str | None]]:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun",
              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # fmt: skip
    column = field.column("route")
    row = field.take(lambda r: "-" in str(r[column] or "") and
                     1 <= int(str(r[column]).split("-")[0]) <= 12)  # fmt: skip
    first, second = str(row[column]).split("-")
    row[column] = field.rng.choice([f"{months[int(first) - 1]}-{second}",
                                    f"{int(first)}월 {int(second)}일"])  # fmt: skip
    return row, [column]


def _scientific(value: str, rng: random.Random) -> str:
    return f"{value[0]}.{value[1:3]}E+{len(value) - 1}"


def _empty(field: _Field) -> tuple[Row, Sequence[str | None]]:
    role = field.rng.choice([r for r in ("name", "address", "code", "district_code", "date")
                             if r in field.roles])  # fmt: skip
    column = field.column(role)
    row = field.take(field.filled(role))
    row[column] = field.rng.choice([None, "", "-"])
    return row, [column]


def _insert_after(field: _Field, original: Row, new: Row) -> None:
    at = next(i for i, row in enumerate(field.rows) if row is original)
    field.rows.insert(field.rng.randint(at + 1, len(field.rows)), new)


def _copy(field: _Field) -> tuple[Row, Sequence[str | None]]:
    original = field.take()
    new = dict(original)
    _insert_after(field, original, new)
    return new, [None]


def _entity(field: _Field) -> tuple[Row, Sequence[str | None]]:
    key, name = field.column("id"), field.column("name")
    original = field.take(lambda r: len(str(r[name] or "")) >= 4)
    new = dict(original)
    taken = {row[key] for row in field.rows}
    stem, number = str(original[key])[:2], field.rng.randint(0, 10**9)
    width = len(str(original[key])) - 2
    while (value := f"{stem}{number % 10**width:0{width}}") in taken:
        number += 1
    new[key] = value
    written = str(original[name])
    new[name] = field.rng.choice([written.replace(" ", ""), "(주)" + written, written + "점",
                                  written[:2] + " " + written[2:]])  # fmt: skip
    if new[name] == written:
        new[name] = "㈜" + written
    _insert_after(field, original, new)
    return new, [None]


def _same_key(field: _Field) -> tuple[Row, Sequence[str | None]]:
    key = field.column("id")
    row = field.take()
    row[key] = field.rng.choice(field.clean)[key]
    return row, [key]


def _total(field: _Field) -> tuple[Row, Sequence[str | None]]:
    numbers = {field.roles[r] for r in ("count", "total", "part", "amount") if r in field.roles}
    new: Row = {}
    for column in field.rows[0]:
        values = [str(r[column] or "0") for r in field.rows[:50]]
        plain = [float(v) for v in values if v.replace(".", "", 1).isdigit()]
        new[column] = f"{sum(plain):.0f}" if column in numbers else None
    new[field.column("name")] = field.rng.choice(["합계", "총계", "소 계", "계"])
    field.rows.insert(field.rng.randint(len(field.rows) // 10, len(field.rows)), new)
    return new, [None]


PLANTERS: Mapping[str, tuple[tuple[str, ...], Planter]] = {
    "missing_mandatory": (("name",), _empty),
    "duplicate_key": (("id",), _same_key),
    "duplicate_row": (("id",), _copy),
    "near_duplicate": (("id", "name", "address"), _entity),
    "impossible_date": (("date",), _set("date", _impossible)),
    "date_style": (("date",), _set("date", _other_style)),
    "future_date": (("date",), _set("date", _future)),
    "end_before_start": (("start", "end"), _end_first),
    "age_against_birth": (("birth", "age"), _set("age", _age)),
    "wrong_code": (("code",), _set("code", _unknown_code)),
    "retired_district_code": (("district_code",), _retired),
    "name_code_mismatch": (("code", "code_name"), _other_name),
    "negative": (("count",), _set("count", lambda v, r: "-" + v)),
    "rate_over_100": (("rate",), _set("rate", lambda v, r: f"{r.uniform(101, 900):.1f}")),
    "amount_unit_text": (("amount",), _set("amount", lambda v, r: v + r.choice(["원", " 원", "won"]))),
    "decimal_comma": (("decimal",), _set("decimal", lambda v, r: v.replace(".", ","))),
    "outlier": (("count",), _set("count", lambda v, r: str(int(v) * 1000))),
    "phone": (("phone",), _set("phone", _phone)),
    "business_checksum": (("business_number",), _set("business_number", _check_digit)),
    "resident_number": (("remark",), _resident),
    "postcode": (("postcode",), _set("postcode", lambda v, r: r.choice([v[:3] + "-" + v[2:], v + "0", v[:2] + "O" + v[3:]]))),
    "coordinates_swapped": (("longitude", "latitude"), _points(lambda x, y, r: (f"{y}", f"{x}"))),
    "coordinates_system": (("longitude", "latitude"), _points(_projected)),
    "coordinates_outside": (("longitude", "latitude"),
                            _points(lambda x, y, r: (f"{x + 1.8:.6f}", f"{y - 1.3:.6f}"))),
    "address_against_coordinates": (("longitude", "latitude", "address"), _elsewhere),
    "nfd": (("name",), _texts(lambda v, r: unicodedata.normalize("NFD", v))),
    "full_width": (("address",), _set("address", _full_width)),
    "spaces": (("name",), _texts(_double_space)),
    "lost_leading_zero": (("code",), _zero("code")),
    "excel_date": (("route",), _excel),
    "scientific": (("serial",), _set("serial", _scientific)),
    "total_row": (("name", "count"), _total),
    "sum_of_parts": (("total", "part"), _set("total", lambda v, r: str(int(v) + r.randint(1, 40)))),
    "broken_reference": (("parent",), _set("parent", lambda v, r: f"{v[:-2]}{r.choice(['X', 'Y', 'Z'])}9")),
}  # fmt: skip
"""By kind: the roles it needs, and what plants one."""
