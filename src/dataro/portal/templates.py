"""Jinja templates: strict, escaped, in one language at a time."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from dataro.accounts.clock import korean_day, korean_minute, moment
from dataro.portal.api_words import API_WORDS
from dataro.portal.catalogue_words import CATALOGUE_WORDS
from dataro.portal.demand_words import DEMAND_WORDS
from dataro.portal.people_words import PEOPLE_WORDS
from dataro.portal.place_words import PLACE_WORDS
from dataro.portal.static_files import address
from dataro.portal.words import WORDS
from dataro.publish.forms.rest.examples import examples
from dataro.publish.render.numbers import written
from dataro.vocabulary.text import Language, Text, resolve_particles

_WORDS = {**WORDS, **API_WORDS, **CATALOGUE_WORDS, **PLACE_WORDS, **PEOPLE_WORDS, **DEMAND_WORDS}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["t"] = _translate
    environment.filters["n"] = _number
    environment.filters["minute"] = korean_minute
    environment.filters["day"] = _day
    environment.globals.update(word=_word, link=_link, static=address, calls=examples)
    return environment


def render(template: str, language: Language, **values: Any) -> str:
    """A page. A name that the template asks for and nobody gave raises."""
    return _environment().get_template(template).render(lang=language, **values)


@pass_context
def _translate(context: Context, text: Text) -> str:
    return text[context["lang"]]


@pass_context
def _number(context: Context, value: Any, format: Any = "number") -> str:
    return written(value, context["lang"], format)


@pass_context
def _word(context: Context, key: str, **values: Any) -> str:
    language: Language = context["lang"]
    said = _WORDS[key][language].format(**values)
    return resolve_particles(said) if language == "ko" else said


@pass_context
def _link(context: Context, path: str, **query: Any) -> str:
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return f"/{context['lang']}{path}" + (f"?{urlencode(kept)}" if kept else "")


def _day(at: str) -> str:
    """The day in Korea of a moment (ISO 8601)."""
    return korean_day(moment(at)).isoformat()
