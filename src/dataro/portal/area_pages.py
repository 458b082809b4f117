"""Pages of areas: the index with its map, one page an area, up to four side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dataro.analyses.areas.figures import indicator_map
from dataro.analyses.areas.indicators import BY_ID, Indicator
from dataro.analyses.areas.tables import AreaIndicators, Areas
from dataro.portal.pages import Visit, page, read_query
from dataro.portal.place_words import PLACE_WORDS
from dataro.portal.replies import Reply
from dataro.portal.store import AREAS, Store
from dataro.portal.views import FigureView, figure_view
from dataro.publish.areas.find import Area, areas_of, chosen_areas, find_area, matching
from dataro.publish.areas.profile import (
    MOST,
    Cell,
    Measure,
    Profile,
    as_document,
    known_indicators,
    profile,
)
from dataro.publish.catalogue.entry import NotThere
from dataro.publish.render.locator import locator_svg
from dataro.publish.render.numbers import written
from dataro.publish.render.sparkline import sparkline_svg
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.figure import Choropleth
from dataro.vocabulary.text import Language, Text, resolve_particles

_SHAPES = "district_shapes"


@dataclass(frozen=True, slots=True)
class CellView:
    """One value in words: with its unit, its place, its date, and its trend drawn."""

    value: str
    unit: str
    place: str
    period: str
    note: str
    spark: Markup


@dataclass(frozen=True, slots=True)
class MeasureView:
    """One indicator in words; ``source`` is the address and title of what it comes from."""

    id: str
    title: str
    about: str
    cells: Sequence[CellView]
    city: CellView
    source: tuple[str, str] | None


def index(store: Store, visit: Visit) -> str:
    """All areas: a map by an indicator, and the list, narrowed by name."""
    answer = _answer(store)
    asked = visit.query.get("q", "").strip()[:100]
    known = known_indicators(answer)
    by = next(
        (one for one in known if one.id == visit.query.get("by")), known[0] if known else None
    )
    areas = areas_of(answer)
    found = matching(areas, asked) if asked else areas
    return page(
        store, visit, "areas.html",
        asked=asked, by=by, known=known, groups=_by_level(found), found=len(found),
        figure=_map_view(store, visit, answer, by) if by else None,
        synthetic=answer.receipt.synthetic,
    )  # fmt: skip


def _answer(store: Store) -> Answer:
    """The answer that describes all areas. Raises ``NotThere`` where there is none yet."""
    if not store.is_published(AREAS):
        raise NotThere(PLACE_WORDS["areas_absent"])
    return store.answer(AREAS, {})


def _by_level(found: Sequence[Area]) -> list[tuple[str, list[Area]]]:
    """The city, each gu with its districts, districts without one."""
    groups: list[tuple[str, list[Area]]] = []
    heads = [one for one in found if one.level == "city"]
    gus = [one for one in found if one.level == "gu"]
    if heads:
        groups.append(("level_city", heads))
    if gus:
        groups.append(("level_gu", gus))
    districts = [one for one in found if one.level == "district"]
    if districts:
        groups.append(("level_district", districts))
    return groups


def _figure(answer: Answer, one: Indicator) -> Choropleth | None:
    tables = answer.tables
    return indicator_map(one, Areas(tables["areas"]), AreaIndicators(tables["indicators"]))


def _map_view(store: Store, visit: Visit, answer: Answer, one: Indicator) -> FigureView | None:
    figure = _figure(answer, one)
    if figure is None:
        return None
    _, looks = read_query(visit.query, {})
    return figure_view(
        "map", figure, visit.language, shapes=store.shapes(figure.shapes), looks=looks,
        address=f"/{visit.language}/area/map/{one.id}", query={},
    )  # fmt: skip


def map_figure(store: Store, indicator: str) -> tuple[Choropleth, Answer]:
    """An indicator's map and the answer it is of. Raises ``NotThere``."""
    answer = _answer(store)
    one = BY_ID.get(indicator)
    figure = _figure(answer, one) if one else None
    if figure is None:
        raise NotThere(
            Text(
                f"“{indicator[:40]}”이라는 지표는 없습니다.",
                f"There is no indicator “{indicator[:40]}”.",
            )
        )
    return figure, answer


