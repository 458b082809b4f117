"""JSON and XML documents: the records under a path, each a row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError

import polars as pl
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import parse as parse_xml

from dataro.data.sources.encoding import detect
from dataro.data.sources.raw import GEOMETRY, ROW, Report
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import both

MOST_BYTES = 1 << 29
"""The largest document that is read whole (512 MB)."""

BATCH = 50_000

MOST_COLUMNS = 20_000

_SHAPES = {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}


def read_json(path: Path, source: Source, report: Report) -> Iterator[pl.DataFrame]:
    """Batches of the records of a JSON document (or of one record a line), with ``_row``.

    Numbers keep the digits the file has; nested mappings become columns joined by dots, lists
    their JSON text. Raises ``Problem`` where the text is no JSON or the path leads nowhere.
    """
    document = _load_json(path, source, report)
    yield from _frames(_records(document, source, report), report)


def read_xml(path: Path, source: Source, report: Report) -> Iterator[pl.DataFrame]:
    """Batches of the records of an XML document, as ``read_json``; attributes are members.

    The path may begin with the root element or below it. Raises ``Problem`` where the document
    is not well-formed, defines entities, or the path leads nowhere.
    """
    _check_size(path, report)
    try:
        root = cast(Element, parse_xml(path).getroot())
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Problem(
            both(
                f"{report.file}: XML을 읽을 수 없습니다({error}). 파일을 다시 받으십시오.",
                f"{report.file}: the XML cannot be read ({error}). Get the file again.",
            )
        ) from error
    content = xml_as_json(root)
    tag = _tag(root)
    if source.records is None or source.records.split(".")[0] == tag:
        content = {tag: content}
    yield from _frames(_records(content, source, report), report)


def _check_size(path: Path, report: Report) -> None:
    if path.stat().st_size > MOST_BYTES:
        raise Problem(
            both(
                f"{report.file}: {path.stat().st_size >> 20:,} MB로, 한 번에 읽는 한도"
                f"({MOST_BYTES >> 20} MB)를 넘습니다. 파일을 나누거나 CSV로 받으십시오.",
                f"{report.file}: {path.stat().st_size >> 20:,} MB exceeds what is read at once "
                f"({MOST_BYTES >> 20} MB). Split the file, or get it as CSV.",
            )
        )


def _load_json(path: Path, source: Source, report: Report) -> Any:
    _check_size(path, report)
    encoding = detect(path, report, source.encoding)
    report.encoding = encoding.name
    text = path.read_text(encoding=encoding.name, errors="replace").removeprefix("\ufeff")
    try:
        # Numbers stay as written: 37.10 is not 37.1, and long codes lose no digit.
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=_not_a_number)
    except RecursionError as error:
        raise _no_json(report, 1, 1, "nested too deeply") from error
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if error.msg == "Extra data" and len(lines) > 1:
            return list(_lines(text, report))
        raise _no_json(report, error.lineno, error.colno, error.msg) from error


def _not_a_number(_: str) -> None:
    return None


def _lines(text: str, report: Report) -> Iterator[Any]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield json.loads(line, parse_float=str, parse_int=str, parse_constant=_not_a_number)
        except json.JSONDecodeError as error:
            if number == 1:
                raise _no_json(report, number, error.colno, error.msg) from error
            report.fault(
                "json",
                both(
                    f"JSON으로 읽을 수 없는 줄이어서 뺐습니다({error.colno}번째 글자).",
                    f"The line is not JSON (character {error.colno}) and was left out.",
                ),
                row=number,
                value=line,
                kept=False,
            )


def _no_json(report: Report, line: int, column: int, reason: str) -> Problem:
    return Problem(
        both(
            f"{report.file}: {line:,}행 {column:,}번째 글자에서 JSON으로 읽을 수 없습니다({reason}). "
            "파일이 잘렸는지 확인하고 다시 받으십시오.",
            f"{report.file}: not JSON at line {line:,}, character {column:,} ({reason}). Check "
            "whether the file was cut off, and get it again.",
        )
    )


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def xml_as_json(element: Element) -> Any:
    """An element as JSON would have it: members by tag, repeated ones a list."""
    content: dict[str, Any] = dict(element.attrib)
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name, value = _tag(child), xml_as_json(child)
        if name not in content:
            content[name] = value
        elif isinstance(content[name], list):
            content[name].append(value)
        else:
            content[name] = [content[name], value]
    text = (element.text or "").strip()
    if not content:
        return text or None
    if text:
        content["text"] = text
    return content


def _records(document: Any, source: Source, report: Report) -> Iterator[dict[str, Any]]:
    if source.records is not None:
        keys = [key for key in source.records.split(".") if key]
        yield from _walk(document, keys, (), {}, report)
        return
    path = _answer_path(document)
    if path is None:
        candidates = list(_candidates(document, ()))
        path, _ = max(candidates, key=lambda candidate: candidate[1], default=((), 1))
    if path:
        report.note(
            f"레코드를 “{'.'.join(path)}” 아래에서 읽었습니다. 다른 곳이면 선언에 records를 "
            "적으십시오.",
            f"the records were read under “{'.'.join(path)}”. If they are elsewhere, declare "
            "“records”.",
        )
    yield from _walk(document, list(path), (), {}, report)


def _answer_path(document: Any) -> tuple[str, ...] | None:
    """Where answers of the national data portal keep their records, be they one, many or none."""
    for path in (("response", "body"), ("body",)):
        node = document
        for key in path:
            node = node.get(key) if isinstance(node, Mapping) else None
        if isinstance(node, Mapping) and "items" in node:
            items = node["items"]
            return (*path, "items") if isinstance(items, list) else (*path, "items", "item")
    return None


def _candidates(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Where records may lie, at most five levels down, and roughly how many: lists of mappings,
    and mappings whose many members are alike."""
    if isinstance(node, list):
        if not path or (node and isinstance(node[0], Mapping)):
            yield path, len(node)
        return
    if not isinstance(node, Mapping) or len(path) >= 5:
        return
    members = list(node.values())
    if len(members) >= 3 and all(isinstance(member, Mapping) for member in members):
        yield (*path, "*"), len(members)
        for inside, count in _candidates(members[0], (*path, "*")):
            yield inside, count * len(members)
    elif len(members) >= 50 and not any(isinstance(m, list | Mapping) for m in members):
        yield (*path, "*"), len(members)
    else:
        for key, member in node.items():
            yield from _candidates(member, (*path, str(key)))


