"""Words of the pages about use and demand: what was made from data, what is to be opened next."""

from __future__ import annotations

from collections.abc import Mapping

from dataro.vocabulary.text import Text, both

DEMAND_WORDS: Mapping[str, Text] = {
    "reuses": both("활용 사례", "Made with this data"),
    "reuses_all": both("활용 사례", "Made with our data"),
    "reuses_intro": both(
        "공개 데이터로 만든 앱, 서비스, 논문, 기사를 소개합니다. 담당자가 확인한 뒤 싣습니다.",
        "Apps, services, papers and stories that people made from open data. Each was checked before "
        "it was shown.",
    ),
    "reuses_n": both("{n}건입니다.", "{n} in all."),
    "no_reuses": both(
        "아직 등록된 활용 사례가 없습니다. 만드신 것이 있으면 처음으로 알려 주십시오.",
        "Nothing has been registered yet. If you made something, be the first to tell us.",
    ),
    "no_reuses_here": both(
        "이 데이터로 만든 것이 아직 등록되지 않았습니다.",
        "Nothing made with this data has been registered yet.",
    ),
    "new_reuse": both("이 데이터로 만든 것 알리기", "I made something with this data"),
    "new_reuse_any": both("만든 것 알리기", "I made something"),
    "reuse_send": both("등록하기", "Register it"),
    "reuse_visit": both("보러 가기", "Visit"),
    "made_by": both("만든 곳", "Made by"),
    "made_with": both("쓴 데이터", "Data used"),
    "shown_since": both("소개한 날", "Shown since"),
    "use_and_reuses": both("이용과 활용 사례", "Use and what was made"),
    "figures_table": both("숫자로 보기", "As a table"),
    "use_months": both("달마다 이용한 횟수", "Use by month"),
    "use_month": both("월", "Month"),
    "use_taken": both("내려받기·호출", "Downloads and calls"),
    "use_viewed": both("조회", "Page views"),
    "use_alt": both(
        "최근 12개월의 내려받기와 호출을 막대로 그렸습니다. 가장 많은 달은 {month}로 {n}번입니다.",
        "Bars of downloads and calls in the last twelve months; most in {month}: {n}.",
    ),
    "use_note": both(
        "자동 수집 프로그램은 뺐습니다. 10분마다 다시 셉니다.",
        "Robots are left out. Counted again every ten minutes.",
    ),
    "plan": both("개방 계획(안)", "Proposed opening plan"),
    "plan_title": both("{year}년 공공데이터 개방 계획(안)", "Proposed opening plan for {year}"),
    "plan_intro": both(
        "무엇을 다음에 열지 시민의 신청과 공감, 다른 지역의 개방 현황을 바탕으로 제안합니다. 무엇을 열지는 "
        "담당자가 정합니다.",
        "What to open next, proposed from what people asked and voted for and from what other cities "
        "open. People decide on it.",
    ),
    "plan_staff": both(
        "직원에게만 보이는 공개 전 데이터와 까닭도 들어 있습니다.",
        "Holds data that is not open and reasons that only staff may see.",
    ),
    "plan_made": both("{at} 기준, 모두 {n}건", "As of {at}, {n} in all"),
    "plan_points": both("{n}점", "{n} points"),
    "plan_rule": both(
        "점수: 신청 5, 공감 2씩, 연구용 신청 4, 다른 시·군·구 한 곳에 0.03, 같은 주제의 이용량에 따라 더합니다.",
        "Points: a request 5, each vote 2, a request for research 4, each other city 0.03, and more by "
        "the use of open data of the same theme.",
    ),
    "plan_clear": both("먼저 풀 일", "To be cleared first"),
    "plan_none": both(
        "아직 제안할 것이 없습니다. 필요한 데이터를 신청하시면 다음 계획에 반영합니다.",
        "There is nothing to propose yet. Ask for the data you need, and it goes into the plan.",
    ),
    "plan_link": both("개방 계획(안) 보기", "See what is proposed to be opened"),
}  # fmt: skip