def area(store: Store, visit: Visit, code: str) -> str:
    """One area by its indicators; with ``compare`` up to three more beside it."""
    answer, shown = _profile(store, visit, code)
    every = areas_of(answer)
    first = shown.areas[0]
    names = [one.name[visit.language] for one in shown.areas]
    return page(
        store, visit, "area.html",
        area=first, shown=shown, names=", ".join(names), compared=len(names) > 1,
        gu=next((one for one in every if one.code == first.gu), None),
        inside=[one for one in every if one.gu == first.code],
        groups=[
            (title[visit.language], [_measure(store, visit.language, one) for one in measures])
            for title, measures in shown.groups
        ],
        locator=_locator(store, visit, every, shown),
        others=[one for one in every if one.code != first.code],
        slots=[one.code for one in shown.areas[1:]] + [""] * (MOST - len(shown.areas)),
        canonical=",".join(one.code for one in shown.areas[1:]),
        receipt=answer.receipt, synthetic=answer.receipt.synthetic,
    )  # fmt: skip


def _profile(store: Store, visit: Visit, code: str) -> tuple[Answer, Profile]:
    answer = _answer(store)
    areas = areas_of(answer)
    find_area(areas, code)
    chosen = chosen_areas(areas, code, visit.query.get("compare", ""), MOST)
    return answer, profile(answer, chosen)


def area_json(store: Store, visit: Visit, code: str) -> Reply:
    """The numbers of an area's page."""
    _, shown = _profile(store, visit, code)
    body = json.dumps(as_document(shown), ensure_ascii=False, allow_nan=False)
    return Reply(body.encode(), "application/json")


def _locator(store: Store, visit: Visit, every: Sequence[Area], shown: Profile) -> Markup:
    """Where the chosen areas lie; a gu and the city are shown by their districts."""
    names = {one.code: one.name for one in every if one.level == "district"}
    first = shown.areas[0]
    chosen = [one.code for one in shown.areas if one.level == "district"]
    if first.level == "gu" and len(shown.areas) == 1:
        chosen = [one.code for one in every if one.gu == first.code]
        shapes = store.shapes(_SHAPES)
        drawn = locator_svg(shapes, names, chosen, visit.language, f"/{visit.language}/area/", one_colour=True)  # fmt: skip
        return Markup(drawn)  # noqa: S704 — escaped where it is drawn
    drawn = locator_svg(store.shapes(_SHAPES), names, chosen, visit.language, f"/{visit.language}/area/")  # fmt: skip
    return Markup(drawn)  # noqa: S704 — escaped where it is drawn


def number_views(
    store: Store, language: Language, measures: Sequence[Measure]
) -> list[MeasureView]:
    """Key numbers of the city, as cards."""
    return [_measure(store, language, one) for one in measures]


def _measure(store: Store, language: Language, measure: Measure) -> MeasureView:
    one = measure.indicator
    return MeasureView(
        id=one.id,
        title=one.title[language],
        about=one.about[language] if one.about else "",
        cells=[_cell(one, cell, language) for cell in measure.cells],
        city=_cell(one, measure.city, language),
        source=_source(store, one, language),
    )


def _cell(one: Indicator, cell: Cell, language: Language) -> CellView:
    if cell.value is None:
        word = "cell_hidden" if cell.status == "hidden" else "cell_absent"
        return CellView("–", "", "", "", PLACE_WORDS[word][language], Markup())
    ranked = PLACE_WORDS["place_of"][language].format(ranked=cell.ranked, place=cell.place)
    return CellView(
        value=said_value(one, cell.value, language),
        unit=one.unit[language] if one.unit else "",
        place=ranked if cell.place else "",
        period=_period(cell.period, language),
        note="",
        spark=_spark(one, cell, language),
    )


def said_value(one: Indicator, value: float, language: Language) -> str:
    """A value as its indicator is written: counts are whole."""
    return written(round(value) if one.format == "number" else float(value), language, one.format)


def _period(period: Any, language: Language) -> str:
    if period is None:
        return PLACE_WORDS["undated"][language]
    return written(period, language, "month" if period.day == 1 else "date")


def _spark(one: Indicator, cell: Cell, language: Language) -> Markup:
    if len(cell.trend) < 2:
        return Markup()
    (first, low), (last, high) = cell.trend[0], cell.trend[-1]
    said = PLACE_WORDS["trend_said"][language].format(
        title=one.title[language], first=_period(first, language), last=_period(last, language),
        low=said_value(one, low, language), high=said_value(one, high, language),
    )  # fmt: skip
    drawn = sparkline_svg(cell.trend, resolve_particles(said) if language == "ko" else said)
    return Markup(drawn)  # noqa: S704 — escaped where it is drawn


def _source(store: Store, one: Indicator, language: Language) -> tuple[str, str] | None:
    """Where to read on about an indicator; None where that is not open."""
    if one.of in store.analyses:
        return f"/{language}/analysis/{one.of}", store.analyses[one.of].title[language]
    titles: Mapping[str, Text] = store.open_titles
    return (f"/{language}/data/{one.of}", titles[one.of][language]) if one.of in titles else None
