"""Maps drawn on the server: areas by class, places as dots, to SVG.

Longitude is shortened by the cosine of the middle latitude (equirectangular), good for a city.
Coordinates are EPSG:4326 on the way in.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import shapely
from shapely import Geometry

from dataro.publish.render.breaks import Method, class_of, diverging_bounds, upper_bounds
from dataro.publish.render.numbers import short, written
from dataro.publish.render.theme import diverging_roles, step_roles
from dataro.vocabulary.figure import Choropleth, Label, Points
from dataro.vocabulary.text import Language

Shapes = Mapping[str, Geometry]
WIDTH = 720
_RANGE: Mapping[Language, str] = {"ko": "{} ~ {}", "en": "{} to {}"}


@dataclass(frozen=True, slots=True)
class LegendClass:
    """One class of a choropleth: its colour's role, its bounds as words, how many areas it has."""

    role: str
    words: str
    areas: int


@dataclass(frozen=True, slots=True)
class Legend:
    """Classes lowest first; ``missing`` areas have a shape and no value; ``unplaced`` names have
    a value and no shape; all are counted, none is left out silently."""

    classes: Sequence[LegendClass]
    bounds: Sequence[float]
    missing: int
    unplaced: Sequence[str]


def legend(figure: Choropleth, shapes: Shapes, language: Language, method: Method) -> Legend:
    """Classes over all frames, so that colours mean the same at every moment of the slider."""
    pool = [v for frame in (figure.values, *figure.frames.values()) for v in frame]
    if figure.diverging:
        bounds = diverging_bounds(pool, figure.classes, method)
        below = sum(bound < 0 for bound in bounds)
        roles = diverging_roles(below, len(bounds) - below)
    else:
        bounds = upper_bounds(pool, figure.classes, method)
        roles = step_roles(len(bounds)) if bounds else []
    placed = zip(figure.places, figure.values, strict=True)
    counted = Counter(class_of(value, bounds) for code, value in placed if code in shapes)
    known = [v for v in pool if v is not None and math.isfinite(v)]
    lower = min(known, default=0.0)
    classes = []
    for i, (role, bound) in enumerate(zip(roles, bounds, strict=True)):
        low = lower if i == 0 else bounds[i - 1]
        if figure.diverging and low < 0 <= bound:
            low = 0.0
        words = (
            short(bound, language, figure.y.format)
            if low == bound
            else _RANGE[language].format(
                short(low, language, figure.y.format), short(bound, language, figure.y.format)
            )
        )
        classes.append(LegendClass(role, words, counted[i]))
    valued = dict(zip(figure.places, figure.values, strict=True))
    missing = sum(class_of(valued.get(code), bounds) is None for code in shapes)
    unplaced = [
        written(at, language, "text")
        for code, at in zip(figure.places, figure.at, strict=True)
        if code not in shapes
    ]
    return Legend(classes, bounds, missing, unplaced)


def picture_size(bounds: tuple[float, float, float, float]) -> tuple[int, int]:
    """Width and height in pixels that suit what is to be seen, neither too flat nor too tall."""
    west, south, east, north = bounds
    wide = max((east - west) * math.cos(math.radians((south + north) / 2)), 1e-9)
    return WIDTH, round(min(max(WIDTH * (north - south) / wide, 300), 620))


