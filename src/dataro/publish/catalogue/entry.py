"""What the catalogue knows of one thing that a city shares: a dataset, or the answer to a question.

Every form of the catalogue (page, search, CKAN, DCAT, the national portal's sheet …) is written
from this one class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dataro.accounts.permissions import Subject
from dataro.build.state import Publication
from dataro.publish.rows import About, FileFormat
from dataro.vocabulary.answer import Verdict
from dataro.vocabulary.dataset import Cadence, Openness, PersonalData
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both

EntryKind = Literal["dataset", "answer"]
Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees, EPSG:4326."""


class NotThere(Problem):
    """There is no such entry, table, version or figure, or none that the reader may see."""


class Gone(NotThere):
    """It was there and is not any more: its time is over, or its rows were removed."""


@dataclass(frozen=True, slots=True)
class EntryTable:
    """One table of an entry: the dataset's own, or a result of an answer.

    ``name`` is what addresses call it (the dataset's id; ``result`` or the name of a result),
    ``stored`` the lake's name for it, ``snapshot`` its published version (None: none yet).
    """

    name: str
    stored: str
    title: Text
    row: Text
    columns: Mapping[str, Term]
    keys: tuple[str, ...]
    snapshot: int | None
    formats: tuple[FileFormat, ...]


@dataclass(frozen=True)
class Entry:
    """One entry of the catalogue.

    ``columns``, ``keys`` and ``row`` are those of its first table. ``keys`` is empty where no
    column identifies a row. ``temporal`` are the first and the last day or month that its rows
    tell of (ISO 8601); ``spatial`` is their extent; both are None where no column says. ``created``
    and ``modified`` are the moments (ISO 8601, UTC) of its first and its current version.
    ``expires`` is the last day in Korea on which it may be shown. ``contact`` is a telephone number,
    ``basis`` why the city holds it (보유근거), ``collection`` how it comes together (수집방법),
    ``template`` the national template it follows. ``verdict`` is None for an
    answer, whose quality is that of what it read.
    """

    id: str
    kind: EntryKind
    title: Text
    description: Text
    row: Text
    owner: Text
    theme: str
    keywords: tuple[str, ...]
    columns: Mapping[str, Term]
    keys: tuple[str, ...]
    licence: str
    terms: Text | None
    contact: str
    basis: Text | None
    collection: Text | None
    template: str | None
    openness: Openness
    openness_reason: Text | None
    personal: PersonalData
    cadence: Cadence
    expires: date | None
    origin: str | None
    temporal: tuple[str, str] | None
    spatial: Bounds | None
    publication: Publication | None
    verdict: Verdict | None
    rows: int | None
    created: str | None
    modified: str | None
    formats: tuple[FileFormat, ...]
    tables: tuple[EntryTable, ...]

    @property
    def snapshot(self) -> int | None:
        """The current version of its first table."""
        return self.tables[0].snapshot

    @property
    def synthetic(self) -> bool:
        """Whether anything below it was invented."""
        return self.publication is not None and self.publication.receipt.synthetic

    @property
    def subject(self) -> Subject:
        """The entry as permissions see it: its department is its owner's Korean name."""
        return Subject(
            "dataset",
            self.id,
            department=self.owner.ko,
            openness=self.openness,
            personal=self.personal,
            expires=self.expires,
        )

    def table(self, name: str) -> EntryTable:
        """One of its tables by name. Raises ``NotThere`` with the names that there are."""
        found = next((one for one in self.tables if one.name == name), None)
        if found is None:
            known = ", ".join(one.name for one in self.tables)
            raise NotThere(
                both(
                    f"“{self.title.ko}”에 그런 표는 없습니다. 있는 표: {known}.",
                    f"“{self.title.en}” has no such table. Tables: {known}.",
                )
            )
        return found

    def row_names(self) -> tuple[str, ...]:
        """Columns that tell rows apart: its keys, or all its columns where it declares none."""
        return self.keys or tuple(self.columns)

    def published(self) -> Publication:
        """The current version. Raises ``NotThere`` where there is none."""
        if self.publication is None or self.snapshot is None:
            raise NotThere(
                both(
                    f"“{self.title.ko}”: 선언되어 있지만 아직 자료가 들어오지 않았습니다. "
                    f"담당 부서: {self.owner.ko}.",
                    f"“{self.title.en}” is declared, but its data has not come in yet. "
                    f"Responsible: {self.owner.en}.",
                )
            )
        return self.publication

    def about(self) -> About:
        """What a file of it says of itself. Raises ``NotThere``."""
        receipt = self.published().receipt
        return About(self.id, self.title, self.description, self.owner, self.licence, receipt)
