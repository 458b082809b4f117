"""Rows on their way into a file: the frame, what its columns mean, what the file says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from dataro.vocabulary.answer import Receipt
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both

FileFormat = Literal["csv", "xlsx", "parquet", "geojson", "json"]
FORMATS: tuple[FileFormat, ...] = get_args(FileFormat)
SYNTHETIC = both("합성 자료입니다. 실제 통계가 아닙니다.", "Synthetic data: not real statistics.")


@dataclass(frozen=True, slots=True)
class About:
    """What a downloaded file says of itself."""

    id: str
    title: Text
    description: Text
    source: Text
    licence: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to be written; ``frame`` has the columns' names and types (geometry as WKB)."""

    frame: pl.DataFrame
    columns: Mapping[str, Term]
    about: About

    def shape_column(self) -> str | None:
        """The first geometry column, if there is one."""
        return next((n for n, term in self.columns.items() if term.domain.kind == "geometry"), None)

    def point_columns(self) -> tuple[str, str] | None:
        """The columns of longitude and latitude, if both are there."""
        if {"longitude", "latitude"} <= set(self.columns):
            return "longitude", "latitude"
        return None

    def formats(self) -> list[FileFormat]:
        """Formats in which these rows can be had."""
        placed = self.shape_column() or self.point_columns()
        return [one for one in FORMATS if one != "geojson" or placed]
