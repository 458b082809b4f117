"""What the pages of areas and services, the home page and the tools of figures say."""

from __future__ import annotations

from collections.abc import Mapping

from dataro.vocabulary.text import Text, both

PLACE_WORDS: Mapping[str, Text] = {
    "areas": both("우리 동네", "Areas"),
    "areas_intro": both(
        "읍면동마다 지표 {n}가지를 시 전체와 견주어 봅니다. 지도나 목록에서 동네를 고르십시오.",
        "Each district by {n} indicators, beside the whole city. Choose one on the map or in the list.",
    ),
    "areas_absent": both(
        "동네 지표를 낼 자료(읍면동 이력)가 아직 들어오지 않았습니다.",
        "The data that describes districts (their register) has not come in yet.",
    ),
    "find_area": both("동네 찾기", "Find a district"),
    "find_area_hint": both("예: 읍면동 이름이나 코드", "A name or a code"),
    "area_of": both("{name}은(는) 어떤 곳입니까?", "What is {name} like?"),
    "level_city": both("시 전체", "The whole city"),
    "level_gu": both("구", "Gu"),
    "level_district": both("읍면동", "District"),
    "areas_found": both("{n}곳을 찾았습니다.", "{n} found."),
    "no_area_found": both(
        "그런 이름의 동네가 없습니다. 이름의 일부만 넣어 보십시오.",
        "No area has that name. Try a part of it.",
    ),
    "show_by": both("지도에 칠할 지표", "Colour the map by"),
    "stands_out": both("눈에 띄는 점", "What stands out"),
    "where_it_is": both("위치", "Where it is"),
    "where_alt": both("{names}의 위치를 표시한 지도", "A map that shows where {names} lies"),
    "compare_with": both("견주어 볼 곳(모두 4곳까지)", "Compare with (four areas in all)"),
    "compare_nth": both("견줄 곳 {n}", "Area to compare {n}"),
    "nobody": both("고르지 않음", "None"),
    "compare": both("견주기", "Compare"),
    "alone": both("이 동네만 보기", "This area alone"),
    "comparing": both("{names} 견주기", "{names} compared"),
    "place_of": both("{ranked}곳 가운데 {place}위", "{place} of {ranked}"),
    "rank_note": both(
        "순위는 값이 큰 순서이며, 값이 있는 읍면동끼리 매깁니다. 좋고 나쁨을 뜻하지 않습니다.",
        "Places run from the largest value, among districts that have one. They do not say good or bad.",
    ),
    "in_city": both("시 전체 {value}", "City {value}"),
    "city_column": both("시 전체", "City"),
    "indicator": both("지표", "Indicator"),
    "cell_hidden": both("보호를 위해 비움", "Left out to protect people"),
    "cell_absent": both("자료 없음", "No data"),
    "more_is_better": both("많을수록 좋은 지표", "More is better"),
    "less_is_better": both("적을수록 좋은 지표", "Less is better"),
    "trend_said": both("{title} 흐름: {first} {low}에서 {last} {high}까지",
                       "{title} from {low}, {first}, to {high}, {last}"),
    "undated": both("기준일이 없는 자료", "data without a date"),
    "more_of_area": both("이어서 보기", "More about this area"),
    "area_data": both("이 쪽의 숫자(JSON)", "The numbers of this page (JSON)"),
    "area_method": both("지표를 내는 방법과 한계, 영수증", "Method, limits and receipt of the indicators"),
    "area_tables": both("모든 동네의 지표 내려받기", "Download the indicators of all areas"),
    "maybe": both("혹시 이곳을 찾으십니까?", "Did you mean one of these?"),
    "services": both("데이터로 서비스", "Services"),
    "services_intro": both(
        "자주 묻는 일을 바로 볼 수 있게 꾸민 화면입니다. 숫자마다 날짜와 근거가 있습니다.",
        "What people ask for most, ready to look at. Every number has its date and its evidence.",
    ),
    "key_numbers": both("시 전체의 지금", "The city now"),
    "said_by_data": both("데이터가 말하는 것", "What the data says"),
    "other_figures": both("그림 더 보기({n}개)", "More figures ({n})"),
    "to_method": both("방법, 한계, 영수증 보기", "Method, limits and receipt"),
    "to_method_note": both(
        "이 화면의 숫자는 모두 분석 ‘{title}’의 답입니다.",
        "Every number here is an answer of the analysis “{title}”.",
    ),
    "service_absent": both(
        "이 서비스에 필요한 자료가 아직 들어오지 않았습니다.",
        "The data that this service needs has not come in yet.",
    ),
    "no_service": both("그런 서비스는 없습니다.", "There is no such service."),
    # home
    "my_area": both("우리 동네 보기", "See your district"),
    "choose_area": both("읍면동 고르기", "Choose a district"),
    "go": both("보기", "Go"),
    "changed": both("새로 바뀐 것", "What changed lately"),
    "all_status": both("자료 현황 모두 보기", "How everything stands"),
    "all_questions": both("질문과 답 모두 보기", "All questions and answers"),
    "as_of": both("{date} 기준", "as of {date}"),
    "asked_lately": both("시민이 신청한 데이터", "Data that people asked for"),
    "no_requests_yet": both("아직 신청이 없습니다. 필요한 데이터를 알려 주십시오.",
                            "Nothing has been asked for yet. Tell us what you need."),
    "analysis_word": both("분석", "Analysis"),
    "dataset_word": both("데이터", "Dataset"),
    # tools of figures
    "full_screen": both("전체 화면", "Full screen"),
    "leave_full_screen": both("전체 화면 닫기", "Leave full screen"),
    "copy_link": both("링크 복사", "Copy link"),
    "copied": both("복사했습니다.", "Copied."),
    "copy_failed": both("복사하지 못했습니다. 주소창의 주소를 쓰십시오.", "Could not copy; take the address of this page."),
    "permalink": both("이 그림의 주소", "Link to this figure"),
    "embed": both("퍼가기", "Embed"),
    "embed_how": both("다른 누리집에 아래 코드를 붙이면 이 그림이 보입니다.",
                      "Paste this code into another site to show this figure there."),
    "embed_from": both("{city} 데이터로에서 보기", "See it at Dataro, {city}"),
    "pinned": both("이 판으로 고정", "Pinned to this version"),
    "older_version": both(
        "{pinned}번 판을 보고 있습니다. 그 뒤에 나온 {now}번 판이 있습니다. 주소에서 v={pinned}을 빼면 지금 판을 봅니다.",
        "You are looking at version {pinned}; version {now} has come out since. Without v={pinned} the "
        "address gives the current one.",
    ),
    "moved_on": both(
        "이 주소는 {pinned}번 판을 가리키지만 지금 판은 {now}번입니다. 아래 숫자는 지금 판입니다.",
        "This address points at version {pinned}, and version {now} is current. What follows is current.",
    ),
    "stale_answer": both(
        "쓴 자료가 바뀌어 곧 다시 계산합니다. 아래는 {made_at}에 만든 답입니다.",
        "The data behind this has changed and it will be calculated again. What follows was made {made_at}.",
    ),
    "partial_answer": both(
        "일부 자료가 없어 빠진 부분이 있습니다: {names}.",
        "Some data is absent, so parts are missing: {names}.",
    ),
    "cite_text": both(
        "{city}, 「{title}」, {made_at} 판, 데이터로, {address}",
        "{city}, “{title}”, version of {made_at}, Dataro, {address}",
    ),
    "more_menu": both("더 보기", "More"),
}  # fmt: skip
