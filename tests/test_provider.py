"""Sign-in at the city's own provider of OpenID Connect: the way it goes, and every way it must not."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import small_city
import small_office
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from litestar.testing import TestClient
from small_provider import CLIENT, SECRET, Provider, open_provider

from dataro.accounts.audit import entries
from dataro.accounts.listing import people_list
from dataro.accounts.people import change_person, person_by_login
from dataro.accounts.provider.provider import VARIABLE, ProviderTrouble
from dataro.accounts.provider.provider import Provider as Asked
from dataro.build.workspace import find
from dataro.cases.workflows import open_cases
from dataro.portal.app import make_app
from dataro.vocabulary.sign_in import SignIn

pytestmark = pytest.mark.filterwarnings(
    "ignore::litestar.exceptions.base_exceptions.LitestarDeprecationWarning"
)

SIGN_IN = """
[sign_in]
issuer = "{issuer}"
client_id = "dataro"
title = {{ko = "삼평시 직원 로그인", en = "Sampyeong staff"}}
local = false

[sign_in.roles]
data-stewards = ["steward"]
data-office = ["data_officer"]
account-admins = ["admin"]

[sign_in.departments]
D-PARKS = {{ko = "공원과", en = "Parks"}}
"""


@pytest.fixture(scope="module")
def anywhere() -> Iterator[Provider]:
    with open_provider() as found:
        yield found


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, anywhere: Provider) -> Path:
    folder = tmp_path_factory.mktemp("here")
    workspace = small_city.make(folder / "city")
    small_office.workflows_into(workspace.folder)
    toml = workspace.folder / "city.toml"
    toml.write_text(toml.read_text("utf-8") + SIGN_IN.format(issuer=anywhere.issuer), "utf-8")
    return workspace.folder


@pytest.fixture(scope="module")
def app(city: Path) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, SECRET)
        with TestClient(make_app(city)) as client:
            yield client


@pytest.fixture
def provider(anywhere: Provider) -> Provider:
    anywhere.straighten()
    return anywhere


@pytest.fixture
def web(app: TestClient, provider: Provider) -> TestClient:
    app.cookies.clear()
    return app


def begin(web: TestClient, to: str = "/ko/desk") -> str:
    """The address at the provider to which the portal sends a browser."""
    sent = web.get("/ko/sign-in/provider", params={"to": to}, follow_redirects=False)
    assert sent.status_code == 303
    return str(sent.headers["location"])


def come_back(web: TestClient, address: str, **changed: str) -> httpx.Response:
    """The browser follows the provider home; ``changed`` are parts of the answer that somebody bent."""
    home = httpx.get(address).headers["location"]
    query = {name: one[0] for name, one in parse_qs(urlsplit(home).query).items()}
    return web.get("/sign-in/callback", params={**query, **changed}, follow_redirects=False)


def signed_in(web: TestClient) -> bool:
    return web.get("/ko/account", follow_redirects=False).status_code == 200


def test_somebody_of_the_city_signs_in_with_department_and_roles_by_declaration(
    web: TestClient, city: Path, provider: Provider
) -> None:
    page = web.get("/en/sign-in").text
    assert "Sampyeong staff" in page
    assert 'name="password"' not in page
    done = come_back(web, begin(web))
    assert (done.status_code, done.headers["location"]) == (303, "/ko/desk")
    cookies = done.headers.get_list("set-cookie")
    assert all("HttpOnly" in one and "SameSite=lax" in one and "Path=/" in one for one in cookies)
    assert web.get("/ko/desk").status_code == 200
    records = open_cases(find(city))
    person = person_by_login(records, "yoon")
    assert (person.name, person.department, person.roles) == ("윤기관", "공원과", {"steward"})
    assert person.email == "yoon@city.example"
    provider.person |= {"roles": "data-office", "department": "감사실", "email_verified": False}
    come_back(web, begin(web))
    again = person_by_login(records, "yoon")
    assert (again.id, again.department, again.roles) == (person.id, "감사실", {"data_officer"})
    acts = [one.action for one in entries(records, subject=f"person/{person.id}")]
    assert acts == ["person.change", "person.change", "person.add"]
    records.close()


def test_keys_of_the_provider_are_kept_and_looked_up_again_when_it_has_new_ones(
    provider: Provider,
) -> None:
    now = [0.0]
    asked = Asked(SignIn(provider.issuer, CLIENT), clock=lambda: now[0])
    assert [key.kid for key in asked.keys("one")] == ["one"]
    before, provider.key = provider.key, ECKey.generate_key("P-256", {"kid": "two"})
    asked_before = provider.keys_asked
    assert asked.keys("two") == []  # whoever makes up names of keys makes us ask only so often
    assert provider.keys_asked == asked_before
    now[0] += 31
    assert [key.kid for key in asked.keys("two")] == ["two"]
    assert asked.keys("one") == []
    provider.key = before


def _unsigned(claims: dict[str, Any]) -> str:
    parts = [{"alg": "none"}, claims]
    said = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts
    ]
    return ".".join([*said, ""])


def _with_the_clients_secret(claims: dict[str, Any]) -> str:
    key = OctKey.import_key(SECRET.encode())
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims, key)


def _with_another_key(claims: dict[str, Any]) -> str:
    key = ECKey.generate_key("P-256", {"kid": "one"})
    return jwt.encode({"alg": "ES256", "kid": "one"}, claims, key)


NOW = int(time.time())
BENT: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "for somebody else": {"aud": "another"},
    "for several without us in charge": {"aud": [CLIENT, "another"]},
    "for several with another in charge": {"aud": [CLIENT, "another"], "azp": "another"},
    "expired": {"exp": NOW - 120},
    "without an end": {"exp": None},
    "from the future": {"iat": NOW + 3_600, "nbf": NOW + 3_600},
    "from long ago": {"iat": NOW - 3_600},
    "by another issuer": {"iss": "https://elsewhere.example"},
    "about nobody": {"sub": ""},
    "about a number": {"sub": 7},
}


@pytest.mark.parametrize("what", BENT)
def test_an_identity_that_proves_nothing_signs_nobody_in(
    web: TestClient, provider: Provider, what: str
) -> None:
    changed = BENT[what]

    def bend(claims: dict[str, Any]) -> dict[str, Any]:
        kept = {**claims, **changed}
        return {name: value for name, value in kept.items() if value is not None}

    provider.bend = bend
    refused = come_back(web, begin(web))
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers
    assert "로그인을 확인하지 못했습니다" in refused.text
    assert not signed_in(web)


@pytest.mark.parametrize("sign", [_unsigned, _with_the_clients_secret, _with_another_key, str])
def test_only_a_key_of_the_provider_signs(web: TestClient, provider: Provider, sign: Any) -> None:
    provider.sign = sign
    assert come_back(web, begin(web)).status_code == 403
    assert not signed_in(web)


def test_a_state_counts_once_in_the_browser_that_began_and_for_the_right_provider(
    web: TestClient, city: Path
) -> None:
    address = begin(web)
    home = httpx.get(address).headers["location"]
    callback = f"/sign-in/callback?{urlsplit(home).query}"
    victim = TestClient(web.app)
    assert victim.get(callback).status_code == 403  # somebody else's sign-in, sent as a link
    assert web.get(callback, follow_redirects=False).status_code == 403  # used up by that
    assert come_back(web, begin(web), state="made up").status_code == 403
    assert come_back(web, begin(web), iss="https://elsewhere.example").status_code == 403
    assert come_back(web, begin(web), code="made up").status_code == 403
    assert come_back(web, begin(web), error="access_denied").status_code == 403
    assert not signed_in(web)
    done = httpx.get(begin(web)).headers["location"]
    once = f"/sign-in/callback?{urlsplit(done).query}"
    assert web.get(once, follow_redirects=False).status_code == 303
    assert web.get(once, follow_redirects=False).status_code == 403


def test_a_sign_in_takes_ten_minutes_at_most(web: TestClient, city: Path) -> None:
    address = begin(web)
    records = open_cases(find(city))
    with records.writing() as connection:
        connection.exec_driver_sql("UPDATE sign_in SET expires_at = '2020-01-01'")
    records.close()
    assert come_back(web, address).status_code == 403


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_asked(
    provider: Provider, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    with pytest.raises(ProviderTrouble) as trouble:
        Asked(SignIn(provider.issuer, CLIENT)).metadata()
    assert "is in trouble" in trouble.value.text.en


def test_what_is_told_of_another_person_is_not_taken(web: TestClient, provider: Provider) -> None:
    provider.userinfo = {"sub": "somebody-else", "roles": ["account-admins"]}
    assert come_back(web, begin(web)).status_code == 403
    provider.userinfo = {"sub": "u-1001", "roles": ["account-admins"], "department": "D-PARKS"}
    del provider.person["roles"]
    assert come_back(web, begin(web)).status_code == 303
    assert web.get("/ko/desk/people").status_code == 200


def test_the_same_name_or_address_opens_nobody_elses_account(
    web: TestClient, city: Path, provider: Provider
) -> None:
    def come(**person: Any) -> httpx.Response:
        provider.person |= person
        web.cookies.clear()
        return come_back(web, begin(web))

    come()
    come(sub="u-2002", name="다른 사람")
    come(sub="u-3003", preferred_username="root", roles=["account-admins"])
    records = open_cases(find(city))
    assert person_by_login(records, "yoon").name == "윤기관"
    other = next(one.person for one in people_list(records, words="다른").people)
    assert other.email == "yoon@city.example"
    change_person(records, person_by_login(records, "root"), other.id, active=False)
    records.close()
    refused = come(sub="u-2002", preferred_username="yoon")
    assert (refused.status_code, "정지된 계정" in refused.text) == (403, True)
    assert come(sub="u-1001").status_code == 303


def test_signing_out_here_offers_to_sign_out_there_and_there_signs_out_here(
    web: TestClient, provider: Provider
) -> None:
    come_back(web, begin(web))
    key = web.get("/ko/account").text.split('name="form_key" value="')[1].split('"')[0]
    same = {"sec-fetch-site": "same-origin"}
    left = web.post("/ko/sign-out", data={"form_key": key}, headers=same)
    assert f"{provider.issuer}/end?client_id={CLIENT}" in left.text
    assert not signed_in(web)
    come_back(web, begin(web))
    post = (
        {"sub": "another"},
        {"aud": "another"},
        {"nonce": "n"},
        {"events": {}},
        {"iat": NOW - 3_600},
    )
    for changed in post:
        token = provider.logout_token(**changed)
        status = web.post("/sign-in/signed-out", data={"logout_token": token}).status_code
        assert status == (200 if changed == {"sub": "another"} else 400)
    assert signed_in(web)
    token = provider.logout_token()
    assert web.post("/sign-in/signed-out", data={"logout_token": token}).status_code == 200
    assert not signed_in(web)
    assert web.post("/sign-in/signed-out", data={"logout_token": token}).status_code == 400


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "desk", ""]
)
def test_a_sign_in_never_ends_on_another_site(web: TestClient, to: str) -> None:
    done = come_back(web, begin(web, to))
    assert done.headers["location"].startswith("/ko/")
