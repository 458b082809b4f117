"""The pages: what each shows, from declarations, answers and verdicts alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dataro.build.status import Standing, told_to
from dataro.portal import accessibility, privacy
from dataro.portal.notices import notices
from dataro.portal.reader import Reader
from dataro.portal.store import Store
from dataro.portal.templates import render
from dataro.portal.views import (
    FigureView,
    Looks,
    figure_view,
)
from dataro.publish.catalogue.entries import visible_entry
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.words import theme_words
from dataro.publish.forms.croissant import croissant
from dataro.publish.forms.site import Site
from dataro.publish.render.breaks import METHODS
from dataro.publish.render.maps import Shapes
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.figure import Choropleth, Figure, Flows, Points
from dataro.vocabulary.settings import Between, Choices, SettingDeclaration
from dataro.vocabulary.text import Language, Text

PAGE_ROWS = 25
MOST_MAP_POINTS = 20_000
MOST_VERSIONS = 12
_SHAPES = "district_shapes"
_OURS = ("breaks", "at", "side", "view", "v", "look", "narrow", "bom", "lang")
"""Names in a query that say how something is shown, not what an analysis is asked."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for what: the language, the path without it, the query; ``reader`` is signed in."""

    language: Language
    path: str
    query: Mapping[str, str]
    origin: str = ""
    reader: Reader | None = None


def page(store: Store, visit: Visit, template: str, **values: Any) -> str:
    """A page inside the frame that all share."""
    return render(
        template,
        visit.language,
        city=store.city,
        path=visit.path,
        query=visit.query,
        origin=visit.origin,
        reader=visit.reader,
        takes_requests="data_request" in store.workflows,
        takes_reuses="reuse" in store.workflows,
        has_areas=store.has_areas(),
        is_place=store.is_place,
        **{"synthetic": False, **values},
    )


def described(store: Store, visit: Visit, entry: Entry) -> dict[str, Any] | None:
    """What search engines and loaders of data read in the page; None before there is data."""
    if entry.snapshot is None:
        return None
    return croissant(Site(visit.origin, store.city), entry, visit.language)


def analysis(store: Store, visit: Visit, id: str) -> str:
    """One analysis: question, answer, figures with their tables, settings, method, receipt."""
    declared = store.analysis(id)
    settings, looks = read_query(visit.query, declared.settings)
    answer = store.answer_of(id, settings, looks.pin)
    figures = figure_views(store, visit, answer, settings, looks, list(answer.figures))
    return page(
        store,
        visit,
        "analysis.html",
        analysis=declared,
        described=described(store, visit, visible_entry(store.context, id)),
        answer=answer,
        figures=figures,
        fields=[setting_field(one, answer, visit.language) for one in declared.settings.values()],
        tables={
            name: (table, answer.tables[name].height) for name, table in declared.results.items()
        },
        settings=settings,
        notices=notices(store, answer, looks.pin, visit.language),
        receipt=answer.receipt,
        synthetic=answer.receipt.synthetic,
        entries={one.id: one for one in store.entries()},
    )


def figure_views(
    store: Store,
    visit: Visit,
    answer: Answer,
    settings: Mapping[str, str],
    looks: Looks,
    names: Sequence[str],
) -> list[FigureView]:
    """The named figures of an answer, drawn; their files are of the version that is shown."""
    shown = answer.receipt.snapshot
    looks = replace(looks, pin=str(shown) if shown is not None else "")
    base = f"/{visit.language}/analysis/{answer.analysis.id}/figures"
    return [
        figure_view(
            name, answer.figures[name], visit.language,
            shapes=figure_shapes(store, answer.figures[name]), looks=looks,
            address=f"{base}/{name}", query=settings,
        )
        for name in names
    ]  # fmt: skip


def analyses(store: Store, visit: Visit) -> str:
    """Every question that is answered."""
    found = list(store.analyses.values())
    return page(
        store,
        visit,
        "analyses.html",
        analyses=found,
        published={one.id: store.is_published(one.id) for one in found},
        theme_words=theme_words,
    )


def accessibility_page(store: Store, visit: Visit) -> str:
    """How the guidelines are met."""
    return page(
        store, visit, "accessibility.html",
        intro=accessibility.INTRO, heads=accessibility.HEADS, items=accessibility.ITEMS,
    )  # fmt: skip


def privacy_page(store: Store, visit: Visit) -> str:
    """What is kept of people, and why."""
    return page(
        store, visit, "privacy.html", intro=privacy.INTRO, sections=privacy.sections(store.city)
    )


def read_query(
    query: Mapping[str, str], settings: Mapping[str, SettingDeclaration]
) -> tuple[dict[str, str], Looks]:
    """Settings and looks from a URL's query. A name that is neither is left to the analysis,
    which says what it does not know."""
    method = next((one for one in METHODS if one == query.get("breaks")), METHODS[0])
    pin = query.get("v", "")
    looks = Looks(
        method, query.get("at", ""), query.get("side", ""), pin[:20] if pin.isdigit() else ""
    )
    given = {name: value for name, value in query.items() if name not in _OURS and value != ""}
    for name, one in settings.items():  # an unticked box is not sent at all
        if one.type is bool and "_form" in given and name not in given:
            given[name] = "false"
    given.pop("_form", None)
    return given, looks


def figure_shapes(store: Store, figure: Figure) -> Shapes:
    """Outlines for a map; the districts' own under dots."""
    if isinstance(figure, Choropleth | Flows):
        return store.shapes(figure.shapes)
    return store.shapes(_SHAPES) if isinstance(figure, Points) else {}


def setting_field(one: SettingDeclaration, answer: Answer, language: Language) -> dict[str, Any]:
    """A setting as a form field: its kind of input, limits, current value."""
    value = answer.settings[one.name]
    made: dict[str, Any] = {
        "name": one.name,
        "label": one.text[language],
        "hint": one.expected()[language] if not isinstance(one.limits, Choices) else "",
        "value": str(value),
        "kind": {int: "number", float: "number", bool: "checkbox", str: "text"}.get(
            one.type, "date"
        ),
        "checked": value is True,
        "options": None,
        "minimum": None,
        "maximum": None,
        "step": "any" if one.type is float else "1",
    }
    if isinstance(one.limits, Choices):
        made["options"] = [(code, words[language]) for code, words in one.limits.options.items()]
    elif isinstance(one.limits, Between):
        made["minimum"], made["maximum"] = str(one.limits.minimum), str(one.limits.maximum)
    return made


def help_page(store: Store, visit: Visit) -> str:
    """How to read the portal, and how to use data by address."""
    entries = [one for one in store.entries() if one.publication]
    return page(
        store, visit, "help.html", example=entries[0].id if entries else "…",
        analyses=list(store.analyses.values()),
    )  # fmt: skip


def status_page(store: Store, visit: Visit) -> str:
    """How everything stands; internal datasets are not told."""
    open_ones = {one.id for one in store.everything()}
    standings: list[Standing] = [
        told_to(one, open_ones)
        for one in store.standings()
        if one.kind == "analysis" or one.id in open_ones
    ]
    return page(
        store, visit, "status.html", standings=standings,
        synthetic=any(one.synthetic for one in standings),
    )  # fmt: skip


def error_page(
    store: Store,
    visit: Visit,
    status: int,
    text: Text,
    instead: Sequence[tuple[str, Text]] = (),
) -> str:
    """What went wrong and what to do next; ``instead`` are pages that may have been meant."""
    return page(store, visit, "error.html", status=status, text=text, instead=instead)
