"""Ways to make the values of a column; ``MAKERS`` names them for ``twin/open_data.toml``.

Each is given the table as far as it is made and its settings, and gives one value a row: text, or
numbers and days (``datetime64[D]``) that are written in the table's style later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataro.twin.open_data.town import Integers, Spots, Town

Values = NDArray[Any]
_STEM_ENDS = "리동"
_PEAKS = {"winter": 0.0, "summer": 6.0, "spring": 3.0, "autumn": 9.0}


@dataclass
class Making:
    """A table while it is made: ``made`` holds finished columns, ``spot`` an index into ``spots``.

    In a table of combinations ``month`` is the month of each row (0–11), ``mean`` what one count
    per thousand residents means in the row.
    """

    town: Town
    rng: np.random.Generator
    rows: int
    spots: Spots
    spot: Integers
    mean: NDArray[np.float64] | None = None
    month: Integers | None = None
    made: dict[str, Values] = field(default_factory=dict)

    def picked(self, values: list[str]) -> Values:
        """What each row's spot has of a list by spot."""
        return np.array([values[i] for i in self.spot.tolist()], object)

    def by_cell(self, values: list[str]) -> Values:
        """What each row's cell has of a list by cell."""
        return np.array([values[c] for c in self.spots.cell[self.spot].tolist()], object)


Maker = Callable[[Making, Any], Values]


def serial(making: Making, settings: str) -> Values:
    """Numbers from 1 in a format: ``PK-{:05d}``."""
    return np.array([settings.format(n + 1) for n in range(making.rows)], object)


def name(making: Making, settings: list[str]) -> Values:
    """Names after the legal district: ``{place}공원``, or words that are put behind it; unique."""
    words = making.rng.integers(0, len(settings), making.rows).tolist()
    seen: dict[str, int] = {}
    found = []
    for i, word in zip(making.spot.tolist(), words, strict=True):
        legal = making.spots.legal[i]
        stem = legal[:-1] if len(legal) > 2 and legal[-1] in _STEM_ENDS else legal
        told = settings[word]
        made = told.format(place=stem) if "{" in told else f"{stem}{told}"
        seen[made] = seen.get(made, 0) + 1
        found.append(made if seen[made] == 1 else f"{made} 제{seen[made]}호")
    return np.array(found, object)


def firm(making: Making, settings: list[str]) -> Values:
    """Made-up names of firms, each once: a brand, a number where needed, and a word."""
    brands, seen, found = making.town.brands, {}, []
    chosen = making.rng.integers(0, len(brands), making.rows).tolist()
    words = making.rng.integers(0, len(settings), making.rows).tolist()
    seen = dict.fromkeys(brands, 0)
    for brand, word in zip(chosen, words, strict=True):
        seen[brands[brand]] += 1
        many = seen[brands[brand]]
        found.append(f"{brands[brand]}{'' if many == 1 else many}{settings[word]}")
    return np.array(found, object)


def pick(making: Making, settings: list[str] | Mapping[str, float]) -> Values:
    """One of several words, by weight where weights are given."""
    words = list(settings)
    weights = np.array(list(settings.values())) if isinstance(settings, Mapping) else None
    share = None if weights is None else weights / weights.sum()
    return np.array(words, object)[making.rng.choice(len(words), making.rows, p=share)]


