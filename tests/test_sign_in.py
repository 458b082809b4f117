"""Signing in with a local account: sessions, forms, tokens; and what the public never notices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import small_city
import small_office
import typer
from litestar import Request
from litestar.testing import TestClient

from dataro.accounts import people
from dataro.accounts.clock import written
from dataro.accounts.people import add_person, change_person, person_by_login, set_password
from dataro.accounts.person import Person
from dataro.accounts.records import Records, open_records
from dataro.accounts.sessions import HOURS, IDLE_MINUTES, session_of, start_session, sweep
from dataro.accounts.tokens import BadToken, make_token, revoke_token
from dataro.build.workspace import find
from dataro.cases.workflows import open_cases
from dataro.cli.app import main
from dataro.portal.app import make_app
from dataro.portal.desk import Desk
from dataro.portal.origin import VARIABLE
from dataro.portal.who import person_of

pytestmark = pytest.mark.filterwarnings(
    "ignore::litestar.exceptions.base_exceptions.LitestarDeprecationWarning"
)
SAME = {"sec-fetch-site": "same-origin"}
PASSWORD = "열쇠는 서랍 속에 있다"
DESK = ("/desk", "/desk/data", "/desk/corrections", "/desk/people", "/desk/audit",
        "/desk/cases/2026-REQ-00001")  # fmt: skip


@dataclass
class House:
    """A portal without data, its records, and the people in them."""

    folder: Path
    web: TestClient
    records: Records
    admin: Person
    steward: Person
    citizen: Person

    def sign_in(self, login: str, password: str = PASSWORD, **form: str) -> httpx.Response:
        form = {"login": login, "password": password, **form}
        return self.web.post("/ko/sign-in", data=form, headers=SAME, follow_redirects=False)

    def form_key(self, path: str = "/ko/account") -> str:
        found = re.search(r'name="form_key" value="(\w+)"', self.web.get(path).text)
        assert found is not None
        return found[1]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    workspace = small_city.make(tmp_path_factory.mktemp("here") / "city")
    small_office.workflows_into(workspace.folder)
    records = open_cases(find(workspace.folder))
    admin = add_person(
        records, None, login="admin", name="오계정", roles=["admin"], password=PASSWORD
    )
    steward = add_person(
        records, admin, login="kim", name="김관리", roles=["steward"], password=PASSWORD,
        department=small_office.PARKS,
    )  # fmt: skip
    citizen = add_person(records, None, login="lee", name="이시민", password=PASSWORD)
    with TestClient(make_app(workspace.folder)) as web:
        yield House(workspace.folder, web, records, admin, steward, citizen)
    records.close()


@pytest.fixture
def house(opened: House) -> House:
    opened.web.cookies.clear()
    return opened


def test_an_official_signs_in_to_the_desk_and_out_again(house: House) -> None:
    done = house.sign_in("KIM ")
    assert (done.status_code, done.headers["location"]) == (303, "/ko/desk")
    (cookie,) = done.headers.get_list("set-cookie")
    assert cookie.startswith("dataro_session=")
    assert all(one in cookie for one in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age="))
    page = house.web.get("/en/help")
    assert "김관리" in page.text
    assert 'href="/en/desk"' in page.text
    assert page.headers["cache-control"] == "private, no-cache"
    secret = house.web.cookies["dataro_session"]
    left = house.web.post("/ko/sign-out", data={"form_key": house.form_key()}, headers=SAME)
    assert "로그아웃했습니다" in left.text
    assert session_of(house.records, secret) is None
    house.web.cookies.set("dataro_session", secret)
    assert house.web.get("/ko/desk").status_code == 404


def test_the_public_never_learns_that_there_is_a_desk(house: House) -> None:
    unknown = house.web.get("/ko/no-such-page")
    house.sign_in("lee")
    citizen = dict(house.web.cookies)
    for path in DESK:
        for cookies in ({}, citizen, {"dataro_session": "made up"}):
            house.web.cookies.clear()
            house.web.cookies.update(cookies)
            answer = house.web.get(f"/ko{path}")
            assert answer.status_code == 404, path
            assert re.sub(r'href="/en[^"]*"', "", answer.text) == re.sub(
                r'href="/en[^"]*"', "", unknown.text
            )
    house.web.cookies.clear()
    for path in ("/", "/help", "/privacy", "/sign-in", "/requests"):
        assert "/desk" not in house.web.get(f"/ko{path}").text


def test_pages_for_everybody_set_no_cookie_and_are_kept_as_one(house: House) -> None:
    first = house.web.get("/ko/help")
    house.sign_in("kim")
    mine = house.web.get("/ko/help")
    house.web.cookies.clear()
    again = house.web.get("/ko/help", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert mine.headers["etag"] != first.headers["etag"]
    for answer in (first, again, house.web.get("/ko/sign-in"), house.web.get("/ko/requests")):
        assert "set-cookie" not in answer.headers
    assert first.headers["cache-control"] == "no-cache"


def test_a_wrong_password_does_not_tell_whether_the_login_exists(house: House) -> None:
    answers = [house.sign_in(login, "wrong password") for login in ("kim", "nobody-at-all")]
    assert [one.status_code for one in answers] == [401, 401]
    said = [re.sub(r'value="[^"]*"', "", one.text) for one in answers]
    assert said[0] == said[1]
    assert "맞지 않습니다" in said[0]


def test_an_account_rests_after_eight_wrong_tries_and_a_client_after_many(opened: House) -> None:
    add_person(opened.records, None, login="han", name="한이웃", password=PASSWORD)
    with TestClient(make_app(opened.folder)) as web:
        house = House(
            opened.folder, web, opened.records, opened.admin, opened.steward, opened.citizen
        )
        for _ in range(8):
            assert house.sign_in("han", "wrong password").status_code == 401
        assert house.sign_in("han").status_code == 401
        assert 429 in [house.sign_in("x", "wrong").status_code for _ in range(40)]
    set_password(opened.records, opened.admin, person_by_login(opened.records, "han").id, PASSWORD)


def test_whoever_knew_the_session_before_a_sign_in_has_nothing_of_it_after(opened: House) -> None:
    secret = start_session(opened.records, opened.citizen)
    after = start_session(opened.records, opened.steward, replaces=secret)
    assert session_of(opened.records, secret) is None
    session = session_of(opened.records, after)
    assert session is not None
    assert session.person.login == "kim"


def test_a_session_ends_with_time_without_use_a_new_password_or_a_suspension(
    opened: House,
) -> None:
    records = opened.records
    now = [datetime(2026, 1, 12, 1, tzinfo=UTC)]
    clocked = Records(records.engine, records.attachments, lambda: now[0])
    busy, idle = (start_session(clocked, opened.citizen) for _ in range(2))
    for _ in range(int(HOURS * 60 / 30) - 1):
        now[0] += timedelta(minutes=30)
        assert session_of(clocked, busy) is not None
    assert session_of(clocked, idle) is None
    now[0] += timedelta(minutes=31)
    assert session_of(clocked, busy) is None
    assert sweep(clocked) >= 2
    first = start_session(records, opened.citizen)
    set_password(records, opened.citizen, opened.citizen.id, PASSWORD)
    assert session_of(records, first) is None
    second = start_session(records, opened.citizen)
    change_person(records, opened.admin, opened.citizen.id, active=False)
    assert session_of(records, second) is None
    change_person(records, opened.admin, opened.citizen.id, active=True)
    assert IDLE_MINUTES > 30


def test_the_records_keep_no_secret_of_a_session(opened: House) -> None:
    secret = start_session(opened.records, opened.citizen)
    with opened.records.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM session").all()
    assert rows
    assert not any(secret in str(row) for row in rows)


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}, {}]
)
def test_a_form_of_another_site_or_of_another_session_changes_nothing(
    house: House, headers: dict[str, str]
) -> None:
    assert house.sign_in("kim", **{}).status_code == 303
    token = {"name": "x", "days": "30"}
    key = house.form_key()
    make = "/ko/account/tokens"
    assert house.web.post(make, data={**token, "form_key": key}, headers=headers).status_code == 403
    for wrong in ({}, {"form_key": "0" * 32}):
        assert house.web.post(make, data={**token, **wrong}, headers=SAME).status_code == 403
    refused = house.web.post(
        "/ko/sign-in", data={"login": "lee", "password": PASSWORD}, headers=headers
    )
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("to", "goes"),
    [
        ("/en/requests?open=1", "/en/requests?open=1"), ("https://elsewhere.example", "/ko/desk"),
        ("//elsewhere.example/x", "/ko/desk"), ("/\\elsewhere.example", "/ko/desk"),
        ("/%0d%0aset-cookie:x", "/%0d%0aset-cookie:x"), ("/\r\nset-cookie: x=1", "/ko/desk"),
        ("javascript:alert(1)", "/ko/desk"), ("", "/ko/desk"),
    ],
)  # fmt: skip
def test_a_sign_in_goes_on_to_this_very_site_only(house: House, to: str, goes: str) -> None:
    assert house.sign_in("kim", to=to).headers["location"] == goes


def test_over_https_the_cookie_is_for_this_host_and_https_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "https://data.city.example")
    headers = {"origin": "https://data.city.example"}
    form = {"login": "kim", "password": PASSWORD}
    done = house.web.post("/ko/sign-in", data=form, headers=headers, follow_redirects=False)
    (cookie,) = done.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-dataro_session=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_a_token_is_made_shown_once_used_and_revoked(house: House) -> None:
    house.sign_in("kim")
    form = {"form_key": house.form_key(), "name": "<b>밤새 도는 프로그램</b>", "days": "30",
            "may.dataset": "1"}  # fmt: skip
    made = house.web.post("/ko/account/tokens", data=form, headers=SAME)
    assert made.status_code == 201
    (secret,) = re.findall(r"dataro_[\w-]{40,}", made.text)
    page = house.web.get("/ko/account").text
    assert secret not in page
    assert "&lt;b&gt;밤새 도는 프로그램" in page
    assert "dataset.*" in page
    desk = Desk(None, house.records)  # type: ignore[arg-type]
    for headers, query in (
        ({"authorization": f"Bearer {secret}"}, ""), ({"authorization": secret}, ""),
        ({"authorization": f"Infuser {secret}"}, ""), ({"x-ckan-api-key": secret}, ""),
        ({}, f"serviceKey={secret}"), ({}, f"ServiceKey={secret.replace('_', '%255F')}"),
    ):  # fmt: skip
        person = person_of(asked(headers, query), desk)
        assert person is not None
        assert (person.login, person.limited_to) == ("kim", {"dataset.*"})
    (path,) = re.findall(r'action="(/ko/account/tokens/\d+/revoke)"', page)
    other = TestClient(house.web.app)
    assert other.post(path, data={}, headers=SAME).status_code == 404
    house.web.post(path, data={"form_key": house.form_key()}, headers=SAME)
    with pytest.raises(BadToken) as bad:
        person_of(asked({"authorization": secret}, ""), desk)
    assert bad.value.fault == "revoked"


def test_a_token_that_opens_nothing_says_why(opened: House) -> None:
    desk = Desk(None, opened.records)  # type: ignore[arg-type]
    now = [opened.records.clock()]
    clocked = Records(opened.records.engine, opened.records.attachments, lambda: now[0])
    secret, token = make_token(clocked, opened.citizen, "x", days=1)
    now[0] += timedelta(days=2)
    faults = []
    for records, given in ((clocked, secret), (opened.records, "dataro_unknown")):
        with pytest.raises(BadToken) as bad:
            person_of(asked({"authorization": given}, ""), Desk(None, records))  # type: ignore[arg-type]
        faults.append(bad.value.fault)
    assert faults == ["expired", "unknown"]
    assert person_of(asked({}, ""), desk) is None
    revoke_token(opened.records, opened.citizen, token.id)
    assert written(now[0]) > token.expires_at


def asked(headers: dict[str, str], query: str) -> Any:
    """A request as the application gets it."""
    scope = {
        "type": "http", "method": "GET", "path": "/", "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    return Request(scope)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/ko/help", "/ko/privacy", "/ko/nowhere", "/static/x/portal.css"])
def test_head_answers_as_get_without_a_body(house: House, path: str) -> None:
    read, head = house.web.get(path), house.web.head(path)
    assert head.status_code == read.status_code
    assert head.content == b""
    for name in ("content-type", "etag", "cache-control", "content-security-policy"):
        assert head.headers.get(name) == read.headers.get(name)


def test_the_command_line_makes_the_first_account_and_tells_who_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small_city.make(tmp_path / "city").folder
    words = iter(["short", PASSWORD, "새 비밀번호를 정했다"])
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: next(words))

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["people", *arguments, "--workspace", str(folder)])
        return int(str(ended.value.code)), capsys.readouterr().out

    assert json.loads(run("--json")[1]) == {"people": []}
    assert run("root", "--role", "admin")[0] == 1  # too short
    assert run("root", "--name", "관리자", "--role", "admin")[0] == 0
    assert run("root")[0] == 0  # a new password
    (root,) = json.loads(run("--json")[1])["people"]
    assert (root["login"], root["roles"]) == ("root", ["admin"])
    records = open_records(find(folder))
    assert people.sign_in(records, "root", "새 비밀번호를 정했다").name == "관리자"
    records.close()
