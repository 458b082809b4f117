"""Signing in and out: by a local account, or at the city's own provider."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from litestar.datastructures import Cookie

from dataro.accounts import people
from dataro.accounts.person import Person
from dataro.accounts.provider.flow import MINUTES, begin, finish
from dataro.accounts.provider.leaving import sign_out_address
from dataro.accounts.provider.members import person_for
from dataro.accounts.provider.provider import Provider
from dataro.accounts.sessions import HOURS, end_session, start_session
from dataro.portal.desk import Desk
from dataro.portal.exchange import Given, Page
from dataro.portal.origin import local_path
from dataro.portal.pages import Visit, page
from dataro.portal.reader import STAFF
from dataro.portal.who import COOKIE, SECURE_COOKIE
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text

CALLBACK = "/sign-in/callback"
BROWSER_COOKIE = "dataro_sign_in"
_LONGEST_LOGIN = 60


def sign_in_page(desk: Desk, visit: Visit, wrong: Text | None = None, login: str = "") -> Page:
    """The ways to sign in; whoever is signed in goes on at once."""
    to = local_path(visit.query.get("to", ""), "")
    if visit.reader is not None:
        return Page(to=to or _home(visit, visit.reader.person))
    declared = desk.store.city.sign_in
    body = page(
        desk.store, visit, "sign_in.html",
        to=to, wrong=wrong, login=login[:_LONGEST_LOGIN], provider=declared,
        local=declared is None or declared.local,
    )  # fmt: skip
    return Page(body, 401 if wrong else 200)


def sign_in(desk: Desk, visit: Visit, given: Given, *, before: str | None, secure: bool) -> Page:
    """Sign in with a login and a password; ``before`` is the session that the browser came with.

    What is wrong is said without telling whether the login exists.
    """
    declared = desk.store.city.sign_in
    if declared is not None and not declared.local:
        raise NotThere(WORDS["no_page"])
    login, password = given.get("login", "").strip().lower(), given.get("password", "")
    try:
        person = people.sign_in(desk.records, login[:_LONGEST_LOGIN], password)
    except Problem as problem:
        return sign_in_page(desk, visit, problem.text, login)
    secret = start_session(desk.records, person, replaces=before)
    return _signed_in(visit, person, secret, given.get("to", ""), secure)


def to_provider(desk: Desk, provider: Provider, visit: Visit, *, secure: bool) -> Page:
    """Send the browser to the provider. Raises ``ProviderTrouble``."""
    to = local_path(visit.query.get("to", ""), f"/{visit.language}/")
    begun = begin(desk.records, provider, to_path=to, redirect_uri=visit.origin + CALLBACK)
    lasting = int(timedelta(minutes=MINUTES).total_seconds())
    kept = _cookie(BROWSER_COOKIE, begun.browser, lasting, secure)
    return Page(to=begun.url, cookies=(kept,))


def from_provider(
    desk: Desk,
    provider: Provider,
    visit: Visit,
    *,
    browser: str | None,
    before: str | None,
    secure: bool,
) -> Page:
    """Sign in whom the provider vouches for. Raises ``BadIdentity``, ``ProviderTrouble``, or
    ``Problem`` for a suspended account."""
    proven = finish(
        desk.records, provider, visit.query,
        browser=browser, redirect_uri=visit.origin + CALLBACK,
    )  # fmt: skip
    person = person_for(desk.records, provider.declared, proven.claims)
    sid = proven.claims.get("sid")
    secret = start_session(
        desk.records, person, replaces=before, issuer=provider.declared.issuer,
        provider_session=sid[:200] if isinstance(sid, str) else None,
    )  # fmt: skip
    done = _signed_in(visit, person, secret, proven.to_path, secure)
    gone = _cookie(BROWSER_COOKIE, "", 0, secure)
    return Page(to=done.to, cookies=(*done.cookies, gone))


def sign_out(
    desk: Desk, provider: Provider | None, visit: Visit, *, secret: str | None, secure: bool
) -> Page:
    """End the session, and offer to end the provider's as well."""
    if secret:
        end_session(desk.records, secret)
    there = None
    if provider is not None and visit.reader is not None and visit.reader.issuer:
        there = sign_out_address(provider, f"{visit.origin}/{visit.language}/")
    gone = _cookie(_name(secure), "", 0, secure)
    left = Visit(visit.language, "/sign-in", {}, visit.origin)
    body = page(desk.store, left, "signed_out.html", there=there, provider=desk.store.city.sign_in)
    return Page(body, cookies=(gone,))


def browser_secret(cookies: Mapping[str, str]) -> str | None:
    """What the browser kept while it was at the provider."""
    kept = cookies.get(f"__Host-{BROWSER_COOKIE}") or cookies.get(BROWSER_COOKIE)
    return kept[:200] if kept else None


def session_cookie(secret: str, secure: bool) -> Cookie:
    """What the browser keeps of a session."""
    lasting = int(timedelta(hours=HOURS).total_seconds())
    return _cookie(COOKIE, secret, lasting, secure)


def _signed_in(visit: Visit, person: Person, secret: str, to: str, secure: bool) -> Page:
    to = local_path(to, "") or _home(visit, person)
    return Page(to=to, cookies=(session_cookie(secret, secure),))


def _home(visit: Visit, person: Person) -> str:
    return f"/{visit.language}/desk" if person.roles & STAFF else f"/{visit.language}/account"


def _name(secure: bool) -> str:
    return SECURE_COOKIE if secure else COOKIE


def _cookie(name: str, value: str, seconds: int, secure: bool) -> Cookie:
    """A cookie of this host alone, hidden from scripts, sent along by links from elsewhere but by
    no form of another site."""
    full = f"__Host-{name}" if secure and not name.startswith("__Host-") else name
    return Cookie(
        full, value=value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax"
    )
