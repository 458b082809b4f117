"""The portal as an application: which address gives what."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from litestar import Litestar, Request, Response, get
from litestar.response import Redirect

from dataro.accounts.use.counter import UseCounter
from dataro.cases.lifecycle import retire_expired
from dataro.cases.rounds import Rounds
from dataro.portal import data_pages, files, home_page, pages, static_files
from dataro.portal.account_routes import account_routes
from dataro.portal.api.calls import problem_response
from dataro.portal.api.ckan import city_ckan_routes
from dataro.portal.api.data_go_kr import data_go_kr_routes
from dataro.portal.api.descriptions import description_routes
from dataro.portal.api.feeds import feed_routes
from dataro.portal.api.mcp import Mcp, mcp_routes
from dataro.portal.api.ogc import ogc_routes
from dataro.portal.api.rest import download_route, rest_routes
from dataro.portal.api.sql import sql_routes, while_open
from dataro.portal.api_pages import api_route
from dataro.portal.application import Portal
from dataro.portal.case_routes import case_routes
from dataro.portal.demand_routes import demand_routes
from dataro.portal.desk import Desk, open_desk
from dataro.portal.keeper import Keeper
from dataro.portal.language import known_language, language_of, preferred
from dataro.portal.pages import Visit
from dataro.portal.place_routes import place_routes
from dataro.portal.quality_routes import Show, quality_routes
from dataro.portal.reader import Reader
from dataro.portal.replies import SECURITY_HEADERS, Maker, PortalRequest, Reply, respond
from dataro.portal.search_page import search_page
from dataro.portal.sign_in_routes import sign_in_routes
from dataro.portal.staff.routes import staff_routes
from dataro.portal.store import Store
from dataro.portal.told import TooLong, told
from dataro.portal.used import keep_counter, used
from dataro.portal.who import reader_of
from dataro.publish.areas.find import NoSuchArea
from dataro.publish.catalogue.entry import NotThere
from dataro.publish.forms.rest.documents import BASE as REST
from dataro.publish.sql.engine import Engine
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language, both

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MOST_QUERY = 2_000
HTML = "text/html"
_FOR_EVER = "public, max-age=31536000, immutable"


def make_app(workspace: Path) -> Litestar:
    """The portal of a workspace. Raises ``Problem`` where the folder is none."""
    store, maker = Store(workspace), Maker()
    desk, engine = open_desk(store), Engine()
    tools = Mcp(store, maker, desk)
    show = _shower(store, maker, desk)
    warming = Warming(store)
    return Portal(
        route_handlers=[
            *_page_routes(store, maker, show),
            *quality_routes(store, show, desk.records),
            *sign_in_routes(desk, maker),
            *account_routes(desk, maker),
            *case_routes(desk, maker),
            *demand_routes(desk, maker),
            *staff_routes(desk, maker),
            *_file_routes(store, maker),
            *place_routes(store, show, partial(_file, store, maker)),
            *description_routes(store, maker),
            *feed_routes(store, maker),
            *city_ckan_routes(store, maker, desk),
            *data_go_kr_routes(store, maker, desk),
            *rest_routes(store, maker, desk),
            *mcp_routes(tools),
            *ogc_routes(store, maker, desk),
            download_route(store, maker, desk),
            *sql_routes(desk, maker, engine),
            api_route(store, show),
            static_file,
        ],
        exception_handlers={Exception: _error_handler(store)},
        lifespan=[_living(store, warming, desk), tools.living, while_open(engine)],
        openapi_config=None,
        request_max_body_size=1_000,
    )


def _living(store: Store, warming: Warming, desk: Desk) -> Callable[[Litestar], Any]:
    @asynccontextmanager
    async def living(app: Litestar) -> AsyncIterator[None]:
        counter = UseCounter(desk.records)
        keep_counter(app.state, counter)
        ended = partial(retire_expired, desk.records, store.context)
        rounds = Rounds(desk.records, daily=[ended])
        rounds.start()
        keeper = Keeper(store, desk.records)
        keeper.start()
        warming.start()
        yield
        rounds.stop()
        keeper.stop()
        warming.stop()
        counter.close()
        store.close()
        desk.records.close()

    return living


class Warming(threading.Thread):
    """Loads what pages need (the query engine, the chart isolate) and works out the answers, a
    moment after the start, so that whoever is there at once does not wait for it."""

    def __init__(self, store: Store) -> None:
        super().__init__(daemon=True)
        self._store, self._stopped = store, threading.Event()

    def run(self) -> None:
        self._stopped.wait(1)
        for id in self._store.analyses:
            if self._stopped.is_set():
                return
            with suppress(Problem):  # whoever asks for the page is told
                pages.analysis(self._store, Visit("ko", f"/analysis/{id}", {}), id)

    def stop(self) -> None:
        """Let the analysis at hand be the last one, and wait for it."""
        self._stopped.set()
        self.join(timeout=30)


def visit_of(request: PortalRequest, language: Language, reader: Reader | None = None) -> Visit:
    """What is asked for, read out: only for a page that has to be made."""
    path = request.url.path.removeprefix(f"/{language}") or "/"
    origin = str(request.base_url).rstrip("/")
    asked = request.query_params
    # A name that is given more than once is a list, as one written with commas.
    query = {name: ",".join(filter(None, asked.getall(name))) for name in asked}
    return Visit(language, path, query, origin, reader)


def key_of(request: PortalRequest, store: Store, language: Language) -> object:
    """What a reply is kept by, taken from the request as it stands. Raises ``TooLong``."""
    query = request.scope["query_string"]
    if len(query) > MOST_QUERY:
        raise TooLong(
            both(
                f"주소의 조건이 너무 깁니다(최대 {MOST_QUERY:,}자). 낱말을 줄여 다시 찾아 주십시오.",
                f"The conditions in the address are too long ({MOST_QUERY:,} characters at most). "
                "Use fewer words.",
            )
        )
    host = request.headers.get("host", "")[:100]
    return store.version(), language, request.scope["path"], query, host


def _shower(store: Store, maker: Maker, desk: Desk) -> Show:
    """What answers with a page, made once for each state of the data.

    Whoever is signed in gets the same page in their own frame, for their browser alone.
    """

    async def show(
        request: PortalRequest, lang: str, make: Callable[[Visit], str]
    ) -> Response[bytes]:
        language = known_language(lang)
        reader = await reader_of(request, desk, maker)

        def reply() -> Reply:
            visit = visit_of(request, language, reader)
            return Reply(of_one_state(store, lambda: make(visit)).encode(), HTML)

        key = (key_of(request, store, language), reader.kept_by if reader else None)
        cache = "private, no-cache" if reader else "no-cache"
        return respond(request, await maker.reply(key, reply), cache)

    return show


def of_one_state(store: Store, make: Callable[[], str]) -> str:
    """A page that was begun and finished between two publications, so that it mixes none.

    While a build publishes one thing after another it is made again, three times at most: its
    figures name the version they are of in any case.
    """
    for _ in range(3):
        before = store.published()
        made = make()
        if store.published() == before:
            break
    return made


def _page_routes(store: Store, maker: Maker, show: Show) -> list[Any]:
    @get("/", sync_to_thread=False)
    def door(request: PortalRequest) -> Redirect:
        language = preferred(request.headers.get("accept-language"))
        return Redirect(f"/{language}/", status_code=302, headers={"vary": "accept-language"})

    @get(["/{lang:str}", "/{lang:str}/"])
    async def home(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda visit: home_page.home(store, visit))

    @get("/{lang:str}/data")
    async def catalogue(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda visit: search_page(store, visit))

    @get("/{lang:str}/data/{id:str}")
    async def dataset(request: PortalRequest, lang: str, id: str) -> Response[bytes] | Redirect:
        if id in store.analyses:  # an answer has a page of its own
            return Redirect(f"/{known_language(lang)}/analysis/{quote(id)}", status_code=302)
        page = await show(request, lang, lambda visit: data_pages.dataset(store, visit, id))
        used(request, id, "view", door="portal")
        return page

    @get("/{lang:str}/data/{id:str}/versions")
    async def dataset_versions(request: PortalRequest, lang: str, id: str) -> Response[bytes]:
        return await show(
            request, lang, lambda visit: data_pages.dataset_versions(store, visit, id)
        )

    @get("/{lang:str}/analysis/{id:str}")
    async def analysis(request: PortalRequest, lang: str, id: str) -> Response[bytes]:
        if id.endswith(".json"):
            return await _file(
                store, maker, request, lang,
                lambda visit: files.answer_json(store, visit, id.removesuffix(".json")),
            )  # fmt: skip
        page = await show(request, lang, lambda visit: pages.analysis(store, visit, id))
        used(request, id, "view", door="portal")
        return page

    @get("/{lang:str}/analysis")
    async def analyses(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda visit: pages.analyses(store, visit))

    @get("/{lang:str}/accessibility")
    async def accessibility(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda visit: pages.accessibility_page(store, visit))

    @get("/{lang:str}/privacy")
    async def privacy(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda visit: pages.privacy_page(store, visit))

    @get("/{lang:str}/help")
    async def help_page(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda visit: pages.help_page(store, visit))

    @get("/{lang:str}/status")
    async def status(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda visit: pages.status_page(store, visit))

    return [
        door, home, catalogue, dataset, dataset_versions, analyses, analysis, accessibility, privacy, help_page,
        status,
    ]  # fmt: skip


async def _file(
    store: Store,
    maker: Maker,
    request: PortalRequest,
    lang: str,
    make: Callable[[Visit], Reply],
) -> Response[bytes]:
    language = known_language(lang)
    key = key_of(request, store, language)
    return respond(request, await maker.reply(key, lambda: make(visit_of(request, language))))


async def _taken(
    store: Store,
    maker: Maker,
    request: PortalRequest,
    lang: str,
    make: Callable[[Visit], Reply],
    name: str,
    entry: str = "",
) -> Response[bytes]:
    """A file of ``entry`` (by default the name's stem), counted once it is really sent."""
    reply = await _file(store, maker, request, lang, make)
    stem, _, ending = name.rpartition(".")
    if reply.status_code == 200:
        used(request, entry or stem, "download", door="portal", format=ending)
    return reply


def _file_routes(store: Store, maker: Maker) -> list[Any]:
    @get("/{lang:str}/data/{id:str}/{name:str}")
    async def data_map(request: PortalRequest, lang: str, id: str, name: str) -> Response[bytes]:
        return await _file(
            store, maker, request, lang,
            lambda visit: files.dataset_map_file(store, visit, id, name),
        )  # fmt: skip

    @get("/{lang:str}/analysis/{id:str}/figures/{name:str}")
    async def figure(request: PortalRequest, lang: str, id: str, name: str) -> Response[bytes]:
        return await _file(
            store, maker, request, lang,
            lambda visit: files.figure_file(store, visit, id, name),
        )  # fmt: skip

    @get("/{lang:str}/analysis/{id:str}/tables/{name:str}")
    async def table(request: PortalRequest, lang: str, id: str, name: str) -> Response[bytes]:
        return await _taken(
            store, maker, request, lang,
            lambda visit: files.result_file(store, visit, id, name), name, id,
        )  # fmt: skip

    return [data_map, figure, table]


_STATIC: dict[str, Reply] = {}


@get("/static/{release:str}/{name:path}", sync_to_thread=True)
def static_file(request: PortalRequest, release: str, name: str) -> Response[bytes]:
    """A style sheet, script or font; kept by the browser for ever, as its address changes with it."""
    asked = name.lstrip("/")
    if asked not in _STATIC:
        try:
            body = static_files.content(asked)
        except KeyError as error:
            raise NotThere(
                both(
                    "그런 파일은 없습니다. 홈에서 다시 시작해 주십시오.",
                    "There is no such file. Start again from the home page.",
                )
            ) from error
        _STATIC[asked] = Reply(body, static_files.media_type(asked)).packed()
    current = release == static_files.release()
    return respond(request, _STATIC[asked], _FOR_EVER if current else "no-cache")


def _error_handler(store: Store) -> Callable[[Request[Any, Any, Any], Exception], Response[bytes]]:
    def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        if request.url.path.startswith(REST):
            return problem_response(request, error)
        status, text = told(error)
        if status == 500 or (status > 500 and not isinstance(error, Problem)):
            request.logger.exception("page failed: %s", request.url.path)
        language = language_of(request.url.path, request.headers.get("accept-language"))
        path = request.url.path.removeprefix(f"/{language}") or "/"
        instead = error.instead if isinstance(error, NoSuchArea) else ()
        links = [(f"/area/{one.code}", one.name) for one in instead]
        body = pages.error_page(store, Visit(language, path, {}), status, text, links)
        headers = {**SECURITY_HEADERS, "cache-control": "no-store"}
        if status == 503:
            headers["retry-after"] = "30"
        return Response(body.encode(), status_code=status, headers=headers, media_type=HTML)

    return answer
