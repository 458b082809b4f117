"""What can be downloaded: datasets, results and figures, each in its formats."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from urllib.parse import quote

from dataro.portal.area_pages import map_figure
from dataro.portal.data_pages import pictures
from dataro.portal.map_data import map_json
from dataro.portal.pages import (
    Visit,
    figure_shapes,
    read_query,
)
from dataro.portal.replies import Reply
from dataro.portal.store import Store
from dataro.portal.views import Looks, at_moment, figure_table
from dataro.publish.catalogue.entry import Gone, NotThere
from dataro.publish.document import answer_document
from dataro.publish.downloads import MEDIA_TYPES, write
from dataro.publish.render.drawing import option_json
from dataro.publish.render.echarts import NARROW, WIDE
from dataro.publish.render.maps import Shapes
from dataro.publish.render.picture import picture_svg, png
from dataro.publish.rows import FORMATS, About, Rows
from dataro.publish.workbook import figure_workbook
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.figure import Choropleth, Figure, Flows, Points
from dataro.vocabulary.text import both

FIGURE_FORMATS = ("png", "svg", "csv", "xlsx", "json")


def _split(name: str, endings: tuple[str, ...]) -> tuple[str, str]:
    """Name and ending. Raises ``NotThere`` with the endings that there are."""
    stem, _, ending = name.rpartition(".")
    if not stem or ending not in endings:
        listed = ", ".join(endings)
        raise NotThere(
            both(
                f"그런 형식으로는 받을 수 없습니다. 가능한 형식: {listed}.",
                f"It cannot be had in that format. Formats: {listed}.",
            )
        )
    return stem, ending


def _attached(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def result_file(store: Store, visit: Visit, id: str, name: str) -> Reply:
    """A result table of an analysis, with the settings of the address."""
    result, ending = _split(name, FORMATS)
    declared = store.analysis(id)
    if result not in declared.results:
        raise NotThere(
            both(
                f"이 분석에 그런 결과 표는 없습니다. 있는 표: {', '.join(declared.results)}.",
                f"The analysis has no such table. Tables: {', '.join(declared.results)}.",
            )
        )
    answer = store.answer(id, read_query(visit.query, declared.settings)[0])
    table = declared.results[result]
    about = About(
        f"{id}.{result}", table.title, declared.question, declared.title, "", answer.receipt
    )
    rows = Rows(answer.tables[result], table.columns, about)
    return _rows_file(rows, ending, visit, f"{id}-{name}")


def _rows_file(rows: Rows, ending: str, visit: Visit, name: str) -> Reply:
    format = next(one for one in FORMATS if one == ending)
    if format not in rows.formats():
        raise NotThere(
            both(
                "위치를 나타내는 열이 없어 GeoJSON으로 받을 수 없습니다. CSV나 JSON으로 받으십시오.",
                "No column says where things are, so there is no GeoJSON. Take CSV or JSON.",
            )
        )
    bom = visit.query.get("bom") != "0"
    body = write(rows, format, visit.language, bom=bom)
    return Reply(body, MEDIA_TYPES[format], headers=_attached(name))


def answer_json(store: Store, visit: Visit, id: str) -> Reply:
    """Everything an answer says, in both languages."""
    settings, _ = read_query(visit.query, store.analysis(id).settings)
    document = answer_document(store.answer(id, settings))
    return Reply(json.dumps(document, ensure_ascii=False).encode(), "application/json")


def figure_file(store: Store, visit: Visit, id: str, name: str) -> Reply:
    """A figure of an analysis as picture, table, workbook, or data for the browser."""
    stem, ending = _split(name, FIGURE_FORMATS)
    declared = store.analysis(id)
    settings, looks = read_query(visit.query, declared.settings)
    answer = of_version(store, id, settings, looks.pin)
    figure = answer.figures.get(stem)
    if figure is None:
        raise NotThere(
            both(
                f"이 분석에 그런 그림은 없습니다. 있는 그림: {', '.join(answer.figures)}.",
                f"The analysis has no such figure. Figures: {', '.join(answer.figures)}.",
            )
        )
    shapes = figure_shapes(store, figure)
    return _figure(figure, ending, visit, looks, shapes, answer.receipt.synthetic, f"{id}-{name}")


def of_version(store: Store, id: str, settings: Mapping[str, str], pin: str) -> Answer:
    """The answer of the version that a page shows: never another one under the same page.

    Raises ``Gone`` where that version cannot be had any more.
    """
    answer = store.answer_of(id, settings, pin)
    if pin and not settings and str(answer.receipt.snapshot) != pin:
        raise Gone(
            both(
                f"{pin}번 판은 더는 볼 수 없습니다. 주소에서 v={pin}을 빼면 지금 판을 봅니다.",
                f"Version {pin} cannot be shown any more. Without v={pin} the address gives the current one.",
            )
        )
    return answer


def dataset_map_file(store: Store, visit: Visit, id: str, name: str) -> Reply:
    """The map of a dataset's places, or its first chart."""
    stem, ending = _split(name, FIGURE_FORMATS)
    entry = store.entry(id)
    entry.published()
    figure = pictures(store, entry).get(stem)
    if figure is None:
        raise NotThere(
            both("이 데이터에는 그런 그림이 없습니다.", "This dataset has no such picture.")
        )
    shapes = figure_shapes(store, figure)
    _, looks = read_query(visit.query, {})
    synthetic = entry.published().receipt.synthetic
    return _figure(figure, ending, visit, looks, shapes, synthetic, f"{id}-{name}")


def area_map_file(store: Store, visit: Visit, name: str) -> Reply:
    """The map of an indicator of all districts."""
    stem, ending = _split(name, FIGURE_FORMATS)
    figure, answer = map_figure(store, stem)
    _, looks = read_query(visit.query, {})
    shapes = store.shapes(figure.shapes)
    return _figure(figure, ending, visit, looks, shapes, answer.receipt.synthetic, f"areas-{name}")


def _figure(
    figure: Figure,
    ending: str,
    visit: Visit,
    looks: Looks,
    shapes: Shapes,
    synthetic: bool,
    name: str,
) -> Reply:
    language = visit.language
    figure = at_moment(figure, looks)
    if ending == "json":
        if isinstance(figure, Choropleth | Flows | Points):
            return Reply(map_json(figure, shapes, language, looks), "application/json")
        width = NARROW if visit.query.get("narrow") else WIDE
        return Reply(option_json(figure, language, width).encode(), "application/json")
    if ending == "csv":
        return Reply(_csv(figure, visit), MEDIA_TYPES["csv"], headers=_attached(name))
    if ending == "xlsx":
        body = figure_workbook(figure, language, synthetic=synthetic)
        return Reply(body, MEDIA_TYPES["xlsx"], headers=_attached(name))
    svg = picture_svg(figure, language, shapes=shapes, method=looks.method, synthetic=synthetic)
    if ending == "png":
        return Reply(png(svg), "image/png")
    return Reply(svg.encode(), "image/svg+xml")


def _csv(figure: Figure, visit: Visit) -> bytes:
    heads, rows = figure.cells()
    table = figure_table(figure, visit.language)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([head[visit.language] for head in heads])
    for plain, words in zip(rows, table.rows, strict=True):
        line = [words[i] if not _is_number(value) else value for i, value in enumerate(plain)]
        writer.writerow("" if cell == "–" else _harmless(cell) for cell in line)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _harmless(cell: object) -> object:
    """Text that a spreadsheet would run as a formula is quoted."""
    if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r"):
        return f"'{cell}"
    return cell
