"""The pages of quality and standards: a file checked, the verdicts on all data, terms found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dataro.accounts.records import Records
from dataro.build.quality_history import Standing
from dataro.build.quality_trend import Point
from dataro.data.standards.edition import (
    Edition,
    StandardTerm,
    english_of,
    parse_domain,
    plain,
    sql_type,
)
from dataro.data.standards.search import search
from dataro.portal import quality_store
from dataro.portal.pages import Visit, page
from dataro.portal.quality_words import say
from dataro.portal.store import Store
from dataro.publish.catalogue.entry import NotThere
from dataro.publish.quality.apart import Report
from dataro.vocabulary.text import Language, Text, both

SHOWN_TERMS = 50
SHOWN_EXAMPLES = 3
SHOWN_RULES = 30
SHOWN_COLUMNS = 200
SHOWN_VERSIONS = 24
SHOWN_WORST = 15
"""Of the columns with errors so many are listed, the worst first."""


def check_page(store: Store, visit: Visit, most: int, *, problem: Text | None = None) -> str:
    """The form for a file, and what went wrong with the last one. ``most`` is in megabytes."""
    return page(
        store, visit, "check.html", w=partial(say, visit.language), most=most, problem=problem,
        report=None,
    )  # fmt: skip


def checked_page(
    store: Store, visit: Visit, most: int, report: Report, name: str, token: str, minutes: int
) -> str:
    """What was found in a file, with the report to take along."""
    numbers = report.numbers
    rules = sorted((r for r in numbers["rules"] if r["failed"]), key=lambda r: -r["failed"])
    return page(
        store, visit, "check.html", w=partial(say, visit.language), most=most, problem=None,
        report=numbers, name=name, token=token, minutes=minutes,
        rules=rules[:SHOWN_RULES], columns=numbers["columns"][:SHOWN_COLUMNS],
        examples=SHOWN_EXAMPLES,
    )  # fmt: skip


def quality_page(store: Store, records: Records, visit: Visit) -> str:
    """Verdicts and their history by dataset, column, indicator, department and city; the self-check,
    also as it would be if some indicators stood otherwise (``if.<indicator>`` in per cent)."""
    found = quality_store.quality(store.context)
    past = found.trends
    now = quality_store.assessment(store.context, records)
    supposed, problem = _supposed(visit.query, [one.indicator.id for one in now.scored])
    then = quality_store.assessment(store.context, records, supposed) if supposed else None
    return page(
        store, visit, "quality.html", w=partial(say, visit.language), quality=found,
        assessed=now, then=then, supposed=supposed, problem=problem,
        city_line=line(past.city.points, 640, 120) if past.city else None,
        city_days=past.city.points[-SHOWN_VERSIONS:] if past.city else (),
        lines={d.dataset.id: line(d.past) for d in found.datasets},
        trends={one.key: line(one.points) for one in (*past.departments, *past.indicators)},
        columns=[(one, line(one.points)) for one in past.columns[:SHOWN_WORST] if one.now.failed],
        synthetic=any(store.entry(d.dataset.id).published().receipt.synthetic for d in found.datasets),
    )  # fmt: skip


def _supposed(
    query: Mapping[str, str], known: Sequence[str]
) -> tuple[dict[str, float], Text | None]:
    """The shares that a reader supposes, by indicator; what was no percentage is said."""
    supposed: dict[str, float] = {}
    for id in known:
        given = query.get(f"if.{id}", "").strip().rstrip("%").strip()
        if not given:
            continue
        try:
            percent = float(given)
        except ValueError:
            percent = -1.0
        if not 0 <= percent <= 100:
            said = given[:20]
            return {}, both(say("ko", "no_percent", said=said), say("en", "no_percent", said=said))
        supposed[id] = percent / 100
    return supposed, None


def line(
    past: Sequence[Standing] | Sequence[Point], width: int = 120, height: int = 24
) -> dict[str, Any]:
    """Error rates over time as points of a drawing of so many pixels, from 0 up."""
    rates = [one.error_rate for one in past[-SHOWN_VERSIONS:]]
    most = max(rates, default=0.0) or 1.0
    step = (width - 8) / max(1, len(rates) - 1)
    points = [
        (4 + i * step, height - 4 - (height - 8) * rate / most) for i, rate in enumerate(rates)
    ]
    return {
        "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        "last": points[-1] if points else None,
        "rates": rates,
        "most": max(rates, default=0.0),
    }


def standards_page(store: Store, visit: Visit) -> str:
    """Terms, words and domains that answer a query."""
    edition = quality_store.edition(store.context)
    asked = visit.query.get("q", "").strip()[:100]
    terms = [hit.term for hit in search(asked, edition, SHOWN_TERMS)] if asked else []
    return page(
        store, visit, "standards.html", w=partial(say, visit.language), edition=edition,
        asked=asked, terms=terms, words=_words(asked, edition), domains=_domains(asked, edition),
        english=lambda term: english_of(term, edition),
    )  # fmt: skip


def _words(asked: str, edition: Edition) -> list[Any]:
    said = plain(asked)
    if not said:
        return []
    return [
        one
        for one in edition.words.values()
        if said in (plain(one.name), one.abbreviation.upper())
        or said in map(plain, (*one.synonyms, *one.forbidden))
        or (len(said) > 2 and said in plain(one.english))
    ][:20]


def _domains(asked: str, edition: Edition) -> list[Any]:
    said = plain(asked)
    if len(said) < 1:
        return []
    return [one for name, one in edition.domains.items() if plain(name).startswith(said)][:20]


def term_page(store: Store, visit: Visit, name: str) -> str:
    """One term: its meaning, form, domain, and the data that uses it. Raises ``NotThere``."""
    edition = quality_store.edition(store.context)
    term = edition.term(name[:100])
    if term is None:
        shown = name[:60]
        raise NotThere(both(say("ko", "no_term", name=shown), say("en", "no_term", name=shown)))
    return page(
        store, visit, "term.html", w=partial(say, visit.language), term=term, edition=edition,
        facts=_facts(term, edition, visit.language),
        used_in=quality_store.used_in(store.context, term.name),
    )  # fmt: skip


def _facts(term: StandardTerm, edition: Edition, language: Language) -> list[tuple[str, str]]:
    try:
        domain = edition.domain(term.domain)
        kind = sql_type(parse_domain(term.domain))
    except ValueError:  # an edition may hold a domain that does not read as one
        domain, kind = None, ""
    given = [
        ("abbreviation", term.abbreviation),
        ("english", english_of(term, edition)),
        ("domain", term.domain),
        ("type", kind),
        ("stored", term.stored or (domain.stored if domain else "")),
        ("shown", term.shown or (domain.shown if domain else "")),
        ("unit", domain.unit if domain else ""),
        ("allowed", term.allowed or (domain.allowed if domain else "")),
        ("synonyms", ", ".join(term.synonyms)),
        ("origin", say(language, "official" if term.official else "ours")),
    ]
    return [(say(language, key), value) for key, value in given if value]
