"""The page of a dataset and of its versions: what it is, what it looks like, how good, how to cite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from dataro.accounts.clock import korean_day, system_clock
from dataro.build.quality_history import history
from dataro.data.standards.template_fit import Fit, fit_headings
from dataro.data.standards.templates import template
from dataro.portal.case_parts import day_of
from dataro.portal.month_bars import month_bars
from dataro.portal.pages import Visit, described, figure_shapes, page
from dataro.portal.row_keys import row_query
from dataro.portal.store import Store
from dataro.portal.views import FigureView, Looks, figure_view, frame_table
from dataro.portal.words import KINDS
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.first_chart import first_chart
from dataro.publish.catalogue.metadata import next_update, overdue, score
from dataro.publish.catalogue.told import change_words
from dataro.publish.catalogue.versions import Version, versions
from dataro.publish.catalogue.words import CADENCES, OPENNESS, licence_words, theme_words
from dataro.publish.render.maps import areas_km2
from dataro.publish.tiles.crowd import crowd
from dataro.publish.tiles.keeping import points
from dataro.vocabulary import dictionary
from dataro.vocabulary.figure import Axis, Choropleth, Figure, Note, Points
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.text import Language, Text, both

PAGE_ROWS = 25
MOST_MAP_POINTS = 20_000
MOST_VERSIONS = 12
MOST_PICTURED = 50_000
"""Rows of a table of which a picture is made."""
_SHAPES = "district_shapes"


def dataset(store: Store, visit: Visit, id: str) -> str:
    """One dataset: what it is, its map, chart, rows, columns, quality, versions, files, receipt."""
    entry = store.entry(id)
    published = entry.publication
    today = korean_day(system_clock())
    values: dict[str, Any] = {"preview": None, "figures": [], "formats": [], "pages": 1}
    if published is not None and entry.snapshot is not None:
        values = _shown(store, visit, entry)
    known = versions(store.context, entry)
    fit = _fit(store, entry)
    return page(
        store, visit, "dataset.html",
        entry=entry,
        one=entry,
        described=described(store, visit, entry),
        verdict=entry.verdict,
        receipt=published.receipt if published else None,
        synthetic=entry.synthetic,
        licence=licence_words(entry.licence),
        licence_text=LICENCES.get(entry.licence),
        theme=theme_words(entry.theme),
        cadence=CADENCES[entry.cadence],
        overdue=overdue(entry, today),
        next_update=next_update(entry),
        openness=OPENNESS[entry.openness],
        kinds=KINDS,
        history=history(store.context.state, id, MOST_VERSIONS)[::-1],
        versions=known[:3],
        versions_n=len(known),
        told=_told(entry, known[:3]),
        metadata=score(entry, store.city, today),
        fit=fit,
        misnamed=", ".join(f"{name} ← {heading}" for name, heading in fit.misnamed.items()) if fit else "",
        cite=citation(visit, entry),
        use=store.use_of(id),
        months=month_bars(store.months_of(id), today),
        reuses=store.reuses_of(id),
        titles={one.id: one.title for one in store.entries()},
        day=day_of,
        used_by=store.used_by(id),
        **values,
    )  # fmt: skip


def _shown(store: Store, visit: Visit, entry: Entry) -> dict[str, Any]:
    """What is shown of the rows."""
    reported = "error_report" in store.workflows
    number = min(max(_whole(visit.query.get("page"), 1), 1), 1_000_000)
    frame, total = store.page_of_rows(entry.id, (number - 1) * PAGE_ROWS, PAGE_ROWS)
    return {
        "preview": frame_table(frame, entry.columns, visit.language),
        "reports": report_addresses(entry, frame, visit) if reported else [],
        "page": number,
        "pages": max(1, -(-total // PAGE_ROWS)),
        "total": total,
        "first": (number - 1) * PAGE_ROWS + 1,
        "figures": dataset_figures(store, visit.language, entry),
        "formats": entry.formats,
    }


def dataset_versions(store: Store, visit: Visit, id: str) -> str:
    """Every version of a dataset: what changed in it, how good it was, its files."""
    entry = store.entry(id)
    found = versions(store.context, entry)
    return page(
        store, visit, "versions.html",
        entry=entry, versions=found, formats=entry.formats, synthetic=entry.synthetic,
        told=_told(entry, found),
    )  # fmt: skip


def _told(entry: Entry, found: Sequence[Version]) -> dict[int, Text]:
    """What each version changed, in words."""
    return {one.snapshot: change_words(entry, one) for one in found}


def citation(visit: Visit, entry: Entry) -> str:
    """How the current version is cited: who, what, which version, where; empty where there is none."""
    if entry.snapshot is None or entry.modified is None:
        return ""
    words = both("판", "version")[visit.language]
    version = f"{entry.snapshot}{words}" if visit.language == "ko" else f"{words} {entry.snapshot}"
    address = f"{visit.origin}/{visit.language}/data/{entry.id}"
    return (
        f"{entry.owner[visit.language]}, “{entry.title[visit.language]}”, {version} "
        f"({entry.modified[:10]}), {address}"
    )


def _fit(store: Store, entry: Entry) -> Fit | None:
    """How the headings of the dataset's file fit the national template that it names."""
    if entry.template is None:
        return None
    declared = store.context.registry.datasets[entry.id].columns
    headings = [
        one.source or entry.columns[name].text.ko
        for name, one in declared.items()
        if name in entry.columns
    ]
    return fit_headings(template(entry.template), headings)


