"""The page of all data: searched, narrowed by facets, sorted, paged; kind where nothing matches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataro.portal.pages import Visit, page
from dataro.portal.store import Store
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.search.ask import SORTS, Found, Wanted
from dataro.publish.catalogue.search.document import FACETS
from dataro.publish.catalogue.search.find import find
from dataro.publish.catalogue.words import CADENCES, facet_words, theme_words
from dataro.vocabulary.text import Language, Text, both

SHOWN = 20
MOST_VALUES = 30
LONGEST = 200
_NARROWING = ("theme", "owner", "format", "cadence", "licence", "openness", "kind")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: its words, how many there are, whether it is chosen, where it leads."""

    words: str
    count: int
    chosen: bool
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Facet:
    """What a search can be narrowed by."""

    name: str
    choices: list[Choice]
    chosen: bool


def search_page(store: Store, visit: Visit) -> str:
    """All data that everybody may see, as the query narrows it."""
    query = {name: value.strip() for name, value in visit.query.items() if value.strip()}
    wanted = _wanted(query)
    found = find(store.context, wanted)
    entries = {one.id: one for one in store.everything()}
    kept = {name: query[name] for name in ("q", *FACETS, "available", "sort") if name in query}
    return page(
        store, visit, "catalogue.html",
        found=found,
        entries=[entries[id] for id in found.ids if id in entries],
        asked=wanted.words,
        cut=len(query.get("q", "")) > LONGEST,
        kept=kept,
        available=wanted.available,
        sort=wanted.sort,
        sorts=SORTS,
        facets=_facets(found, kept, visit.language, _owners(entries)),
        number=wanted.offset // SHOWN + 1,
        pages=max(1, -(-found.total // SHOWN)),
        narrowed=_narrowed(store, wanted, kept, visit.language, _owners(entries)),
        popular=_popular(store, entries) if not found.total else [],
        theme_words=theme_words,
        cadences=CADENCES,
        synthetic=any(one.synthetic for one in entries.values()),
    )  # fmt: skip


def _wanted(query: Mapping[str, str]) -> Wanted:
    given = query.get("page", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    return Wanted(
        words=query.get("q", "")[:LONGEST],
        facets={name: query[name] for name in FACETS if name in query},
        available=bool(query.get("available")),
        sort=next((one for one in SORTS if one == query.get("sort")), "best"),
        offset=(max(number, 1) - 1) * SHOWN,
        limit=SHOWN,
    )


def _facets(
    found: Found, kept: Mapping[str, str], language: Language, owners: Mapping[str, Text]
) -> list[Facet]:
    """The facets that can narrow what was found, or are chosen."""
    made = []
    for name in _NARROWING:
        choices = [
            Choice(
                _facet_words(name, value, language, owners),
                count,
                kept.get(name) == value,
                _toggled(kept, name, value),
            )
            for value, count in found.facets[name]
        ]
        choices.sort(key=lambda one: not one.chosen)
        narrows = any(one.count < found.total for one in choices)
        if narrows or any(one.chosen for one in choices):
            made.append(Facet(name, choices[:MOST_VALUES], name in kept))
    return made


def _toggled(kept: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    """The query with the value chosen, or let go where it is chosen already."""
    others = {key: one for key, one in kept.items() if key != name}
    return others if kept.get(name) == value else {**others, name: value}


@dataclass(frozen=True, slots=True)
class Loosened:
    """What would be found without one of the conditions."""

    words: str
    query: Mapping[str, str]
    total: int


def _narrowed(
    store: Store,
    wanted: Wanted,
    kept: Mapping[str, str],
    language: Language,
    owners: Mapping[str, Text],
) -> list[Loosened]:
    """Each condition that stands, with how many there are without it."""
    made = []
    for name in (
        *(one for one in FACETS if one in kept),
        *(["available"] if wanted.available else []),
    ):
        facets = {key: value for key, value in wanted.facets.items() if key != name}
        others = Wanted(wanted.words, facets, wanted.available and name != "available", limit=0)
        words = (
            both("자료가 있는 것만", "Only what has data")[language]
            if name == "available"
            else _facet_words(name, kept[name], language, owners)
        )
        query = {key: value for key, value in kept.items() if key != name}
        made.append(Loosened(words, query, find(store.context, others).total))
    return made


def _popular(store: Store, entries: Mapping[str, Entry]) -> list[Entry]:
    """What others use, for whoever found nothing."""
    found = find(store.context, Wanted(available=True, limit=5))
    return [entries[id] for id in found.ids if id in entries]


def _owners(entries: Mapping[str, Entry]) -> dict[str, Text]:
    return {one.owner.ko: one.owner for one in entries.values()}


def _facet_words(name: str, value: str, language: Language, owners: Mapping[str, Text]) -> str:
    if name == "owner" and value in owners:
        return owners[value][language]
    return facet_words(name, value[:60])[language]
