"""CKAN's Action API over HTTP: ``/api/3/action/NAME``, asked by GET, JSON or a form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Request, Response, get, route
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.response import File

from dataro.accounts.tokens import BadToken
from dataro.ckan.call import Data
from dataro.ckan.city import asker_of_person, city_site
from dataro.ckan.faults import Fault, NotAuthorized, NotFound
from dataro.ckan.pictures import ENDINGS
from dataro.ckan.site import Asker, CkanSite, known_action
from dataro.portal.desk import Desk
from dataro.portal.origin import public_origin
from dataro.portal.replies import SECURITY_HEADERS, Maker, PortalRequest
from dataro.portal.store import Store
from dataro.portal.used import used
from dataro.portal.who import credentials_of, person_behind

MOST_BYTES = 100 * 2**20
"""The largest request: a million short rows, or a file. Larger ones are refused unread."""
MOST_FIELDS = 10_000
JSON, SCRIPT = "application/json;charset=utf-8", "application/javascript;charset=utf-8"
AskerOf = Callable[[PortalRequest], Callable[[], Asker]]
"""Reads who asks out of a request at once, and looks them up in a thread; raises ``Fault``."""


@dataclass(frozen=True)
class Upload:
    """A file that came along with a form."""

    filename: str
    content: bytes

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


class BadRequest(ValueError):
    """The request cannot be read at all."""


def ckan_routes(site: CkanSite, maker: Maker, asker_of: AskerOf) -> list[Any]:
    """The addresses of the Action API; ``asker_of`` says by whom a request comes."""

    @route(
        ["/api/3/action/{name:str}", "/api/action/{name:str}"],
        http_method=["GET", "POST"],
        request_max_body_size=MOST_BYTES,
        exception_handlers={HTTPException: _refused},
    )
    async def act(request: PortalRequest, name: str) -> Response[bytes]:
        known = known_action(name)
        if known is None:
            return _bad(f"Action name not known: {name}")
        try:
            data = await _data(request, reads=known.reads)
        except BadRequest as error:
            return _bad(f"JSON Error: {error}")
        callback = data.pop("callback", None)
        find = _no_asker if callback is not None else asker_of(request)
        origin, entries = _origin(site, request), list[str]()

        def work() -> tuple[int, Data]:
            try:
                asker = find()
            except Fault as fault:
                return fault.status, {"success": False, "error": fault.body()}
            return site.perform(name, data, asker, origin, entries)

        status, reply = await maker.run(work)
        for entry in entries if status == 200 else ():
            used(request, entry, "call", door="ckan")
        help = f"{origin}/api/3/action/help_show?name={name}"
        wrap = callback if request.method == "GET" else None
        return _answer({"help": help, **reply}, status, wrap)

    @get(["/api/3", "/api/3/", "/api", "/api/"], sync_to_thread=False)
    def version() -> Response[bytes]:
        return _answer({"version": 3}, 200)

    @get("/dataset/{package:str}/resource/{id:uuid}/download/{name:str}")
    async def file(request: PortalRequest, package: str, id: UUID, name: str) -> Any:
        find = asker_of(request)

        def work() -> tuple[Path, Data] | Fault:
            try:
                return site.file(str(id), find())
            except Fault as fault:
                return fault

        found = await maker.run(work)
        if isinstance(found, Fault):
            return _answer({"success": False, "error": found.body()}, found.status)
        path, shown = found
        headers = {**SECURITY_HEADERS, "cache-control": "no-store"}
        return File(
            path, filename=str(shown["url"]).rsplit("/", 1)[-1], headers=headers,
            media_type="application/octet-stream",  # never shown as a page of this site
        )  # fmt: skip

    @get("/uploads/{of:str}/{name:str}", sync_to_thread=True)
    def picture(of: str, name: str) -> Any:
        path = site.picture(of, name)
        media = (
            {ending: media for media, ending in ENDINGS.items()}.get(path.suffix) if path else None
        )
        if path is None or media is None:
            return _answer({"success": False, "error": NotFound().body()}, 404)
        return File(
            path, filename=name, content_disposition_type="inline", media_type=media,
            headers=dict(SECURITY_HEADERS),
        )  # fmt: skip

    return [act, version, file, picture]


def _no_asker() -> Asker:
    return lambda _: None


def city_ckan_routes(store: Store, maker: Maker, desk: Desk) -> list[Any]:
    """The Action API over a city and its people."""
    context = store.context
    site = city_site(context, desk.records, store.city.name.ko)

    def asker_of(request: PortalRequest) -> Callable[[], Asker]:
        credentials = credentials_of(request)

        def find() -> Asker:
            try:
                person = person_behind(credentials, desk)
            except BadToken as error:
                raise NotAuthorized(error.text.en) from error
            return asker_of_person(person, desk.records.today())

        return find

    return ckan_routes(site, maker, asker_of)


def _origin(site: CkanSite, request: PortalRequest) -> str:
    return str(site.settings.get("ckan.site_url") or public_origin(request)).rstrip("/")


async def _data(request: PortalRequest, *, reads: bool) -> Data:
    """The parameters of an action. Raises ``BadRequest``."""
    if request.method == "GET":
        if not reads:
            raise BadRequest("Invalid request. Please use POST method for your request")
        return _query(request)
    type = (request.content_type[0] or "").lower()
    if type == "multipart/form-data":
        return await _multipart(request)
    body = await request.body()
    if type == "application/x-www-form-urlencoded" and body:
        return _form(body)
    if reads and request.scope["query_string"]:
        return _query(request)
    if not body.strip():
        return {}
    return _object(body)


def _query(request: PortalRequest) -> Data:
    pairs = parse_qsl(
        request.scope["query_string"].decode("utf-8", "replace"),
        keep_blank_values=True,
        max_num_fields=MOST_FIELDS,
    )
    return _mixed(pairs)


def _mixed(pairs: list[tuple[str, Any]]) -> Data:
    """One value, or a list where a name is given more than once."""
    found: dict[str, list[Any]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: one[0] if len(one) == 1 else one for name, one in found.items()}


def _form(body: bytes) -> Data:
    """A form; or JSON that a client sent as if it were one."""
    text = body.decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        return _object(body)
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    if len(pairs) == 1 and pairs[0][1] in ("1", ""):
        return _object(pairs[0][0].encode())
    return _mixed(list(pairs))


def _object(body: bytes) -> Data:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"Error decoding JSON data. Error: {error}") from error
    if not isinstance(found, dict):
        raise BadRequest(
            f"Request data JSON decoded to {str(found)[:200]} but it needs to be a dictionary."
        )
    return found


async def _multipart(request: PortalRequest) -> Data:
    form = await request.form()
    pairs: list[tuple[str, Any]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            pairs.append((name, Upload(value.filename, await value.read())))
        else:
            pairs.append((name, value))
    return _mixed(pairs)


def _answer(reply: Mapping[str, Any], status: int, callback: Any = None) -> Response[bytes]:
    body = json.dumps(reply, ensure_ascii=False, default=_said).encode()
    headers = {**SECURITY_HEADERS, "cache-control": "no-store", "access-control-allow-origin": "*"}
    if isinstance(callback, str) and status == 200:
        safe = "".join(one for one in callback if one.isalnum() or one in "_.$[]")[:200]
        body = f"{safe}(".encode() + body + b");"
        return Response(body, status_code=status, headers=headers, media_type=SCRIPT)
    return Response(body, status_code=status, headers=headers, media_type=JSON)


def _said(value: Any) -> Any:
    if isinstance(value, set | tuple):
        return list(value)
    if isinstance(value, Upload):
        return value.filename
    return str(value)


def _bad(message: str) -> Response[bytes]:
    body = json.dumps(f"Bad request: {message}", ensure_ascii=False).encode()
    headers = {**SECURITY_HEADERS, "cache-control": "no-store"}
    return Response(body, status_code=400, headers=headers, media_type=JSON)


def _refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the server refuses before an action sees it, in the form of actions."""
    if error.status_code == 413:
        said = f"The request is larger than {MOST_BYTES // 2**20} MB. Divide it."
        fault = {"__type": "Validation Error", "message": said}
    else:
        fault = {"__type": "Validation Error", "message": str(error.detail)}
    help = f"{str(request.base_url).rstrip('/')}/api/3/action/help_show"
    return _answer({"help": help, "success": False, "error": fault}, error.status_code)
