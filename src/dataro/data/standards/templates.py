"""The national templates of open data (공공데이터 제공표준): which columns a subject is opened with.

Each is a YAML file in ``open_templates/`` with the page of the national portal that it was taken
from. ``allowed`` values are given where a law or the template lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both

TemplateKind = Literal[
    "text", "integer", "decimal", "date", "month", "year", "time", "flag", "phone", "latitude",
    "longitude",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column of a template: its name, how values are written, other names it goes by.

    ``by`` is the law that lists the ``allowed`` values, where one does.
    """

    name: str
    kind: TemplateKind = "text"
    allowed: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """One template. ``national`` is its key in the list of the national portal, ``either`` groups
    of columns of which one is enough."""

    id: str
    title: Text
    row: Text
    national: str
    source: str
    columns: Mapping[str, TemplateColumn]
    either: tuple[tuple[str, ...], ...]


@cache
def templates() -> Mapping[str, Template]:
    """Every template by its id."""
    folder = files("dataro.data.standards") / "open_templates"
    paths = sorted(
        (one for one in folder.iterdir() if one.name.endswith(".yml")), key=lambda p: p.name
    )
    return {one.id: one for one in (_read(p.name[:-4], p.read_text("utf-8")) for p in paths)}


def template(id: str) -> Template:
    """A template by its id or its Korean title.

    Raises ``Problem`` with the templates that there are.
    """
    known = templates()
    by_title = {one.title.ko: one for one in known.values()}
    found = known.get(id) or by_title.get(id)
    if found is None:
        guess = did_you_mean(id, [*known, *by_title])
        listed = ", ".join(f"{one.id}({one.title.ko})" for one in known.values())
        raise Problem(
            both(
                f"“{id}”이라는 제공표준은 없습니다.{guess.ko} 있는 것: {listed}.",
                f"There is no template “{id}”.{guess.en} Templates: {', '.join(known)}.",
            )
        )
    return found


def _read(id: str, text: str) -> Template:
    given: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 — both are safe
    columns = {
        name: TemplateColumn(
            name,
            one.get("kind", "text"),
            tuple(one.get("allowed", ())),
            tuple(one.get("also", ())),
            one.get("by", ""),
        )
        for name, one in given["columns"].items()
    }
    return Template(
        id,
        Text(**given["title"]),
        Text(**given["row"]),
        given["national"],
        given["source"],
        columns,
        tuple(tuple(group) for group in given.get("either", ())),
    )
