"""Forms of cases as a page shows them: each field with its input, its help and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dataro.cases.forms import LONGEST
from dataro.cases.reasons import legal_reasons
from dataro.portal.words import WORDS
from dataro.vocabulary.text import Language, Text, both
from dataro.vocabulary.workflow import Field

EMAIL = Field(
    both("전자우편", "E-mail"),
    kind="email",
    required=False,
    help=both("적어 주시면 처리 결과를 알려 드립니다.", "If you give it, we tell you the outcome."),
    personal=True,
)
_INPUTS = {
    "long_text": "textarea", "choice": "select", "yes_no": "select", "legal_reason": "select",
    "integer": "number", "decimal": "number", "date": "date", "email": "email",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a form; ``options`` are codes and words of a ``select``."""

    name: str
    label: str
    help: str
    input: str
    value: str
    required: bool
    wrong: str
    most: int
    options: Sequence[tuple[str, str]] = ()


def field_views(
    fields: Mapping[str, Field],
    given: Mapping[str, str],
    wrong: Mapping[str, Text],
    language: Language,
) -> list[FieldView]:
    """``fields`` as a page in ``language`` asks for them, with what was ``given`` before."""
    return [
        FieldView(
            name=name,
            label=field.title[language]
            + ("" if field.required else f" ({WORDS['optional'][language]})"),
            help=_help(field, language),
            input=_INPUTS.get(field.kind, "text"),
            value=given.get(name, ""),
            required=field.required,
            wrong=wrong[name][language] if name in wrong else "",
            most=int(field.maximum or LONGEST.get(field.kind, 200)),
            options=[(code, words[language]) for code, words in _options(field).items()],
        )
        for name, field in fields.items()
    ]


def answer_words(field: Field, value: Any, language: Language) -> str:
    """An answer as a reader sees it: codes in words, a row's key as ``column = value``."""
    if field.kind == "key" and isinstance(value, Mapping):
        return ", ".join(f"{name} = {one}" for name, one in value.items())
    if field.kind == "yes_no":
        value = "yes" if value is True else "no"
    words = _options(field).get(str(value))
    return words[language] if words else str(value)


def _help(field: Field, language: Language) -> str:
    said = [field.help] if field.help else []
    private = [WORDS["stays_private"]] if field.personal else []
    return " ".join(one[language] for one in (*said, *private))


def _options(field: Field) -> Mapping[str, Text]:
    if field.kind == "yes_no":
        return {"yes": both("예", "Yes"), "no": both("아니요", "No")}
    if field.kind == "legal_reason":
        return {id: one.sentence for id, one in legal_reasons().items()}
    return field.choices or {}
