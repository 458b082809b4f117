"""The standard: shipped, loaded, searched, matched to headings, joined into names, kept to."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from dataro.build.columns import dataset_columns
from dataro.data.standards.as_term import as_term
from dataro.data.standards.compliance import PhysicalColumn, measure
from dataro.data.standards.core import core, domain_classes, kind_of_class
from dataro.data.standards.domain_model import DomainModel
from dataro.data.standards.edition import Edition, StandardTerm, over, parse_domain, sql_type
from dataro.data.standards.matching import clean, match
from dataro.data.standards.naming import propose_name, romanised
from dataro.data.standards.official import read_edition
from dataro.data.standards.search import search
from dataro.data.standards.split import split_english, split_korean
from dataro.data.standards.store import adopt, domain_model, standard
from dataro.data.standards.values import class_of_values
from dataro.data.standards.words import align, learn_words, with_learned_words
from dataro.vocabulary import dictionary
from dataro.vocabulary.dataset import ColumnSource, Dataset, Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both

# The core dictionary


def test_every_core_term_is_made_of_core_words_and_its_abbreviation_of_theirs() -> None:
    weights: dict[str, dict[str, float]] = {}
    for word in core().words.values():
        for name in (word.name, *word.synonyms):
            weights.setdefault(word.abbreviation, {})[name] = 1.0
    loose = [
        term.name
        for term in core().terms.values()
        if align(term.name, tuple(term.abbreviation.split("_")), weights) is None
    ]
    assert loose == []


def test_every_core_term_says_what_it_means_in_both_languages_and_once() -> None:
    terms = core().terms.values()
    assert len(terms) > 400
    assert len({term.abbreviation for term in terms}) == len(terms)
    for term in terms:
        assert term.english, term.name
        assert term.about.ko, term.name
        assert term.about.en, term.name
        domain = core().domain(term.domain)
        assert domain.domain_class in domain_classes(), term.name
        assert domain.about.ko, term.domain


def test_the_terms_that_analyses_cite_agree_with_the_core_where_they_overlap() -> None:
    cited = [value for value in vars(dictionary).values() if isinstance(value, Term)]
    overlap = 0
    for term in cited:
        known = core().term(term.text.ko)
        if known is None:
            continue
        overlap += 1
        if term.abbreviation:
            assert term.abbreviation == known.abbreviation, term.text.ko
        kind = kind_of_class(parse_domain(known.domain).domain_class)
        if kind == "time" and term.unit is not None:
            continue  # the standard writes durations as clock time, analyses count minutes
        alike = {"code": "text", "integer": "number", "decimal": "number"}
        assert alike.get(kind, kind) == alike.get(term.domain.kind, term.domain.kind), term.text.ko
    assert overlap >= 8
    for term in cited:
        if term.abbreviation:
            assert core().term(term.abbreviation) is not None, term.abbreviation


# Domains


@pytest.mark.parametrize(
    ("name", "of", "type_", "postgresql"),
    [
        ("연월일C8", "연월일", "C", "CHAR(8)"),
        ("면적N19,9", "면적", "N", "NUMERIC(19,9)"),
        ("금액N15", "금액", "N", "NUMERIC(15)"),
        ("명V100", "명", "V", "VARCHAR(100)"),
        ("연월일시분초D", "연월일시분초", "D", "TIMESTAMP"),
    ],
)
def test_a_domain_says_its_class_and_column_type_in_its_name(
    name: str, of: str, type_: str, postgresql: str
) -> None:
    domain = parse_domain(name)
    assert (domain.domain_class, domain.type, sql_type(domain, "postgresql")) == (
        of,
        type_,
        postgresql,
    )


def term(name: str, abbreviation: str, domain: str, round_: int = 1) -> StandardTerm:
    return StandardTerm(name, abbreviation, domain, round=round_)


TAUGHT = [
    term("가입일자", "JOIN_YMD", "연월일C8"), term("등록일자", "REG_YMD", "연월일C8"),
    term("취소일자", "RTRCN_YMD", "연월일C8"), term("발급일자", "ISSU_YMD", "연월일C8"),
    term("신청일자", "APLY_YMD", "연월일C8"), term("등록여부", "REG_YN", "여부C1"),
    term("취소여부", "RTRCN_YN", "여부C1"), term("발급여부", "ISSU_YN", "여부C1"),
    term("가입여부", "JOIN_YN", "여부C1"), term("신청여부", "APLY_YN", "여부C1"),
    term("가입취소여부", "JOIN_RTRCN_YN", "여부C1"), term("일련번호", "SN", "일련번호N22"),
    term("신청번호", "APLY_NO", "번호V20"), term("등록번호", "REG_NO", "번호V20"),
    term("발급번호", "ISSU_NO", "번호V20"), term("취소번호", "RTRCN_NO", "번호V20"),
    term("가입번호", "JOIN_NO", "번호V20"),
]  # fmt: skip


def test_words_are_learned_from_terms_and_their_abbreviations() -> None:
    words = learn_words(TAUGHT)
    learned = {word.name: word.abbreviation for word in words.values()}
    assert learned.items() >= {
        "가입": "JOIN", "취소": "RTRCN", "발급": "ISSU", "일자": "YMD", "여부": "YN", "일련번호": "SN",
        "번호": "NO",
    }.items()  # fmt: skip
    assert words["일자"].domain_class == "연월일"


def test_a_domain_follows_from_the_last_word_and_not_from_the_last_letters() -> None:
    model = DomainModel(TAUGHT)
    guess = model.guess("환불일자")
    assert guess is not None
    assert guess.domain == "연월일C8"
    serial, number = model.guess("일련번호"), model.guess("환불번호")
    assert serial is not None
    assert number is not None
    assert (serial.domain, number.domain) == ("일련번호N22", "번호V20")
    assert DomainModel([]).guess("환불일자") is None


# Splitting


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("개인정보수집동의여부", ("개인정보", "수집", "동의", "여부")),
        ("사업자등록번호", ("사업자등록번호",)),
        ("총사업비", ("총사업비",)),
        ("맨홀설치일자", ("맨홀", "설치", "일자")),
        ("", ()),
    ],
)
def test_a_compound_is_divided_into_known_words_and_whole_unknown_ones(
    name: str, parts: tuple[str, ...]
) -> None:
    assert split_korean(name, core().words) == parts


@given(st.text(alphabet="가나다일자번호여부등록ABC", max_size=30))
def test_dividing_a_name_loses_no_letter(name: str) -> None:
    assert "".join(split_korean(name, core().words)) == name


def test_english_names_are_divided_at_underscores_capitals_and_digits() -> None:
    assert split_english("lastModifiedDate2") == ("last", "modified", "date", "2")
    assert split_english("REG_YMD") == ("reg", "ymd")
    assert split_english("userID") == ("user", "id")


# Matching


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("가입일자", "가입일자"), ("가입 일자", "가입일자"), ("개업일", "개업일자"), ("접수년월일", "접수일자"),
        ("설치년도", "설치연도"), ("면적(㎡)", "면적"), ("총 인구수 (명)", "총인구수"),
        ("홈페이지 주소", "누리집주소"), ("홈페이지", "누리집주소"), ("사업자번호", "사업자등록번호"),
        ("연면적", "총면적"), ("남자 인구수", "남성인구수"), ("전화번호(대표)", "전화번호"),
        ("연락처", "전화번호"), ("시설명칭", "시설명"), ("1. 기관명", "기관명"), ("차량번호", "자동차등록번호"),
        ("REG_YMD", "등록일자"), ("reg_ymd", "등록일자"), ("reg_date", "등록일자"), ("regDt", "등록일자"),
        ("lastUpdatedDatetime", "최종수정일시"), ("userName", "사용자명"), ("lat", "위도"), ("lng", "경도"),
        ("phone", "전화번호"), ("zipcode", "우편번호"), ("fcltyNm", "시설명"), ("budget_amount", "예산금액"),
        ("BRNO", "사업자등록번호"), ("use_yn", "사용여부"), ("start_date", "시작일자"),
        ("소재지도로명 주소", "소재지도로명주소"), ("데이터 기준일자", "데이터기준일자"),
    ],
)  # fmt: skip
def test_a_heading_as_offices_write_it_finds_its_term(heading: str, name: str) -> None:
    best = match(heading, core())[0]
    assert best.term.name == name
    assert best.confidence >= 0.75
    assert best.reason.ko
    assert best.reason.en


def test_a_heading_far_from_every_term_is_proposed_nothing_surely() -> None:
    assert all(proposal.confidence < 0.7 for proposal in match("낚시터 어종 무늬", core()))
    assert match("", core()) == []
    assert match("꽃" * 5_000, core()) == []


def test_values_that_look_otherwise_halve_the_confidence() -> None:
    plain_match = match("등록일자", core())[0]
    doubted = match("등록일자", core(), domain_class="전화번호")[0]
    assert doubted.confidence == pytest.approx(plain_match.confidence / 2)


def test_headings_are_cleaned_of_units_remarks_and_numbering() -> None:
    assert clean("○ 면적(㎡)") == "면적"
    assert clean("2) 전화번호 [대표]") == "전화번호"


# Naming


def test_a_new_name_joins_standard_words_and_says_which_must_be_registered() -> None:
    new = propose_name("맨홀 설치일", core(), domain_model(core()))
    assert (new.term.name, new.term.domain) == ("맨홀설치일자", "연월일C8")
    assert new.term.abbreviation.endswith("_INSTL_YMD")
    assert new.unknown == ("맨홀",)
    known = propose_name("주차장 면적", core(), domain_model(core()))
    assert (known.term.name, known.term.abbreviation) == ("주차장면적", "PKLT_AREA")
    assert known.unknown == ()
    assert known.term.domain.startswith("면적")
    assert not known.exists


def test_a_name_that_says_no_form_takes_the_one_its_values_show() -> None:
    model = domain_model(core())
    assert propose_name("점검 완료", core(), model, domain_class="여부").term.name == "점검완료여부"
    assert propose_name("주차장 구분", core(), model).term.name == "주차장구분명"


def test_provisional_abbreviations_are_the_sound_in_latin_letters() -> None:
    assert romanised("맨홀") == "maenhol"
    assert romanised("값CCTV") == "gapcctv"


# Searching


@pytest.mark.parametrize(
    "query", ["등록 일자", "등록일", "registration date", "REG_YMD", "reg_ymd", "장부나 시스템에"]
)
def test_search_finds_a_term_by_korean_english_abbreviation_or_definition(query: str) -> None:
    assert "등록일자" in [hit.term.name for hit in search(query, core(), 10)]


def test_search_understands_everyday_words_and_survives_anything() -> None:
    assert search("홈페이지 주소", core())[0].term.name == "누리집주소"
    assert search("", core()) == []
    assert search("%_'\"\\(" * 100, core()) == []


# Loading official files


def official_workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        notes = book.add_worksheet("설명")
        notes.write_row(0, 0, ["대상", "관리항목", "설명"])
        terms = book.add_worksheet("표준용어")
        terms.write_row(0, 0, ["NO", "공통표준 용어명", "공통표준용어 설명", "공통표준용어 영문약어명",
                               "공통표준 도메인명", "허용값", "저장형식", "표현형식"])  # fmt: skip
        terms.write_row(
            1, 0, [1, "등록일자", "올린 날", "RGST_YMD", "연월일C8", "-", "YYYYMMDD", "-"]
        )
        terms.write_row(2, 0, [2, "가산금액", "더한 돈", "ADTN_AMT", "금액N15", "-", 999, 999])
        words = book.add_worksheet("표준단어")
        words.write_row(0, 0, ["NO", "공통표준 단어명", "공통표준단어영문약어명", "공통표준단어영문명",
                               "공통표준단어 설명", "형식단어 여부", "공통표준도메인 분류명",
                               "이음동의어 목록", "금칙어 목록"])  # fmt: skip
        words.write_row(
            1, 0, [1, "가산", "ADTN", "Addition", "더하기", "N", "-", "추가, 덧셈", "-"]
        )
        words.write_row(2, 0, [2, "금액", "AMT", "Amount", "돈", "Y", "금액", "-", "돈머리"])
        domains = book.add_worksheet("표준도메인")
        domains.write_row(0, 0, ["NO", "공통표준도메인 그룹명", "공통표준도메인 분류명",
                                 "공통표준도메인명", "공통표준도메인 설명", "데이터 타입",
                                 "데이터 길이", "소수점길이", "저장형식", "표현형식", "단위",
                                 "허용값", "행정표준 코드명"])  # fmt: skip
        domains.write_row(1, 0, [1, "금액", "금액", "금액N15", "돈의 액수", "NUMERIC", 15, "-", 999,
                                 999, "원", "-", "-"])  # fmt: skip
    return path


def test_an_official_workbook_takes_over_and_the_core_fills_the_rest(tmp_path: Path) -> None:
    given_file = official_workbook(tmp_path / "공통표준.xlsx")
    workspace = tmp_path / "hw"
    workspace.mkdir()
    assert standard(workspace) is core()
    edition = adopt(given_file, workspace)
    assert standard(workspace) is edition
    registered = edition.term("등록일자")
    assert registered is not None
    assert (registered.abbreviation, registered.official) == ("RGST_YMD", True)
    assert edition.term("ADTN_AMT") is edition.term("가산 금액")
    opened = edition.term("개업일자")
    assert opened is not None
    assert not opened.official
    assert edition.preferred["덧셈"] == "가산"
    assert edition.domain("금액N15").unit == "원"


def test_rounds_are_read_from_cp949_and_withdrawn_terms_dropped(tmp_path: Path) -> None:
    rows = [
        "용어명,물리명,도메인유형,도메인,데이터타입,코드명,정의,요청업무,최종요청자,최종수정일시",
        "사업자명,BZMN_NM,명,명V100,VARCHAR(100),,이름,공통표준용어 2차(2020-12)(폐기),행안부,2020",
        "사업자명,BZMN_NM,명,명V200,VARCHAR(200),,이름,공통표준용어 5차(2022-07) (폐기후제정),행안부,2022",
        "폐기일자,DSCD_YMD,연월일,연월일C8,CHAR(8),,버린 날,공통표준용어 1차(2020-08),행안부,2020",
    ]
    path = tmp_path / "terms.csv"
    path.write_bytes("\r\n".join(rows).encode("cp949"))
    edition = read_edition([path])
    assert edition.terms["사업자명"].domain == "명V200"
    assert edition.terms["사업자명"].round == 5
    assert "폐기일자" in edition.terms


def test_words_without_names_are_named_where_terms_tell_and_the_rest_is_said(
    tmp_path: Path,
) -> None:
    words = [
        {"공통표준단어명": "", "공통표준단어영문약어명": "JOIN", "공통표준단어영문명": "Join",
         "이음동의어목록": "입회", "제정차수": "8차(2025-11)"},
        {"공통표준단어명": "", "공통표준단어영문약어명": "ZZZ", "공통표준단어영문명": "Unheard of",
         "이음동의어목록": "", "제정차수": "8차(2025-11)"},
    ]  # fmt: skip
    path = tmp_path / "standard_words.json"
    path.write_text(json.dumps({"meta": {}, "data": words}, ensure_ascii=False), "utf-8")
    read = read_edition([path])
    assert "2개에 단어명이 없습니다" in read.missing[0].ko
    taught = Edition(both("가", "a"), terms={t.name: t for t in TAUGHT})
    edition = with_learned_words(over(taught, read))
    assert edition.words["가입"].english == "Join"
    assert edition.preferred["입회"] == "가입"
    assert [word.abbreviation for word in edition.nameless] == ["ZZZ"]
    assert "1개는 이름 없이" in edition.missing[-1].ko


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "이름,나이\n홍,3\n"),
        ("a.json", '{"data": 3}'),
        ("a.json", "not json"),
        ("a.xlsx", "not a workbook"),
        ("a.hwp", "?"),
        ("a.csv", ""),
    ],
)
def test_a_file_that_is_no_standard_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    with pytest.raises(Problem) as refused:
        adopt(path, tmp_path / "hw")
    assert name in refused.value.text.ko
    assert not (tmp_path / "hw" / "standards" / name).exists()


def test_another_file_of_the_same_name_is_not_overwritten(tmp_path: Path) -> None:
    first = official_workbook(tmp_path / "표준.xlsx")
    adopt(first, tmp_path / "hw")
    (tmp_path / "b").mkdir()
    second = tmp_path / "b" / "표준.xlsx"
    second.write_bytes(official_workbook(tmp_path / "c.xlsx").read_bytes() + b" ")
    with pytest.raises(Problem):
        adopt(second, tmp_path / "hw")


# Compliance


def test_compliance_tells_standard_columns_from_those_that_differ_and_how() -> None:
    result = measure(
        [
            PhysicalColumn("T", "REG_YMD", "등록일자", "CHAR(8)"),
            PhysicalColumn("T", "REG_YMD", "등록일자", "DATE"),
            PhysicalColumn("T", "RGST_DE", "등록일자", "VARCHAR(8)"),
            PhysicalColumn("T", "REG_YMD", "올린날"),
            PhysicalColumn("T", "MH_DEPTH", "홈페이지 깊이"),
            PhysicalColumn("T", "XX1", "맨홀깊이"),
        ],
        core(),
        domain_model(core()),
    )
    assert [each.verdict for each in result.columns] == [
        "standard", "type_differs", "abbreviation_differs", "name_differs", "forbidden_word",
        "new_name",
    ]  # fmt: skip
    assert result.names == pytest.approx(2 / 6)
    assert result.types == pytest.approx(1 / 3)
    assert "CHAR(8)" in result.columns[1].text.ko
    assert "누리집" in result.columns[4].text.ko


# Values


@pytest.mark.parametrize(
    ("values", "of"),
    [
        (["2023-01-02", "2023.1.3", "20230104"], "연월일"),
        (["Y", "N", "Y"], "여부"),
        (["031-200-1234", "02-2100-3399"], "전화번호"),
        (["123-45-67891", "1234567891"], "사업자등록번호"),
        (["37.1234", "37.2345", None], "위도"),
        (["202301", "202302"], "연월"),
        (["12", "13", "14"], None),
        ([], None),
        (["아무 말", "다른 말"], None),
    ],
)
def test_values_tell_their_domain_class_where_their_form_does(
    values: list[str | None], of: str | None
) -> None:
    assert class_of_values(values) == of


# Citing the standard in a declaration


def test_any_term_of_the_standard_can_stand_as_a_column() -> None:
    def cited(name: str) -> Term:
        known = core().term(name)
        assert known is not None
        return as_term(known, core())

    assert cited("위도").domain.minimum == -90
    assert cited("면적").unit == both("㎡", "㎡")
    assert cited("등록일자").domain.kind == "date"
    assert cited("등록일자").domain.length is None
    assert cited("강수량").domain.kind == "decimal"
    assert cited("법정동코드").domain.length == 10
    assert re.fullmatch(cited("BRNO").domain.pattern or "", "123-45-67891")
    assert cited("사용여부").text == both("사용여부", "Whether in use")
    for known in core().terms.values():
        assert as_term(known, core()).domain.name == parse_domain(known.domain).domain_class


def test_an_official_edition_keeps_the_other_names_that_the_core_knows(tmp_path: Path) -> None:
    adopt(official_workbook(tmp_path / "공통표준.xlsx"), tmp_path)
    edition = standard(tmp_path)
    best = match("홈페이지", edition)[0]
    assert best.term.name == "누리집주소"
    assert best.confidence < 1


def test_a_dataset_without_a_table_cites_a_term_of_the_standard(tmp_path: Path) -> None:
    declared = Dataset(
        id="shops",
        title=both("가게", "Shops"),
        description=both("가게 목록", "Shops"),
        owner=both("경제과", "Economy"),
        source=Source(files="shops.csv"),
        columns={
            "shop": ColumnSource(source="번호", term="관리번호", key=True),
            "opened": ColumnSource(source="개업일", term="개업일자"),
        },
        licence="KOGL-1",
        row=both("가게 하나", "one shop"),
    )
    columns = dataset_columns(declared, {}, tmp_path / "hw" / "datasets" / "shops.yml")
    assert columns["opened"].domain.kind == "date"
    assert columns["opened"].abbreviation == "OPBIZ_YMD"
    assert columns["shop"].is_key