def whole(making: Making, settings: list[int]) -> Values:
    """Whole numbers from low to high; with a third number, rounded to its multiples."""
    low, high = settings[0], settings[1]
    step = settings[2] if len(settings) > 2 else 1
    skewed = low * (high / max(low, 1)) ** making.rng.random(making.rows) if low > 0 else None
    even = making.rng.uniform(low, high + 1, making.rows) if skewed is None else skewed
    return np.asarray((even // step * step).astype(np.int64))


def real(making: Making, settings: list[float]) -> Values:
    """Decimals from low to high with so many digits."""
    low, high, digits = settings
    return np.round(making.rng.uniform(low, high, making.rows), int(digits))


def day(making: Making, settings: Any) -> Values:
    """Days: ``[from, to]``, or ``{after = heading, days = [low, high]}``."""
    last = np.datetime64(making.town.last)
    if isinstance(settings, Mapping):
        low, high = settings["days"]
        added = making.rng.integers(low, high + 1, making.rows)
        return np.asarray(making.made[settings["after"]] + added.astype("timedelta64[D]"))
    first: Any = np.datetime64(settings[0])
    until: Any = np.datetime64(settings[1])
    if until > last:  # a city that ends earlier has its things earlier
        first, until = first - (until - last), last
    span = int((until - first) / np.timedelta64(1, "D"))
    added = making.rng.integers(0, span + 1, making.rows).astype("timedelta64[D]")
    return np.asarray(first + added)


def month(making: Making, settings: list[str]) -> Values:
    """Months between two days: ``[from, to]``."""
    return day(making, settings).astype("datetime64[M]")


def base(making: Making, settings: Any) -> Values:
    """The day on which the table was made: the first after the last month, or earlier by days."""
    earlier = int(settings) if not isinstance(settings, bool) else 0
    return np.full(making.rows, np.datetime64(making.town.last) - np.timedelta64(earlier, "D"))


def phone(making: Making, settings: Any) -> Values:
    """Telephone numbers in an exchange that nobody has."""
    numbers = making.rng.integers(0, 10_000, making.rows).tolist()
    return np.array([f"{making.town.area}-000-{n:04d}" for n in numbers], object)


def yes(making: Making, settings: float) -> Values:
    """Y for a share of the rows, else N."""
    return np.where(making.rng.random(making.rows) < settings, "Y", "N").astype(object)


def same(making: Making, settings: str) -> Values:
    """The same in every row."""
    return np.full(making.rows, settings, object)


def said(making: Making, settings: str) -> Values:
    """A sentence made of other columns: ``{읍면동} 순환``."""
    names = [name for name in making.made if f"{{{name}}}" in settings]
    columns = [making.made[name].tolist() for name in names]
    filled = zip(*columns, strict=True) if columns else ((),) * making.rows
    return np.array([settings.format(**dict(zip(names, row, strict=True))) for row in filled],
                    object)  # fmt: skip


def rate(making: Making, settings: Any) -> Values:
    """Counts that go with residents: ``{per_1000 = 2.5, season = "winter"}``, a Poisson draw."""
    assert making.mean is not None, "rate needs a table of each"
    mean = making.mean * float(settings["per_1000"])
    peak = _PEAKS.get(str(settings.get("season", "")))
    if peak is not None and making.month is not None:
        mean = mean * (1 + 0.45 * np.cos((making.month - peak) / 6 * np.pi))
    return making.rng.poisson(mean * making.rng.lognormal(0, 0.12, making.rows))


def part(making: Making, settings: Any) -> Values:
    """A part of another column: ``{of = heading, share = 0.3}``; with ``less`` of what that leaves."""
    whole_ = making.made[settings["of"]].astype(np.int64)
    if "less" in settings:
        whole_ = whole_ - making.made[settings["less"]].astype(np.int64)
    return making.rng.binomial(whole_, float(settings["share"]))


def rest(making: Making, settings: list[str]) -> Values:
    """The first column less the others."""
    first, *others = (making.made[one].astype(np.int64) for one in settings)
    return np.asarray(first - sum(others, np.zeros(making.rows, np.int64)))


def times(making: Making, settings: Any) -> Values:
    """Another column times something between low and high: ``{of = 건수, by = [30000, 50000, 100]}``."""
    low, high, step = settings["by"]
    factor = making.rng.uniform(low, high, making.rows)
    return np.asarray((making.made[settings["of"]] * factor // step * step).astype(np.int64))


def ratio(making: Making, settings: Any) -> Values:
    """One column in per cent of another, to one digit."""
    of = making.made[settings["of"]].astype(float)
    to = np.maximum(making.made[settings["to"]].astype(float), 1)
    return np.asarray(np.round(of / to * 100, 1))


MAKERS: Mapping[str, Maker] = {
    "serial": serial, "name": name, "firm": firm, "pick": pick, "whole": whole, "real": real,
    "day": day, "month": month, "base": base, "phone": phone, "yes": yes, "same": same, "said": said,
    "rate": rate, "part": part, "rest": rest, "times": times, "ratio": ratio,
    "district": lambda making, _: making.by_cell(making.town.name),
    "code": lambda making, _: making.by_cell(making.town.code),
    "gu": lambda making, _: making.by_cell(making.town.gu),
    "legal": lambda making, _: making.picked(making.spots.legal),
    "road": lambda making, _: making.picked(making.spots.road),
    "lot": lambda making, _: making.picked(making.spots.lot),
    "lon": lambda making, _: making.spots.point[making.spot, 0],
    "lat": lambda making, _: making.spots.point[making.spot, 1],
}  # fmt: skip
"""By name, what makes the values of a column."""
