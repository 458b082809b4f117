"""Pages made for one reader alone, and the forms that they send back."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from litestar import Response
from litestar.datastructures import Cookie, UploadFile

from dataro.portal.desk import Desk
from dataro.portal.guard import Bucket, from_this_site
from dataro.portal.language import known_language
from dataro.portal.origin import client_of, public_origin
from dataro.portal.pages import Visit, error_page
from dataro.portal.people_words import PEOPLE_WORDS
from dataro.portal.reader import Reader
from dataro.portal.replies import SECURITY_HEADERS, Maker, PortalRequest
from dataro.portal.who import reader_of
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.text import Text

MOST_BYTES = 64_000
MOST_QUERY = 2_000
TRAP = "website"
"""A field that readers do not see; whoever fills it in is a program."""
FORM_KEY = "form_key"
_HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was made for one reader alone, or where to send them instead.

    ``cookies`` are set on the way.
    """

    body: str = ""
    status: int = 200
    to: str | None = None
    cookies: tuple[Cookie, ...] = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a form brought."""

    name: str
    content: bytes


class Given(dict[str, str]):
    """What a form brought: its fields as text, and a file where it had one."""

    upload: Upload | None = None


Make = Callable[[Visit], Page]
Take = Callable[[Visit, Given], Page]
Allowed = Callable[[Reader], bool]


class Exchange:
    """Shows pages and takes forms; makes both in the threads of ``maker``.

    ``allowed`` limits an address to some of those who are signed in: for everybody else there is
    no such page.
    """

    def __init__(self, desk: Desk, maker: Maker, bucket: Bucket | None = None) -> None:
        self.desk, self.maker, self._bucket = desk, maker, bucket or Bucket()

    async def show(
        self, request: PortalRequest, lang: str, make: Make, *, allowed: Allowed | None = None
    ) -> Response[bytes]:
        """The page that ``make`` gives."""
        visit = await self.visit(request, lang, allowed)
        return sent(await self.maker.run(partial(make, visit)))

    async def take(
        self, request: PortalRequest, lang: str, make: Take, *, allowed: Allowed | None = None
    ) -> Response[bytes]:
        """What ``make`` answers to a form of this very site, from readers who do not flood it."""
        visit = await self.visit(request, lang, allowed)
        if not from_this_site(request):
            return await self.refuse(visit, 403, WORDS["foreign"])
        if not self.has_room(request, visit.reader):
            return await self.refuse(visit, 429, WORDS["too_often"])
        given = await _given(request)
        key = given.pop(FORM_KEY, "")
        if visit.reader and not hmac.compare_digest(key, visit.reader.form_key):
            return await self.refuse(visit, 403, PEOPLE_WORDS["stale_form"])
        if given.pop(TRAP, ""):
            return await self.refuse(visit, 400, WORDS["trapped"])
        return sent(await self.maker.run(partial(make, visit, given)))

    async def visit(
        self, request: PortalRequest, lang: str, allowed: Allowed | None = None
    ) -> Visit:
        """Who asks for what. Raises ``NotThere`` for those whom the address is not for."""
        language = known_language(lang)
        if len(request.scope["query_string"]) > MOST_QUERY:
            raise NotThere(WORDS["no_page"])
        reader = await reader_of(request, self.desk, self.maker)
        if allowed is not None and (reader is None or not allowed(reader)):
            raise NotThere(WORDS["no_page"])
        path = request.url.path.removeprefix(f"/{language}")
        query = dict(request.query_params.items())
        return Visit(language, path, query, public_origin(request), reader)

    def has_room(self, request: PortalRequest, reader: Reader | None = None) -> bool:
        """Whether this person, or whoever comes from this address, may send another form now."""
        return self._bucket.take(f"person {reader.person.id}" if reader else client_of(request))

    async def refuse(self, visit: Visit, status: int, text: Text) -> Response[bytes]:
        """A page that says why a form was not taken."""
        work = partial(error_page, self.desk.store, visit, status, text)
        return sent(Page(await self.maker.run(work), status))


def sent(page: Page) -> Response[bytes]:
    """A page on its way: kept by nobody."""
    headers = {**SECURITY_HEADERS, "cache-control": "no-store"}
    if page.status == 429:
        headers["retry-after"] = "60"
    status = page.status
    if page.to is not None:
        headers["location"], status = page.to, 303
    body = page.body.encode()
    return Response(
        body, status_code=status, headers=headers, media_type=_HTML, cookies=list(page.cookies)
    )


async def _given(request: PortalRequest) -> Given:
    form = await request.form()
    given = Given()
    for name, value in form.items():
        if isinstance(value, UploadFile):
            content = await value.read()
            if value.filename and content:
                given.upload = Upload(value.filename, content)
        elif isinstance(value, str):
            given[name] = value
    return given
