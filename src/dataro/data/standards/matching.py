"""From a heading or physical column name to the standard terms it most likely means.

Tried in the order of certainty: the term's Korean name; its abbreviation; the name with synonyms
put right and forms completed (개업일 → 개업일자); English parts (``reg_date``, ``lastUpdateDt``); at last
likeness of letters. Every proposal says its confidence and its reason.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from dataro.data.standards.edition import Edition, StandardTerm, parse_domain, plain
from dataro.data.standards.split import split_english, split_korean
from dataro.data.standards.units import split_heading
from dataro.vocabulary.text import Text, both

_SURE = 0.95
HEADING_LIMIT = 300
"""Longer headings are cut before they are looked at."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A standard term for a column: how sure (0–1), and why."""

    term: StandardTerm
    confidence: float
    reason: Text


def match(
    heading: str, edition: Edition, *, domain_class: str | None = None, limit: int = 5
) -> list[Proposal]:
    """The terms a heading may mean, best first; empty where nothing is near.

    ``domain_class`` is what the values look like (연월일, 금액 …), where known: proposals of another
    class lose half their confidence.
    """
    found: dict[str, Proposal] = {}
    for proposal in _proposals(heading[:HEADING_LIMIT], edition):
        if domain_class and not _agrees(proposal.term, domain_class):
            reason = both(f"{proposal.reason.ko}. 다만 값의 형식이 다릅니다: {domain_class}",
                          f"{proposal.reason.en}; but the values look like {domain_class}")  # fmt: skip
            proposal = Proposal(proposal.term, proposal.confidence / 2, reason)
        known = found.get(proposal.term.name)
        if known is None or known.confidence < proposal.confidence:
            found[proposal.term.name] = proposal
        if limit == 1 and proposal.confidence >= _SURE:
            return [proposal]  # nothing tried later is surer
    ranked = sorted(found.values(), key=lambda p: (-p.confidence, len(p.term.name), p.term.name))
    return ranked[:limit]


def clean(heading: str) -> str:
    """A heading without unit, bracketed remark, numbering and decoration."""
    text = unicodedata.normalize("NFKC", heading)
    text, _ = split_heading(text)
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>", " ", text)
    text = re.sub(r"^\s*(?:\d+[.)]|[가-하][.)]|[-*○●■□※·]+)\s*", "", text)
    text = re.sub(r"[\"'`*※:;.,/|·ㆍ…\\]+", " ", text)
    return " ".join(text.split())


def in_standard_words(name: str, edition: Edition) -> tuple[str, ...]:
    """A Korean name divided into words, synonyms and forbidden words put right.

    ``"개업일"`` → ``("개업", "일자")``; ``"홈페이지 주소"`` → ``("누리집", "주소")``.
    """
    pieces: list[str] = []
    parts = [part for part in re.split(r"[\s_\-]+", name.upper()) if part]
    for at, part in enumerate(parts, 1):
        pieces += split_korean(part, _vocabulary(edition), ends=at == len(parts))
    return tuple(edition.preferred.get(piece, piece) for piece in pieces)


def _proposals(heading: str, edition: Edition) -> Iterable[Proposal]:
    for raw, worth in ((heading, 1.0), (clean(heading), 0.99)):
        term = edition.by_plain_name.get(plain(raw))
        if term is None:
            continue
        if plain(raw) == plain(term.name):
            yield Proposal(term, worth, both("표준용어 이름과 같습니다", "the term's own name"))
        else:
            yield Proposal(term, round(worth - 0.06, 2), both(
                "표준용어의 다른 이름입니다", "another name of the term"))  # fmt: skip
    text = clean(heading)
    code = re.sub(r"[\s\-.]+", "_", heading.strip()).upper()
    term = edition.by_abbreviation.get(code) or edition.by_abbreviation.get(text.upper())
    if term is not None:
        yield Proposal(term, 0.98, both("표준 영문약어명과 같습니다", "the term's abbreviation"))
    if re.search(r"[가-힣]", text):
        words = in_standard_words(text, edition)
        yield from _from_words(words, edition, 0.95)
        yield from _alike("".join(words), edition)
    elif text:
        words = to_korean_words(text, edition)
        if words:
            yield from _from_words(words, edition, 0.88)
            yield from _alike("".join(words), edition)


_FORMS = ("명", "일자", "수", "여부", "코드", "번호", "금액", "내용", "주소")
STANDARD_ENDINGS = {
    "일": "일자", "년": "연도", "년도": "연도", "액": "금액", "율": "비율", "비": "비용", "인원": "인원수",
    "연락처": "전화번호", "주소지": "주소", "시간": "시각", "유무": "여부", "료": "요금",
}  # fmt: skip
"""Endings of everyday headings, with the standard word that says the same form."""


