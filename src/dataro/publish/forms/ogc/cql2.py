"""Conditions written in the Common Query Language of the OGC (CQL2), text or JSON.

https://docs.ogc.org/is/21-065r2/21-065r2.html: basic CQL2, advanced comparisons (like, between, in)
and S_INTERSECTS with a box, a point, a line or a polygon.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cql2
import shapely
import shapely.geometry

from dataro.publish.query import (
    BadOperator,
    BadValue,
    Cell,
    Compare,
    Condition,
    Either,
    Every,
    Not,
    Operator,
    Within,
)
from dataro.vocabulary.text import both

LONGEST = 4_000
DEEPEST = 8
"""Brackets inside one another. The parser's time doubles with each level that does not fit, and it
holds everybody up meanwhile; a thousand levels end the process."""
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
GEOMETRY = "geometry"
"""What the place of a feature is called in conditions."""
_COMPARED: Mapping[str, Operator] = {
    "=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip
_TURNED: Mapping[Operator, Operator] = {
    "eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition, and shapes (EPSG:4326) that each place must also really touch: boxes alone do
    not tell."""

    condition: Condition
    touching: tuple[Any, ...] = ()


def read_filter(written: str, language: str) -> Filter:
    """A condition in ``cql2-text`` or ``cql2-json``; shapes in longitude and latitude.

    Raises ``BadValue`` where it cannot be read, ``BadOperator`` for what is not offered.
    """
    if len(written) > LONGEST:
        raise _bad(f"{LONGEST:,}자까지 쓸 수 있습니다", f"at most {LONGEST:,} characters")
    parse = {"cql2-text": cql2.parse_text, "cql2-json": cql2.parse_json}.get(language)
    if parse is None:
        raise BadValue(
            "filter-lang",
            both(
                "filter-lang은 cql2-text나 cql2-json입니다.",
                "filter-lang is cql2-text or cql2-json.",
            ),
        )
    if language == "cql2-text" and _depth(written) > DEEPEST:
        raise _too_deep()
    try:
        found = parse(written).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
        said = str(error).strip().splitlines()[0][:200] if str(error).strip() else "?"
        raise _bad(f"읽을 수 없습니다({said})", f"it cannot be read ({said})") from error
    touching: list[Any] = []
    return Filter(_read(found, touching, top=True), tuple(touching))


def touches(shape: Any, touching: list[Any], *, top: bool) -> Condition:
    """The condition that a place touches a shape; what boxes cannot tell goes to ``touching``."""
    west, south, east, north = shapely.bounds(shape)
    if not top:
        raise BadOperator(
            GEOMETRY,
            both(
                "S_INTERSECTS는 다른 조건과 AND로만 이을 수 있습니다.",
                "S_INTERSECTS can be joined with other conditions by AND only.",
            ),
        )
    touching.append(shape)
    return Within(float(west), float(south), float(east), float(north))


def _depth(written: str) -> int:
    """How deep brackets stand inside one another; not fewer than the parser sees.

    Where a backslash may move the end of a quoted text, every bracket counts.
    """
    if "\\" in written:
        return written.count("(")
    depth = deepest = 0
    for one in _QUOTED.sub("", written):
        depth += (one == "(") - (one == ")")
        deepest = max(deepest, depth)
    return deepest


def _read(node: Any, touching: list[Any], *, top: bool = False, depth: int = 0) -> Condition:
    if depth > _DEEPEST_READ:
        raise _too_deep()
    if not isinstance(node, dict) or "op" not in node:
        raise _bad("조건이 아닌 부분이 있습니다", "a part of it is no condition")
    inner = depth + 1
    op, args = str(node["op"]).lower(), node.get("args", [])
    if op == "and":
        return Every(tuple(_read(one, touching, top=top, depth=inner) for one in args))
    if op == "or":
        return Either(tuple(_read(one, touching, depth=inner) for one in args))
    if op == "not":
        return Not(_read(args[0], touching, depth=inner))
    if op in _COMPARED:
        return _compared(_COMPARED[op], args)
    if op == "in":
        return Compare(_property(args[0]), "in", tuple(_value(one) for one in args[1]))
    if op == "between":
        column = _property(args[0])
        low, high = (
            Compare(column, op, (_value(v),)) for op, v in zip(_BOUNDS, args[1:], strict=True)
        )
        return Every((low, high))
    if op == "like":
        return Compare(_property(args[0]), "like", (_value(args[1]),))
    if op == "isnull":
        return Compare(_property(args[0]), "null")
    if op == "s_intersects":
        return touches(_shape(args), touching, top=top)
    raise BadOperator(
        op,
        both(
            f"“{op}” 조건은 제공하지 않습니다. 비교, AND·OR·NOT, IN, BETWEEN, LIKE, IS NULL, "
            "S_INTERSECTS를 쓸 수 있습니다.",
            f"“{op}” is not offered. Use comparisons, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL and "
            "S_INTERSECTS.",
        ),
    )


_DEEPEST_READ = 64
_BOUNDS: tuple[Operator, Operator] = ("ge", "le")


def _compared(operator: Operator, args: Sequence[Any]) -> Compare:
    left, right = args
    if isinstance(left, dict) and "property" in left:
        return Compare(_property(left), operator, (_value(right),))
    return Compare(_property(right), _TURNED[operator], (_value(left),))


def _property(node: Any) -> str:
    if isinstance(node, dict) and isinstance(node.get("property"), str):
        return str(node["property"])
    raise _bad("열 이름이 있어야 할 자리입니다", "a property is expected where none stands")


def _value(node: Any) -> Cell:
    if isinstance(node, dict):
        for kind in ("date", "timestamp"):
            if isinstance(node.get(kind), str):
                return str(node[kind])
    if node is None or isinstance(node, dict | list):
        raise _bad("값이 있어야 할 자리입니다", "a value is expected where none stands")
    if isinstance(node, float) and node.is_integer():
        return int(node)
    return node if isinstance(node, str | int | float | bool) else str(node)


def _shape(args: Sequence[Any]) -> Any:
    shapes = [one for one in args if isinstance(one, dict) and "property" not in one]
    if len(args) != 2 or len(shapes) != 1:
        raise _bad(
            "S_INTERSECTS에는 geometry와 도형 하나를 적습니다",
            "S_INTERSECTS takes geometry and one shape",
        )
    given = shapes[0]
    try:
        if "bbox" in given:
            numbers = [float(one) for one in given["bbox"]]
            west, south, east, north = (
                numbers if len(numbers) == 4 else [*numbers[:2], *numbers[3:5]]
            )
            return shapely.box(west, south, east, north)
        shape = shapely.geometry.shape(given)
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError) as error:
        raise _bad("도형을 읽을 수 없습니다", "the shape cannot be read") from error
    if shape.is_empty or not shape.is_valid:
        raise _bad("도형이 올바르지 않습니다", "the shape is not valid")
    return shape


def _too_deep() -> BadValue:
    return _bad(
        f"괄호와 조건이 너무 깊이 겹쳐 있습니다(괄호는 {DEEPEST}겹까지)",
        f"brackets and conditions are nested too deeply ({DEEPEST} levels of brackets at most)",
    )


def _bad(ko: str, en: str) -> BadValue:
    return BadValue("filter", both(f"filter 조건: {ko}.", f"The filter: {en}."))
