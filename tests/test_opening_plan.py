"""The yearly plan proposes itself from what people asked for; reuses are shown once checked."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_office
from python_calamine import CalamineWorkbook
from small_office import PARKS, Office

from dataro.accounts.use.counter import UseCounter
from dataro.build.context import Context, close_context, open_context
from dataro.build.declaring import redeclare
from dataro.cases import engine, talk
from dataro.cases.opening_plan.national import kinds_elsewhere, plain_title
from dataro.cases.opening_plan.propose import opening_plan
from dataro.cases.opening_plan.written import plan_markdown, plan_workbook
from dataro.cases.reuses import register_reuse, reuses
from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.problem import Problem

SHARED = Path(os.environ.get("DATARO_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    yield office
    office.records.close()


@pytest.fixture
def context(office: Office) -> Iterator[Context]:
    context = open_context(office.workspace)
    yield context
    close_context(context)


def national_list(folder: Path) -> Path:
    """Fifty cities that open charging stations, five that open something rare."""
    lines = ["목록키,목록명,기관명,조회수"]
    for n in range(50):
        lines.append(
            f'{n},경기도 나라{n}시_전기차 충전소 현황_20220101,경기도 나라{n}시,"{1000 + n:,}"'
        )
        lines.append(f"{n},나라{n}시 공원 의자 정보,경기도 나라{n}시,10")
    lines += [f"{n},나라{n}시_별난 조형물,경기도 나라{n}시,5" for n in range(5)]
    lines.append("1,한국공단_전기차 충전소 현황,한국공단,9")
    path = folder / "list.csv.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def test_the_plan_says_what_was_asked_and_is_still_closed_with_reasons(
    office: Office, tmp_path: Path
) -> None:
    redeclare(
        office.workspace,
        "benches",
        {
            "openness": "internal",
            "openness_reason": {"ko": "정리 중입니다.", "en": "Being tidied."},
        },
    )
    records = office.records
    first = engine.open_case(
        records, office.citizen, "data_request", office.request, department=PARKS
    )
    talk.vote(records, office.neighbour, first.case.number)
    wish = {**office.request, "title": "야간 약국의 위치와 시간"}
    engine.open_case(records, office.neighbour, "data_request", wish)
    use = UseCounter(records)
    use.count("residents", "download", door="portal", format="csv", times=99)
    use.close()
    context = open_context(office.workspace)
    plan = opening_plan(context, records, 2027, national=national_list(tmp_path))
    close_context(context)
    benches, pharmacies, chargers = (
        next(one for one in plan.proposals if title in one.title.ko)
        for title in ("공원 의자", "약국", "전기차 충전소")
    )
    assert benches.dataset == "benches"
    assert plan.proposals[0] is benches
    assert [one.ground for one in benches.reasons] == ["request"]
    assert benches.reasons[0].cases == (first.case.number,)
    assert benches.points == 7  # a request and a vote
    assert [text.en for text in benches.obstacles] == ["Being tidied."]
    assert pharmacies.dataset is None
    assert chargers.reasons[0].points == 1.5  # fifty cities, the corporation not among them
    assert "50 other cities" in chargers.reasons[0].text.en
    assert not any("조형물" in one.title.ko for one in plan.proposals)
    book = CalamineWorkbook.from_filelike(io.BytesIO(plan_workbook(plan, "ko")))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[3:]] == [one.title.ko for one in plan.proposals]
    assert "# 2027" in plan_markdown(plan, "en")


def test_what_is_open_already_is_not_proposed(context: Context, tmp_path: Path) -> None:
    own = [one.title.ko for one in context.registry.datasets.values()]
    found = kinds_elsewhere(national_list(tmp_path), own)
    assert [one.title for one in found] == ["전기차 충전소"]  # benches are open here
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(Problem, match="not the national list"):
        kinds_elsewhere(path, own)


@pytest.mark.parametrize(
    ("name", "office", "title"),
    [
        ("경기도 화음시_제설제사용량현황", "경기도 화음시", "제설제사용량"),
        ("경기도_화음시_버스정류장현황(2021)", "경기도 화음시", "버스정류장"),
        ("화음시 공영주차장 정보", "경기도 화음시", "공영주차장"),
    ],
)
def test_titles_of_the_national_list_are_told_without_who_opens_them(
    name: str, office: str, title: str
) -> None:
    assert plain_title(name, office) == title


def test_a_reuse_is_shown_once_an_official_has_checked_it(office: Office, context: Context) -> None:
    form = {
        "title": "의자 지도", "kind": "app", "dataset": "benches", "others": "residents",
        "address": "https://example.kr/map", "description": "공원 의자를 찾아 주는 앱입니다.",
        "maker": "가람동 개발 모임", "phone": "010-1111-2222",
    }  # fmt: skip
    opened = register_reuse(context, office.records, office.citizen, form)
    assert reuses(office.records, "benches") == []
    engine.move(office.records, office.steward, opened.case.number, "show", {"checked": "yes"})
    (one,) = reuses(office.records, "residents")
    assert (one.title, one.kind.en, one.address) == ("의자 지도", "App or website", form["address"])
    assert "010" not in str(one)
    engine.move(
        office.records,
        office.steward,
        opened.case.number,
        "take_down",
        {"reason": "주소가 사라졌습니다."},
    )
    assert reuses(office.records) == []


def test_a_reuse_names_a_dataset_that_is_there_and_a_web_address(
    office: Office, context: Context
) -> None:
    form = {
        "title": "의자 지도", "kind": "app", "dataset": "bench", "description": "공원 의자를 찾습니다.",
        "maker": "모임",
    }  # fmt: skip
    with pytest.raises(NotThere, match="Did you mean “benches”"):
        register_reuse(context, office.records, None, form)
    with pytest.raises(Problem, match="no web address"):
        register_reuse(
            context,
            office.records,
            None,
            {**form, "dataset": "benches", "address": "javascript:alert(1)"},
        )


@pytest.mark.real
def test_the_real_national_list_gives_kinds_that_cities_open() -> None:
    path = SHARED / "data" / "catalogue" / "data_go_kr_list_61359.csv.gz"
    if not path.is_file():
        pytest.skip(f"the national list is not at {path} (set DATARO_SHARED)")
    found = kinds_elsewhere(path, ["버스정류장", "공영주차장"])
    assert len(found) == 30
    assert found[0].cities > 100
    assert not any(one.title == "주차장" for one in found[:3])
