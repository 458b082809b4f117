"""A shelf for rows that nobody published: an answer with settings that one reader chose."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from dataro.publish.shelves.fill import fill_with
from dataro.publish.shelves.shelf import Shelf
from dataro.vocabulary.terms import Term


class PassingShelf(Shelf):
    """Stands as long as somebody holds it; its snapshot is 0."""

    def __init__(self, frame: pl.DataFrame, table: str, columns: Mapping[str, Term]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="dataro-shelf-")
        path = Path(self._folder.name) / "0.sqlite"
        fill_with(frame, table, columns, path)
        super().__init__(path, columns)

    def close(self) -> None:
        """Take the file away."""
        self._folder.cleanup()

    def __del__(self) -> None:
        self.close()
