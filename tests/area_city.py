"""The small city with districts through time: a register, people by month, shapes, stops."""

from __future__ import annotations

from pathlib import Path

import portal_city

from dataro.build.workspace import Workspace

REGISTER = """
title: {ko: 읍면동 이력, en: Districts through time}
description: {ko: 삼평시의 읍면동입니다., en: Districts of Sampyeong.}
owner: {ko: 자치행정과, en: Local administration}
table: districts
licence: kogl-1
theme: places
source: {files: 이력.csv}
columns:
  district: 코드
  valid_from: 시작
  valid_to: 끝
  name: 이름
  name_en: 영문
  level: 구분
  parent: 상위
  split_from: 분동
  renumbered_from: 변경
"""

PEOPLE = """
title: {ko: 읍면동 월별 인구, en: Residents of districts}
description: {ko: 읍면동의 월별 인구입니다., en: Residents of districts by month.}
owner: {ko: 자치행정과, en: Local administration}
table: district_residents
licence: kogl-1
theme: population
cadence: monthly
source: {files: 읍면동인구.csv}
columns:
  month: 연월
  district: 코드
  definition: {constant: registered}
  people: 인구
  men: 남
  women: 여
  households: 세대
"""

CODES = [f"99110{51000 + 100 * i}" for i in range(6)]
FORMER = "9911040000"
"""The code that the first district had until 2023."""
ENGLISH = ["Garam-dong", "Narae-dong", "Dasom-eup", "Raon-myeon", "Maru-dong", "Bada-myeon"]
LEVELS = ["dong", "dong", "eup", "myeon", "dong", "myeon"]
MONTHS = [f"{year}-{month:02}" for year in (2022, 2023, 2024) for month in range(1, 13)][:27]
SPLIT = "2023-06"
"""The month from which the sixth district stands alone; before, the fifth held its people."""


def people(district: int, month: int) -> int:
    """Everybody registered in a district of today in a month, counted from the first."""
    return 1_000 * (district + 1) + 10 * month * (1 if district % 2 == 0 else -1)


def _register() -> str:
    lines = ["코드,시작,끝,이름,영문,구분,상위,분동,변경"]
    lines.append(
        f"{FORMER},2001-01-01,2023-01-01,{portal_city.NAMES[0]},{ENGLISH[0]},dong,9911000000,,"
    )
    for i, code in enumerate(CODES):
        since = {0: "2023-01-01", 5: f"{SPLIT}-01"}.get(i, "2001-01-01")
        split, renamed = (CODES[4] if i == 5 else ""), (FORMER if i == 0 else "")
        lines.append(
            f"{code},{since},,{portal_city.NAMES[i]},{ENGLISH[i]},{LEVELS[i]},9911000000,{split},{renamed}"
        )
    return "\n".join(lines)


def _people() -> str:
    lines = ["연월,코드,인구,남,여,세대"]
    for m, month in enumerate(MONTHS):
        for i, code in enumerate(CODES):
            count = people(i, m)
            if month < SPLIT and i == 5:
                continue
            if month < SPLIT and i == 4:
                count += people(5, m)
            used = FORMER if i == 0 and month < "2023" else code
            men = count // 2
            lines.append(f"{month},{used},{count},{men},{count - men},{count // 2}")
    return "\n".join(lines)


def make(folder: Path) -> Workspace:
    """Write the city into ``folder``."""
    workspace = portal_city.make(folder)
    for path, text in {
        "datasets/register.yml": REGISTER,
        "datasets/district_people.yml": PEOPLE,
        "raw/이력.csv": _register(),
        "raw/읍면동인구.csv": _people(),
    }.items():
        (folder / path).write_text(text, encoding="utf-8")
    return workspace
