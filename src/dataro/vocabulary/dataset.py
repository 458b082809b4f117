"""Datasets as a city declares them: one YAML file each, read into these classes.

Unknown keys are refused by whoever reads the YAML (``dataro.build.declarations``); the classes
say what the keys are and what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

from dataro.vocabulary.text import Text

STRICT: dict[str, str] = {"extra": "forbid"}

Openness = Literal["open", "on_request", "internal"]
Cadence = Literal["once", "live", "daily", "weekly", "monthly", "quarterly", "yearly", "irregular"]
PersonalData = Literal["none", "pseudonymous", "personal", "sensitive"]
Scalar = str | int | float | bool


@dataclass(frozen=True)
class Unpivot:
    """Columns whose headings carry values become rows.

    ``columns`` is a regular expression over flattened headings (header rows joined by ``/``); its
    named groups become source columns, and the cell becomes the source column ``value``. Headings
    that do not match stay as they are. What a group named ``column`` holds stays a heading, so
    that several measures stand side by side in a row: ``(?P<month>…)/(?P<column>세대수|인구수)``.
    """

    columns: str
    value: str = "value"
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Api:
    """An open API. ``kind`` names the conventions it speaks.

    ``data_go_kr`` (serviceKey, pageNo, numOfRows, resultCode), ``kosis``, or ``paged`` (plain JSON
    pages). The key comes from the environment variable ``key``, never from a file.
    """

    kind: Literal["data_go_kr", "kosis", "paged"]
    url: str
    key: str | None = None
    parameters: Mapping[str, Scalar] = field(default_factory=dict)
    page_size: int = 1000
    requests_per_second: float = 5.0
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Source:
    """Where a dataset comes from and how its raw form is laid out.

    ``files`` is a glob below the raw folder; the newest layout wins nothing: all matching files
    are read and put under each other. ``header`` lists the 1-based rows that make the heading
    (found by itself where absent). ``records`` is the path to the records of a JSON or XML
    document: keys by dots, ``*`` for each member (a mapping's key becomes the column ``key``, and
    plain members of passed levels become columns); ``sheet`` names a sheet of
    a workbook, a layer of a GeoPackage, a file in an archive, or a table in a document by its
    number; as a pattern (``*``) it takes several sheets, told apart by the column ``sheet``.
    ``fill_down`` are headings whose value is written once and holds for the empty cells below.
    ``crs`` is the coordinate system where the file does not say (``EPSG:5186``).
    """

    files: str | None = None
    api: Api | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: tuple[int, ...] | None = None
    records: str | None = None
    crs: str | None = None
    unpivot: Unpivot | None = None
    fill_down: tuple[str, ...] = ()
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class ColumnSource:
    """How one standard column is filled, and (in a dataset without a table class) what it is.

    ``source`` (YAML key ``from``) is a heading or an unpivoted group; ``constant`` a fixed value;
    ``pattern`` a regular expression whose first group is kept; ``values`` a map of raw values to
    codes. ``term`` names a term of the dictionary or of the loaded standard; ``title`` and
    ``kind`` declare a column that no term describes.
    """

    source: str | None = None
    constant: Scalar | None = None
    pattern: str | None = None
    values: Mapping[str, Scalar] | None = None
    term: str | None = None
    title: Text | None = None
    kind: str | None = None
    unit: Text | None = None
    key: bool = False
    optional: bool = False
    personal: bool = False
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Correction:
    """A known error of the source, mended on the way in, with the reason.

    ``where`` is a SQL condition over the standard columns, whose values are still the text that
    the file has. Exactly one of ``drop`` (leave the rows out) and ``set`` (write these values).
    """

    where: str
    reason: Text
    drop: bool = False
    set: Mapping[str, Scalar] = field(default_factory=dict)
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class DeclaredRule:
    """A rule of a dataset without a table class: a SQL condition that each row must meet."""

    condition: str
    text: Text
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Retirement:
    """The end of a dataset's openness: since when, why, and what takes its place."""

    on: date
    reason: Text
    replaced_by: str | None = None
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Dataset:
    """One dataset as its city declares it; ``id`` is the name of its YAML file.

    ``table`` names the table class it fills; several datasets may fill one table, and where they
    give the same key the lower ``rank`` wins and the difference is counted. Without ``table`` the
    dataset declares its own columns and says what a row is (``row``). ``terms`` are conditions of
    use beside the licence, ``contact`` the telephone of the department, ``basis`` the law or duty
    by which the city holds the data (보유근거), ``collection`` how it comes together (수집방법);
    ``template`` names the national template (공공데이터 제공표준) that its file follows. ``expires`` is the last day (in Korea) on which it may be shown: from
    the next day on nobody sees it. ``retired`` says that it was open once and why no more: its
    page tells so, its rows are not given out.
    """

    id: str
    title: Text
    description: Text
    owner: Text
    source: Source
    columns: Mapping[str, ColumnSource]
    licence: str
    openness: Openness = "open"
    openness_reason: Text | None = None
    cadence: Cadence = "irregular"
    personal: PersonalData = "none"
    table: str | None = None
    rank: int = 100
    row: Text | None = None
    theme: str = "general"
    keywords: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    rules: tuple[DeclaredRule, ...] = ()
    terms: Text | None = None
    contact: str | None = None
    basis: Text | None = None
    collection: Text | None = None
    template: str | None = None
    expires: date | None = None
    retired: Retirement | None = None
    origin: str | None = None
    __pydantic_config__: ClassVar = STRICT
