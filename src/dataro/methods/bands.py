"""Age bands that change from one delivery to the next: brought to the bands that all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def common_bands(bands: Iterable[Iterable[int]]) -> list[int]:
    """The lowest ages of the bands that every delivery can be added up to.

    ``bands`` gives for each delivery the lowest ages of its bands; they are taken to follow one on
    the other. 0–4, 5–9, 10–14 … and 0–9, 10–19 … share 0–9, 10–19 …; where nothing is shared but
    the first age, everybody is one band.
    """
    sets = [set(one) for one in bands if one]
    return sorted(set.intersection(*sets)) if sets else []


def to_common(ages: Sequence[int], common: Sequence[int]) -> Mapping[int, int]:
    """The common band that each band lies in; the first one for what lies below it."""
    return {
        age: max((edge for edge in common if edge <= age), default=common[0]) if common else age
        for age in ages
    }
