"""The home page: search, today's numbers, services, answers, what changed, data by theme."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.portal.area_pages import MeasureView, number_views
from dataro.portal.pages import Visit, figure_views, page
from dataro.portal.store import AREAS, Store
from dataro.portal.views import FigureView, Looks
from dataro.publish.areas.find import Area, areas_of
from dataro.publish.areas.profile import numbers
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.words import theme_words
from dataro.publish.services import SERVICES
from dataro.vocabulary.analysis import Analysis
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.figure import Choropleth
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text

NUMBERS = (
    "people", "growth", "births", "net_moves", "card_sales", "shops", "opened", "seats",
)  # fmt: skip
"""Indicators of the city that greet whoever comes."""
RECENT = 6
"""Publications that are told."""


@dataclass(frozen=True, slots=True)
class Said:
    """A question with what its answer says, where it has one."""

    analysis: Analysis
    answer: Answer | None


def home(store: Store, visit: Visit) -> str:
    """Everything a newcomer meets first, from answers, publications and declarations."""
    said = [_said(store, one) for one in store.analyses.values()]
    entries = store.entries()
    return page(
        store, visit, "home.html",
        numbers=_numbers(store, visit), areas=_areas(store),
        services=[one for one in SERVICES.values() if one.analysis in store.analyses],
        said=said, map=_map(store, visit, said),
        recent=_recent(store), themes=_themes(entries),
        synthetic=any(one.answer.receipt.synthetic for one in said if one.answer)
        or any(one.synthetic for one in entries),
    )  # fmt: skip


def _said(store: Store, analysis: Analysis) -> Said:
    try:
        answer = store.answer(analysis.id, {})
    except Problem:  # its data has not come in; the question stands there all the same
        return Said(analysis, None)
    return Said(analysis, answer)


def _map(store: Store, visit: Visit, said: list[Said]) -> tuple[Said, FigureView] | None:
    """The first map that an answer has, drawn."""
    for one in said:
        name = _map_name(one.answer) if one.answer else None
        if one.answer and name:
            view = figure_views(store, visit, one.answer, {}, Looks(), [name])[0]
            if view.wide:
                return one, view
    return None


def _map_name(answer: Answer) -> str | None:
    found = (name for name, one in answer.figures.items() if isinstance(one, Choropleth))
    return next(found, None)


def _numbers(store: Store, visit: Visit) -> list[MeasureView]:
    if not store.is_published(AREAS):
        return []
    return number_views(store, visit.language, numbers(store.answer(AREAS, {}), NUMBERS))


def _areas(store: Store) -> list[Area]:
    if not store.is_published(AREAS):
        return []
    return [one for one in areas_of(store.answer(AREAS, {})) if one.level == "district"]


def _recent(store: Store) -> list[Entry]:
    """What was published last, newest first."""
    dated = [one for one in store.everything() if one.publication is not None]
    dated.sort(key=lambda one: one.publication.made_at if one.publication else "", reverse=True)
    return dated[:RECENT]


def _themes(entries: list[Entry]) -> list[tuple[str, Text, list[Entry]]]:
    themes: dict[str, list[Entry]] = {}
    for entry in entries:
        themes.setdefault(entry.theme, []).append(entry)
    return [(id, theme_words(id), found) for id, found in themes.items()]