def _walk(
    node: Any, keys: list[str], passed: tuple[str, ...], above: dict[str, Any], report: Report
) -> Iterator[dict[str, Any]]:
    """Rows under ``keys``; ``above`` are the plain members of levels passed on the way."""
    if not keys:
        members = node if isinstance(node, list) else [node] if node not in (None, "") else []
        for member in members:
            yield _joined(above, _flat(member), passed)
        return
    key, rest = keys[0], keys[1:]
    if key == "*":
        if isinstance(node, Mapping):
            for name, member in _having(node.items(), rest):
                column = "key"
                count = sum(known == "key" or known.startswith("key_") for known in above)
                column = f"key_{count + 1}" if count else column
                yield from _walk(member, rest, (*passed, name), {**above, column: name}, report)
        elif isinstance(node, list):
            for _, member in _having(((None, member) for member in node), rest):
                inside = _plain(member) if rest and isinstance(member, Mapping) else {}
                yield from _walk(member, rest, passed, {**above, **inside}, report)
        elif node not in (None, ""):
            raise _lost(report, key, passed, node)
        return
    if isinstance(node, list):
        for _, member in _having(((None, member) for member in node), keys):
            yield from _walk(member, keys, passed, above, report)
        return
    if node in (None, ""):
        return
    if not isinstance(node, Mapping) or key not in node:
        raise _lost(report, key, passed, node)
    outer = _joined(above, _plain(node), passed)
    yield from _walk(node[key], rest, (*passed, key), outer, report)


