"""A table asked for through the REST interface: the page of rows, or the rows of a file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import msgspec
import polars as pl

from dataro.build.context import Context
from dataro.publish.catalogue.entry import Entry, EntryTable
from dataro.publish.forms.rest.documents import page_document
from dataro.publish.forms.rest.grammar import Asked
from dataro.publish.forms.rest.problems import BeyondTheEnd
from dataro.publish.grouping import Grouping, Measure, grouped
from dataro.publish.query import BadOperator, Cell
from dataro.publish.rows import About, Rows
from dataro.publish.shelves.passing import PassingShelf
from dataro.publish.shelves.shelf import Page, Shelf
from dataro.publish.streams.source import RowSource, of_lake, of_rows, of_shelf
from dataro.vocabulary.terms import Domain, Kind, Term
from dataro.vocabulary.text import Text, both

_FUNCTIONS = {
    "count": both("개수", "count"),
    "sum": both("합계", "sum"),
    "mean": both("평균", "mean"),
    "min": both("최솟값", "least"),
    "max": both("최댓값", "greatest"),
    "distinct": both("서로 다른 값", "distinct"),
}
_OMITTED = ("offset", "page", "snapshot", "serviceKey", "ServiceKey")


def page_of(
    context: Context,
    entry: Entry,
    table: EntryTable,
    shelf: Shelf,
    asked: Asked,
    address: str,
    pairs: Sequence[tuple[str, str]],
) -> bytes:
    """A page as JSON; ``address`` and ``pairs`` are what was asked, for the link to the next one.

    Raises a ``QueryError`` for what cannot be, ``BeyondTheEnd`` for a page after the last row.
    """
    grouping, query = asked.grouping, asked.query
    page = _grouped(context, shelf, asked) if grouping else shelf.select(query)
    if query.offset and query.offset >= page.total:
        raise _beyond(query.offset, page.total)
    shown = query.offset + len(page.rows)
    more = None
    if shown < page.total and query.limit:
        more = _next(address, pairs, shown, shelf)
    columns = {} if grouping else shelf.columns
    document = page_document(entry, table, shelf.snapshot, asked, page, columns, more)
    return msgspec.json.encode(document)


def source_of(context: Context, shelf: Shelf, asked: Asked, about: About) -> RowSource:
    """The rows of a file: all that the conditions leave, unless a part was asked for."""
    query = replace(asked.query, limit=None) if asked.whole else asked.query
    if asked.grouping:
        page = _grouped(context, shelf, replace(asked, query=query))
        return of_rows(_as_rows(page, asked.grouping, shelf, about))
    if asked.plain and not isinstance(shelf, PassingShelf):
        return of_lake(context, shelf, about, query.columns)
    return of_shelf(shelf, query, about)


def tag(shelf: Shelf, asked: Asked, form: str, *others: str) -> str:
    """What changes whenever the answer would: the version, what is asked, the form."""
    said = repr((shelf.layout.table, shelf.snapshot, shelf.total, asked, form, others))
    return f'W/"{hashlib.sha256(said.encode()).hexdigest()[:24]}"'


def _grouped(context: Context, shelf: Shelf, asked: Asked) -> Page:
    if isinstance(shelf, PassingShelf):
        raise BadOperator(
            "group",
            both(
                "집계는 처음 설정의 결과 표에만 쓸 수 있습니다. set. 매개변수를 빼 주십시오.",
                "Only tables with the settings as they are can be grouped. Leave out set.…",
            ),
        )
    assert asked.grouping is not None
    layout = shelf.layout
    return grouped(
        context, layout.table, layout.snapshot, shelf.columns, asked.query, asked.grouping
    )


def _as_rows(page: Page, grouping: Grouping, shelf: Shelf, about: About) -> Rows:
    columns = {name: shelf.columns[name] for name in grouping.by}
    columns |= {one.name: _term(one, shelf) for one in grouping.measures}
    # Dates of groups are text already; a file gets them as it gets them from a page.
    cells: list[tuple[Cell, ...]] = page.rows
    frame = pl.DataFrame(cells, schema=list(columns), orient="row", infer_schema_length=None)
    return Rows(frame, columns, about)


def _term(one: Measure, shelf: Shelf) -> Term:
    of = shelf.columns[one.column] if one.column else None
    word = _FUNCTIONS[one.function]
    text: Text = both(f"{of.text.ko} {word.ko}", f"{of.text.en}, {word.en}") if of else word
    counted = one.function in ("count", "distinct")
    kind: Kind = "integer" if counted else "decimal"
    return Term(text, Domain("수", kind), None if counted or of is None else of.unit, name=one.name)


def _next(address: str, pairs: Sequence[tuple[str, str]], offset: int, shelf: Shelf) -> str:
    """The same question further down, of the same version."""
    kept = [(name, value) for name, value in pairs if name not in _OMITTED]
    kept.append(("offset", str(offset)))
    if not isinstance(shelf, PassingShelf):
        kept.append(("snapshot", str(shelf.snapshot)))
    return f"{address}?{urlencode(kept)}"


def _beyond(offset: int, total: int) -> BeyondTheEnd:
    return BeyondTheEnd(
        "offset",
        both(
            f"조건에 맞는 행은 {total:,}행입니다. {offset:,}행 뒤에는 자료가 없습니다. next 링크가 "
            "null이면 마지막 쪽입니다.",
            f"{total:,} rows match; there are none after {offset:,}. Where the next link is null "
            "the page is the last.",
        ),
    )
