"""Personal data found after publication is gone from every file, and the certificate says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_office
import xlsxwriter
from small_office import Office

from dataro.accounts import audit
from dataro.accounts.use.counter import UseCounter
from dataro.build.context import opened
from dataro.build.run import build
from dataro.cases.purge.choose import Selection
from dataro.cases.purge.purge import certificates, plan, purge
from dataro.cases.purge.raw_rows import cut
from dataro.cases.purge.traces import find_traces
from dataro.publish.catalogue.entries import entry
from dataro.publish.catalogue.versions import versions
from dataro.publish.query import Query
from dataro.publish.shelves.keeping import shelf
from dataro.vocabulary.problem import Problem

NAME, PHONE = "남궁민수", "010-9876-5432"
WALKS = """
title: {ko: 산책로 이용 신청, en: Walks asked for}
description: {ko: 산책로를 이용하겠다는 신청입니다., en: Requests to use walks.}
owner: {ko: 공원과, en: Parks}
row: {ko: 한 행은 신청 한 건입니다., en: One row per request.}
licence: kogl-1
source: {files: "산책로 *.csv"}
columns:
  number: {from: 번호, title: {ko: 번호, en: Number}, kind: code, key: true}
  walk: {from: 산책로, title: {ko: 산책로, en: Walk}, kind: text}
  people: {from: 인원, title: {ko: 인원, en: People}, kind: integer}
  remark: {from: 비고, title: {ko: 비고, en: Remark}, kind: text, optional: true}
