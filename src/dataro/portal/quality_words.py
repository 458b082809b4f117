"""What the pages of quality and standards say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataro.vocabulary.text import Language, Text, both, resolve_particles

WORDS: Mapping[str, Text] = {
    "check": both("파일 점검", "Check a file"),
    "check_intro": both(
        "표가 든 파일을 올리면 무엇이 어느 규칙에 왜 어긋났는지, 어떻게 고치면 되는지 알려 드립니다. "
        "파일은 저장하지 않으며, 진단이 끝나면 바로 지웁니다.",
        "Give a file that holds a table, and learn what is wrong with it, by which rule, and how to "
        "mend it. The file is not kept: it is deleted as soon as it has been judged.",
    ),
    "check_kinds": both(
        "CSV, 엑셀(xlsx·xls), ODS, JSON, XML, 한글(hwpx·hwp), GeoJSON, SHP(zip) · 최대 {most} MB",
        "CSV, Excel (xlsx, xls), ODS, JSON, XML, HWP documents, GeoJSON, zipped Shapefile · {most} MB at most",
    ),
    "choose_file": both("점검할 파일", "The file to check"),
    "drop_here": both("여기에 파일을 끌어 놓아도 됩니다.", "You can also drop a file here."),
    "rules_used": both("진단 방식", "Rules"),
    "strict": both("정밀 진단 (모든 규칙)", "Strict: every rule"),
    "assessor": both("평가 방식 (국가 진단 도구의 규칙)", "The national assessment tool's rules"),
    "do_check": both("점검하기", "Check"),
    "result": both("점검 결과", "Result"),
    "score": both("점수", "Score"),
    "error_rate": both("오류율", "Error rate"),
    "failed": both("오류 칸", "Wrong cells"),
    "cells": both("진단한 칸", "Cells judged"),
    "rows": both("행", "Rows"),
    "get_html": both("보고서 (HTML)", "Report (HTML)"),
    "get_xlsx": both("오류 목록 (엑셀)", "List of errors (Excel)"),
    "kept_for": both(
        "보고서는 {minutes}분 동안만 메모리에 있다가 사라집니다. 필요하면 지금 받아 두십시오.",
        "The report stays in memory for {minutes} minutes and is then gone. Save it now if you need it.",
    ),
    "gone": both(
        "보고서를 둔 시간이 지나 사라졌습니다. 파일을 다시 올려 주십시오.",
        "The time for which the report was held has passed. Give the file again.",
    ),
    "not_judged": both("점검하지 못했습니다", "It could not be judged"),
    "no_file": both("파일을 고른 뒤 다시 눌러 주십시오.", "Choose a file, then try again."),
    "too_large": both(
        "파일이 너무 큽니다(최대 {most} MB). 나누어 올리거나, 설치된 데이터로에서 `dataro check`로 진단해 주십시오.",
        "The file is too large ({most} MB at most). Divide it, or judge it with `dataro check` on a "
        "machine of your own.",
    ),
    "busy": both(
        "지금 점검하는 파일이 많습니다. 잠시 뒤 다시 올려 주십시오.",
        "Many files are being checked right now. Please try again in a while.",
    ),
    "other_file": both("다른 파일 점검하기", "Check another file"),
    "wrong_rules": both("어긋난 규칙", "Rules that are broken"),
    "nothing_wrong": both("이 규칙들에 어긋난 칸이 없습니다.", "No cell breaks these rules."),
    "rule": both("규칙", "Rule"),
    "how_to_mend": both("고치는 법", "How to mend it"),
    "row": both("행", "Row"),
    "column": both("열", "Column"),
    "value": both("지금 값", "Value"),
    "proposed": both("제안 값", "Proposed"),
    "taken_for": both("무엇으로 보았는지", "Taken for"),
    "sure": both("확신", "Surety"),
    "columns": both("열과 제안하는 표준용어", "Columns, and the standard terms proposed"),
    "term": both("표준용어", "Standard term"),
    "domain": both("도메인", "Domain"),
    "abbreviation": both("영문약어명", "Abbreviation"),
    "indicator": both("지표", "Indicator"),
    "judged": both("검사", "Judged"),
    "quality": both("데이터 품질", "Data quality"),
    "quality_intro": both(
        "공개하는 데이터마다 규칙을 얼마나 지켰는지, 시간이 가며 나아졌는지, 무엇을 바로잡았는지입니다.",
        "How well each open dataset keeps its rules, whether that gets better, and what was corrected.",
    ),
    "overall": both("전체 오류율", "Error rate of all"),
    "datasets_judged": both("진단한 데이터셋", "Datasets judged"),
    "corrected": both("바로잡은 값", "Values corrected"),
    "by_indicator": both("지표별 오류율", "Error rate by indicator"),
    "by_department": both("부서별 오류율", "Error rate by department"),
    "by_kind": both("유형별 오류율", "Error rate by kind of column"),
    "kind": both("유형", "Kind"),
    "worst": both("먼저 볼 열", "Columns to look at first"),
    "by_column": both("오류율이 높은 열", "Columns with the highest error rates"),
    "city_over_time": both("도시 전체의 오류율", "The city's error rate over time"),
    "city_over_time_note": both(
        "데이터가 새로 실린 날마다, 그때 실려 있던 판의 오류율입니다. 공개 데이터만 셉니다.",
        "On each day on which data was published: the error rate of what then stood. Open data only.",
    ),
    "one_day": both(
        "데이터가 두 날 이상 실리면 달라진 모습이 그려집니다.",
        "A line is drawn once data was published on two days or more.",
    ),
    "without_errors": both("오류 없음 ({n}개)", "Without errors ({n})"),
    "change": both("변화", "Over time"),
    "by_dataset": both("데이터셋별", "By dataset"),
    "department": both("부서", "Department"),
    "dataset": both("데이터셋", "Dataset"),
    "verdict": both("판정", "Verdict"),
    "met": both("모두 지킴", "All met"),
    "look": both("살펴볼 점", "To be looked at"),
    "set_aside": both("따로 둔 행", "Rows set aside"),
    "over_time": both("판마다의 오류율", "Error rate of each version"),
    "versions": both("판", "Versions"),
    "none_judged": both("아직 진단한 데이터가 없습니다.", "No data has been judged yet."),
    "assessment": both("품질관리 수준평가 자체 점검", "Self-check for the quality management assessment"),
    "assessment_note": both(
        "{source}으로 지금 아는 것만 셈한 값입니다. ‘자체 해석’이라고 적은 기준은 "
        "평가 기관의 기준이 아니며, 작업 폴더의 assessment.yml에서 고칠 수 있습니다.",
        "By the {source}, from what is known now. A measure marked "
        "“our reading” is not the assessor's; edit it in assessment.yml of the workspace.",
    ),
    "points": both("점수", "Points"),
    "what_if": both("가정", "What if"),
    "what_if_note": both(
        "지표가 다른 값이라면 몇 점이 되는지 보려면 비율(%)을 적고 눌러 주십시오. 저장되지 않습니다.",
        "To see the points at other values, write shares in per cent. Nothing is kept.",
    ),
    "share": both("지금 비율", "Share now"),
    "suppose": both("계산하기", "Work it out"),
    "suppose_nothing": both("가정 지우기", "Clear"),
    "supposed_points": both("가정한 점수", "Points if so"),
    "no_percent": both(
        "“{said}”: 0에서 100 사이의 수를 적어 주십시오.", "“{said}”: write a number from 0 to 100."
    ),
    "points_of": both("{got} / {most}점", "{got} of {most} points"),
    "evidence": both("근거", "Evidence"),
    "reading": both("기준", "Measure"),
    "our_reading": both("자체 해석", "our reading"),
    "unknown": both("확인 안 됨", "Not known"),
    "grade": both("등급", "Grade"),
    "known_points": both("확인된 지표", "Indicators with evidence"),
    "standards": both("데이터 표준", "Data standards"),
    "standards_intro": both(
        "공공데이터 공통표준의 용어·단어·도메인을 찾습니다. 지금 쓰는 표준: {edition}.",
        "Search the terms, words and domains of the common standard. In force: {edition}.",
    ),
    "search_standard": both("용어, 단어, 영문약어, 도메인", "Term, word, abbreviation, domain"),
    "search_hint": both("예: 등록일, phone, 금액", "For example: 등록일, phone, 금액"),
    "find": both("찾기", "Search"),
    "found_terms": both("용어 {n}개", "Terms: {n}"),
    "found_words": both("단어 {n}개", "Words: {n}"),
    "found_domains": both("도메인 {n}개", "Domains: {n}"),
    "nothing_found": both(
        "찾는 말과 가까운 용어가 없습니다. 더 짧은 낱말로 찾아 보십시오.",
        "Nothing comes near. Try a shorter word.",
    ),
    "name": both("이름", "Name"),
    "english": both("영문명", "English name"),
    "about": both("설명", "Description"),
    "allowed": both("허용 값", "Allowed values"),
    "stored": both("저장 형식", "Stored form"),
    "shown": both("표현 형식", "Shown form"),
    "synonyms": both("다른 이름", "Other names"),
    "official": both("공식 표준", "Official standard"),
    "ours": both("데이터로 핵심 용어(공식 파일 아님)", "Dataro core term (not of an official file)"),
    "origin": both("근거", "Comes from"),
    "type": both("자료형", "Type"),
    "unit": both("단위", "Unit"),
    "used_in": both("이 용어를 쓰는 데이터", "Data that uses this term"),
    "no_term": both("“{name}”이라는 표준용어는 없습니다.", "There is no standard term “{name}”."),
    "history": both("품질 이력", "History of quality"),
}  # fmt: skip


def say(language: Language, key: str, **values: Any) -> str:
    """One of these words, its values put in."""
    said = WORDS[key][language].format(**values)
    return resolve_particles(said) if language == "ko" else said
