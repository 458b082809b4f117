"""Terms and domains: what a column means, how its values are written, what they may be.

A ``Domain`` is a kind of value (도메인): dates, amounts, codes. A ``Term`` is a meaning (표준용어):
"거주자 수 / residents". Table classes cite terms; the dictionary of terms stands in
``dataro.vocabulary.dictionary``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self, overload

from dataro.vocabulary.text import Number, Text

if TYPE_CHECKING:
    import ibis.expr.types as ir

Kind = Literal[
    "text", "code", "integer", "decimal", "boolean", "date", "month", "year", "time", "datetime",
    "geometry",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Domain:
    """How values of a term are written.

    ``kind`` decides the stored type: ``month`` is stored as the date of its first day, ``year`` as
    an integer, ``geometry`` as WKB in EPSG:4326, ``code`` and ``text`` as NFC strings. ``name`` is
    the Korean name of the domain class (도메인 분류). ``pattern`` must match the whole value.
    """

    name: str
    kind: Kind
    minimum: Number | None = None
    maximum: Number | None = None
    pattern: str | None = None
    length: int | None = None
    codes: Mapping[str, Text] | None = None


@dataclass(frozen=True)
class Term:
    """One meaning a column can have, in Korean and English, with its domain and unit.

    Written as a class attribute of a ``Table`` it declares a column. On the class it is the
    declaration; on an instance (a table that has rows) it is the Ibis column.
    """

    text: Text
    domain: Domain
    unit: Text | None = None
    about: Text | None = None
    abbreviation: str = ""
    name: str = ""
    is_key: bool = False
    is_optional: bool = False

    def key(self) -> Self:
        """The column is part of what identifies a row."""
        return replace(self, is_key=True)

    def optional(self) -> Self:
        """The column may be empty."""
        return replace(self, is_optional=True)

    def called(self, text: Text) -> Self:
        """The same meaning under a more precise title (``DISTRICT.called(both("출발지", …))``)."""
        return replace(self, text=text)

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "_attribute", name)

    @overload
    def __get__(self, instance: None, owner: type) -> Term: ...
    @overload
    def __get__(self, instance: object, owner: type) -> ir.Column: ...
    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        return instance.rows[self.name]
