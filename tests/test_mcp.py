"""An assistant searches, describes, queries and has questions answered, and makes nothing up."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import portal_city
import pytest
from clients import needs_clients, run_client
from portal_server import serving

from dataro.build.run import build


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    build(workspace)
    return workspace.folder


@pytest.fixture(scope="module")
def address(city: Path) -> Iterator[str]:
    with serving(city) as found:
        yield found


@pytest.mark.slow
@needs_clients
def test_the_reference_client_asks_in_both_eras_of_the_protocol(address: str) -> None:
    rows = list(csv.DictReader(io.StringIO(httpx.get(f"{address}/data/stops.csv?bom=0").text)))
    east = [one for one in rows if one["longitude"] and float(one["longitude"]) >= 127]
    calls = [
        ("search", {"query": "버스정류장"}),
        ("describe", {"id": "stops"}),
        ("query", {"id": "stops", "where": {"longitude": "ge:127"}, "limit": 3}),
        ("query", {"id": "stops", "measure": "count"}),
        ("answer", {"id": "showcase"}),
        ("describe", {"id": "secret"}),
        ("query", {"id": "stops", "where": {"longitud": "127"}}),
        ("search", {"question": "?"}),
    ]
    for era in run_client("mcp_client.py", address, json.dumps(calls)).values():
        assert era["server"] == "dataro"
        assert set(era["tools"]) == {"search", "describe", "query", "answer"}
        found, stops, some, counted, answered, hidden, misspelt, unknown = era["results"]
        assert found["given"]["results"][0]["id"] == "stops"
        assert "longitude" in {one["name"] for one in stops["given"]["tables"][0]["columns"]}
        assert (some["given"]["total"], len(some["given"]["rows"])) == (len(east), 3)
        assert some["given"]["truncated"] is True
        assert len(rows) in counted["given"]["rows"][0].values()
        assert answered["given"]["findings"]
        assert answered["given"]["receipt"]["of"] == "showcase"
        assert [one["failed"] for one in (hidden, misspelt, unknown)] == [True] * 3
        assert "longitude" in misspelt["given"]["en"]


def test_a_program_that_speaks_plain_json_is_answered_without_a_session(address: str) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accept = {"accept": "application/json, text/event-stream"}
    with httpx.Client(base_url=address, headers=accept) as client:
        told = client.post("/mcp", json=asked).json()
        assert {one["name"] for one in told["result"]["tools"]} >= {"search", "answer"}
        large = client.post(
            "/mcp", content=b" " * 100_000, headers={"content-type": "application/json"}
        )
        assert large.status_code == 413
