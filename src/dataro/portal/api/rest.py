"""``/api/v1``: the catalogue, its rows and its answers as plain REST."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

import msgspec
from litestar import HttpMethod, Response, route
from litestar.response import Stream

from dataro.accounts.permissions import allowed
from dataro.accounts.person import Person
from dataro.portal.api.calls import Call, Calls, Given, Use
from dataro.portal.desk import Desk
from dataro.portal.memory import Memory
from dataro.portal.replies import Maker, PortalRequest
from dataro.portal.store import Store
from dataro.publish.catalogue.entries import visible_entry
from dataro.publish.catalogue.entry import Entry, EntryTable, NotThere
from dataro.publish.catalogue.search.ask import SORTS, Wanted
from dataro.publish.catalogue.search.document import FACETS
from dataro.publish.catalogue.search.find import find
from dataro.publish.catalogue.versions import versions
from dataro.publish.document import answer_document
from dataro.publish.downloads import MEDIA_TYPES, Form, stream
from dataro.publish.forms.rest.documents import BASE, described, listed
from dataro.publish.forms.rest.grammar import Asked, read
from dataro.publish.forms.rest.openapi import openapi_document
from dataro.publish.forms.rest.problems import NotAllowed, SignInFirst
from dataro.publish.forms.rest.tables import page_of, source_of, tag
from dataro.publish.query import BadPage, BadValue, UnknownColumn
from dataro.publish.shelves.keeping import shelf
from dataro.publish.shelves.passing import PassingShelf
from dataro.publish.shelves.shelf import Shelf
from dataro.vocabulary.problem import did_you_mean
from dataro.vocabulary.text import both

_METHODS = [HttpMethod.GET, HttpMethod.OPTIONS]
_LIST_WORDS = ("q", "sort", "limit", "offset", *FACETS, "lang")
_MOST_LISTED = 1_000
SMALL_FILE = 20_000
"""Rows up to which a file is made whole, with its length, before it is sent."""
_METADATA = ".metadata.json"
_Answer = Response[bytes] | Stream


def rest_routes(store: Store, maker: Maker, desk: Desk) -> list[Any]:
    """Handlers of the REST interface."""
    calls, tables = Calls(desk, maker), Tables(store, desk)

    @route(BASE, http_method=_METHODS)
    async def beginning(request: PortalRequest) -> _Answer:
        return await calls.answer(request, lambda call: _json(_beginning(call)))

    @route(f"{BASE}/openapi.json", http_method=_METHODS)
    async def openapi(request: PortalRequest) -> _Answer:
        return await calls.answer(
            request, lambda call: _json(openapi_document(store.context, call.origin))
        )

    @route(f"{BASE}/datasets", http_method=_METHODS)
    async def datasets(request: PortalRequest) -> _Answer:
        return await calls.answer(request, lambda call: _list(store, call, "dataset"))

    @route(f"{BASE}/datasets/{{name:str}}", http_method=_METHODS)
    async def dataset(request: PortalRequest, name: str) -> _Answer:
        return await calls.answer(request, lambda call: tables.dataset(call, name))

    @route(f"{BASE}/datasets/{{id:str}}/rows", http_method=_METHODS)
    async def rows(request: PortalRequest, id: str) -> _Answer:
        return await calls.answer(request, lambda call: tables.page(call, id, None))

    @route(f"{BASE}/datasets/{{id:str}}/versions", http_method=_METHODS)
    async def history(request: PortalRequest, id: str) -> _Answer:
        return await calls.answer(request, lambda call: tables.versions(call, id))

    @route(f"{BASE}/analyses", http_method=_METHODS)
    async def analyses(request: PortalRequest) -> _Answer:
        return await calls.answer(request, lambda call: _list(store, call, "answer"))

    @route(f"{BASE}/analyses/{{name:str}}", http_method=_METHODS)
    async def analysis(request: PortalRequest, name: str) -> _Answer:
        return await calls.answer(request, lambda call: tables.answer(call, name))

    @route(f"{BASE}/analyses/{{id:str}}/tables/{{name:str}}", http_method=_METHODS)
    async def table(request: PortalRequest, id: str, name: str) -> _Answer:
        return await calls.answer(request, lambda call: tables.result(call, id, name))

    return [beginning, openapi, datasets, dataset, rows, history, analyses, analysis, table]


def download_route(store: Store, maker: Maker, desk: Desk) -> Any:
    """``/data/ID.FORM``: the buttons of a dataset's page; what goes wrong is said on a page."""
    calls, tables = Calls(desk, maker, door="portal"), Tables(store, desk)

    @route("/data/{name:str}", http_method=[HttpMethod.GET])
    async def download(request: PortalRequest, name: str) -> _Answer:
        return await calls.give(request, lambda call: tables.button(call, name))

    return download


