"""A clean register of an invented city, for planting errors in: 27 columns, any number of rows."""

from __future__ import annotations

import random
from datetime import date, timedelta

from dataro.data.standards.codes import CodeHistory, Place
from dataro.data.standards.identifiers import BUSINESS

TODAY = date(2026, 7, 1)
BOUNDS = (126.60, 36.95, 127.20, 37.35)

_DISTRICTS = {  # name: (code, longitude, latitude)
    name: (f"4199925{n:02}0", 126.68 + 0.11 * (n % 5), 37.02 + 0.085 * (n // 5 - 2))
    for n, name in enumerate(
        ("가람읍", "나루읍", "다솜면", "라온면", "마루면", "바다면", "사랑면", "아름면", "자연동",
         "차오름동", "카람동", "타래1동", "타래2동", "파랑동", "하늘동", "새솔내동", "고은동", "노을동"), 10)
}  # fmt: skip
RETIRED = ("4199953000", "4199954000")
KINDS = {
    "01": "도서관",
    "02": "체육관",
    "03": "경로당",
    "04": "어린이집",
    "05": "주차장",
    "06": "공원",
}
_WORDS = ("햇살", "푸른", "큰솔", "은빛", "달맞이", "시냇물", "무지개", "둥지", "새벽", "들꽃", "솔향",
          "은하수", "바람개비", "느티나무", "진달래", "소나무", "해오름", "물빛", "꿈자람", "온누리")  # fmt: skip
_SURNAMES, _GIVEN = "김이박최정강조윤장임", "민서준도윤하은지우시현수아"

ROLES = {
    "id": "관리번호", "name": "시설명", "code": "시설구분코드", "code_name": "시설구분명",
    "district_code": "행정동코드", "district": "행정동명", "address": "도로명주소",
    "postcode": "우편번호", "phone": "전화번호", "latitude": "위도", "longitude": "경도",
    "business_number": "사업자등록번호", "date": "인허가일자", "start": "공사시작일자",
    "end": "공사종료일자", "yes_no": "운영여부", "total": "이용자수", "part": "남자이용자수",
    "count": "좌석수", "amount": "이용요금", "rate": "가동률", "decimal": "실외온도",
    "birth": "대표자생년월일", "age": "대표자나이", "route": "노선번호", "serial": "필지고유번호",
    "parent": "관리기관코드", "remark": "비고",
}  # fmt: skip
OFFICES = tuple(f"B{n:04}" for n in range(10, 70))


def codes() -> CodeHistory:
    """The invented city's districts, two of them retired."""
    living = [Place(code, name, level="dong") for name, (code, _, _) in _DISTRICTS.items()]
    gone = [Place(code, f"옛{n}동", valid_to=date(2020, 1, 1)) for n, code in enumerate(RETIRED)]
    return CodeHistory([*living, *gone])


def register(rows: int, seed: int) -> list[dict[str, str | None]]:
    """One row per facility; everything in it agrees."""
    rng = random.Random(seed)
    return [_facility(number, rng) for number in range(rows)]


def _facility(number: int, rng: random.Random) -> dict[str, str | None]:
    district = rng.choice(list(_DISTRICTS))
    code, x, y = _DISTRICTS[district]
    kind = rng.choices(list(KINDS), weights=(8, 5, 20, 30, 12, 6))[0]
    licensed = date(1995, 1, 1) + timedelta(rng.randrange(11_000))
    begun = licensed - timedelta(rng.randint(60, 500))
    ended = begun + timedelta(rng.randint(20, 200))
    born = date(1940, 1, 1) + timedelta(rng.randrange(20_000))
    men, women = rng.randint(20, 900), rng.randint(20, 900)
    seats = max(8, round(rng.lognormvariate(4.5, 0.5)))
    head = "".join(str(rng.randint(1 if i == 0 else 0, 9)) for i in range(9))
    whole = head + str(BUSINESS.digit(head))
    road = f"{rng.choice(_WORDS)}{rng.choice(['로', '길', '대로'])} {rng.randint(1, 399)}"
    words = rng.sample(_WORDS, 2)
    note = rng.choice(
        [None, None, None, "주말 휴관", "예약 필수", "공사 중 일부 폐쇄", "무료 개방"]
    )
    return {
        "관리번호": f"F-{number * 7 + 100003:07}",
        "시설명": f"{words[0]}{words[1]} {number % 97 + 1}호 {KINDS[kind]}",
        "시설구분코드": kind,
        "시설구분명": KINDS[kind],
        "행정동코드": code,
        "행정동명": district,
        "도로명주소": f"가온도 누리시 {district} {road}",
        "우편번호": f"{rng.randint(18200, 18690)}",
        "전화번호": f"031-{rng.randint(2000, 8999)}-{rng.randint(0, 9999):04}",
        "위도": f"{y + rng.gauss(0, 0.008):.6f}",
        "경도": f"{x + rng.gauss(0, 0.008):.6f}",
        "사업자등록번호": f"{whole[:3]}-{whole[3:5]}-{whole[5:]}",
        "인허가일자": licensed.isoformat(),
        "공사시작일자": begun.isoformat(),
        "공사종료일자": ended.isoformat() if rng.random() < 0.7 else None,
        "운영여부": rng.choices("YN", weights=(9, 1))[0],
        "이용자수": str(men + women),
        "남자이용자수": str(men),
        "여자이용자수": str(women),
        "좌석수": str(seats),
        "이용요금": str(rng.randint(5, 400) * 100),
        "가동률": f"{rng.uniform(20, 100):.1f}",
        "실외온도": f"{rng.uniform(3, 35):.1f}".replace(".0", ".5"),
        "대표자성명": rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, 2)),
        "대표자생년월일": born.isoformat(),
        "대표자나이": str(TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))),
        "노선번호": f"{rng.randint(1, 12)}-{rng.randint(1, 28)}" if rng.random() < 0.5
                   else str(rng.randint(10, 999)),
        "필지고유번호": f"{code[:8]}00{rng.randint(1, 2)}{rng.randint(1, 1999):04}{rng.randint(0, 99):04}",
        "관리기관코드": rng.choice(OFFICES),
        "비고": note,
    }  # fmt: skip
