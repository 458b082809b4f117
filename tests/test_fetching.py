"""A dataset that an open API gives, from the provider to the table."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import small_city
from api_office import Answer, open_office

from dataro.build.context import opened
from dataro.build.fetching import fetch_declared
from dataro.build.run import build
from dataro.vocabulary.problem import Problem

STOPS = """
title: {{ko: 정류장, en: Stops}}
description: {{ko: 정류장입니다., en: Stops.}}
owner: {{ko: 교통과, en: Transport}}
row: {{ko: 한 행은 정류장 하나입니다., en: One row per stop.}}
licence: kogl-1
source:
  api: {{kind: data_go_kr, url: "{url}", page_size: 2, requests_per_second: 1000}}
columns:
  stop: {{from: id, title: {{ko: 정류장, en: Stop}}, kind: code, key: true}}
  name: {{from: name, title: {{ko: 이름, en: Name}}}}
"""


def answer(query: dict[str, str]) -> Answer:
    page = int(query["pageNo"])
    items = [{"id": f"{n:03}", "name": f"정류장 {n}"} for n in range(3)][2 * (page - 1) : 2 * page]
    body = {"items": {"item": items}, "totalCount": 3, "pageNo": page, "numOfRows": 2}
    header = {"resultCode": "00", "resultMsg": "NORMAL SERVICE."}
    return 200, json.dumps({"response": {"header": header, "body": body}}), {}


def test_an_api_is_fetched_when_asked_and_its_newest_whole_edition_becomes_the_table(
    tmp_path: Path,
) -> None:
    city = small_city.make(tmp_path)
    with open_office() as office:
        office.answer = answer
        (city.datasets / "stops.yml").write_text(STOPS.format(url=office.url), "utf-8")
        before = {one.id: one for one in build(city)}["stops"]
        assert before.result == "absent"
        assert "dataro fetch stops" in before.reason.ko
        assert not office.asked, "a build alone never uses the network"
        with opened(city) as context:
            fetched = fetch_declared(context, ["stops"], today=date(2026, 1, 2))
            assert [path.parent.name for path in fetched["stops"]] == ["2026-01-02"] * 2  # type: ignore[union-attr]
            with pytest.raises(Problem, match="does not come from an open API"):
                fetch_declared(context, ["benches"])
    done = {one.id: one for one in build(city)}["stops"]
    assert (done.result, done.rows) == ("built", 3)
    with opened(city) as context:
        files = context.state.current("stops").receipt.files  # type: ignore[union-attr]
    assert files[0].path == "api/stops/2026-01-02/page-00001.json"


def test_a_provider_that_refuses_stops_only_its_own_dataset(tmp_path: Path) -> None:
    city = small_city.make(tmp_path)
    with open_office() as office:
        for id in ("stops", "poles"):
            (city.datasets / f"{id}.yml").write_text(STOPS.format(url=office.url), "utf-8")
        with opened(city) as context:
            fetched = fetch_declared(context)
    assert set(fetched) == {"stops", "poles"}
    assert all(isinstance(one, Problem) for one in fetched.values())
