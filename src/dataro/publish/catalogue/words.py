"""The catalogue's own words in both languages: themes, cadences, openness, licences, formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataro.publish.catalogue.entry import EntryKind
from dataro.vocabulary.dataset import Cadence, Openness
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.text import Text, both

THEMES: Mapping[str, Text] = {
    "population": both("인구", "Population"),
    "places": both("지역", "Places"),
    "housing": both("주거", "Housing"),
    "transit": both("교통", "Transport"),
    "transport": both("교통", "Transport"),
    "economy": both("경제", "Economy"),
    "safety": both("안전", "Safety"),
    "environment": both("환경", "Environment"),
    "welfare": both("복지", "Welfare"),
    "care": both("돌봄", "Care"),
    "services": both("공공시설", "Public services"),
    "education": both("교육", "Education"),
    "culture": both("문화·관광", "Culture and tourism"),
    "health": both("보건", "Health"),
    "agriculture": both("농업·어업", "Farming and fishing"),
    "administration": both("행정", "Administration"),
    "general": both("일반", "General"),
}

CADENCES: Mapping[Cadence, Text] = {
    "once": both("한 번", "once"),
    "live": both("실시간", "live"),
    "daily": both("매일", "daily"),
    "weekly": both("매주", "weekly"),
    "monthly": both("매월", "monthly"),
    "quarterly": both("분기마다", "quarterly"),
    "yearly": both("매년", "yearly"),
    "irregular": both("수시", "irregularly"),
}

OPENNESS: Mapping[Openness, Text] = {
    "open": both("공개", "open"),
    "on_request": both("신청하면 제공", "on request"),
    "internal": both("내부", "internal"),
}

ENTRY_KINDS: Mapping[EntryKind, Text] = {
    "dataset": both("데이터셋", "dataset"),
    "answer": both("분석 결과", "result of an analysis"),
}


def theme_words(theme: str) -> Text:
    """A theme's name; one that is not known stands as the declaration has it."""
    return THEMES.get(theme, both(theme, theme))


def licence_words(licence: str) -> Text:
    """A licence's name by its code, or the code itself."""
    known = LICENCES.get(licence)
    return known.text if known else both(licence, licence)


def facet_words(facet: str, value: str) -> Text:
    """A value of a facet of the search as a reader sees it."""
    if facet == "theme":
        return theme_words(value)
    if facet == "licence":
        return licence_words(value)
    known: Mapping[str, Mapping[Any, Text]] = {
        "cadence": CADENCES, "openness": OPENNESS, "kind": ENTRY_KINDS,
    }  # fmt: skip
    shown = value.upper() if facet == "format" else value
    return known.get(facet, {}).get(value, both(shown, shown))
