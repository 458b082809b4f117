"""How each kind of value is stored: the polars type of every domain kind."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dataro.vocabulary.terms import Kind, Term

STORED: Mapping[Kind, type[pl.DataType]] = {
    "text": pl.String,
    "code": pl.String,
    "integer": pl.Int64,
    "decimal": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "month": pl.Date,
    "year": pl.Int32,
    "time": pl.Time,
    "datetime": pl.Datetime,
    "geometry": pl.Binary,
}


def schema(columns: Mapping[str, Term]) -> pl.Schema:
    """The polars schema of a table with these columns."""
    return pl.Schema({name: STORED[term.domain.kind]() for name, term in columns.items()})
