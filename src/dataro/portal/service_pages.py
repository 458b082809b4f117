"""Pages of the Data Ro services: analyses presented as they are declared in ``publish.services``."""

from __future__ import annotations

from dataro.portal.area_pages import MeasureView, number_views
from dataro.portal.notices import notices
from dataro.portal.pages import Visit, figure_views, page, read_query, setting_field
from dataro.portal.place_words import PLACE_WORDS
from dataro.portal.store import AREAS, Store
from dataro.publish.areas.profile import numbers
from dataro.publish.catalogue.entry import NotThere
from dataro.publish.services import SERVICES, Service
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Finding, both


def services(store: Store, visit: Visit) -> str:
    """All services whose analysis the city has, with the first finding of each."""
    shown: list[tuple[Service, Finding | None]] = []
    for one in SERVICES.values():
        if one.analysis not in store.analyses:
            continue
        try:
            answer = store.answer(one.analysis, {})
        except Problem:
            shown.append((one, None))
            continue
        shown.append((one, answer.findings[0] if answer.findings else None))
    return page(
        store, visit, "services.html", services=shown,
        synthetic=any(standing.synthetic for standing in store.standings()),
    )  # fmt: skip


def service(store: Store, visit: Visit, id: str) -> str:
    """One service: key numbers, the main figures with their controls, settings, findings."""
    one = SERVICES.get(id)
    if one is None or one.analysis not in store.analyses:
        guess = did_you_mean(id[:80], SERVICES)
        said = PLACE_WORDS["no_service"]
        raise NotThere(both(said.ko + guess.ko, said.en + guess.en))
    declared = store.analysis(one.analysis)
    settings, looks = read_query(visit.query, declared.settings)
    answer = store.answer_of(one.analysis, settings, looks.pin)
    order = {name: i for i, name in enumerate(one.main)}
    names = sorted(answer.figures, key=lambda name: order.get(name, len(order)))
    views = figure_views(store, visit, answer, settings, looks, names)
    first = len(order.keys() & answer.figures.keys()) or 1
    return page(
        store, visit, "service.html", service=one, answer=answer, analysis=declared,
        figures=views[:first], others=views[first:], numbers=_numbers(store, visit, one),
        fields=[setting_field(field, answer, visit.language) for field in declared.settings.values()],
        settings=settings, notices=notices(store, answer, looks.pin, visit.language), synthetic=answer.receipt.synthetic,
    )  # fmt: skip


def _numbers(store: Store, visit: Visit, one: Service) -> list[MeasureView]:
    try:
        answer = store.answer(AREAS, {})
    except Problem:  # without districts there are no indicators; the page goes on without them
        return []
    return number_views(store, visit.language, numbers(answer, one.numbers))
