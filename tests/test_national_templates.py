"""Files held against the national templates of open data: what is missing, misnamed, wrong."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import polars as pl
import pytest

from dataro.cli.app import app
from dataro.data.standards.template_fit import fit_headings, fit_rows
from dataro.data.standards.templates import template, templates
from dataro.vocabulary.problem import Problem

SHARED = Path(os.environ.get("DATARO_SHARED", Path(__file__).parents[2] / "shared")) / "data"


def test_every_template_names_its_page_and_can_be_met() -> None:
    assert len(templates()) >= 12
    for one in templates().values():
        assert re.fullmatch(
            rf"https://www\.data\.go\.kr/data/{one.national}/standard\.do", one.source
        )
        assert {"위도", "경도", "데이터기준일자"} <= set(one.columns)
        assert fit_headings(one, list(one.columns)).fits
        for column in one.columns.values():
            assert not set(column.also) & set(one.columns)  # another name is never a column itself
    assert len(template("parking").columns) == 32  # as the notice of 2014 counts them
    with pytest.raises(Problem, match="parking"):
        template("parkin")


def test_a_departments_file_is_told_kindly_what_to_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "주차장.csv"
    file.write_bytes(
        "관리번호,주차장명,주차장유형,주소,주차면수,평일운영시작시각,위도,경도,데이터기준일자,비고\n"
        "A1,가람,노상,가람로 1,10,09:00,37.2,126.9,2024-01-01,\n"
        "A2,나래,지하,나래로 2,열,9시쯤,126.9,37.2,2024.13.01,좁음\n".encode("cp949")
    )
    monkeypatch.setenv("DATARO_LANG", "ko")
    with pytest.raises(SystemExit) as left:
        app(["check", str(file), "--against", "template:parking", "--json"])
    assert left.value.code == 1
    found = json.loads(capsys.readouterr().out)
    assert found["misnamed"] == {
        "주차장관리번호": "관리번호", "소재지도로명주소": "주소", "주차구획수": "주차면수",
    }  # fmt: skip
    assert "요금정보" in found["missing"]
    assert found["excused"] == ["소재지지번주소"]  # one of the two addresses is enough
    assert found["extra"] == ["비고"]
    wrong = {one["column"]: (one["count"], one["first"]) for one in found["wrong"]}
    assert wrong == {
        "주차장유형": (1, ["지하"]), "주차구획수": (1, ["열"]), "평일운영시작시각": (1, ["9시쯤"]),
        "위도": (1, ["126.9"]), "경도": (1, ["37.2"]), "데이터기준일자": (1, ["2024.13.01"]),
    }  # fmt: skip


def test_headings_that_mean_something_else_are_not_taken_for_a_column() -> None:
    found = fit_headings(template("toilets"), ["화장실명", "도로명주소", "남성 대변기", "개방시간"])
    assert found.misnamed == {"소재지도로명주소": "도로명주소"}
    assert found.extra == ("남성 대변기",)
    clean = pl.DataFrame(
        {"위도": ["37.5", None], "경도": ["127.0", ""], "비상벨설치여부": ["Y", "N"]}
    )
    assert fit_rows(template("toilets"), clean).wrong == ()


@pytest.mark.real
@pytest.mark.skipif(not SHARED.is_dir(), reason="the national list is not beside the project")
def test_each_template_has_its_entry_in_the_national_list() -> None:
    listed = pl.read_csv(
        SHARED / "catalogue" / "data_go_kr_list_61359.csv.gz", infer_schema_length=0
    )
    named = dict(zip(listed["목록키"], listed["목록명"], strict=True))
    standard = dict(zip(listed["목록키"], listed["표준데이터여부"], strict=True))
    for one in templates().values():
        assert standard[one.national] == "Y"
        assert one.title.ko.replace(" ", "") in named[one.national].replace(" ", "")
