"""Who asks: the one place where a request is held against sessions and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from dataro.accounts.person import Person
from dataro.accounts.sessions import Session, session_of
from dataro.accounts.tokens import person_of_token
from dataro.portal.desk import Desk
from dataro.portal.guard import from_this_site
from dataro.portal.reader import Reader
from dataro.portal.replies import Maker, PortalRequest

COOKIE = "dataro_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""Its name over https: a browser then takes it from this very host only, never from a neighbour."""
_MOST_SECRET = 500
_SCHEMES = ("bearer ", "infuser ", "token ")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request carries: a token, or the secret of a session; never both."""

    token: str | None = None
    session: str | None = None

    def __bool__(self) -> bool:
        return self.token is not None or self.session is not None


def credentials_of(request: PortalRequest) -> Credentials:
    """What ``request`` carries, read without asking the records.

    In this order: ``Authorization`` (``Bearer TOKEN``, ``Infuser TOKEN`` as the national portal
    has it, or the bare token as CKAN has it), ``X-CKAN-API-Key``, ``serviceKey`` in the query (raw
    or encoded once more), the cookie of a session. A cookie counts for something that changes
    the records only where a page of this site asks.
    """
    header = request.headers.get("authorization") or request.headers.get("x-ckan-api-key")
    if header:
        return Credentials(token=_bare(header))
    query = request.query_params
    if key := query.get("serviceKey") or query.get("ServiceKey"):
        return Credentials(token=_decoded(str(key)))
    secret = session_secret(request)
    if secret is None:
        return Credentials()
    if request.method not in ("GET", "HEAD") and not from_this_site(request):
        return Credentials()
    return Credentials(session=secret)


def session_secret(request: PortalRequest) -> str | None:
    """The secret of a session that the browser sends along, if any."""
    if "cookie" not in request.headers:
        return None
    secret = request.cookies.get(SECURE_COOKIE) or request.cookies.get(COOKIE)
    return secret[:_MOST_SECRET] if secret else None


def person_behind(credentials: Credentials, desk: Desk | None) -> Person | None:
    """Whose credentials these are; None for nobody's.

    Reads the records: call it in a thread of ``Maker``. A session that has ended means nobody; a
    token that opens nothing raises ``BadToken``, whose ``fault`` each API says in its own form.
    """
    if desk is None or not credentials:
        return None
    if credentials.token is not None:
        return person_of_token(desk.records, credentials.token)
    session = session_behind(credentials, desk)
    return session.person if session else None


def session_behind(credentials: Credentials, desk: Desk | None) -> Session | None:
    """The living session among ``credentials``. Reads the records."""
    if desk is None or credentials.session is None:
        return None
    return session_of(desk.records, credentials.session)


def person_of(request: PortalRequest, desk: Desk | None) -> Person | None:
    """Who asks, by session cookie, token or service key; None for somebody who is not signed in.

    Reads the records: call it in a thread of ``Maker``. Raises ``BadToken``.
    """
    return person_behind(credentials_of(request), desk)


async def reader_of(request: PortalRequest, desk: Desk, maker: Maker) -> Reader | None:
    """Who reads a page; for requests without a cookie, nobody, at no cost.

    Pages are for people: tokens count for programs only.
    """
    secret = session_secret(request)
    if secret is None or (request.method not in ("GET", "HEAD") and not from_this_site(request)):
        return None
    session = await maker.run(partial(session_of, desk.records, secret))
    return Reader(session.person, session.form_key, session.issuer) if session else None


def _bare(header: str) -> str:
    given = header.strip()
    for scheme in _SCHEMES:
        if given.lower().startswith(scheme):
            given = given[len(scheme) :].strip()
            break
    return given[:_MOST_SECRET]


def _decoded(key: str) -> str:
    """A key as it was made: the national portal hands keys out encoded, and clients encode them
    again. Ours hold no character that encoding changes, so decoding one too often does no harm."""
    for _ in range(2):
        if "%" not in key:
            break
        key = unquote(key)
    return key.strip()[:_MOST_SECRET]