def _from_words(words: tuple[str, ...], edition: Edition, worth: float) -> Iterable[Proposal]:
    """Terms of the words themselves, of their other forms, and of some of them."""
    tried = [
        (words, worth, both("표준 단어로 고치면 같은 용어입니다", "the same in standard words"))
    ]
    last = STANDARD_ENDINGS.get(words[-1]) if words else None
    if last:
        tried.append(((*words[:-1], last), worth - 0.05, both(
            f"형식을 나타내는 말을 표준으로 고치면 같은 용어입니다: {last}",
            f"the same with the standard ending {last}")))  # fmt: skip
    tried += [
        ((*words, form), worth - 0.15, both(
            f"형식을 나타내는 말을 붙이면 표준용어입니다: {form}",
            f"a standard term once its form is said: {form}"))
        for form in _FORMS
    ]  # fmt: skip
    tried += [
        (words[:at] + words[at + 1 :], worth - 0.25, both(
            f"한 단어를 빼면 표준용어입니다: {words[at]}", f"a standard term without {words[at]}"))
        for at in range(1, len(words) - 1)
    ]  # fmt: skip
    tried += [
        (words[cut:], worth - 0.2 - 0.1 * cut, both(
            f"표준용어 앞에 꾸미는 말이 붙었습니다: {''.join(words[:cut])}",
            f"a standard term with a qualifier before it: {''.join(words[:cut])}"))
        for cut in range(1, min(3, len(words)))
    ]  # fmt: skip
    for said, confidence, reason in tried:
        term = edition.by_plain_name.get(plain("".join(said)))
        if term is not None:
            yield Proposal(term, round(confidence, 2), reason)


def to_korean_words(text: str, edition: Edition) -> tuple[str, ...]:
    """The Korean words of an English name (``reg_date`` → 등록, 일자); none where a part is unknown."""
    parts = split_english(text)
    shouted = text == text.upper()  # physical names by the standard are in capitals
    words: list[str] = []
    for part in parts:
        if part.isdigit():
            continue
        word = edition.words_by_abbreviation.get(part.upper())
        by_use = english_words().get(part) or _by_english(edition).get(part)
        known = word.name if word and (shouted or by_use is None) else by_use
        if known is None and part.endswith("s"):
            known = english_words().get(part[:-1]) or _by_english(edition).get(part[:-1])
        if known is None:
            return ()
        words.append(known)
    if len(words) > 1 and words[0] == "여부":  # is_open: English puts the question first
        words = [*words[1:], "여부"]
    return _merged(words)


def _merged(words: list[str]) -> tuple[str, ...]:
    """``("시설", "위도", "명")`` as it is; a form already inside the last word is not said twice."""
    kept: list[str] = []
    for word in words:
        if kept and (kept[-1].endswith(word) or word == kept[-1]):
            continue
        kept.append(word)
    return tuple(kept)


def _alike(name: str, edition: Edition) -> Iterable[Proposal]:
    """Terms that share most pairs of letters, the ending counting double (Dice's measure)."""
    wanted = _pairs(plain(name))
    if not wanted:
        return
    index, sizes = _pair_index(edition)
    shared: Counter[str] = Counter()
    for pair, count in wanted.items():
        for other, times in index.get(pair, ()):
            shared[other] += min(count, times)
    total = wanted.total()
    for other, both_have in shared.most_common(8):
        likeness = 2 * both_have / (total + sizes[other])
        if likeness >= 0.5:
            yield Proposal(edition.terms[other], round(0.75 * likeness, 3), both(
                f"이름이 비슷한 용어입니다: {other}", f"a name like {other}"))  # fmt: skip


def _pairs(name: str) -> Counter[str]:
    padded = f"^{name}$"
    pairs = Counter(padded[i : i + 2] for i in range(len(padded) - 1))
    pairs[padded[-3:]] += 1
    return pairs


@lru_cache(maxsize=4)
def _pair_index(edition: Edition) -> tuple[dict[str, list[tuple[str, int]]], dict[str, int]]:
    index: dict[str, list[tuple[str, int]]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for name in edition.terms:
        pairs = _pairs(plain(name))
        sizes[name] = pairs.total()
        for pair, count in pairs.items():
            index[pair].append((name, count))
    return index, sizes


@lru_cache(maxsize=4)
def _vocabulary(edition: Edition) -> frozenset[str]:
    return frozenset(edition.words) | frozenset(edition.preferred)


@lru_cache(maxsize=4)
def _by_english(edition: Edition) -> dict[str, str]:
    """Single English words of the edition's words: registration → 등록."""
    found: dict[str, str] = {}
    for word in edition.words.values():
        english = word.english.lower().strip()
        if english.isalpha():
            found.setdefault(english, word.name)
    return found


@cache
def english_words() -> dict[str, str]:
    """Parts of English column names that offices use, with the Korean word each stands for."""
    text = files(__package__).joinpath("english_words.tsv").read_text("utf-8")
    return {row[0]: row[1] for row in csv.reader(text.splitlines(), delimiter="\t") if row}


def _agrees(term: StandardTerm, domain_class: str) -> bool:
    try:
        return parse_domain(term.domain).domain_class == domain_class
    except ValueError:
        return True
