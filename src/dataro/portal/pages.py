"""The pages: what each shows, from declarations, answers and verdicts alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from dataro.build.quality_history import history
from dataro.build.status import Standing
from dataro.portal import accessibility, privacy
from dataro.portal.notices import notices
from dataro.portal.reader import Reader
from dataro.portal.row_keys import row_query
from dataro.portal.store import Store
from dataro.portal.templates import render
from dataro.portal.views import (
    FigureView,
    Looks,
    figure_view,
    frame_table,
)
from dataro.portal.words import KINDS
from dataro.publish.catalogue.entries import visible_entry
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.words import CADENCES, OPENNESS, licence_words, theme_words
from dataro.publish.forms.croissant import croissant
from dataro.publish.forms.site import Site
from dataro.publish.render.breaks import METHODS
from dataro.publish.render.maps import Shapes, areas_km2
from dataro.publish.rows import Rows
from dataro.vocabulary import dictionary
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.figure import Axis, Choropleth, Figure, Flows, Note, Points
from dataro.vocabulary.settings import Between, Choices, SettingDeclaration
from dataro.vocabulary.text import Language, Text, both

PAGE_ROWS = 25
MOST_MAP_POINTS = 20_000
MOST_VERSIONS = 12
_SHAPES = "district_shapes"
_OURS = ("breaks", "at", "side", "v", "look", "narrow", "bom", "lang")
"""Names in a query that say how something is shown, not what an analysis is asked."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for what: the language, the path without it, the query; ``reader`` is signed in."""

    language: Language
    path: str
    query: Mapping[str, str]
    origin: str = ""
    reader: Reader | None = None


def page(store: Store, visit: Visit, template: str, **values: Any) -> str:
    """A page inside the frame that all share."""
    return render(
        template,
        visit.language,
        city=store.city,
        path=visit.path,
        query=visit.query,
        origin=visit.origin,
        reader=visit.reader,
        takes_requests="data_request" in store.workflows,
        places=store.places(),
        **{"synthetic": False, **values},
    )


def catalogue(store: Store, visit: Visit) -> str:
    """All data, searched and narrowed by theme."""
    asked = visit.query.get("q", "").strip()
    theme, available = visit.query.get("theme", ""), visit.query.get("available", "")
    entries = store.entries()
    found = [
        one
        for one in entries
        if _matches(one, asked.casefold().split())
        and theme in ("", one.theme)
        and (not available or one.publication is not None)
    ]
    return page(
        store,
        visit,
        "catalogue.html",
        entries=found,
        asked=asked,
        theme=theme,
        available=bool(available),
        themes={one.theme: theme_words(one.theme) for one in entries},
        theme_words=theme_words,
        synthetic=any(one.publication.receipt.synthetic for one in entries if one.publication),
    )


def _matches(entry: Entry, words: list[str]) -> bool:
    one = entry
    texts: list[Text] = [one.title, one.description, one.owner, theme_words(one.theme)]
    texts += [term.text for term in entry.columns.values()]
    everything = " ".join([one.id, *one.keywords, *(t.ko + " " + t.en for t in texts)]).casefold()
    return all(word in everything for word in words)


