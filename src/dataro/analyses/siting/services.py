"""The services that siting knows: each is a declaration, and the method is one for all.

The first three are standard analysis models of the ministry in which cities took part
(``docs/standard-models.md``). ``other`` is any layer of points in the facilities table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Service:
    """Whom a service is for, what counts as one, how far is near, and how large a new one is.

    ``kinds`` are words of the facilities table; ``public_only`` counts public ones alone.
    ``group`` is a column of who lives where; ``seats`` of a new site where seats are kept.
    """

    text: Text
    kinds: tuple[str, ...]
    group: str
    minutes: float
    mode: str
    seats: int
    public_only: bool = False


GROUPS: Mapping[str, Text] = {
    "people": both("주민", "residents"),
    "infants": both("0~5세", "children aged 0–5"),
    "children": both("6~12세", "children aged 6–12"),
    "elderly": both("65세 이상", "people aged 65 and over"),
}

SERVICES: Mapping[str, Service] = {
    "daycare": Service(
        both("국공립어린이집", "public daycare"), ("daycare",), "infants", 15.0, "walk", 60, True
    ),
    "kiosk": Service(
        both("무인민원발급기", "civil-document kiosk"), ("kiosk",), "people", 15.0, "walk", 0
    ),
    "care_centre": Service(
        both("다함께돌봄센터", "care centre"),
        ("care_centre", "childrens_centre"), "children", 10.0, "walk", 30,
    ),
    "other": Service(both("그 밖의 시설", "another facility"), (), "people", 15.0, "walk", 0),
}  # fmt: skip
