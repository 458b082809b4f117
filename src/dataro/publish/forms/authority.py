"""The codes of the European authority tables that DCAT-AP asks for, for our own words.

Tables: https://op.europa.eu/en/web/eu-vocabularies (frequency, file-type, access-right, data-theme,
language, planned-availability). Media types: https://www.iana.org/assignments/media-types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataro.publish.rows import FileFormat
from dataro.vocabulary.dataset import Cadence, Openness
from dataro.vocabulary.text import Language

_AUTHORITY = "http://publications.europa.eu/resource/authority"
_IANA = "https://www.iana.org/assignments/media-types"

FREQUENCY: Mapping[Cadence, str] = {
    "once": f"{_AUTHORITY}/frequency/NEVER",
    "live": f"{_AUTHORITY}/frequency/CONT",
    "daily": f"{_AUTHORITY}/frequency/DAILY",
    "weekly": f"{_AUTHORITY}/frequency/WEEKLY",
    "monthly": f"{_AUTHORITY}/frequency/MONTHLY",
    "quarterly": f"{_AUTHORITY}/frequency/QUARTERLY",
    "yearly": f"{_AUTHORITY}/frequency/ANNUAL",
    "irregular": f"{_AUTHORITY}/frequency/IRREG",
}

ACCESS: Mapping[Openness, str] = {
    "open": f"{_AUTHORITY}/access-right/PUBLIC",
    "on_request": f"{_AUTHORITY}/access-right/RESTRICTED",
    "internal": f"{_AUTHORITY}/access-right/NON_PUBLIC",
}

LANGUAGE: Mapping[Language, str] = {
    "ko": f"{_AUTHORITY}/language/KOR",
    "en": f"{_AUTHORITY}/language/ENG",
}

AVAILABLE = f"{_AUTHORITY}/planned-availability/STABLE"
THEME_SCHEME = f"{_AUTHORITY}/data-theme"

_THEMES = {
    "population": "SOCI",
    "places": "REGI",
    "housing": "SOCI",
    "transit": "TRAN",
    "transport": "TRAN",
    "economy": "ECON",
    "safety": "JUST",
    "environment": "ENVI",
    "welfare": "SOCI",
    "care": "SOCI",
    "health": "HEAL",
    "services": "GOVE",
    "education": "EDUC",
    "culture": "EDUC",
    "tourism": "EDUC",
    "agriculture": "AGRI",
    "energy": "ENER",
    "administration": "GOVE",
}


def theme(name: str) -> str:
    """The data theme of one of our themes; “government” where none is nearer."""
    return f"{THEME_SCHEME}/{_THEMES.get(name, 'GOVE')}"


@dataclass(frozen=True, slots=True)
class FileType:
    """A format as the file-type table names it, with its registered media type."""

    authority: str
    media: str

    @property
    def type_uri(self) -> str:
        return f"{_AUTHORITY}/file-type/{self.authority}"

    @property
    def media_uri(self) -> str:
        return f"{_IANA}/{self.media}"


FILE_TYPES: Mapping[FileFormat, FileType] = {
    "csv": FileType("CSV", "text/csv"),
    "xlsx": FileType(
        "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    "parquet": FileType("PARQUET", "application/vnd.apache.parquet"),
    "geojson": FileType("GEOJSON", "application/geo+json"),
    "json": FileType("JSON", "application/json"),
}  # fmt: skip
