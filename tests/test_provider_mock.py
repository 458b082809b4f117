"""Sign-in at a provider that is not ours: a real one, in a process of its own, on loopback."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator

import httpx
import pytest
import small_city
import small_office
from clients import PYTHON, needs_clients
from portal_server import serving

from dataro.accounts.provider.provider import VARIABLE

pytestmark = [pytest.mark.slow, needs_clients]
PERSON = {
    "sub": "official-7", "name": "서기관", "email": "seo@city.example", "email_verified": True,
    "department": "공원과", "groups": ["data-team"],
}  # fmt: skip


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    outside = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    command = [PYTHON, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port),
               "--require-nonce", "true", "--user-claims", json.dumps(PERSON)]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**outside, "PYTHONUTF8": "1"},
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{address}/.well-known/openid-configuration").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[str]:
    workspace = small_city.make(tmp_path_factory.mktemp("here") / "city")
    small_office.workflows_into(workspace.folder)
    toml = workspace.folder / "city.toml"
    declared = (
        f'\n[sign_in]\nissuer = "{provider}"\nclient_id = "dataro"\nroles_claim = "groups"\n'
        'roles = {data-team = ["data_officer"]}\n'
    )
    toml.write_text(toml.read_text("utf-8") + declared, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "any secret that the provider takes")
        with serving(workspace.folder) as address:
            yield address


def test_an_official_signs_in_at_a_real_provider_and_out_at_both(
    portal: str, provider: str
) -> None:
    with httpx.Client() as browser:
        sent = browser.get(f"{portal}/ko/sign-in/provider?to=/ko/account")
        asked = browser.get(sent.headers["location"])
        assert asked.status_code == 200
        agreed = browser.post(sent.headers["location"], data={"sub": PERSON["sub"]})
        assert agreed.status_code == 302
        assert agreed.headers["location"].startswith(f"{portal}/sign-in/callback?")
        back = browser.get(agreed.headers["location"])
        assert (back.status_code, back.headers["location"]) == (303, "/ko/account")
        page = browser.get(f"{portal}/ko/account").text
        assert all(
            one in page for one in ("서기관", "seo@city.example", "공원과", "데이터 총괄 담당자")
        )
        assert browser.get(f"{portal}/ko/desk").status_code == 200
        key = re.findall(r'name="form_key" value="(\w+)"', page)[0]
        same = {"sec-fetch-site": "same-origin"}
        left = browser.post(f"{portal}/ko/sign-out", data={"form_key": key}, headers=same)
        (there,) = re.findall(rf'href="({provider}/[^"]+)"', left.text)
        assert browser.get(there.replace("&amp;", "&")).status_code < 400
        assert browser.get(f"{portal}/ko/desk").status_code == 404


def test_a_head_request_to_a_real_server_has_no_body(portal: str) -> None:
    for path in ("/ko/help", "/ko/requests", "/static/x/portal.css", "/ko/nowhere"):
        read, head = httpx.get(f"{portal}{path}"), httpx.head(f"{portal}{path}")
        assert head.status_code == read.status_code
        assert head.content == b""
        assert head.headers["content-type"] == read.headers["content-type"]
