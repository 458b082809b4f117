"""What everybody who is signed in has: their account, notices, cases, tokens, password."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from dataro.accounts import people
from dataro.accounts.clock import korean_day, moment
from dataro.accounts.permissions import permissions
from dataro.accounts.person import ROLES
from dataro.accounts.sessions import start_session
from dataro.accounts.tokens import Token, make_token, revoke_token, tokens_of
from dataro.cases import inbox, notices
from dataro.portal.case_parts import place_words
from dataro.portal.desk import Desk
from dataro.portal.exchange import Given, Page
from dataro.portal.opening_pages import can_open
from dataro.portal.pages import Visit, page
from dataro.portal.people_words import PEOPLE_WORDS
from dataro.portal.reader import Reader
from dataro.portal.sign_in_pages import session_cookie
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

PATH = "/account"
LIVES = (30, 90, 180, 366)
"""Days that a token may live, as the form offers them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A token as its page shows it."""

    token: Token
    made: str
    until: str
    used: str
    living: bool


def account_page(
    desk: Desk, visit: Visit, *, secret: str | None = None, wrong: Text | None = None
) -> Page:
    """The account of whoever reads; for others, the way to sign in. ``secret`` is a token's, which
    is shown this once."""
    if visit.reader is None:
        to = urlencode({"to": f"/{visit.language}{PATH}"})
        return Page(to=f"/{visit.language}/sign-in?{to}")
    person = visit.reader.person
    records = desk.records
    now = records.now()
    body = page(
        desk.store, visit, "account.html",
        person=person, roles=[text for role, text in ROLES.items() if role in person.roles],
        tokens=[_shown(one, now) for one in tokens_of(records, person)],
        requested=inbox.requested(records, person), unread=notices.unread(records, person),
        secret=secret, wrong=wrong, lives=LIVES, day=_day,
        families=[(one, PEOPLE_WORDS.get(f"family_{one}", both(one, one))) for one in _families()],
        place=partial(place_words, desk, visit.language), openable=can_open(desk, person),
        has_password=visit.reader.issuer is None,
    )  # fmt: skip
    status = 422 if wrong else 201 if secret else 200
    return Page(body, status)


def new_token(desk: Desk, visit: Visit, given: Given) -> Page:
    """Make a token and show it once."""
    reader = _reader(visit)
    days = given.get("days", "")
    chosen = [f"{one}.*" for one in _families() if given.get(f"may.{one}")]
    try:
        lives = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 90
        secret, _ = make_token(
            desk.records, reader.person, given.get("name", ""), days=lives, actions=chosen or None
        )
    except Problem as problem:
        return account_page(desk, visit, wrong=problem.text)
    return account_page(desk, visit, secret=secret)


def end_token(desk: Desk, visit: Visit, given: Given, id: int) -> Page:
    """Revoke a token of one's own."""
    reader = _reader(visit)
    try:
        revoke_token(desk.records, reader.person, id)
    except Problem as problem:
        return account_page(desk, visit, wrong=problem.text)
    return Page(to=f"/{visit.language}{PATH}#tokens")


def new_password(desk: Desk, visit: Visit, given: Given, *, secure: bool) -> Page:
    """Change the password of a local account; other sessions end, this one goes on anew."""
    reader = _reader(visit)
    if reader.issuer is not None:
        raise NotThere(WORDS["no_page"])
    person = reader.person
    try:
        people.sign_in(desk.records, person.login, given.get("password", ""))
        people.set_password(desk.records, person, person.id, given.get("new_password", ""))
    except Problem as problem:
        return account_page(desk, visit, wrong=problem.text)
    secret = start_session(desk.records, person)
    return Page(to=f"/{visit.language}{PATH}#password", cookies=(session_cookie(secret, secure),))


def read_notices(desk: Desk, visit: Visit, given: Given) -> Page:
    """Mark what was shown as read."""
    reader, up_to = _reader(visit), given.get("up_to", "")
    if up_to.isascii() and up_to.isdigit() and len(up_to) < 19:
        notices.mark_read(desk.records, reader.person, int(up_to))
    back = "/desk" if given.get("from") == "desk" and reader.staff else PATH
    return Page(to=f"/{visit.language}{back}")


def _families() -> list[str]:
    """The first words of actions: what a token can be limited to."""
    return sorted({action.split(".")[0] for action in permissions()})


def _reader(visit: Visit) -> Reader:
    if visit.reader is None:
        raise NotThere(WORDS["no_page"])
    return visit.reader


def _shown(token: Token, now: str) -> Shown:
    return Shown(
        token, _day(token.created_at), _day(token.expires_at),
        _day(token.used_at) if token.used_at else "",
        token.revoked_at is None and token.expires_at > now,
    )  # fmt: skip


def _day(text: str) -> str:
    return korean_day(moment(text)).isoformat()
