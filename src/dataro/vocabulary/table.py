"""Tables that analyses read and return: small classes whose docstring says what a row is."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from dataro.vocabulary.disclosure import Disclosure
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import polars as pl

CLASSES: dict[str, type[Table]] = {}
"""Every table class that has been imported, by its id."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold in each row, as a SQL condition over the table's columns.

    A row in which a column of the condition is empty is not judged by it.
    """

    condition: str
    text: Text


class Table:
    """One row per …: a declared shape, or (as an instance) rows that have it.

    A subclass lists its columns as class attributes citing terms; its id is its name in snake
    case. ``disclosure`` is how the few in it are protected: applied by the build to what an analysis
    returns, before anything is written or shown. ``confidential`` rows count so few people each that
    no dataset of them may be open. ``rows`` of an instance is an Ibis table, or whatever an analysis made (a polars, pandas
    or Arrow table), which the build turns into the declared types.
    """

    id: ClassVar[str]
    title: ClassVar[Text]
    columns: ClassVar[dict[str, Term]] = {}
    rules: ClassVar[tuple[Rule, ...]] = ()
    disclosure: ClassVar[Disclosure | None] = None
    confidential: ClassVar[bool] = False

    def __init_subclass__(
        cls,
        title: Text | None = None,
        disclosure: Disclosure | None = None,
        confidential: bool = False,
    ) -> None:
        doc = inspect.getdoc(cls) if cls.__doc__ else None
        if not doc or not doc.startswith("One row per "):
            raise TypeError(
                f"{cls.__qualname__} ({inspect.getfile(cls)}): the docstring of a table says what a "
                f"row is. Begin it with “One row per …”."
            )
        if title is None:
            raise TypeError(
                f"{cls.__qualname__}: give the table a title: class X(Table, title=both(…))."
            )
        cls.id = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
        cls.title = title
        cls.disclosure = disclosure
        cls.confidential = confidential
        cls.columns = dict(cls.columns)
        for name, value in list(vars(cls).items()):
            if isinstance(value, Term):
                column = replace(value, name=name)
                setattr(cls, name, column)
                cls.columns[name] = column
        if not any(column.is_key for column in cls.columns.values()):
            raise TypeError(
                f"{cls.__qualname__}: mark the columns that identify a row with .key()."
            )
        if disclosure is not None:
            _check_disclosure(cls, disclosure)
        CLASSES[cls.id] = cls

    def __init__(self, rows: Any) -> None:
        self._rows = rows

    @property
    def rows(self) -> ir.Table:
        """The rows as an Ibis table (as given, in a table that an analysis returns)."""
        return self._rows

    def frame(self) -> pl.DataFrame:
        """All rows as a polars frame: for figures and findings over small results."""
        rows: Any = self._rows
        frame: pl.DataFrame = rows.to_polars() if hasattr(rows, "to_polars") else rows
        return frame

    @classmethod
    def row_is(cls) -> str:
        """What a row is, from the docstring's first sentence."""
        return (inspect.getdoc(cls) or "").split("\n\n")[0].replace("\n", " ")

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Names of the columns that identify a row, in order."""
        return tuple(name for name, column in cls.columns.items() if column.is_key)


def _check_disclosure(table: type[Table], disclosure: Disclosure) -> None:
    """What will be emptied must be a column that may be empty, with a column for its state."""
    emptied = [disclosure.value, *disclosure.also]
    if disclosure.method == "round":
        emptied = []
    firm = [
        name for name in emptied if name not in table.columns or not table.columns[name].is_optional
    ]
    if firm or disclosure.status not in table.columns:
        raise TypeError(
            f"{table.__qualname__}: its disclosure empties {', '.join(emptied) or 'nothing'} and fills "
            f"{disclosure.status}: declare these columns, the emptied ones .optional()."
        )
