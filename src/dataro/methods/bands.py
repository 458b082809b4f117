"""Age bands that change from one delivery to the next: brought to the bands that all of them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

EXPECTED = 30.0
"""A band is missed where at least so many were to be expected in it; fewer may not be there by chance."""


def common_bands(counts: Sequence[Mapping[int, float]]) -> list[int]:
    """The lowest ages of the bands that every delivery can be added up to.

    ``counts`` gives for each delivery how many it has in each band, by the band's lowest age; bands
    follow one on the other. 0–4, 5–9, 10–14 … and 0–9, 10–19 … share 0–9, 10–19 …. A band that a
    delivery lacks though many were to be expected, by its share in those that have it, is not one
    of its bands.
    """
    whole = [sum(one.values()) for one in counts]
    edges = sorted({age for one in counts for age in one})
    if not edges:
        return []
    kept = [edges[0]]
    for age in edges[1:]:
        having = [i for i, one in enumerate(counts) if one.get(age, 0) > 0]
        among = sum(whole[i] for i in having)
        share = sum(counts[i][age] for i in having) / among if among else 0.0
        lacking = [whole[i] for i in range(len(counts)) if i not in having]
        if all(share * size < EXPECTED for size in lacking):
            kept.append(age)
    return kept


def to_common(ages: Sequence[int], common: Sequence[int]) -> Mapping[int, int]:
    """The common band that each band lies in; the first one for what lies below it."""
    return {
        age: max((edge for edge in common if edge <= age), default=common[0]) if common else age
        for age in ages
    }
