"""What the page about the interfaces says."""

from __future__ import annotations

from collections.abc import Mapping

from dataro.vocabulary.text import Text, both

API_WORDS: Mapping[str, Text] = {
    "api": both("API 안내", "API"),
    "api_intro": both(
        "여기 있는 모든 데이터와 분석 결과는 프로그램이 바로 읽을 수 있습니다. 열린 데이터는 가입이나 "
        "인증키 없이 쓸 수 있고, 어느 주소든 브라우저에 그대로 붙여 넣어 볼 수 있습니다.",
        "Programs can read every dataset and every answer here. Open data needs no account and no "
        "key, and any address can be tried in a browser.",
    ),
    "api_start": both("한 줄로 시작하기", "Start with one line"),
    "api_example": both("예로 읽는 데이터:", "The example reads:"),
    "api_copy": both("복사", "Copy"),
    "api_copied": both("복사했습니다", "Copied"),
    "api_standards": both("제공하는 규격", "What is offered"),
    "api_standard": both("규격", "Standard"),
    "api_address": both("주소", "Address"),
    "api_for": both("이럴 때", "For"),
    "api_asking": both("골라 읽기", "Asking for part of it"),
    "api_asking_text": both(
        "열 이름이 곧 조건입니다. 예: ?month=ge:2024-01&sort=-month. 같은 열을 두 번 쓰면 두 조건을 모두 만족하는 행을 줍니다. 열 이름이 "
        "아래의 낱말과 같으면 앞에 filter.을 붙이십시오.",
        "A column's name is a condition, as in ?month=ge:2024-01&sort=-month. The same column twice means both conditions. Where a column "
        "is called like one of the words below, put filter. before it.",
    ),
    "api_condition": both("조건", "Condition"),
    "api_meaning": both("뜻", "Meaning"),
    "api_parameter": both("매개변수", "Parameter"),
    "api_forms": both("형식", "Forms"),
    "api_forms_text": both(
        "주소 끝의 확장자를 바꾸면 형식이 바뀝니다: {forms}. 스프레드시트가 수식으로 읽을 글자(= + - @로 "
        "시작) 앞에는 CSV에서만 작은따옴표를 붙입니다. 숫자는 그대로입니다.",
        "The ending of the address chooses the form: {forms}. In CSV alone, text that a spreadsheet "
        "would run (= + - @ first) gets a quote before it. Numbers stay as they are.",
    ),
    "api_versions": both("판", "Versions"),
    "api_versions_text": both(
        "답에는 판 번호(snapshot)와 ETag가 붙습니다. snapshot=번호를 쓰면 그 판을 그대로 다시 읽고, "
        "If-None-Match를 보내면 바뀌지 않은 답은 다시 보내지 않습니다. 다음 쪽의 주소(next)는 같은 판을 "
        "가리킵니다.",
        "Every answer carries its version (snapshot) and an ETag. snapshot=NUMBER reads that version "
        "again; with If-None-Match an unchanged answer is not sent twice. The link to the next page "
        "stays with the same version.",
    ),
    "api_tokens": both("토큰과 권한", "Tokens and permissions"),
    "api_tokens_text": both(
        "제한된 데이터와 SQL은 토큰이 필요합니다. 로그인한 뒤 내 계정에서 만들고, "
        "Authorization: Bearer 토큰으로 보내 주십시오. 공공데이터포털 방식의 serviceKey로도 쓸 수 있습니다.",
        "Restricted data and SQL need a token. Make one in your account after signing in, and send "
        "it as Authorization: Bearer TOKEN, or as serviceKey in the manner of the national portal.",
    ),
    "api_account": both("내 계정", "Your account"),
    "api_limits": both("한도", "Limits"),
    "api_limit_rows": both(
        "JSON 한 쪽은 {rows}행까지이고, 잘린 답은 truncated와 next로 알립니다. 파일은 행 수 제한이 없습니다.",
        "A page of JSON has at most {rows} rows; a cut answer says so with truncated and next. Files "
        "have no such limit.",
    ),
    "api_limit_query": both(
        "주소의 조건은 {bytes}바이트까지입니다.",
        "The query of an address has at most {bytes} bytes.",
    ),
    "api_limit_rate": both(
        "한 사람이 한꺼번에 {burst}번, 그 뒤로는 초당 {rate}번까지 요청할 수 있고, 파일은 {files}개까지 "
        "동시에 받을 수 있습니다.",
        "One reader may send {burst} requests at once and then {rate} a second, and take {files} "
        "files at a time.",
    ),
    "api_limit_sql": both(
        "SQL은 {seconds}초, {rows}행까지입니다. SELECT 한 문장만 실행하며, 누가 어느 표를 얼마 동안 "
        "읽었는지 기록합니다.",
        "SQL has {seconds} seconds and {rows} rows. Only one SELECT is run; who read which tables for "
        "how long is noted.",
    ),
    "api_problems": both("오류의 뜻", "What errors mean"),
    "api_problems_text": both(
        "오류는 application/problem+json(RFC 9457)으로, 무엇이 잘못되었고 어떻게 하면 되는지를 두 "
        "언어로 알립니다.",
        "Errors come as application/problem+json (RFC 9457) and say in both languages what was wrong "
        "and what to do.",
    ),
    "api_status": both("상태", "Status"),
    "api_more": both("조건, 집계, 판 고정, 오류의 뜻", "Conditions, groups, versions, errors"),
}
