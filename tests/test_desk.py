"""A day at the desk: requests, reports and corrections as citizens and officials send them by pages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import portal_city
import pytest
import small_office
from litestar.testing import TestClient

from dataro.accounts.demo import demo_people
from dataro.accounts.people import add_person, person_by_id
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.accounts.sessions import form_key, start_session
from dataro.build.context import opened
from dataro.build.run import build
from dataro.build.workspace import find
from dataro.cases.demo import demo_cases, department_of
from dataro.cases.workflows import open_cases
from dataro.portal.app import make_app

pytestmark = pytest.mark.filterwarnings(
    "ignore::litestar.exceptions.base_exceptions.LitestarDeprecationWarning"
)
SAME = {"sec-fetch-site": "same-origin"}
REQUEST = {
    "title": "공원별 그늘막 위치", "purpose": "폭염 대피 지도를 만들려고 합니다.", "use": "personal",
    "phone": "010-1234-5678",
}  # fmt: skip


@dataclass
class House:
    """A portal with people in it; ``as_`` gives each a browser of their own."""

    web: TestClient
    records: Records
    people: dict[str, Person]
    browsers: dict[str, Browser] = field(default_factory=dict)

    def as_(self, login: str) -> Browser:
        if login not in self.browsers:
            secret = start_session(self.records, self.people[login])
            web = TestClient(self.web.app)
            web.cookies.set("dataro_session", secret)
            self.browsers[login] = Browser(web, form_key(secret))
        return self.browsers[login]


@dataclass
class Browser:
    """A browser with a session."""

    web: TestClient
    key: str

    def get(self, path: str, status: int = 200) -> str:
        answer = self.web.get(f"/ko{path}")
        assert answer.status_code == status, answer.text[:2_000]
        return answer.text

    def send(self, path: str, form: dict[str, str] | None = None, **more: object) -> httpx.Response:
        data = {"form_key": self.key, **(form or {})}
        return self.web.post(f"/ko{path}", data=data, headers=SAME, follow_redirects=False, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    workspace = portal_city.make(tmp_path_factory.mktemp("here") / "city")
    small_office.workflows_into(workspace.folder)
    build(workspace, only=["benches", "stops"])
    records = open_cases(find(workspace.folder))
    admin = add_person(records, None, login="admin", name="오계정", roles=["admin"])
    parks, transport = small_office.PARKS, small_office.TRANSPORT
    people = {"admin": admin}
    for login, name, roles, place in (
        ("chief", "정총괄", ["data_officer"], None), ("kim", "김관리", ["steward"], parks),
        ("park", "박담당", ["officer"], parks), ("choi", "최교통", ["steward"], transport),
        ("lee", "이시민", [], None), ("han", "한이웃", [], None), ("seo", "서연구", [], None),
    ):  # fmt: skip
        people[login] = add_person(
            records, admin, login=login, name=name, roles=roles, department=place,
            email=f"{login}@city.example",
        )  # fmt: skip
    with TestClient(make_app(workspace.folder)) as web:
        yield House(web, records, people)
    records.close()


def asked(house: House, login: str = "lee", **changed: str) -> str:
    """The number of a request that a member sends."""
    sent = house.as_(login).send("/requests/new", {**REQUEST, "anyway": "1", **changed})
    assert sent.status_code == 201, sent.text[:2_000]
    found = re.search(r"\d{4}-REQ-\d{5}", sent.text)
    assert found is not None
    return found[0]


def handed_over(house: House, number: str) -> None:
    form = {"department": "공원과", "reason": "공원 시설입니다."}
    assert house.as_("chief").send(f"/desk/cases/{number}/hand_over", form).status_code == 303


def test_a_request_goes_from_the_citizen_over_the_desk_to_its_answer(house: House) -> None:
    number = asked(house)
    kim, park, lee = (house.as_(one) for one in ("kim", "park", "lee"))
    kim.get(f"/desk/cases/{number}", 404)  # not of this department yet
    assert number in house.as_("chief").get("/desk?which=waiting&q=그늘막&kind=data_request")
    handed_over(house, number)
    page = kim.get(f"/desk/cases/{number}")
    assert "010-1234-5678" in page
    (taker,) = re.findall(r'<option value="(\d+)"[^>]*>박담당', page)
    assert kim.send(f"/desk/cases/{number}/assign", {"assignee": taker}).status_code == 303
    assert number in park.get("/desk")  # what one is in charge of comes first
    assert "담당자로 지정되었습니다" in park.get("/desk")
    for words, seen in (
        ("원자료는 조경팀에 있다.", "department"),
        ("다음 달에 답하겠습니다.", "public"),
    ):
        park.send(f"/desk/cases/{number}/comment", {"text": words, "visibility": seen})
    file = {"file": ("위치.csv", "이름,위도\n소나무,36.4\n".encode(), "text/csv")}
    attached = park.send(f"/desk/cases/{number}/attach", {"visibility": "requester"}, files=file)
    assert attached.status_code == 303
    refused = kim.send(f"/desk/cases/{number}/move/accept", {"planned_on": "곧"})
    assert refused.status_code == 422
    assert "2026-03-31처럼" in refused.text
    moved = kim.send(f"/desk/cases/{number}/move/accept", {"planned_on": "2026-12-31"})
    assert moved.headers["location"] == f"/ko/desk/cases/{number}"
    mine = lee.get(f"/cases/{number}")
    assert "다음 달에 답하겠습니다." in mine
    assert "조경팀" not in mine
    assert "제공 결정(준비 중)" in mine
    (link,) = re.findall(r'href="(/ko/cases/[^"]+/files/\d+)"', mine)
    given = lee.web.get(link)
    assert "소나무" in given.text
    assert given.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in given.headers["content-security-policy"]
    assert house.as_("han").web.get(link).status_code == 404
    public = TestClient(house.web.app).get(f"/ko/cases/{number}").text
    assert "다음 달에 답하겠습니다." in public
    assert "010-1234" not in public
    assert "위치.csv" not in public
    assert number in lee.get("/account")


def test_a_refusal_stands_with_its_ground_in_law_and_nobody_votes_after(house: House) -> None:
    number = asked(house, title="아무도 모르는 자료 목록")
    handed_over(house, number)
    answer = {
        "ground": "privacy",
        "answer": "개인을 알아볼 수 있어 드릴 수 없습니다. 이의신청을 하실 수 있습니다.",
    }
    assert house.as_("park").send(f"/desk/cases/{number}/move/refuse", answer).status_code == 422
    assert house.as_("kim").send(f"/desk/cases/{number}/move/refuse", answer).status_code == 303
    page = TestClient(house.web.app).get(f"/ko/cases/{number}").text
    assert "제9조제1항제6호" in page
    assert page.index("제9조제1항제6호") < page.index("처리 과정")
    assert house.as_("han").send(f"/cases/{number}/vote").status_code == 422


def test_members_vote_once_and_take_it_back_and_visitors_are_asked_to_sign_in(house: House) -> None:
    number = asked(house, title="자전거 보관대 위치와 수")
    han, nobody = house.as_("han"), TestClient(house.web.app)
    for _ in range(2):
        assert han.send(f"/cases/{number}/vote", {"from": "requests"}).status_code == 303
    row = re.search(rf'id="r-{number}".*?</tr>', han.get("/requests?order=votes"), re.S)
    assert row is not None
    assert "공감 거두기" in row[0]
    assert '<td class="number">1' in row[0]
    assert house.as_("lee").send(f"/cases/{number}/vote").status_code == 422  # one's own
    assert "로그인하고 공감하기" in nobody.get(f"/ko/cases/{number}").text
    assert nobody.post(f"/ko/cases/{number}/vote", headers=SAME).status_code == 422
    assert (
        nobody.post(f"/ko/cases/{number}/comment", data={"text": "나도"}, headers=SAME).status_code
        == 422
    )
    assert han.send(f"/cases/{number}/unvote").status_code == 303
    assert "공감하기" in han.get(f"/cases/{number}")
    assert (
        han.send(
            f"/cases/{number}/comment", {"text": "저도 필요합니다.", "visibility": "public"}
        ).status_code
        == 303
    )
    assert "저도 필요합니다." in nobody.get(f"/en/cases/{number}").text


def test_requests_that_are_alike_show_while_one_types_and_after_one_sends(house: House) -> None:
    number = asked(house, title="도서관 열람실 자리 수")
    web = TestClient(house.web.app)
    part = web.get("/ko/requests/alike", params={"title": "도서관 열람실 자리"}).text
    assert number in part
    assert "<html" not in part
    assert web.get("/ko/requests/alike", params={"title": "전혀 다른 것"}).text.strip() == ""
    form = web.get("/ko/requests/new").text
    assert 'data-hx-include="#f-title"' in form
    sent = house.as_("han").send("/requests/new", {**REQUEST, "title": "도서관 열람실 자리"})
    assert (sent.status_code, number in sent.text) == (409, True)


def test_whoever_asked_without_an_account_follows_and_withdraws_with_the_key(house: House) -> None:
    web = TestClient(house.web.app)
    sent = web.post(
        "/ko/requests/new", data={**REQUEST, "title": "열쇠로 따라가는 신청"}, headers=SAME
    )
    found = re.search(r'href="(/ko/cases/(\d{4}-REQ-\d{5})\?key=[^"]+)"', sent.text)
    assert found is not None
    path, key = f"/ko/cases/{found[2]}", found[1].partition("?")[2]
    assert "신청 취소" in web.get(f"{path}?{key}").text
    assert "신청 취소</button>" not in web.get(path).text
    said = {"text": "급하지 않습니다.", "visibility": "requester"}
    assert web.post(f"{path}/comment?{key}", data=said, headers=SAME).status_code == 200
    assert web.post(f"{path}/move/withdraw", headers=SAME).status_code == 422
    gone = web.post(f"{path}/move/withdraw?{key}", headers=SAME)
    assert "신청 취소" in gone.text
    assert web.get(path).status_code == 404
    assert "급하지 않습니다." in web.get(f"{path}?{key}").text


def test_two_officials_do_not_overwrite_each_other(house: House) -> None:
    number = asked(house, title="가로등 고장 위치 목록")
    handed_over(house, number)
    kim, chief = house.as_("kim"), house.as_("chief")
    versions = re.findall(r'name="version" value="(\d+)"', kim.get(f"/desk/cases/{number}"))
    late = {"version": versions[0], "reason": "자료가 많습니다."}
    chief.send(f"/desk/cases/{number}/assign", {"assignee": str(house.people["park"].id)})
    told = kim.send(f"/desk/cases/{number}/move/extend", late)
    assert told.status_code == 422
    assert "정총괄" in told.text
    assert "자료가 많습니다." in told.text  # nothing that was written is lost


def test_cases_are_handed_over_merged_and_cleaned_of_what_must_not_be_public(house: House) -> None:
    one, two = (asked(house, title=f"버려진 자전거 신고 위치{end}") for end in ("", "들"))
    kim, choi = house.as_("kim"), house.as_("choi")
    for number in (one, two):
        handed_over(house, number)
    assert one in kim.get(f"/desk/cases/{two}")  # told as alike
    assert kim.send(f"/desk/cases/{two}/merge", {"into": one}).status_code == 303
    assert one in TestClient(house.web.app).get(f"/ko/cases/{two}").text
    form = {"field": "purpose", "reason": "전화번호가 적혀 있었습니다."}
    assert kim.send(f"/desk/cases/{one}/redact", form).status_code == 303
    assert "폭염" not in TestClient(house.web.app).get(f"/ko/cases/{one}").text
    choi.get(f"/desk/cases/{one}", 404)
    gone = kim.send(
        f"/desk/cases/{one}/hand_over", {"department": "교통과", "reason": "도로의 일입니다."}
    )
    assert gone.headers["location"] == "/ko/desk"
    assert "도로의 일입니다." in choi.get(f"/desk/cases/{one}")
    assert choi.send(f"/desk/cases/{one}/nonsense").status_code == 422


def test_a_report_becomes_a_correction_that_the_steward_decides(house: House) -> None:
    web = TestClient(house.web.app)
    report = {"column": "seats", "should_be": "4", "reason": "세어 보았습니다."}
    sent = web.post("/ko/data/benches/report?k.bench=A01", data=report, headers=SAME)
    number = re.findall(r"\d{4}-ERR-\d{5}", sent.text)[0]
    kim = house.as_("kim")
    assert number in kim.get("/desk?which=waiting&kind=error_report")
    assert re.search(r"benches</span></th>.*?</tr>", kim.get("/desk/data?all=1"), re.S)
    done = kim.send(f"/desk/cases/{number}/move/correct", {"reason": "현장에서 확인했습니다."})
    assert done.status_code == 303
    page = kim.get("/desk/corrections")
    (decide,) = re.findall(r'action="/ko(/desk/corrections/\d+)"', page)
    house.as_("park").get("/desk/corrections", 404)
    accepted = kim.send(decide, {"accept": "yes"})
    assert "seats: '4'" in html.unescape(accepted.text)
    assert "corrections" in accepted.text
    assert kim.send(decide, {"accept": "no"}).status_code == 422


def test_an_opening_goes_through_its_review_with_what_the_system_found(house: House) -> None:
    kim, chief = house.as_("kim"), house.as_("chief")
    assert "/ko/new/dataset_opening" in kim.get("/desk")
    form = {"title": "의자 위치", "dataset": "benches", "why": "시민이 물었습니다.",
            "planned_on": "2026-12-01", "cadence": "monthly"}  # fmt: skip
    assert kim.send("/new/dataset_opening", {**form, "planned_on": "곧"}).status_code == 422
    path = kim.send("/new/dataset_opening", form).headers["location"].removeprefix("/ko")
    assert kim.send(f"{path}/move/submit", {"licence": "kogl-1"}).status_code == 303
    page = chief.get(path)
    assert "시스템의 의견" in page
    assert "개인정보" in page
    unsure = {"no_personal_data": "no", "no_small_cells": "yes", "rights_cleared": "yes",
              "quality_passed": "yes", "error_rate": "0"}  # fmt: skip
    assert chief.send(f"{path}/move/approve", unsure).status_code == 422
    number = path.rpartition("/")[2]
    assert number in kim.get("/desk?which=department&dataset=benches")
    house.as_("lee").get("/new/dataset_opening", 404)
    assert TestClient(house.web.app).get("/ko/new/dataset_opening").status_code == 404


def test_a_member_asks_for_data_that_is_not_open_and_supplies_what_is_missing(house: House) -> None:
    lee, chief = house.as_("seo"), house.as_("chief")
    assert "/ko/new/research_access" in lee.get("/account")
    form = {
        "title": "벤치와 보행 연구", "dataset": "benches", "purpose": "벤치의 간격이 보행에 주는 영향을 재려고 합니다. " * 3,
        "institution": "연구소", "level": "aggregate", "until": "2027-01-01", "agreement": "yes",
        "phone": "010-1111-2222",
    }  # fmt: skip
    refused = lee.send("/new/research_access", {**form, "agreement": "no"})
    assert refused.status_code == 422
    path = lee.send("/new/research_access", form).headers["location"].removeprefix("/ko")
    number = path.rpartition("/")[2]
    assert TestClient(house.web.app).get(f"/ko{path}").status_code == 404
    chief.send(f"/desk{path}/move/ask", {"question": "분석 방법을 적어 주십시오."})
    assert "분석 방법을 적어" in lee.get(path)
    assert lee.send(f"{path}/move/supply", {"answer": "회귀 분석입니다."}).status_code == 303
    assert "회귀 분석입니다." in chief.get(f"/desk/cases/{number}")


def test_an_administrator_changes_roles_and_suspends_and_the_log_tells(house: House) -> None:
    admin, chief = house.as_("admin"), house.as_("chief")
    for path in ("/desk/people", "/desk/audit"):
        chief.get(path, 404)
        house.as_("kim").get(path, 404)
    new = {"login": "new-one", "name": "새사람", "role.officer": "1", "department": "공원과"}
    made = admin.send("/desk/people", new)
    path = made.headers["location"].removeprefix("/ko")
    assert admin.send("/desk/people", new).status_code == 422  # the login is taken
    house.people["new"] = _person(house, int(path.rpartition("/")[2]))
    house.as_("new").get("/desk")
    admin.send(path, {"department": "공원과"})  # no roles any more
    house.as_("new").get("/desk", 404)
    assert admin.send(path, {"do": "suspend"}).status_code == 200
    assert "로그인" in house.as_("new").get("/help")
    last = f"/desk/people/{house.people['admin'].id}"
    kept = admin.send(last, {"role.auditor": "1"})
    assert "한 사람도 남지 않게" in kept.text
    log = admin.get("/desk/audit")
    assert "모두 온전합니다" in log
    assert "person.change" in log
    narrowed = admin.get(f"/desk/audit?subject=person/{house.people['new'].id}")
    assert narrowed.count("<tr>") == 4


def test_a_broken_chain_of_the_log_is_told(house: House) -> None:
    admin = house.as_("admin")
    with house.records.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("UPDATE audit SET action = 'nothing' WHERE id = 3")
    asked(house, "seo", title="감사 기록을 움직이는 신청")
    house.as_("chief").send("/desk/cases/x/assign")
    add_person(house.records, house.people["admin"], login="late-one", name="늦은사람")
    assert "3번째 항목이 바뀌었거나" in admin.get("/desk/audit")


def test_a_demonstration_has_something_on_its_desks(tmp_path: Path) -> None:
    workspace = portal_city.make(tmp_path / "city")
    small_office.workflows_into(workspace.folder)
    build(workspace, only=["benches"])
    records = open_cases(workspace)
    with opened(workspace) as context:
        place = department_of(context)
        password = demo_people(records, workspace.state, place)
        assert demo_people(records, workspace.state, place) == password
        assert demo_cases(records, context, small_office.PARKS) == 5
        assert demo_cases(records, context, small_office.PARKS) == 0
    assert (workspace.state / "demo-password.txt").stat().st_mode & 0o077 == 0
    records.close()


def _person(house: House, id: int) -> Person:
    return person_by_id(house.records, id)
