"""The common standard's real editions: the core agrees with them, and they are read whole."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import pytest

from dataro.data.standards.codes import read_legal_history
from dataro.data.standards.core import core
from dataro.data.standards.domain_model import DomainModel
from dataro.data.standards.edition import Edition, parse_domain
from dataro.data.standards.matching import match
from dataro.data.standards.official import read_edition
from dataro.data.standards.words import with_learned_words

SHARED = Path(os.environ.get("DATARO_SHARED", Path(__file__).parents[2] / "shared")) / "data"
STANDARDS = SHARED / "standards"
DECEMBER_2020 = STANDARDS / "공공데이터 공통표준_202012.xlsx"
ROUNDS = STANDARDS / "common_terms_rounds_1_7.csv"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not STANDARDS.is_dir(),
        reason="the real files are not here; set DATARO_SHARED to the folder that holds data/",
    ),
]


@pytest.fixture(scope="module")
def rounds() -> Edition:
    return read_edition([ROUNDS])


def test_every_core_term_agrees_with_the_newest_edition_that_has_it(rounds: Edition) -> None:
    shared = [term for term in core().terms.values() if term.name in rounds.terms]
    assert len(shared) >= 470
    differing = [
        (term.name, term.abbreviation, term.domain)
        for term in shared
        if (term.abbreviation, term.domain)
        != (rounds.terms[term.name].abbreviation, rounds.terms[term.name].domain)
    ]
    assert differing == []


def test_core_words_agree_with_the_official_word_list() -> None:
    official = read_edition([DECEMBER_2020]).words
    differing = [
        (word.name, word.abbreviation, official[word.name].abbreviation)
        for word in core().words.values()
        if word.name in official and word.abbreviation != official[word.name].abbreviation
    ]
    assert differing == []


def test_core_definitions_are_our_own_words(rounds: Edition) -> None:
    copied = [
        term.name
        for term in core().terms.values()
        if term.name in rounds.terms
        and len(term.about.ko) > 15
        and term.about.ko in rounds.terms[term.name].about.ko
    ]
    assert copied == []


@pytest.mark.parametrize(
    ("name", "terms", "words", "domains"),
    [
        ("공공데이터 공통표준_202008.xlsx", 338, 195, 13),
        ("공공데이터 공통표준_202012.xlsx", 535, 339, 62),
    ],
)
def test_the_editions_of_2020_are_read_whole(
    name: str, terms: int, words: int, domains: int
) -> None:
    edition = read_edition([STANDARDS / name])
    assert (len(edition.terms), len(edition.words), len(edition.domains)) == (terms, words, domains)
    assert edition.missing == ()
    assert edition.words["관리"].abbreviation == "MNG"


def test_seven_rounds_are_read_without_the_twelve_withdrawn_terms(rounds: Edition) -> None:
    assert len(rounds.terms) == 9_022
    assert "게시물제목명" not in rounds.terms
    assert rounds.terms["사업자명"].domain == "명V200"
    assert {term.round for term in rounds.terms.values()} == set(range(1, 8))


def test_the_eighth_word_list_gets_back_the_names_that_terms_tell(rounds: Edition) -> None:
    eighth = sorted((STANDARDS / "8th_202511").glob("*.json"))
    started = time.process_time()
    edition = with_learned_words(read_edition([ROUNDS, *eighth]))
    assert time.process_time() - started < 5
    assert len(edition.words) >= 2_300
    assert len(edition.nameless) == 3_280 - 2_347
    assert any("단어명이 없습니다" in text.ko for text in edition.missing)
    assert edition.words["가입"].english == "Join"
    official = read_edition([DECEMBER_2020]).words
    same = sum(
        word.name in edition.words and edition.words[word.name].abbreviation == word.abbreviation
        for word in official.values()
    )
    assert same >= 338


@pytest.mark.parametrize(
    ("round_", "least_class", "least_exact"), [(7, 0.985, 0.90), (6, 0.95, 0.86), (4, 0.96, 0.87)]
)
def test_the_domain_of_a_new_rounds_terms_follows_from_the_rounds_before(
    rounds: Edition, round_: int, least_class: float, least_exact: float
) -> None:
    terms = rounds.terms.values()
    started = time.process_time()
    model = DomainModel(term for term in terms if (term.round or 0) < round_)
    assert time.process_time() - started < 2
    new = [term for term in terms if term.round == round_]
    guessed = [model.guess(term.name) for term in new]
    of_class = sum(
        guess is not None and guess.domain_class == parse_domain(term.domain).domain_class
        for guess, term in zip(guessed, new, strict=True)
    )
    exact = sum(
        guess is not None and guess.domain == term.domain
        for guess, term in zip(guessed, new, strict=True)
    )
    assert of_class / len(new) >= least_class
    assert exact / len(new) >= least_exact


def test_every_official_term_is_found_by_its_spaced_name_and_its_abbreviation() -> None:
    edition = with_learned_words(read_edition([DECEMBER_2020]))
    for term in edition.terms.values():
        spaced = f"{term.name[:2]} {term.name[2:]}"
        assert match(spaced, edition, limit=1)[0].term is term
        assert match(term.abbreviation.lower(), edition, limit=1)[0].term is term


def test_the_legal_register_knows_what_became_of_most_retired_codes() -> None:
    path = SHARED / "boundaries" / "codes" / "legal_dong_history.csv.gz"
    history = read_legal_history(path)
    day = date(2021, 11, 1)
    assert len(history.at(day)) == 20_557
    retired = [
        place
        for place in history.places
        if place.valid_to
        and place.valid_to > date(2000, 1, 1)
        and not any(period.on(day) for period in history.periods(place.code))
    ]
    followed = sum(bool(history.successors(place.code, day)) for place in retired)
    assert len(retired) > 3_000
    assert followed / len(retired) >= 0.90
