"""Arrows between places, drawn on the server: curved, wide as the flow, to SVG.

Coordinates are EPSG:4326 on the way in. Places outside the outlines stand on a ring around them in
the direction in which they lie, so that a neighbour and a far province fit one picture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

import shapely

from dataro.publish.render.maps import Projection, Shapes, picture_size
from dataro.publish.render.numbers import axis_title, written
from dataro.vocabulary.figure import Flows
from dataro.vocabulary.text import Language

Point = tuple[float, float]

WIDEST, THINNEST = 11.0, 0.8
"""Widths in pixels of the largest flow and of the smallest that is drawn."""

_BEND = 0.16
_APART = math.radians(11)


def seen(figure: Flows, side: str, moment: str) -> Flows:
    """The figure with the flows of one side of its filter, and the values of one of its moments.

    An unknown side is the first; an unknown moment what shows first.
    """
    chosen = side if side in figure.groups else next(iter(figure.groups))
    kept = [i for i, group in enumerate(figure.group) if group == chosen]

    def of(values: Sequence[float | int | None]) -> list[float | int | None]:
        return [values[i] for i in kept]

    values = figure.frames.get(moment, figure.values)
    return Flows(
        title=figure.title, shapes=figure.shapes, places=figure.places, at=figure.at,
        longitude=figure.longitude, latitude=figure.latitude, outside=figure.outside,
        origin=[figure.origin[i] for i in kept], target=[figure.target[i] for i in kept],
        y=figure.y, values=of(values), group=[chosen] * len(kept), groups=figure.groups,
        note=figure.note, frames={name: of(frame) for name, frame in figure.frames.items()},
    )  # fmt: skip


def role(figure: Flows, group: str) -> str:
    """The colour of a side of the filter."""
    return f"series-{1 + list(figure.groups).index(group) % 6}"


def places_on_map(figure: Flows, shapes: Shapes) -> list[Point]:
    """Where each place stands (degrees): inside where it is, outside on the ring."""
    west, south, east, north = _bounds(figure, shapes)
    middle = ((west + east) / 2, (south + north) / 2)
    squeeze = math.cos(math.radians(middle[1]))
    half = (max(east - west, 1e-6) / 2 * 1.12, max(north - south, 1e-6) / 2 * 1.22)
    used = {*figure.origin, *figure.target}
    far = [i for i, out in enumerate(figure.outside) if out and i in used]
    angle = {
        i: math.atan2(figure.latitude[i] - middle[1], (figure.longitude[i] - middle[0]) * squeeze)
        for i in far
    }
    spread = _spread([angle[i] for i in sorted(far, key=lambda i: angle[i])])
    stands = dict(zip(sorted(far, key=lambda i: angle[i]), spread, strict=True))
    made = []
    for i, (x, y) in enumerate(zip(figure.longitude, figure.latitude, strict=True)):
        if i not in stands:
            made.append((x, y))
            continue
        to = stands[i]
        made.append((middle[0] + half[0] * math.cos(to), middle[1] + half[1] * math.sin(to)))
    return made


def _spread(angles: list[float]) -> list[float]:
    """Angles in order, moved apart where they stand too close to tell."""
    apart = min(_APART, 2 * math.pi / max(len(angles), 1))
    made = list(angles)
    for _ in range(200):
        moved = False
        for i in range(len(made)):
            j = (i + 1) % len(made)
            gap = made[j] - made[i] + (2 * math.pi if j <= i else 0.0)
            if len(made) > 1 and gap < apart - 1e-6:
                made[i] -= (apart - gap) / 2
                made[j] += (apart - gap) / 2
                moved = True
        if not moved:
            break
    return made


def width(value: float | None, most: float) -> float:
    """Width of an arrow in pixels; nothing for a flow that is hidden or none."""
    if not value or value <= 0 or most <= 0:
        return 0.0
    return max(THINNEST, WIDEST * value / most)


def most_of(figure: Flows) -> float:
    """The largest flow over all moments, so that widths mean the same at each."""
    pool = [v for frame in (figure.values, *figure.frames.values()) for v in frame if v is not None]
    return float(max(pool, default=0))


def bend(start: Point, end: Point) -> Point:
    """The point that pulls an arrow to its left, so that there and back lie apart."""
    x, y = end[0] - start[0], end[1] - start[1]
    return (start[0] + end[0]) / 2 - _BEND * y, (start[1] + end[1]) / 2 + _BEND * x


def curve(start: Point, end: Point, steps: int = 14) -> list[Point]:
    """Points along an arrow."""
    pull = bend(start, end)
    made = []
    for k in range(steps + 1):
        t = k / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        made.append(
            (a * start[0] + b * pull[0] + c * end[0], a * start[1] + b * pull[1] + c * end[1])
        )
    return made


def flow_words(figure: Flows, i: int, language: Language) -> str:
    """From where to where, for a label."""
    ends = (figure.at[figure.origin[i]], figure.at[figure.target[i]])
    return " → ".join(written(end, language, "text") for end in ends)


def flows_svg(
    figure: Flows, shapes: Shapes, language: Language, *, colours: Mapping[str, str]
) -> str:
    """Arrows over the outlines, the smallest beneath; names beside places outside."""
    stands = places_on_map(figure, shapes)
    bounds = _around(stands, figure, shapes)
    size = picture_size(bounds)
    project = Projection(bounds, size)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {size[0]} {size[1]}">'
    ]
    parts += [
        f'<path d="{project.path(shape)}" fill="{colours["wash"]}" '
        f'stroke="{colours["rule"]}" fill-rule="evenodd"/>'
        for shape in shapes.values()
    ]
    most = most_of(figure)
    order = sorted(range(len(figure.values)), key=lambda i: figure.values[i] or 0)
    for i in order:
        thick = width(figure.values[i], most)
        if thick:
            parts.append(_arrow(figure, i, thick, stands, project, language, colours))
    parts += _names(figure, stands, project, language, colours, size)
    parts.append(_key(figure, most, language, colours, size))
    return "".join([*parts, "</svg>"])


def _arrow(
    figure: Flows, i: int, thick: float, stands: Sequence[Point], project: Projection,
    language: Language, colours: Mapping[str, str],
) -> str:  # fmt: skip
    points = [project(*p) for p in curve(stands[figure.origin[i]], stands[figure.target[i]])]
    head = max(6.0, 1.6 * thick)
    (x0, y0), (x1, y1) = points[-2], points[-1]
    long = math.hypot(x1 - x0, y1 - y0) or 1.0
    ux, uy = (x1 - x0) / long, (y1 - y0) / long
    base = (x1 - ux * head, y1 - uy * head)
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in (*points[:-1], base))
    wing = head * 0.55
    colour = colours[role(figure, figure.group[i])]
    words = f"{flow_words(figure, i, language)}: {written(figure.values[i], language)}"
    return (
        f'<g data-flow="{i}"><title>{escape(words)}</title>'
        f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="{thick:.1f}" '
        f'stroke-opacity="0.72" stroke-linecap="round"/>'
        f'<path d="M{x1:.1f} {y1:.1f}L{base[0] - uy * wing:.1f} {base[1] + ux * wing:.1f}'
        f'L{base[0] + uy * wing:.1f} {base[1] - ux * wing:.1f}Z" fill="{colour}"/></g>'
    )


def _names(
    figure: Flows, stands: Sequence[Point], project: Projection, language: Language,
    colours: Mapping[str, str], size: tuple[int, int],
) -> list[str]:  # fmt: skip
    """A dot for each place with a flow; outside places with their names, set towards the middle."""
    used = sorted({*figure.origin, *figure.target})
    parts = []
    for i in used:
        x, y = project(*stands[i])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colours["ink"]}"/>')
        if figure.outside[i]:
            anchor, shift = ("end", -7) if x > size[0] * 0.82 else ("start", 7)
            parts.append(
                f'<text x="{x + shift:.1f}" y="{y + 4:.1f}" font-size="12" text-anchor="{anchor}" '
                f'fill="{colours["ink"]}" stroke="{colours["paper"]}" stroke-width="3" '
                f'paint-order="stroke">{escape(written(figure.at[i], language, "text"))}</text>'
            )
    return parts


def _key(
    figure: Flows, most: float, language: Language, colours: Mapping[str, str],
    size: tuple[int, int],
) -> str:  # fmt: skip
    """What the width means: the largest flow as a line with its number."""
    y = size[1] - 14
    words = f"{axis_title(figure.y, language)} {written(round(most), language)}"
    return (
        f'<path d="M10 {y}h34" stroke="{colours["muted"]}" stroke-width="{WIDEST}" '
        f'stroke-opacity="0.72"/><text x="52" y="{y + 4}" font-size="12" '
        f'fill="{colours["muted"]}">{escape(words)}</text>'
    )


def _bounds(figure: Flows, shapes: Shapes) -> tuple[float, float, float, float]:
    if shapes:
        west, south, east, north = shapely.total_bounds(list(shapes.values()))
        return float(west), float(south), float(east), float(north)
    xs, ys = list(figure.longitude) or [0.0, 1.0], list(figure.latitude) or [0.0, 1.0]
    return min(xs), min(ys), max(xs), max(ys)


def _around(
    stands: Sequence[Point], figure: Flows, shapes: Shapes
) -> tuple[float, float, float, float]:
    """The outlines and every place with a flow, with room for names."""
    west, south, east, north = _bounds(figure, shapes)
    shown = [stands[i] for i in {*figure.origin, *figure.target}]
    west, east = min([west, *(x for x, _ in shown)]), max([east, *(x for x, _ in shown)])
    south, north = min([south, *(y for _, y in shown)]), max([north, *(y for _, y in shown)])
    room = 0.08 * (east - west)
    return west - room / 3, south - room / 2, east + room, north + room / 3
