"""The raw table: what a file says, cell by cell as text, and what was noticed while reading it."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from dataro.vocabulary.answer import Fault, SourceFile
from dataro.vocabulary.text import Text, both

FILE = "_file"
"""Column: path of the file below the raw folder; a member of an archive is ``a.zip/b.csv``."""

ROW = "_row"
"""Column: 1-based row of the file as a spreadsheet numbers it; in JSON, XML and map files the
1-based number of the record."""

GEOMETRY = "geometry"
"""Column: WKB in EPSG:4326."""

MOST_FAULTS = 10_000
"""Faults kept in full for one file; more are counted in a note."""


@dataclass(frozen=True)
class Raw:
    """A raw table: every cell text or null (``geometry`` binary), plus ``_file`` and ``_row``.

    ``notes`` say what was found out about the files and what was left outside the table;
    ``faults`` list rows and cells that a person should mend.
    """

    frame: pl.DataFrame
    files: list[SourceFile] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


@dataclass
class Report:
    """Collects what is noticed while one file is read; readers write into it as they go."""

    file: str
    encoding: str | None = None
    notes: list[Text] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0

    def note(self, ko: str, en: str) -> None:
        """Keep a sentence about the file; it is said with the file's name before it."""
        self.notes.append(both(f"{self.file}: {ko}", f"{self.file}: {en}"))

    def fault(
        self,
        rule: str,
        text: Text,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        kept: bool = True,
    ) -> None:
        """Keep one fault; beyond ``MOST_FAULTS`` they are only counted."""
        if len(self.faults) >= MOST_FAULTS:
            self.more_faults += 1
            return
        shown = value if value is None or len(value) <= 200 else value[:199] + "…"
        self.faults.append(Fault(self.file, row, column, shown, rule, text, kept))

    def take(self) -> tuple[list[Fault], list[Text]]:
        """The faults and notes since the last call."""
        taken = self.faults, self.notes
        self.faults, self.notes = [], []
        return taken
