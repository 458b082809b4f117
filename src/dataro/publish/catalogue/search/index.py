"""The index: an FTS5 table of letter pairs, and in memory what a search is narrowed and ranked by.

One SQLite file, brought up to date entry by entry; a portal and a build can have it open together.
It can be deleted at any time: it is made again from the entries.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dataro.publish.catalogue.search.document import FACETS, Document
from dataro.publish.catalogue.search.letters import indexed, plain, words
from dataro.publish.catalogue.search.vocabulary import Vocabulary

FIELDS = ("title", "keywords", "columns", "owner_words", "about")
_UNJOINED = {ord(letter): None for letter in " _-·ㆍ‧・"}
_VERSION = "1"  # of the layout and of how text is taken apart
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, title TEXT NOT NULL,
    theme TEXT, owner TEXT, format TEXT, licence TEXT, cadence TEXT, openness TEXT, kind TEXT,
    modified TEXT NOT NULL, available INTEGER NOT NULL, uses INTEGER NOT NULL
);
CREATE VIRTUAL TABLE IF NOT EXISTS said USING fts5 (
    title, keywords, columns, owner_words, about, tokenize = "unicode61 remove_diacritics 0"
);
CREATE TABLE IF NOT EXISTS word (word TEXT PRIMARY KEY, entries INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What stands in memory, one position for each entry.

    ``places`` are the rows of the SQLite tables, ascending; ``codes`` for each facet of one value
    a code into ``values``; ``formats`` a bit for each value.
    """

    ids: Sequence[str]
    places: npt.NDArray[np.int64]
    titles: Sequence[str]
    joined: Sequence[str]
    lengths: npt.NDArray[np.float64]
    codes: Mapping[str, npt.NDArray[np.int64]]
    values: Mapping[str, Sequence[str]]
    formats: npt.NDArray[np.int64]
    modified: Sequence[str]
    fresh: npt.NDArray[np.float64]
    used: npt.NDArray[np.float64]
    available: npt.NDArray[np.bool_]


class Index:
    """The index in one file. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = self._opened()
        self._lock = threading.RLock()
        self._held: tuple[str, Held] | None = None
        self._vocabulary: tuple[str, Vocabulary] | None = None

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        found = connection.execute("SELECT value FROM mark WHERE name = 'layout'").fetchone()
        if found is None or found[0] != _VERSION:
            with connection:
                for table in ("entry", "said", "word"):
                    connection.execute(f"DELETE FROM {table}")
                connection.execute("REPLACE INTO mark VALUES ('layout', ?)", (_VERSION,))
        return connection

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def rows(self, query: str, given: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query over the index's tables."""
        with self._lock, closing(self._connection.execute(query, tuple(given))) as cursor:
            return cursor.fetchall()

    def update(self, documents: Iterable[Document], state: str = "") -> int:
        """Make the index hold exactly ``documents``; how many were new, changed or taken out.

        What has not changed is not touched. ``state`` is remembered: what the documents stand for.
        """
        wanted = {one.id: one for one in documents}
        with self._lock, self._connection:
            # Another process may bring it up to date at the same moment: one at a time.
            self._connection.execute("BEGIN IMMEDIATE")
            known = {
                id: (place, digest, uses)
                for place, id, digest, uses in self._connection.execute(
                    "SELECT place, id, digest, uses FROM entry"
                )
            }
            gone = [id for id in known if id not in wanted]
            digests = {id: one.digest() for id, one in wanted.items()}
            new = [id for id in wanted if id not in known or known[id][1] != digests[id]]
            for id in [*gone, *(id for id in new if id in known)]:
                self._remove(known[id][0])
            for id in new:
                self._add(wanted[id], digests[id], known[id][2] if id in known else 0)
            if gone or new:
                self._words(wanted.values())
                self._changed()
            self._connection.execute("REPLACE INTO mark VALUES ('state', ?)", (state,))
        return len(gone) + len(new)

    def state(self) -> str:
        """What ``update`` was last told that its documents stand for."""
        found = self.rows("SELECT value FROM mark WHERE name = 'state'")
        return str(found[0][0]) if found else ""

    def count_uses(self, uses: Mapping[str, int]) -> None:
        """Note how often each entry was used; one that is not named was never."""
        with self._lock, self._connection:
            known = dict(self._connection.execute("SELECT id, uses FROM entry"))
            other = [(uses.get(id, 0), id) for id, n in known.items() if uses.get(id, 0) != n]
            self._connection.executemany("UPDATE entry SET uses = ? WHERE id = ?", other)
            if other:
                self._changed()

    def _changed(self) -> None:
        self._connection.execute(
            "REPLACE INTO mark SELECT 'version', coalesce((SELECT CAST(value AS INTEGER) "
            "FROM mark WHERE name = 'version'), 0) + 1"
        )

    def _remove(self, place: int) -> None:
        self._connection.execute("DELETE FROM said WHERE rowid = ?", (place,))
        self._connection.execute("DELETE FROM entry WHERE place = ?", (place,))

    def _add(self, one: Document, digest: str, uses: int) -> None:
        cursor = self._connection.execute(
            "INSERT INTO entry VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.id, digest, one.title, one.theme, one.owner, "\t".join(one.format),
                one.licence, one.cadence, one.openness, one.kind, one.modified,
                one.available, uses,
            ),
        )  # fmt: skip
        self._connection.execute(
            "INSERT INTO said (rowid, title, keywords, columns, owner_words, about) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (cursor.lastrowid, *(indexed(getattr(one, field)) for field in FIELDS)),
        )

    def _words(self, documents: Iterable[Document]) -> None:
        """The words that titles, keywords and columns use, so that a mistyped one is recognised."""
        counted: Counter[str] = Counter()
        for one in documents:
            counted.update(set(words(f"{one.title} {one.keywords} {one.columns}")))
        found = {word: n for word, n in counted.items() if 2 <= len(word) <= 20}
        self._connection.execute("DELETE FROM word")
        self._connection.executemany("INSERT INTO word VALUES (?, ?)", found.items())

    def version(self) -> str:
        """Changes with what the index holds."""
        found = self.rows("SELECT value FROM mark WHERE name = 'version'")
        return str(found[0][0]) if found else ""

    def vocabulary(self) -> Vocabulary:
        """The words that the catalogue uses, read again when the index has changed."""
        version, kept = self.version(), self._vocabulary
        if kept is not None and kept[0] == version:
            return kept[1]
        made = Vocabulary(dict(self.rows("SELECT word, entries FROM word")))
        self._vocabulary = version, made
        return made

    def held(self) -> Held:
        """What stands in memory, read again when the index has changed."""
        version = self.version()
        kept = self._held
        if kept is not None and kept[0] == version:
            return kept[1]
        made = _held(
            self.rows(
                "SELECT place, id, title, theme, owner, format, licence, cadence, openness, kind, "
                "modified, available, uses FROM entry ORDER BY place"
            )
        )
        self._held = version, made
        return made


