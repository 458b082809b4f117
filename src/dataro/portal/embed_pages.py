"""One figure as a page for other sites: no script, nothing asked of anybody, at home in a frame."""

from __future__ import annotations

from dataro.portal.area_pages import map_figure
from dataro.portal.files import of_version
from dataro.portal.pages import Visit, figure_shapes, read_query
from dataro.portal.replies import SECURITY_HEADERS, Reply
from dataro.portal.store import Store
from dataro.portal.templates import render
from dataro.portal.views import FigureView, figure_view
from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.answer import Receipt
from dataro.vocabulary.text import both

AREA = "area"
"""Stands in the place of an analysis for the map of an indicator."""
LOOKS = ("light", "dark", "contrast")

# Less than any other page may do, but in whoever's frame.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors *"
)


def _no_page(_: str) -> bool:
    """In a frame of another site no table leads away."""
    return False


def embed(store: Store, visit: Visit, id: str, name: str) -> Reply:
    """The figure ``name`` of analysis ``id``, with settings and looks as on its own page.

    ``look`` is light, dark or contrast; without it the page follows the reader's system.
    """
    view, receipt, home = (
        _area(store, visit, name) if id == AREA else _figure(store, visit, id, name)
    )
    look = visit.query.get("look", "")
    html = render(
        "embed.html", visit.language, view=view, city=store.city, synthetic=receipt.synthetic,
        made_at=receipt.made_at[:10], home=visit.origin + home,
        look=look if look in LOOKS else "", is_place=_no_page,
    )  # fmt: skip
    headers = {"content-security-policy": POLICY}
    return Reply(html.encode(), "text/html", headers={**SECURITY_HEADERS, **headers})


def _figure(store: Store, visit: Visit, id: str, name: str) -> tuple[FigureView, Receipt, str]:
    settings, looks = read_query(visit.query, store.analysis(id).settings)
    answer = of_version(store, id, settings, looks.pin)
    figure = answer.figures.get(name)
    if figure is None:
        raise NotThere(
            both(
                f"이 분석에 그런 그림은 없습니다. 있는 그림: {', '.join(answer.figures)}.",
                f"The analysis has no such figure. Figures: {', '.join(answer.figures)}.",
            )
        )
    page = f"/{visit.language}/analysis/{id}"
    view = figure_view(
        name, figure, visit.language, shapes=figure_shapes(store, figure), looks=looks,
        address=f"{page}/figures/{name}", query=settings,
    )  # fmt: skip
    return view, answer.receipt, f"{page}{view.query}#figure-{name}"


def _area(store: Store, visit: Visit, name: str) -> tuple[FigureView, Receipt, str]:
    figure, answer = map_figure(store, name)
    _, looks = read_query(visit.query, {})
    view = figure_view(
        name, figure, visit.language, shapes=figure_shapes(store, figure), looks=looks,
        address=f"/{visit.language}/area/map/{name}", query={},
    )  # fmt: skip
    return view, answer.receipt, f"/{visit.language}/area?by={name}#figure-map"