def dataset(store: Store, visit: Visit, id: str) -> str:
    """One dataset: what it is, its columns, quality, rows, map, files, receipt."""
    entry = store.entry(id)
    published = entry.publication
    values: dict[str, Any] = {"preview": None, "figure": None, "formats": [], "pages": 1}
    reported = "error_report" in store.workflows
    if published is not None:
        last_page = 1_000_000
        number = min(max(_whole(visit.query.get("page"), 1), 1), last_page)
        frame, total = store.page_of_rows(id, (number - 1) * PAGE_ROWS, PAGE_ROWS)
        pages = max(1, -(-total // PAGE_ROWS))
        rows = Rows(frame, entry.columns, entry.about())
        values = {
            "preview": frame_table(frame, entry.columns, visit.language),
            "reports": report_addresses(entry, frame, visit) if reported else [],
            "page": number,
            "pages": pages,
            "total": total,
            "first": (number - 1) * PAGE_ROWS + 1,
            "figure": dataset_map(store, visit.language, entry),
            "formats": rows.formats(),
        }
    return page(
        store,
        visit,
        "dataset.html",
        entry=entry,
        described=described(store, visit, entry),
        one=entry,
        verdict=entry.verdict,
        receipt=published.receipt if published else None,
        synthetic=bool(published and published.receipt.synthetic),
        licence=licence_words(entry.licence),
        theme=theme_words(entry.theme),
        cadence=CADENCES[entry.cadence],
        openness=OPENNESS[entry.openness],
        kinds=KINDS,
        history=history(store.context.state, id, MOST_VERSIONS)[::-1],
        used_by=store.used_by(id),
        **values,
    )


def report_addresses(entry: Entry, frame: pl.DataFrame, visit: Visit) -> list[str]:
    """Where an error in each row can be reported; empty for a row that no key names."""
    to = f"/{visit.language}/data/{entry.id}/report"
    queries = [row_query(entry.row_names(), row) for row in frame.iter_rows(named=True)]
    return [f"{to}?{query}" if query else "" for query in queries]


def _whole(given: str | None, default: int) -> int:
    return (
        int(given) if given and given.isascii() and given.isdigit() and len(given) < 8 else default
    )


def described(store: Store, visit: Visit, entry: Entry) -> dict[str, Any] | None:
    """What search engines and loaders of data read in the page; None before there is data."""
    if entry.snapshot is None:
        return None
    return croissant(Site(visit.origin, store.city), entry, visit.language)


def dataset_map(store: Store, language: Language, entry: Entry) -> FigureView | None:
    """A map of a dataset's places, made from its columns; None where it has none."""
    figure = places_figure(store, entry)
    if figure is None:
        return None
    return figure_view(
        "map",
        figure,
        language,
        shapes=figure_shapes(store, figure),
        looks=Looks(),
        address=f"/{language}/data/{entry.id}/map",
        query={},
    )


def places_figure(store: Store, entry: Entry) -> Figure | None:
    """Dots for longitude and latitude, areas for outlines of districts; None for rows without a
    place, or with more places than a picture can hold."""
    one = entry
    is_area = store.table_of(entry.id) == _SHAPES
    if not is_area and not {"longitude", "latitude"} <= set(entry.columns):
        return None
    frame = store.rows(one.id).frame
    if is_area:
        return _areas_figure(entry, frame)
    frame = frame.drop_nulls(["longitude", "latitude"])
    if frame.is_empty() or frame.height > MOST_MAP_POINTS:
        return None
    name = next((n for n in ("name", "stop", "id") if n in frame.columns), entry.row_names()[0])
    alt = both(
        f"{one.title.ko} {frame.height:,}곳의 위치를 점으로 찍은 지도입니다.",
        f"A map with a dot for each of {frame.height:,} places: {one.title.en}.",
    )
    return Points(
        title=one.title,
        at=[str(value) for value in frame[name]],
        longitude=frame["longitude"].to_list(),
        latitude=frame["latitude"].to_list(),
        note=Note(alt, one.owner),
    )


def _areas_figure(entry: Entry, frame: pl.DataFrame) -> Figure:
    """Districts by their area on the ellipsoid WGS 84, square kilometres."""
    one = entry
    codes = frame["district"].to_list()
    alt = both(
        f"{one.title.ko} {len(codes):,}곳의 경계를 면적에 따라 칠한 지도입니다.",
        f"A map of {len(codes):,} outlines coloured by area: {one.title.en}.",
    )
    return Choropleth(
        title=one.title,
        shapes=_SHAPES,
        places=codes,
        at=frame["name"].to_list(),
        y=Axis(dictionary.AREA_KM2.text, "decimal", dictionary.AREA_KM2.unit),
        values=areas_km2(frame["shape"].to_list()),
        note=Note(alt, one.owner),
    )


def analysis(store: Store, visit: Visit, id: str) -> str:
    """One analysis: question, answer, figures with their tables, settings, method, receipt."""
    declared = store.analysis(id)
    settings, looks = read_query(visit.query, declared.settings)
    answer = store.answer_of(id, settings, looks.pin)
    figures = figure_views(store, visit, answer, settings, looks, list(answer.figures))
    return page(
        store,
        visit,
        "analysis.html",
        analysis=declared,
        described=described(store, visit, visible_entry(store.context, id)),
        answer=answer,
        figures=figures,
        fields=[setting_field(one, answer, visit.language) for one in declared.settings.values()],
        tables={
            name: (table, answer.tables[name].height) for name, table in declared.results.items()
        },
        settings=settings,
        notices=notices(store, answer, looks.pin, visit.language),
        receipt=answer.receipt,
        synthetic=answer.receipt.synthetic,
        entries={one.id: one for one in store.entries()},
    )


def figure_views(
    store: Store,
    visit: Visit,
    answer: Answer,
    settings: Mapping[str, str],
    looks: Looks,
    names: Sequence[str],
) -> list[FigureView]:
    """The named figures of an answer, drawn; their files are of the version that is shown."""
    shown = answer.receipt.snapshot
    looks = replace(looks, pin=str(shown) if shown is not None else "")
    base = f"/{visit.language}/analysis/{answer.analysis.id}/figures"
    return [
        figure_view(
            name, answer.figures[name], visit.language,
            shapes=figure_shapes(store, answer.figures[name]), looks=looks,
            address=f"{base}/{name}", query=settings,
        )
        for name in names
    ]  # fmt: skip


def analyses(store: Store, visit: Visit) -> str:
    """Every question that is answered."""
    found = list(store.analyses.values())
    return page(
        store,
        visit,
        "analyses.html",
        analyses=found,
        published={one.id: store.is_published(one.id) for one in found},
        theme_words=theme_words,
    )


def accessibility_page(store: Store, visit: Visit) -> str:
    """How the guidelines are met."""
    return page(
        store, visit, "accessibility.html",
        intro=accessibility.INTRO, heads=accessibility.HEADS, items=accessibility.ITEMS,
    )  # fmt: skip


def privacy_page(store: Store, visit: Visit) -> str:
    """What is kept of people, and why."""
    return page(
        store, visit, "privacy.html", intro=privacy.INTRO, sections=privacy.sections(store.city)
    )


def read_query(
    query: Mapping[str, str], settings: Mapping[str, SettingDeclaration]
) -> tuple[dict[str, str], Looks]:
    """Settings and looks from a URL's query. A name that is neither is left to the analysis,
    which says what it does not know."""
    method = next((one for one in METHODS if one == query.get("breaks")), METHODS[0])
    pin = query.get("v", "")
    looks = Looks(
        method, query.get("at", ""), query.get("side", ""), pin[:20] if pin.isdigit() else ""
    )
    given = {name: value for name, value in query.items() if name not in _OURS and value != ""}
    for name, one in settings.items():  # an unticked box is not sent at all
        if one.type is bool and "_form" in given and name not in given:
            given[name] = "false"
    given.pop("_form", None)
    return given, looks


def figure_shapes(store: Store, figure: Figure) -> Shapes:
    """Outlines for a map; the districts' own under dots."""
    if isinstance(figure, Choropleth | Flows):
        return store.shapes(figure.shapes)
    return store.shapes(_SHAPES) if isinstance(figure, Points) else {}


def setting_field(one: SettingDeclaration, answer: Answer, language: Language) -> dict[str, Any]:
    """A setting as a form field: its kind of input, limits, current value."""
    value = answer.settings[one.name]
    made: dict[str, Any] = {
        "name": one.name,
        "label": one.text[language],
        "hint": one.expected()[language] if not isinstance(one.limits, Choices) else "",
        "value": str(value),
        "kind": {int: "number", float: "number", bool: "checkbox", str: "text"}.get(
            one.type, "date"
        ),
        "checked": value is True,
        "options": None,
        "minimum": None,
        "maximum": None,
        "step": "any" if one.type is float else "1",
    }
    if isinstance(one.limits, Choices):
        made["options"] = [(code, words[language]) for code, words in one.limits.options.items()]
    elif isinstance(one.limits, Between):
        made["minimum"], made["maximum"] = str(one.limits.minimum), str(one.limits.maximum)
    return made


def help_page(store: Store, visit: Visit) -> str:
    """How to read the portal, and how to use data by address."""
    entries = [one for one in store.entries() if one.publication]
    return page(
        store, visit, "help.html", example=entries[0].id if entries else "…",
        analyses=list(store.analyses.values()),
    )  # fmt: skip


def status_page(store: Store, visit: Visit) -> str:
    """How everything stands; internal datasets are not told."""
    open_ones = {one.id for one in store.entries()}
    standings: list[Standing] = [
        one for one in store.standings() if one.kind == "analysis" or one.id in open_ones
    ]
    return page(
        store, visit, "status.html", standings=standings,
        synthetic=any(one.synthetic for one in standings),
    )  # fmt: skip


def error_page(
    store: Store,
    visit: Visit,
    status: int,
    text: Text,
    instead: Sequence[tuple[str, Text]] = (),
) -> str:
    """What went wrong and what to do next; ``instead`` are pages that may have been meant."""
    return page(store, visit, "error.html", status=status, text=text, instead=instead)