def dataset_figures(store: Store, language: Language, entry: Entry) -> list[FigureView]:
    """A map of a dataset's places and a first chart, as far as its columns allow."""
    return [
        figure_view(
            name, figure, language,
            shapes=figure_shapes(store, figure), looks=Looks(),
            address=f"/{language}/data/{entry.id}/{name}", query={},
        )
        for name, figure in pictures(store, entry).items()
    ]  # fmt: skip


def pictures(store: Store, entry: Entry) -> dict[str, Figure]:
    """The pictures of a dataset by name: ``map``, ``chart``."""
    if entry.rows is None or entry.rows > MOST_PICTURED:
        crowded = _crowd_figure(store, entry)
        return {"map": crowded} if crowded else {}
    frame = store.rows(entry.id).frame
    found = {"map": places_figure(store, entry, frame), "chart": first_chart(entry, frame)}
    return {name: figure for name, figure in found.items() if figure is not None}


def places_figure(store: Store, entry: Entry, frame: pl.DataFrame) -> Figure | None:
    """Dots for longitude and latitude, areas for outlines of districts; None for rows without a
    place, or with more places than a picture can hold."""
    one = entry
    is_area = store.table_of(entry.id) == _SHAPES
    if not is_area and not {"longitude", "latitude"} <= set(entry.columns):
        return None
    if is_area:
        return _areas_figure(entry, frame)
    frame = frame.drop_nulls(["longitude", "latitude"])
    if frame.is_empty():
        return None
    if frame.height > MOST_MAP_POINTS:
        return _crowd_figure(store, entry)
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


def _crowd_figure(store: Store, entry: Entry) -> Figure | None:
    """More places than a picture holds: a dot for each cell of a grid, and tiles for the live map."""
    if not {"longitude", "latitude"} <= set(entry.columns):
        return None
    ordered = points(store.context, entry)
    if not len(ordered):
        return None
    longitude, latitude, counts = crowd(ordered)
    total, most = len(ordered), int(counts[0])
    alt = both(
        f"{entry.title.ko} {total:,}곳을 {len(counts):,}개 구역으로 묶어 그린 지도입니다. 가장 많은 구역에 "
        f"{most:,}곳이 있습니다.",
        f"A map of {total:,} places in {len(counts):,} cells: {entry.title.en}. The fullest cell "
        f"has {most:,}.",
    )
    collection = f"/ogc/collections/{entry.id}"
    return Points(
        title=entry.title,
        at=[
            both(f"{place}번째로 많은 구역", f"cell number {place}")
            for place in range(1, len(counts) + 1)
        ],
        longitude=longitude.tolist(),
        latitude=latitude.tolist(),
        note=Note(alt, entry.owner),
        y=Axis(both("장소 수", "Places"), unit=both("곳", "places")),
        size=counts.tolist(),
        tiles=f"{collection}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?v={entry.snapshot}",
        items=f"{collection}/items",
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


def report_addresses(entry: Entry, frame: pl.DataFrame, visit: Visit) -> list[str]:
    """Where an error in each row can be reported; empty for a row that no key names."""
    to = f"/{visit.language}/data/{entry.id}/report"
    queries = [row_query(entry.row_names(), row) for row in frame.iter_rows(named=True)]
    return [f"{to}?{query}" if query else "" for query in queries]


def _whole(given: str | None, default: int) -> int:
    return (
        int(given) if given and given.isascii() and given.isdigit() and len(given) < 8 else default
    )