def _having(members: Iterable[tuple[Any, Any]], keys: Sequence[str]) -> Iterable[tuple[Any, Any]]:
    """The members in which the next key stands; all of them where it stands in none."""
    given = list(members)
    if not keys or keys[0] == "*":
        return given
    having = [pair for pair in given if isinstance(pair[1], list) or (
        isinstance(pair[1], Mapping) and keys[0] in pair[1])]  # fmt: skip
    return having or given


def _lost(report: Report, key: str, passed: tuple[str, ...], node: Any) -> Problem:
    known = list(node) if isinstance(node, Mapping) else []
    near = did_you_mean(key, known)
    where = ".".join(passed)
    shown = ", ".join(known[:20])
    return Problem(
        both(
            f"{report.file}: 선언된 records 경로의 “{key}”이(가) "
            f"{'“' + where + '” 아래' if where else '문서 맨 위'}에 없습니다.{near.ko} "
            f"있는 키: {shown or '없음'}.",
            f"{report.file}: “{key}” of the declared path “records” is not "
            f"{'under “' + where + '”' if where else 'at the top of the document'}.{near.en} "
            f"Keys there: {shown or 'none'}.",
        )
    )


def _plain(node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if not isinstance(value, list | Mapping)}


def _joined(above: dict[str, Any], own: dict[str, Any], passed: tuple[str, ...]) -> dict[str, Any]:
    """Own members win; one of a passed level that is hidden so is kept as ``parent.name``."""
    if not above:
        return own
    hidden = {
        f"parent.{name}": value
        for name, value in above.items()
        if name in own and own[name] != value
    }
    return {**above, **own, **hidden}


def _flat(member: Any) -> dict[str, Any]:
    if not isinstance(member, Mapping):
        return {"value": member if not isinstance(member, list) else _text(member)}
    row: dict[str, Any] = {}
    for name, value in member.items():
        if name == GEOMETRY and isinstance(value, Mapping) and value.get("type") in _SHAPES:
            row[name] = value
        elif isinstance(value, Mapping):
            inner = _flat(value)
            row.update({f"{name}.{key}": cell for key, cell in inner.items()})
        else:
            row[name] = value
    return row


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _frames(records: Iterator[dict[str, Any]], report: Report) -> Iterator[pl.DataFrame]:
    number = 0
    rows: list[dict[str, Any]] = []
    for record in records:
        rows.append(record)
        if len(rows) == BATCH:
            yield _frame(rows, number, report)
            number += len(rows)
            rows = []
    if rows or not number:
        yield _frame(rows, number, report)


def _frame(rows: list[dict[str, Any]], before: int, report: Report) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > MOST_COLUMNS:
        raise Problem(
            both(
                f"{report.file}: 레코드에 서로 다른 키가 {len(names):,}개여서 표로 볼 수 없습니다. "
                "선언의 records에 레코드의 경로를 적으십시오(예: regions.*.monthly).",
                f"{report.file}: the records have {len(names):,} different keys, which is no "
                "table. Declare the path of the records (for example regions.*.monthly).",
            )
        )
    columns = {}
    for name in names:
        given = [row.get(name) for row in rows] if name == GEOMETRY else []
        if given and all(value is None or isinstance(value, Mapping) for value in given):
            columns[name] = pl.Series(name, [_wkb(row.get(name)) for row in rows], dtype=pl.Binary)
        else:
            columns[name] = pl.Series(name, [_text(row.get(name)) for row in rows], dtype=pl.String)
    numbers = pl.int_range(before + 1, before + 1 + len(rows), dtype=pl.Int64, eager=True)
    return pl.DataFrame({**columns, ROW: numbers})


def _wkb(shape: Any) -> bytes | None:
    """A GeoJSON geometry (numbers as text, EPSG:4326) as WKB."""
    if not isinstance(shape, Mapping):
        return None
    numbers = json.loads(json.dumps(shape), object_hook=_numbers)
    return bytes(shapely.to_wkb(shapely.geometry.shape(numbers)))


def _numbers(shape: dict[str, Any]) -> dict[str, Any]:
    return {**shape, "coordinates": _floats(shape.get("coordinates"))}


def _floats(value: Any) -> Any:
    return [_floats(item) for item in value] if isinstance(value, list) else float(value)