class Tables:
    """Rows, files and descriptions of entries, for whoever may see them."""

    def __init__(self, store: Store, desk: Desk) -> None:
        self._store, self._desk = store, desk
        self._passing: Memory[Shelf] = Memory(16)

    def dataset(self, call: Call, name: str) -> Given:
        """``ID``, ``ID.metadata.json`` or ``ID.FORM``."""
        if name.endswith(_METADATA):
            id = name.removesuffix(_METADATA)
            document = described(self._entry(call, id, "dataset"), call.origin)
            return _json(document, (id, "download", "metadata"), _attached(name), call)
        id, form = _form_of(name)
        if form is not None:
            return self._file(call, self._entry(call, id, "dataset"), None, form)
        entry = self._entry(call, name, "dataset")
        return _json(described(entry, call.origin), (name, "call", "metadata"), call=call)

    def page(self, call: Call, id: str, table: str | None, kind: str = "dataset") -> Given:
        """A page of rows."""
        entry = self._entry(call, id, kind)
        one = entry.table(table) if table else entry.tables[0]
        asked = read(call.pairs, one.columns)
        found = self._shelf(entry, one, asked)
        etag = tag(found, asked, "page", call.origin, entry.licence)
        use: Use = (entry.id, "call", "json")
        kept = asked.snapshot is not None
        if etag in call.known:
            return Given(None, etag=etag, kept=kept)
        body = page_of(self._store.context, entry, one, found, asked, call.address, call.pairs)
        return Given(body, etag=etag, uses=(use,), kept=kept)

    def versions(self, call: Call, id: str) -> Given:
        """The versions of a dataset, newest first."""
        entry = self._entry(call, id, "dataset")
        said = [
            {
                "snapshot": one.snapshot,
                "made_at": one.made_at,
                "rows": one.rows,
                "kept": one.kept,
                "current": one.current,
            }
            for one in versions(self._store.context, entry)
        ]
        return _json({"dataset": id, "versions": said}, (id, "call", "json"), call=call)

    def answer(self, call: Call, name: str) -> Given:
        """``ID`` with settings, or ``ID.metadata.json``."""
        if name.endswith(_METADATA):
            id = name.removesuffix(_METADATA)
            document = described(self._entry(call, id, "answer"), call.origin)
            return _json(document, (id, "download", "metadata"), _attached(name), call)
        entry = self._entry(call, name, "answer")
        given = {
            key.removeprefix("set."): value
            for key, value in call.pairs
            if key not in ("lang", "serviceKey", "ServiceKey")
        }
        document = answer_document(self._store.answer(entry.id, given))
        return _json(document, (entry.id, "call", "json"), call=call)

    def result(self, call: Call, id: str, name: str) -> Given:
        """A table of an answer: ``NAME`` as a page, ``NAME.FORM`` as a file."""
        stem, form = _form_of(name)
        if form is None:
            return self.page(call, id, name, "answer")
        entry = self._entry(call, id, "answer")
        return self._file(call, entry, stem, form)

    def button(self, call: Call, name: str) -> Given:
        """``ID.FORM`` for somebody who pressed a button: CSV has the mark that Excel wants."""
        id, form = _form_of(name)
        if form is None:
            listed = ", ".join(MEDIA_TYPES)
            raise NotThere(
                both(
                    f"그런 형식으로는 받을 수 없습니다. 가능한 형식: {listed}.",
                    f"It cannot be had in that format. Formats: {listed}.",
                )
            )
        return self._file(call, self._entry(call, id, "dataset"), None, form, bom=True)

    def _file(
        self, call: Call, entry: Entry, table: str | None, form: Form, *, bom: bool = False
    ) -> Given:
        _may_download(entry, call.person, self._desk)
        one = entry.table(table) if table else entry.tables[0]
        asked = read(call.pairs, one.columns)
        found = self._shelf(entry, one, asked)
        bom = bom if asked.bom is None else asked.bom
        language = call.language if form == "xlsx" else ""
        etag = tag(found, asked, form, entry.licence, language, str(bom))
        kept = asked.snapshot is not None
        if etag in call.known:
            return Given(None, etag=etag, kept=kept)
        source = source_of(self._store.context, found, asked, entry.about())
        if form != "zip" and form not in source.formats():
            raise NotThere(
                both(
                    "위치를 나타내는 열이 없어 GeoJSON으로 받을 수 없습니다. CSV나 JSON으로 받으십시오.",
                    "No column says where things are, so there is no GeoJSON. Take CSV or JSON.",
                )
            )
        name = f"{entry.id}-{one.name}" if entry.kind == "answer" else entry.id
        pieces = stream(source, form, call.language, bom=bom)
        # Programs that look before they read want to know how long a file is, and parts of it.
        small = source.rows <= SMALL_FILE
        return Given(
            b"".join(pieces) if small else pieces,
            MEDIA_TYPES[form],
            etag,
            _attached(f"{name}.{form}"),
            ((entry.id, "download", form),),
            kept,
            parts=small,
        )

    def _entry(self, call: Call, id: str, kind: str) -> Entry:
        found = visible_entry(self._store.context, id, call.person)
        if found.kind != kind:
            room = "datasets" if found.kind == "dataset" else "analyses"
            raise NotThere(
                both(
                    f"“{id}”은(는) {BASE}/{room}/{id}에 있습니다.",
                    f"“{id}” stands at {BASE}/{room}/{id}.",
                )
            )
        return found

    def _shelf(self, entry: Entry, table: EntryTable, asked: Asked) -> Shelf:
        context = self._store.context
        if entry.kind == "answer" and asked.settings:
            analysis = self._store.analysis(entry.id)
            chosen = analysis.check_settings(asked.settings)
            if chosen != analysis.check_settings({}):
                key = (context.state.version(), entry.id, table.name, tuple(chosen.items()))
                return self._passing.get(key, lambda: self._asked_for(entry, table, asked))
        elif asked.settings:
            raise UnknownColumn(
                "set.",
                both("데이터셋에는 설정이 없습니다.", "A dataset has no settings."),
            )
        entry.published()  # says who is responsible where nothing came in yet
        return shelf(context, entry.id, asked.snapshot, table.name)

    def _asked_for(self, entry: Entry, table: EntryTable, asked: Asked) -> Shelf:
        answer = self._store.answer(entry.id, asked.settings)
        return PassingShelf(answer.tables[table.name], table.stored, table.columns)


