"""What a column means is told from its name and its values, whatever its heading is called."""

from __future__ import annotations

import polars as pl
import pytest
from registers import register

from dataro.data.quality.meaning import meanings, recognise

HEADINGS = {
    "id": {"관리번호": ["시설관리번호", "FCLT_NO", "고유번호", "시설ID"]},
    "name": {"시설명": ["시설 명칭", "FCLT_NM", "업소명", "기관명"]},
    "code": {
        "시설구분코드": ["유형코드", "FCLT_SE_CD", "시설종류", "분류"],
        "관리기관코드": ["기관코드", "INST_CD", "소관기관 코드", "mng_inst_cd"],
    },
    "district_code": {"행정동코드": ["법정동 코드", "ADM_CD", "지역코드", "dong_code"]},
    "district": {"행정동명": ["읍면동", "EMD_NM", "관할 동", "행정구역"]},
    "address": {"도로명주소": ["소재지", "RDNMADR", "사업장 소재지(도로명)", "주소", "col_7"]},
    "postcode": {"우편번호": ["우편 번호", "ZIP", "소재지우편번호", "POST_CODE"]},
    "phone": {"전화번호": ["연락처", "TELNO", "대표 전화", "문의처", "column_9"]},
    "latitude": {"위도": ["LAT", "위도(WGS84)", "Y좌표", "latitude", "c10"]},
    "longitude": {"경도": ["LOT", "경도(WGS84)", "X좌표", "lng", "c11"]},
    "business_number": {"사업자등록번호": ["사업자번호", "BRNO", "사업자 등록 번호", "c12"]},
    "date": {
        "인허가일자": ["허가일", "LCPMT_YMD", "인허가 날짜", "개업일", "c13"],
        "공사시작일자": ["착공일", "bgng_ymd", "시작일", "공사 개시일"],
    },
    "yes_no": {"운영여부": ["사용 유무", "OPER_YN", "운영중 여부", "c16"]},
    "quantity": {
        "이용자수": ["이용 인원", "USER_CNT", "이용자 수(명)", "연간이용인원"],
        "좌석수": ["좌석 수", "SEAT_CNT", "정원", "열람석수"],
    },
    "amount": {"이용요금": ["요금(원)", "USE_AMT", "사용료", "이용금액"]},
    "rate": {"가동률": ["가동률(%)", "OPRT_RT", "이용률", "점유 비율"]},
    "person_name": {"대표자성명": ["대표자", "RPRSV_NM_PERSON", "대표자 이름", "원장 성명"]},
    "birth_date": {"대표자생년월일": ["생년월일", "BRDT", "대표자 생일", "birth_date"]},
    "age": {"대표자나이": ["연령", "AGE", "나이(세)", "만나이"]},
    "text": {"비고": ["특이사항", "RMRK", "메모", "참고 내용"]},
}


def test_meanings_are_recognised_under_other_headings() -> None:
    frame = pl.DataFrame(register(1500, 11))
    asked, right, wrong = 0, 0, []
    for meaning, columns in HEADINGS.items():
        for column, names in columns.items():
            for name in [column, *names]:
                found = recognise(name, frame[column]).meaning
                asked += 1
                right += found == meaning
                if found != meaning:
                    wrong.append((name, meaning, found))
    assert asked > 100
    assert right / asked >= 0.95, wrong


@pytest.mark.parametrize(
    ("name", "cells", "meaning"),
    [
        ("x", ["a@b.kr", "c.d@e.go.kr"] * 20, "email"),
        ("x", ["https://a.go.kr", "www.b.or.kr/c"] * 20, "url"),
        ("x", ["2023-01", "2023-02", "2023-03"] * 20, "month"),
        ("x", ["800101-1234567", "900202-2345678"] * 20, "resident_number"),
        ("전화", ["1", "2", "3"] * 20, "quantity"),  # the values contradict the name
        ("비고", [None] * 10, "text"),
        ("값", [], "number"),
    ],
)
def test_values_decide_where_they_can_and_refute_a_wrong_name(
    name: str, cells: list[str | None], meaning: str
) -> None:
    assert recognise(name, pl.Series(cells, dtype=pl.String)).meaning == meaning


def test_every_meaning_has_a_title_in_both_languages() -> None:
    for meaning in meanings().values():
        assert meaning.text.ko
        assert meaning.text.en
