"""The country's numbering plans: provinces, telephone area codes, postcode ranges.

Sources: 행정표준코드 (province codes), 전기통신번호관리세칙 (area and service codes), the basic
district numbers of 국가기초구역 that have been the postcodes since 2015-08-01.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Province:
    """One 시·도: its code of two digits, names, telephone area code and postcode range.

    ``names`` are every form in use, the full official one first; ``former`` are codes it had
    before. ``postcodes`` are the first two digits, both ends included.
    """

    code: str
    text: Text
    names: tuple[str, ...]
    area_code: str
    postcodes: tuple[int, int]
    former: tuple[str, ...] = ()


PROVINCES = (
    Province("11", both("서울", "Seoul"), ("서울특별시", "서울시", "서울"), "02", (1, 9)),
    Province("26", both("부산", "Busan"), ("부산광역시", "부산시", "부산"), "051", (46, 49)),
    Province("27", both("대구", "Daegu"), ("대구광역시", "대구시", "대구"), "053", (41, 43)),
    Province("28", both("인천", "Incheon"), ("인천광역시", "인천시", "인천"), "032", (21, 23)),
    Province("29", both("광주", "Gwangju"), ("광주광역시", "광주"), "062", (61, 62)),
    Province("30", both("대전", "Daejeon"), ("대전광역시", "대전시", "대전"), "042", (34, 35)),
    Province("31", both("울산", "Ulsan"), ("울산광역시", "울산시", "울산"), "052", (44, 45)),
    Province("36", both("세종", "Sejong"), ("세종특별자치시", "세종시", "세종"), "044", (30, 30)),
    Province("41", both("경기", "Gyeonggi"), ("경기도", "경기"), "031", (10, 20)),
    Province("51", both("강원", "Gangwon"), ("강원특별자치도", "강원도", "강원"), "033", (24, 26),
             ("42",)),
    Province("43", both("충북", "North Chungcheong"), ("충청북도", "충북"), "043", (27, 29)),
    Province("44", both("충남", "South Chungcheong"), ("충청남도", "충남"), "041", (31, 33)),
    Province("52", both("전북", "North Jeolla"), ("전북특별자치도", "전라북도", "전북"), "063",
             (54, 56), ("45",)),
    Province("46", both("전남", "South Jeolla"), ("전라남도", "전남"), "061", (57, 60)),
    Province("47", both("경북", "North Gyeongsang"), ("경상북도", "경북"), "054", (36, 40)),
    Province("48", both("경남", "South Gyeongsang"), ("경상남도", "경남"), "055", (50, 53)),
    Province("50", both("제주", "Jeju"), ("제주특별자치도", "제주도", "제주"), "064", (63, 63)),
)  # fmt: skip
"""Provinces as of 2024-01-18 (강원 42→51 on 2023-06-11, 전북 45→52 on 2024-01-18)."""

AREA_CODES = {province.area_code: province.text for province in PROVINCES}
"""Telephone area codes of land lines."""
MOBILE_CODES = ("010", "011", "016", "017", "018", "019")
SERVICE_CODES = {
    "050": both("평생번호", "personal number"),
    "060": both("정보이용료", "premium rate"),
    "070": both("인터넷전화", "internet telephone"),
    "080": both("수신자부담", "toll free"),
}
SPECIAL_NUMBERS = (
    "110", "111", "112", "113", "114", "117", "118", "119", "120", "121", "122", "123", "125",
    "126", "127", "128", "129", "131", "132", "134", "182", "188", "1301", "1330", "1331", "1332",
    "1333", "1336", "1337", "1339", "1345", "1350", "1355", "1357", "1365", "1366", "1369", "1372",
    "1377", "1382", "1385", "1388", "1389", "1390", "1391", "1393", "1397", "1398", "1399",
)  # fmt: skip
"""Short numbers of public services that are complete as they stand."""

_LAND = "|".join(sorted(AREA_CODES))
_EXCHANGE = r"(?:[2-9]\d{2,3}|000)"  # 000 is given to nobody: it stands in examples
TELEPHONE_PATTERN = (
    rf"(?:(?:{_LAND})[-.) ]{{0,2}}{_EXCHANGE}[-. ]?\d{{4}}"
    rf"|\((?:{_LAND})\) ?{_EXCHANGE}[-. ]?\d{{4}}"
    r"|010[-. ]?[2-9]\d{3}[-. ]?\d{4}"
    r"|01[16-9][-. ]?[2-9]\d{2,3}[-. ]?\d{4}"
    r"|050\d[-. ]?\d{3,4}[-. ]?\d{4}"
    r"|0[678]0[-. ]?[1-9]?\d{3}[-. ]?\d{4}"
    r"|1[568]\d{2}[-. ]?\d{4}"
    r"|" + "|".join(SPECIAL_NUMBERS) + ")"
)
"""A telephone number under the national plan, in the writings people use."""


def province_of_code(code: str) -> Province | None:
    """The province of an administrative code of two digits or more, former codes included."""
    for province in PROVINCES:
        if code[:2] == province.code or code[:2] in province.former:
            return province
    return None


def province_of_name(name: str) -> Province | None:
    """The province an address begins with: ``"경기도 …시 …로 1"`` and ``"경기 …시"``."""
    first = name.strip().split(" ")[0]
    for province in PROVINCES:
        if first in province.names:
            return province
    return None


def province_of_telephone(number: str) -> Province | None:
    """The province of a land line's area code; nothing for mobile and nationwide numbers."""
    found = re.sub(r"\D", "", number)
    for province in PROVINCES:
        if found.startswith(province.area_code):
            return province
    return None


def province_of_postcode(postcode: str) -> Province | None:
    """The province of a five-digit postcode, or nothing where no postcode begins so.

    Ranges are of the whole province; some numbers inside are not given out.
    """
    if not re.fullmatch(r"\d{5}", postcode.strip()):
        return None
    start = int(postcode.strip()[:2])
    for province in PROVINCES:
        low, high = province.postcodes
        if low <= start <= high:
            return province
    return None