def _beginning(call: Call) -> dict[str, Any]:
    base = f"{call.origin}{BASE}"
    return {
        "datasets": f"{base}/datasets",
        "analyses": f"{base}/analyses",
        "sql": f"{base}/sql",
        "openapi": f"{base}/openapi.json",
        "help": {lang: f"{call.origin}/{lang}/api" for lang in ("ko", "en")},
    }


def _list(store: Store, call: Call, kind: str) -> Given:
    words = dict(call.pairs)
    for name in words:
        if name not in _LIST_WORDS and name not in ("serviceKey", "ServiceKey"):
            guess = did_you_mean(name[:60], _LIST_WORDS)
            raise UnknownColumn(
                name[:60],
                both(
                    f"“{name[:60]}”이라는 매개변수는 없습니다.{guess.ko} 매개변수: {', '.join(_LIST_WORDS)}.",
                    f"There is no parameter “{name[:60]}”.{guess.en} "
                    f"Parameters: {', '.join(_LIST_WORDS)}.",
                ),
            )
    limit, offset = _count(words, "limit", 20, _MOST_LISTED), _count(words, "offset", 0, 10**9)
    sort = next((one for one in SORTS if one == words.get("sort", "best")), None)
    if sort is None:
        raise BadValue(
            "sort",
            both(
                f"sort에는 {', '.join(SORTS)} 가운데 하나를 적어 주십시오.",
                f"sort is one of {', '.join(SORTS)}.",
            ),
        )
    facets = {name: words[name] for name in FACETS if words.get(name)}
    wanted = Wanted(words.get("q", "")[:200], {**facets, "kind": kind}, False, sort, offset, limit)
    found = find(store.context, wanted, call.person)
    entries = [visible_entry(store.context, id, call.person) for id in found.ids]
    shown = offset + len(entries)
    more = shown < found.total and bool(entries)
    asked = [(n, v) for n, v in call.pairs if n in _LIST_WORDS and n != "offset"]
    return _json(
        {
            "total": found.total,
            "offset": offset,
            "limit": limit,
            "truncated": more,
            "next": _link(call, [*asked, ("offset", str(shown))]) if more else None,
            "corrected": found.corrected or None,
            "results": [listed(one, call.origin) for one in entries],
        },
        call=call,
    )


def _link(call: Call, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{call.address}?" + "&".join(f"{quote(n)}={quote(v)}" for n, v in pairs)


def _count(words: Mapping[str, str], name: str, usual: int, most: int) -> int:
    given = words.get(name)
    if given is None:
        return usual
    if not given.isascii() or not given.isdigit() or len(given) > 12 or int(given) > most:
        raise BadPage(
            name,
            both(
                f"{name}에는 0부터 {most:,}까지의 정수를 적어 주십시오.",
                f"{name} is a whole number from 0 to {most:,}.",
            ),
        )
    return int(given)


def _form_of(name: str) -> tuple[str, Form | None]:
    """Name and form of ``NAME.FORM``; the whole name and None without one that we know."""
    stem, _, ending = name.rpartition(".")
    if stem and ending in MEDIA_TYPES:
        return stem, cast("Form", ending)
    return name, None


def _json(
    document: object,
    use: Use | None = None,
    headers: Mapping[str, str] | None = None,
    call: Call | None = None,
) -> Given:
    body = msgspec.json.encode(document)
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    if call is not None and etag in call.known:
        return Given(None, etag=etag)
    return Given(body, etag=etag, headers=headers or {}, uses=(use,) if use else ())


def _attached(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def _may_download(entry: Entry, person: Person | None, desk: Desk) -> None:
    decision = allowed(person, "dataset.download", entry.subject, today=desk.records.today())
    if not decision:
        raise (SignInFirst if person is None else NotAllowed)(decision.reason)
