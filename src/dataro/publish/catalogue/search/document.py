"""What the index knows of one entry: words to be found by, facets to narrow by, marks to rank by."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.words import theme_words
from dataro.vocabulary.text import Text

FACETS = ("theme", "owner", "format", "licence", "cadence", "openness", "kind")
"""What a search can be narrowed by; ``format`` has several values for an entry."""


@dataclass(frozen=True, slots=True)
class Document:
    """One entry as it is searched.

    ``title`` … ``owner_words`` are texts in both languages, looked through in this order of
    weight; ``modified`` is ISO 8601 or empty.
    """

    id: str
    title: str
    keywords: str
    columns: str
    owner_words: str
    about: str
    theme: str = ""
    owner: str = ""
    format: tuple[str, ...] = ()
    licence: str = ""
    cadence: str = ""
    openness: str = ""
    kind: str = ""
    modified: str = ""
    available: bool = True

    def digest(self) -> str:
        """Changes when anything does."""
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False).encode()).hexdigest()[
            :32
        ]


def document(entry: Entry) -> Document:
    """An entry as it is searched."""
    tables = [one.title for one in entry.tables] if entry.kind == "answer" else []
    columns = {term.text: None for table in entry.tables for term in table.columns.values()}
    return Document(
        id=entry.id,
        title=_said([entry.title]),
        keywords=" | ".join(
            [_said([theme_words(entry.theme)]), entry.id.replace("_", " "), *entry.keywords]
        ),
        columns=_said(list(columns)),
        owner_words=_said([entry.owner]),
        about=_said([entry.description, entry.row, *tables]),
        theme=entry.theme,
        owner=entry.owner.ko,
        format=entry.formats,
        licence=entry.licence,
        cadence=entry.cadence,
        openness=entry.openness,
        kind=entry.kind,
        modified=entry.modified or "",
        available=entry.publication is not None,
    )


def _said(texts: list[Text]) -> str:
    return " | ".join(f"{one.ko} | {one.en}" for one in texts)
