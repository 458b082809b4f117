"""Where an area lies: all outlines, the chosen ones filled, as SVG that follows the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from dataro.publish.render.maps import Projection, Shapes, picture_size
from dataro.vocabulary.text import Language, Text


def locator_svg(
    shapes: Shapes,
    names: Mapping[str, Text],
    chosen: Sequence[str],
    language: Language,
    address: str,
    *,
    one_colour: bool = False,
) -> str:
    """Outlines (EPSG:4326) by code; the first of ``chosen`` filled in the accent, others in the
    colours of series (all in the accent with ``one_colour``). Each area leads to ``address`` + its code; a list beside the map does so for
    the keyboard, so the links here are left out of its round."""
    boxes = [shape.bounds for shape in shapes.values()]
    if not boxes:
        return ""
    bounds = (
        min(b[0] for b in boxes), min(b[1] for b in boxes),
        max(b[2] for b in boxes), max(b[3] for b in boxes),
    )  # fmt: skip
    size = picture_size(bounds)
    project = Projection(bounds, size)
    place = {
        code: f"var(--series-{1 if one_colour else min(i + 1, 6)})" for i, code in enumerate(chosen)
    }
    parts = [f'<svg class="locator" viewBox="0 0 {size[0]} {size[1]}" aria-hidden="true">']
    for code, shape in shapes.items():
        said = escape(names[code][language] if code in names else code)
        fill = place.get(code, "var(--step-1)")
        drawn = (
            f'<path d="{project.path(shape)}" fill="{fill}" stroke="var(--paper)" '
            f'stroke-width="1.2" fill-rule="evenodd"><title>{said}</title></path>'
        )
        if code in names:
            drawn = f'<a href="{escape(address + code, quote=True)}" tabindex="-1">{drawn}</a>'
        parts.append(drawn)
    return "".join([*parts, "</svg>"])