def _held(rows: Sequence[tuple[Any, ...]]) -> Held:
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * 13
    texts = {name: [str(value) for value in columns[i]] for i, name in
             enumerate(("place", "id", "title", *FACETS, "modified"))}  # fmt: skip
    codes: dict[str, npt.NDArray[np.int64]] = {}
    values: dict[str, Sequence[str]] = {}
    for facet in FACETS:
        if facet == "format":
            continue
        found, positions = np.unique(np.array(texts[facet], dtype=object), return_inverse=True)
        values[facet], codes[facet] = [str(one) for one in found], positions.astype(np.int64)
    offered = sorted({one for row in texts["format"] for one in row.split("\t") if one})
    values["format"] = offered
    bits = {one: 1 << i for i, one in enumerate(offered)}
    uses = np.array([int(value) for value in columns[12]], dtype=np.float64)
    titles = [plain(title) for title in texts["title"]]
    return Held(
        ids=texts["id"],
        places=np.array([int(place) for place in texts["place"]], dtype=np.int64),
        titles=titles,
        joined=[title.translate(_UNJOINED) for title in titles],
        lengths=np.array([len(title.split(" | ")[0]) for title in titles], dtype=np.float64),
        codes=codes,
        values=values,
        formats=np.array(
            [sum(bits[o] for o in row.split("\t") if o) for row in texts["format"]], dtype=np.int64
        ),
        modified=texts["modified"],
        fresh=_freshness(texts["modified"]),
        used=np.log1p(uses) / max(1.0, float(np.log1p(uses).max(initial=0.0))),
        available=np.array([bool(value) for value in columns[11]], dtype=np.bool_),
    )


def _freshness(modified: Sequence[str]) -> npt.NDArray[np.float64]:
    """1 for the newest, halved with each year of age; 0 where nothing was published."""
    days = np.array(
        [float(datetime.fromisoformat(one).toordinal()) if one else np.nan for one in modified],
        dtype=np.float64,
    )
    if not np.isfinite(days).any():
        return np.zeros(len(days))
    return np.nan_to_num(0.5 ** ((np.nanmax(days) - days) / 365.0))
