"""A map's data for the browser: GeoJSON with names, values by moment, classes."""

from __future__ import annotations

import json
from typing import Any

import shapely
from shapely.geometry import mapping

from dataro.portal.views import Looks
from dataro.publish.render.breaks import class_of
from dataro.publish.render.flows import curve, flow_words, most_of, places_on_map, role, width
from dataro.publish.render.maps import Shapes, group_roles, legend
from dataro.publish.render.numbers import axis_title, written
from dataro.vocabulary.figure import Choropleth, Flows, Points
from dataro.vocabulary.text import Language

_TOLERANCE = 0.00015  # degrees, about 15 m: finer than a screen shows of a whole city


def map_json(
    figure: Choropleth | Flows | Points, shapes: Shapes, language: Language, looks: Looks
) -> bytes:
    """What a map draws: its kind, ``places`` and ``outlines`` (GeoJSON, EPSG:4326), roles, moments.

    For areas each feature has ``c0``, ``v0`` … for every moment (only these where there is no
    slider): the class is an index into ``roles`` or null, the value is written out.
    """
    if isinstance(figure, Choropleth):
        made = _areas(figure, shapes, language, looks)
    elif isinstance(figure, Flows):
        made = _arrows(figure, shapes, language)
    else:
        made = _dots(figure, shapes, language)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _feature(geometry: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _outline(shape: shapely.Geometry) -> Any:
    simple = shapely.set_precision(shape.simplify(_TOLERANCE), 0.00001)
    return mapping(simple)


def _areas(figure: Choropleth, shapes: Shapes, language: Language, looks: Looks) -> dict[str, Any]:
    key = legend(figure, shapes, language, looks.method)
    frames = list(figure.frames.values()) or [figure.values]
    index = {code: i for i, code in enumerate(figure.places)}
    features = []
    for code, shape in shapes.items():
        i = index.get(code)
        values = [frame[i] if i is not None else None for frame in frames]
        features.append(
            _feature(
                _outline(shape),
                {
                    "place": code,
                    "name": written(figure.at[i], language, "text") if i is not None else code,
                    **{f"c{k}": class_of(value, key.bounds) for k, value in enumerate(values)},
                    **{
                        f"v{k}": written(value, language, figure.y.format)
                        for k, value in enumerate(values)
                    },
                },
            )
        )
    return {
        "kind": "areas",
        "title": axis_title(figure.y, language),
        "unit": figure.y.unit[language] if figure.y.unit else "",
        "roles": [one.role for one in key.classes],
        "moments": list(figure.frames),
        "places": {"type": "FeatureCollection", "features": features},
    }


def _arrows(figure: Flows, shapes: Shapes, language: Language) -> dict[str, Any]:
    """Curves with their width and value at every moment; the places they join."""
    stands = places_on_map(figure, shapes)
    frames = list(figure.frames.values()) or [figure.values]
    most = most_of(figure)
    features = []
    for i, (a, b) in enumerate(zip(figure.origin, figure.target, strict=True)):
        line = [[round(x, 5), round(y, 5)] for x, y in curve(stands[a], stands[b])]
        values = [frame[i] for frame in frames]
        if any(values):
            features.append(
                _feature(
                    {"type": "LineString", "coordinates": line},
                    {
                        "place": str(i),
                        "name": flow_words(figure, i, language),
                        "role": role(figure, figure.group[i]),
                        **{f"w{k}": width(value, most) for k, value in enumerate(values)},
                        **{f"v{k}": written(value, language) for k, value in enumerate(values)},
                        **{f"n{k}": value for k, value in enumerate(values)},
                    },
                )
            )
    ends = [
        _feature(
            {"type": "Point", "coordinates": [round(x, 5) for x in stands[i]]},
            {"name": written(figure.at[i], language, "text"), "outside": figure.outside[i]},
        )
        for i in sorted({*figure.origin, *figure.target})
    ]
    outlines = [_feature(_outline(shape), {"place": code}) for code, shape in shapes.items()]
    return {
        "kind": "flows",
        "title": axis_title(figure.y, language),
        "unit": figure.y.unit[language] if figure.y.unit else "",
        "moments": list(figure.frames),
        "places": {"type": "FeatureCollection", "features": features},
        "ends": {"type": "FeatureCollection", "features": ends},
        "outlines": {"type": "FeatureCollection", "features": outlines},
    }


def _dots(figure: Points, shapes: Shapes, language: Language) -> dict[str, Any]:
    roles = group_roles(figure)
    features = []
    for i, (x, y) in enumerate(zip(figure.longitude, figure.latitude, strict=True)):
        said = written(figure.at[i], language, "text")
        size = figure.size[i] if figure.size is not None else None
        group = figure.group[i] if figure.group is not None else None
        features.append(
            _feature(
                {"type": "Point", "coordinates": [round(x, 6), round(y, 6)]},
                {
                    "name": said,
                    "role": roles[group] if group is not None else "series-1",
                    "value": written(size, language) if size is not None else "",
                    "size": float(size or 0),
                },
            )
        )
    outlines = [_feature(_outline(shape), {"place": code}) for code, shape in shapes.items()]
    return {
        "kind": "dots",
        "title": figure.title[language],
        "most": max((f["properties"]["size"] for f in features), default=0),
        "tiles": figure.tiles,
        "items": figure.items,
        "places": {"type": "FeatureCollection", "features": features},
        "outlines": {"type": "FeatureCollection", "features": outlines},
    }