"""
HEAD = "번호,산책로,인원,비고\r\n"


def line(n: int, remark: str = "") -> str:
    return f'W-{n:03d},"가람 {n % 7}길, 동쪽",{n},{remark}\r\n'


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    place = office.workspace
    (place.datasets / "walks.yml").write_text(WALKS, "utf-8")
    body = [line(n) for n in range(1, 60)]
    first = place.raw / "산책로 2024.csv"
    first.write_bytes((HEAD + "".join(body[:30])).encode("cp949"))
    second = place.raw / "산책로 2025.csv"
    second.write_bytes((HEAD + "".join(body[30:50])).encode("cp949"))
    build(place, only=["walks"])
    body[40] = line(41, f'"{NAME}\n연락처 {PHONE}"')  # a cell of two lines
    body[44] = line(45, f"{NAME} 확인")
    second.write_bytes((HEAD + "".join(body[30:])).encode("cp949"))
    build(place, only=["walks"])
    with opened(place) as context:
        shelf(context, "walks").select(Query())
    yield office
    office.records.close()


def found(office: Office) -> list[str]:
    traces, _ = find_traces(office.workspace.folder, [NAME, PHONE])
    return [one.path for one in traces]


def lake_files(office: Office) -> list[Path]:
    return sorted((office.workspace.lake / "files").rglob("walks/*.parquet"))


def test_the_value_is_gone_from_every_file_and_all_else_stays(office: Office) -> None:
    raw = office.workspace.raw / "산책로 2025.csv"
    before = raw.read_bytes()
    assert any(path.startswith("raw/") for path in found(office))
    assert any(path.startswith("state/shelves") for path in found(office))
    use = UseCounter(office.records)
    use.count("walks", "download", door="portal", format="csv", person=office.citizen)
    use.count("walks", "call", door="rest", format="json", agent="curl/8")
    use.close()
    with opened(office.workspace) as context:
        planned = plan(context, "walks", Selection(value=NAME))
        assert planned.files == {"산책로 2025.csv": 2}
        assert planned.versions == 2
    made = purge(
        office.workspace, office.records, office.chief, "walks", Selection(value=NAME),
        "신청인의 이름과 연락처가 비고에 적혀 있었습니다.",
    )  # fmt: skip
    assert found(office) == []
    assert made.left == []
    assert made.rows == 2
    assert made.looked_at > 10
    kept = before.decode("cp949").replace(line(41, f'"{NAME}\n연락처 {PHONE}"'), "")
    assert raw.read_bytes() == kept.replace(line(45, f"{NAME} 확인"), "").encode("cp949")
    assert len(lake_files(office)) == 1
    assert len(made.lake) == 2
    with opened(office.workspace) as context:
        page = shelf(context, "walks").select(Query(limit=100))
        assert page.total == 57
        (version,) = [one for one in versions(context, entry(context, "walks")) if one.kept]
        assert version.current
        assert context.state.current("residents") is None  # untouched, never built
    assert [(one["name"], one["times"]) for one in made.fetched_by] == [(office.citizen.name, 1)]
    assert [one["times"] for one in made.fetched_unnamed] == [1]


def test_the_certificate_is_bound_in_the_audit_log_and_holds_nothing_of_what_was_removed(
    office: Office,
) -> None:
    made = purge(
        office.workspace, office.records, office.chief, "walks",
        Selection(where="number IN ('W-041', 'W-045')"), "비고에 개인정보가 있었습니다.",
    )  # fmt: skip
    (kept,) = certificates(office.workspace)
    assert kept == json.loads(made.json())
    text = made.json() + (office.workspace.state / "purges" / f"{made.number}.html").read_text(
        "utf-8"
    )
    assert not any(secret in text for secret in (NAME, PHONE, "W-041"))
    act = audit.entries(office.records, subject="dataset/walks")[0]
    assert (act.action, act.detail["digest"]) == ("dataset.purge", made.digest())
    assert audit.verify(office.records).broken_at is None
    assert not any(secret in str(act.detail) for secret in (NAME, PHONE))


def test_rows_are_named_by_file_and_number(office: Office) -> None:
    with opened(office.workspace) as context:
        planned = plan(context, "walks", Selection(rows=("산책로 2024.csv:2,4-5",)))
        assert planned.chosen.rows == {"산책로 2024.csv": [2, 4, 5]}
        with pytest.raises(Problem, match="Columns of walks: number"):
            plan(context, "walks", Selection(where="nummer = 1"))


def test_an_interrupted_purge_can_go_on(office: Office) -> None:
    with opened(office.workspace) as context:
        chosen = plan(context, "walks", Selection(value=NAME)).chosen
    for name, rows in chosen.rows.items():  # and then the machine stopped
        cut(chosen.base / name, name, rows, whole=False)
    act = (office.workspace, office.records, office.chief, "walks", Selection(value=NAME))
    with pytest.raises(Problem, match="--resume"):
        purge(*act, "비고에 개인정보가 있었습니다.")
    made = purge(*act, "비고에 개인정보가 있었습니다.", resume=True)
    assert made.left == []
    assert found(office) == []
    assert len(lake_files(office)) == 1


def test_only_a_data_officer_purges_and_only_with_a_reason(office: Office) -> None:
    act = (office.workspace, office.records)
    with pytest.raises(Problem, match="Not permitted"):
        purge(*act, office.steward, "walks", Selection(value=NAME), "개인정보를 지웁니다.")
    with pytest.raises(Problem, match="Give the reason"):
        purge(*act, office.chief, "walks", Selection(value=NAME), " ")
    assert found(office)


def test_a_dataset_of_which_nothing_is_left_is_gone_too(office: Office) -> None:
    made = purge(
        office.workspace, office.records, office.chief, "walks", Selection(where="people > 0"),
        "자료 전체가 개인정보였습니다.",
    )  # fmt: skip
    assert made.rows == 59
    assert lake_files(office) == []
    with opened(office.workspace) as context:
        assert context.state.current("walks") is None


def test_rows_leave_workbooks_and_json_too(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(book)) as made:
        page = made.add_worksheet("표")
        for r, row in enumerate((["이름", "수"], [NAME, 1], ["가람", 2])):
            page.write_row(r, 0, row)
    told = cut(book, "a.xlsx", [2], whole=False)
    assert told.rewritten
    assert find_traces(tmp_path, [NAME])[0] == []
    assert [one.path for one in find_traces(tmp_path, ["가람"])[0]] == ["a.xlsx"]
    document = tmp_path / "a.geojson"
    document.write_text(json.dumps({"features": [{"n": NAME}, {"n": "b"}]}), "utf-8")
    cut(document, "a.geojson", [1], whole=False)
    assert json.loads(document.read_text("utf-8")) == {"features": [{"n": "b"}]}
    (tmp_path / "a.hwp").write_bytes(b"x")
    with pytest.raises(Problem, match="--whole-files"):
        cut(tmp_path / "a.hwp", "a.hwp", [1], whole=False)