class Projection:
    """Degrees to pixels of a picture of ``size``, the bounds of ``shapes`` fitted in."""

    def __init__(self, bounds: tuple[float, float, float, float], size: tuple[int, int]) -> None:
        west, south, east, north = bounds
        self._squeeze = math.cos(math.radians((south + north) / 2))
        wide = max((east - west) * self._squeeze, 1e-9)
        tall = max(north - south, 1e-9)
        margin = 8
        self.scale = min((size[0] - 2 * margin) / wide, (size[1] - 2 * margin) / tall)
        self._west, self._north = west, north
        self._left = (size[0] - wide * self.scale) / 2
        self._top = (size[1] - tall * self.scale) / 2

    def __call__(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = self._left + (longitude - self._west) * self._squeeze * self.scale
        return x, self._top + (self._north - latitude) * self.scale

    def path(self, shape: Geometry) -> str:
        """SVG path data, simplified to about half a pixel."""
        return "".join(self._rings(shape.simplify(0.5 / self.scale)))

    def _rings(self, shape: Geometry) -> Iterator[str]:
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon" and not part.is_empty:
                for ring in (part.exterior, *part.interiors):
                    points = [self(x, y) for x, y, *_ in ring.coords]
                    yield "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z"


def choropleth_svg(
    figure: Choropleth,
    shapes: Shapes,
    language: Language,
    *,
    colours: Mapping[str, str],
    method: Method = "quantile",
    name: str = "m",
) -> str:
    """Areas coloured by class. Missing ones are hatched; each area has its name and value.

    Areas carry ``data-place`` for a script to find them; the legend is drawn by whoever calls.
    """
    classes = legend(figure, shapes, language, method)
    values = dict(zip(figure.places, figure.values, strict=True))
    names = dict(zip(figure.places, figure.at, strict=True))
    roles = [one.role for one in classes.classes]
    bounds = _bounds(shapes)
    size = picture_size(bounds)
    project = Projection(bounds, size)
    parts = [_open(size), _hatch(name, colours)]
    for code, shape in shapes.items():
        number = class_of(values.get(code), classes.bounds)
        fill = f"url(#{name}-missing)" if number is None else colours[roles[number]]
        said = written(names.get(code, code), language, "text")
        value = written(values.get(code), language, figure.y.format)
        unit = f" {figure.y.unit[language]}" if figure.y.unit and number is not None else ""
        parts.append(
            f'<path d="{project.path(shape)}" fill="{fill}" stroke="{colours["paper"]}" '
            f'stroke-width="1" fill-rule="evenodd" data-place="{escape(code)}">'
            f"<title>{escape(f'{said}: {value}{unit}')}</title></path>"
        )
    return "".join([*parts, "</svg>"])


def points_svg(
    figure: Points,
    shapes: Shapes,
    language: Language,
    *,
    colours: Mapping[str, str],
) -> str:
    """Dots over the outlines of districts, a key of the groups under them; the area of a dot
    follows its size."""
    west, south, east, north = (
        min(figure.longitude, default=0.0), min(figure.latitude, default=0.0),
        max(figure.longitude, default=1.0), max(figure.latitude, default=1.0),
    )  # fmt: skip
    bounds = _bounds(shapes) if shapes else (west, south, east, north)
    size = picture_size(bounds)
    project = Projection(bounds, size)
    roles = group_roles(figure)
    key = _group_key(roles, size[1], language, colours)
    parts = [_open((size[0], size[1] + _KEY_LINE * len(key)))]
    parts += [
        f'<path d="{project.path(shape)}" fill="{colours["wash"]}" '
        f'stroke="{colours["rule"]}" fill-rule="evenodd"/>'
        for shape in shapes.values()
    ]
    radii = dot_radii(figure, len(figure.at))
    for i, (at, x, y) in enumerate(zip(figure.at, figure.longitude, figure.latitude, strict=True)):
        role = roles[figure.group[i]] if figure.group is not None else "series-1"
        left, top = project(x, y)
        parts.append(
            f'<circle cx="{left:.1f}" cy="{top:.1f}" r="{radii[i]:.1f}" fill="{colours[role]}" '
            f'fill-opacity="0.7" stroke="{colours["paper"]}" stroke-width="0.5">'
            f"<title>{escape(written(at, language, 'text'))}</title></circle>"
        )
    return "".join([*parts, *key, "</svg>"])


_KEY_LINE = 24


def _group_key(
    roles: Mapping[Label, str], top: int, language: Language, colours: Mapping[str, str]
) -> list[str]:
    """What the colour of a dot means, a line for each group; nothing where there are no groups."""
    return [
        f'<circle cx="12" cy="{top + _KEY_LINE * i + 12}" r="6" fill="{colours[role]}"/>'
        f'<text x="26" y="{top + _KEY_LINE * i + 17}" font-size="14" fill="{colours["ink"]}">'
        f"{escape(written(group, language, 'text'))}</text>"
        for i, (group, role) in enumerate(roles.items())
    ]


def dot_radii(figure: Points, count: int) -> list[float]:
    """Radii in pixels, 2 to 14: a dot's area is proportional to its size."""
    if figure.size is None:
        return [3.0 if count < 2_000 else 1.6] * count
    most = max((v for v in figure.size if v is not None), default=0)
    return [2 + 12 * math.sqrt(max(v or 0, 0) / most) if most else 3.0 for v in figure.size]


def group_roles(figure: Points) -> dict[Label, str]:
    """The colour of each group, commonest first; groups after the fifth share one."""
    common = [group for group, _ in Counter(figure.group or ()).most_common()]
    return {group: f"series-{min(i, 6)}" for i, group in enumerate(common, 1)}


def areas_km2(shapes: Sequence[bytes | None]) -> list[float | None]:
    """Areas of WKB shapes (EPSG:4326) in km², on the ellipsoid WGS 84 (Karney 2013, by PROJ)."""
    from pyproj import Geod

    earth = Geod(ellps="WGS84")
    return [
        None if one is None else abs(earth.geometry_area_perimeter(shapely.from_wkb(one))[0]) / 1e6
        for one in shapes
    ]


def _bounds(shapes: Shapes) -> tuple[float, float, float, float]:
    if not shapes:
        return (0.0, 0.0, 1.0, 1.0)
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    return float(west), float(south), float(east), float(north)


def _open(size: tuple[int, int]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 {size[0]} {size[1]}">'
    )


def _hatch(name: str, colours: Mapping[str, str]) -> str:
    return (
        f'<defs><pattern id="{name}-missing" width="7" height="7" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="7" height="7" fill="{colours["missing"]}"/>'
        f'<rect width="2" height="7" fill="{colours["edge"]}" fill-opacity="0.55"/></pattern></defs>'
    )
