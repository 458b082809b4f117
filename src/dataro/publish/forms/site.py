"""Where things of the catalogue are found: the addresses that every form writes."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from dataro.publish.catalogue.entry import Entry, EntryTable
from dataro.publish.rows import FileFormat
from dataro.vocabulary.city import City
from dataro.vocabulary.text import Language


@dataclass(frozen=True, slots=True)
class Site:
    """A portal as its readers reach it: ``origin`` is scheme, host and port (``https://data.city``)."""

    origin: str
    city: City

    @property
    def catalogue(self) -> str:
        """What identifies the catalogue."""
        return f"{self.origin}/catalog"

    def thing(self, entry: Entry) -> str:
        """What identifies an entry, whatever form describes it."""
        return f"{self.origin}/dataset/{quote(entry.id)}"

    def form(self, entry: Entry, ending: str) -> str:
        """An entry described in a form (``ttl``, ``jsonld`` …)."""
        return f"{self.thing(entry)}.{ending}"

    def page(self, entry: Entry, language: Language) -> str:
        """The page of an entry for people."""
        room = "data" if entry.kind == "dataset" else "analysis"
        return f"{self.origin}/{language}/{room}/{quote(entry.id)}"

    def file(self, entry: Entry, table: EntryTable, format: FileFormat) -> str:
        """A table of an entry as a file for programs (CSV without a byte-order mark)."""
        if entry.kind == "dataset":
            address = f"{self.origin}/data/{quote(entry.id)}.{format}"
        else:
            name = quote(table.name)
            address = f"{self.origin}/ko/analysis/{quote(entry.id)}/tables/{name}.{format}"
        return f"{address}?bom=0" if format == "csv" else address
