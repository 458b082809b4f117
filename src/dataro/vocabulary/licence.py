"""Licences a dataset can have: the Korean open government licence (공공누리) types and others.

Types: https://www.kogl.or.kr/info/license.do (한국문화정보원).
"""

from __future__ import annotations

from dataclasses import dataclass

from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Licence:
    """What a licence is called, where its text is, and what it allows."""

    text: Text
    url: str
    commercial: bool
    derivatives: bool


_KOGL = "https://www.kogl.or.kr/info/license.do"

LICENCES: dict[str, Licence] = {
    "kogl-0": Licence(both("공공누리 제0유형", "KOGL Type 0"), _KOGL, True, True),
    "kogl-1": Licence(
        both("공공누리 제1유형(출처표시)", "KOGL Type 1 (attribution)"), _KOGL, True, True
    ),
    "kogl-2": Licence(
        both(
            "공공누리 제2유형(출처표시·상업적 이용금지)", "KOGL Type 2 (attribution, non-commercial)"
        ),
        _KOGL, False, True,
    ),
    "kogl-3": Licence(
        both("공공누리 제3유형(출처표시·변경금지)", "KOGL Type 3 (attribution, no derivatives)"),
        _KOGL, True, False,
    ),
    "kogl-4": Licence(
        both(
            "공공누리 제4유형(출처표시·상업적 이용금지·변경금지)",
            "KOGL Type 4 (attribution, non-commercial, no derivatives)",
        ),
        _KOGL, False, False,
    ),
    "cc-by-4.0": Licence(
        both("크리에이티브 커먼즈 저작자표시 4.0", "Creative Commons Attribution 4.0"),
        "https://creativecommons.org/licenses/by/4.0/", True, True,
    ),
    "cc0-1.0": Licence(
        both("크리에이티브 커먼즈 CC0 1.0", "Creative Commons CC0 1.0"),
        "https://creativecommons.org/publicdomain/zero/1.0/", True, True,
    ),
    "odbl-1.0": Licence(
        both("오픈 데이터베이스 라이선스 1.0(출처표시·동일조건)", "Open Database License 1.0"),
        "https://opendatacommons.org/licenses/odbl/1-0/", True, True,
    ),
    "not-stated": Licence(
        both("이용 조건 미표시(원기관 확인 필요)", "Not stated: ask the publisher"), "", False, False
    ),
}  # fmt: skip
