"""What a program that reasons may ask of a city: search, describe, query, answer.

Each tool takes plain arguments, checked against its JSON Schema, and gives a plain document with
the way home of every number: version, verdict, receipt, address. The same registry, shelves and
answers as every other door; whoever calls sees what they may see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from dataro.accounts.person import Person
from dataro.build.answers import answer
from dataro.build.context import Context
from dataro.publish.catalogue.entries import visible_entries, visible_entry
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.search.ask import Wanted
from dataro.publish.catalogue.search.find import find
from dataro.publish.document import answer_document
from dataro.publish.forms.rest.documents import described, listed, rows_address
from dataro.publish.forms.rest.grammar import OPERATORS, read
from dataro.publish.forms.rest.tables import page_of
from dataro.publish.rows import SYNTHETIC
from dataro.publish.shelves.keeping import shelf
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

MOST_ROWS = 200
MOST_FOUND = 20
MOST_TABLE_ROWS = 60
"""Rows of each table of an answer: what a reader of words can hold."""

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks of which workspace, and the address under which they reach it."""

    context: Context
    origin: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing that may be asked; ``schema`` is the JSON Schema of its arguments. ``entry`` names
    the argument that is the id of an entry, for counting its use."""

    name: str
    title: Text
    about: Text
    schema: Mapping[str, Any]
    run: Callable[[Caller, Arguments], Mapping[str, Any]]
    entry: str | None = None


def call(name: str, caller: Caller, arguments: Arguments) -> Mapping[str, Any]:
    """What the tool called ``name`` gives.

    Raises ``Problem`` for an unknown tool, an argument that it does not take, or what the tool
    itself cannot answer.
    """
    tool = TOOLS.get(name)
    if tool is None:
        raise Problem(
            both(
                f"“{name[:60]}”이라는 도구는 없습니다. 있는 도구: {', '.join(TOOLS)}.",
                f"There is no tool “{name[:60]}”. Tools: {', '.join(TOOLS)}.",
            )
        )
    _check(tool, arguments)
    return tool.run(caller, arguments)


def _check(tool: Tool, arguments: Arguments) -> None:
    """Names and types of arguments, by the small part of JSON Schema that the tools use."""
    known = tool.schema["properties"]
    for name in tool.schema.get("required", ()):
        if name not in arguments:
            raise Problem(both(f"“{name}” 인수가 필요합니다.", f"The argument “{name}” is needed."))
    for name, value in arguments.items():
        if name not in known:
            raise Problem(
                both(
                    f"“{name[:60]}” 인수는 없습니다. 쓸 수 있는 인수: {', '.join(known)}.",
                    f"There is no argument “{name[:60]}”. Arguments: {', '.join(known)}.",
                )
            )
        kind = known[name]["type"]
        if not isinstance(value, _TYPES[kind]) or isinstance(value, bool):
            raise Problem(
                both(
                    f"“{name}” 인수는 {kind} 꼴이어야 합니다.",
                    f"The argument “{name}” is of type {kind}.",
                )
            )


_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "object": dict,
}


def _search(caller: Caller, given: Arguments) -> Mapping[str, Any]:
    facets = {name: given[name] for name in ("kind", "theme") if name in given}
    limit = min(max(int(given.get("limit", 10)), 1), MOST_FOUND)
    wanted = Wanted(words=given["query"], facets=facets, limit=limit)
    found = find(caller.context, wanted, caller.person)
    seen = {one.id: one for one in visible_entries(caller.context, caller.person)}
    return {
        "total": found.total,
        "only_similar": found.alike,
        "results": [listed(seen[id], caller.origin) for id in found.ids if id in seen],
    }


def _describe(caller: Caller, given: Arguments) -> Mapping[str, Any]:
    entry = visible_entry(caller.context, given["id"], caller.person)
    return {**described(entry, caller.origin), **_caution(entry)}


def _query(caller: Caller, given: Arguments) -> Mapping[str, Any]:
    entry = visible_entry(caller.context, given["id"], caller.person)
    entry.published()
    table = entry.table(given["table"]) if "table" in given else entry.tables[0]
    limit = min(max(int(given.get("limit", 50)), 1), MOST_ROWS)
    words = ("q", "sort", "columns", "group", "measure")
    pairs = [(f"filter.{name}", str(value)) for name, value in given.get("where", {}).items()]
    pairs += [(name, given[name]) for name in words if name in given]
    pairs += [("limit", str(limit)), ("offset", str(given.get("offset", 0)))]
    asked = read(pairs, table.columns)
    rows = shelf(caller.context, entry.id, None, table.name)
    address = rows_address(entry, table, caller.origin)
    page = page_of(caller.context, entry, table, rows, asked, address, pairs)
    document: dict[str, Any] = msgspec.json.decode(page)
    return {**document, **_caution(entry)}


def _answer(caller: Caller, given: Arguments) -> Mapping[str, Any]:
    entry = visible_entry(caller.context, given["id"], caller.person)
    if entry.kind != "answer":
        raise Problem(
            both(
                f"“{entry.id}”은(는) 분석이 아니라 데이터셋입니다. query 도구로 행을 받으십시오.",
                f"“{entry.id}” is a dataset, not an analysis. Take its rows with the tool query.",
            )
        )
    settings = {name: str(value) for name, value in given.get("settings", {}).items()}
    document = answer_document(answer(caller.context, entry.id, settings))
    del document["figures"]
    for table in document["tables"].values():
        table["rows_in_all"] = len(table["rows"])
        table["rows"] = table["rows"][:MOST_TABLE_ROWS]
    return {**document, **_caution(entry), "page": f"{caller.origin}/ko/analysis/{entry.id}"}


def _caution(entry: Entry) -> dict[str, Any]:
    return {"caution": SYNTHETIC.as_dict()} if entry.synthetic else {}


def _object(required: tuple[str, ...], **properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _string(about: str) -> dict[str, Any]:
    return {"type": "string", "description": about}


def _number(about: str, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "maximum": most, "description": about}


_CONDITIONS = "; ".join(f"{word}: {text.en}" for word, (_, text) in OPERATORS.items())

TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            "search",
            both("데이터와 분석 찾기", "Search data and analyses"),
            both(
                "도시의 데이터셋과 분석을 낱말로 찾습니다. 한국어와 영어, 띄어쓰기와 오타를 가리지 않습니다.",
                "Find datasets and analyses of the city by words, Korean or English, whatever the "
                "spacing, mistypings included.",
            ),
            _object(
                ("query",),
                query=_string("Words to look for"),
                kind=_string("dataset or answer"),
                theme=_string("A theme, as found in earlier results"),
                limit=_number("How many at most", MOST_FOUND),
            ),
            _search,
        ),
        Tool(
            "describe",
            both("데이터 설명 보기", "Describe one dataset or analysis"),
            both(
                "행과 열의 뜻, 단위, 코드, 기간, 품질 판정, 이용 조건을 알려 줍니다. query 전에 부르십시오.",
                "What a row and each column mean, units, codes, coverage, quality verdict, licence. "
                "Call it before query.",
            ),
            _object(("id",), id=_string("The id of a dataset or analysis")),
            _describe,
            entry="id",
        ),
        Tool(
            "query",
            both("행 고르고 집계하기", "Choose rows, or group them"),
            both(
                "조건·정렬·집계로 행을 받습니다. 전체 행 수와 잘렸는지를 함께 알려 줍니다.",
                "Rows by conditions and order, or grouped; says how many there are in all and whether "
                "the answer is cut.",
            ),
            _object(
                ("id",),
                id=_string("The id of a dataset or analysis"),
                table=_string("One of its tables; the first unless told"),
                where={
                    "type": "object",
                    "description": f"Column → condition, a value or OPERATOR:VALUE ({_CONDITIONS})",
                },
                q=_string("Words that stand in some text column"),
                columns=_string("Columns to give, divided by commas"),
                sort=_string("Columns to sort by, - before one for descending"),
                group=_string("Columns to group by, divided by commas"),
                measure=_string("count, sum:COLUMN, mean:COLUMN, min:COLUMN, max:COLUMN"),
                limit=_number("Rows at most", MOST_ROWS),
                offset=_number("Rows to skip", 1_000_000_000),
            ),
            _query,
            entry="id",
        ),
        Tool(
            "answer",
            both("분석의 답 받기", "Have a question answered"),
            both(
                "분석을 설정에 맞추어 실행해 찾은 것, 표, 방법, 한계, 예측 성적, 출처를 줍니다.",
                "Run an analysis with settings: findings, tables, method, limits, measured skill and "
                "the receipt that leads to every source.",
            ),
            _object(
                ("id",),
                id=_string("The id of an analysis"),
                settings={
                    "type": "object",
                    "description": "Settings by name, as describe or an earlier answer lists them",
                },
            ),
            _answer,
            entry="id",
        ),
    )
}
"""Every tool by its name."""
