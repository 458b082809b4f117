"""A full disk, a lake that is being replaced: what readers see meanwhile, and that it passes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import httpx
import portal_city
import pytest
import small_office
from portal_server import serving, serving_process
from test_case_pages import REQUEST, SAME

from dataro.build.run import build

pytestmark = pytest.mark.slow


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="signals as on Unix")
def test_on_a_full_disk_pages_are_read_and_forms_are_refused_kindly(tmp_path: Path) -> None:
    workspace = portal_city.make(tmp_path / "city")
    small_office.workflows_into(workspace.folder)
    build(workspace, only=["benches", "residents"])
    with (
        serving_process(workspace.folder) as (address, process),
        httpx.Client(base_url=address, timeout=60) as web,
    ):
        assert web.get("/ko/data/benches").status_code == 200
        os.kill(process, signal.SIGUSR1)
        time.sleep(0.5)
        for path in ("/ko/data/benches", "/ko/data", "/ko/help", "/ko/requests"):
            assert web.get(path).status_code == 200, path
        refused = web.post("/en/requests/new", data=REQUEST, headers=SAME)
        assert refused.status_code == 503
        assert "no room left" in refused.text
        assert refused.headers["retry-after"] == "30"
        unread = web.get("/ko/data/residents")  # the engine needs room to work it out
        assert unread.status_code == 200 or "저장 공간이 모자라" in unread.text


def test_while_the_lake_is_replaced_a_page_says_so_and_comes_back(tmp_path: Path) -> None:
    workspace = portal_city.make(tmp_path)
    build(workspace, only=["benches", "residents", "stops"])
    files, aside = workspace.lake / "files", workspace.lake / "aside"
    with serving(workspace.folder) as address, httpx.Client(base_url=address, timeout=60) as web:
        assert web.get("/ko/data/benches").status_code == 200
        files.rename(aside)
        try:
            gone = web.get("/ko/data/stops")
            assert gone.status_code == 503
            assert gone.headers["retry-after"] == "30"
            page = web.get("/en/data/residents")
            assert page.status_code == 503
            assert "made again" in page.text
            assert web.get("/ko/data/benches").status_code == 200  # kept
        finally:
            aside.rename(files)
        assert web.get("/ko/data/stops").status_code == 200
