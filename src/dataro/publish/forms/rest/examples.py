"""Calls that can be copied: one table of an entry from a shell, Python, R and a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from dataro.publish.catalogue.entry import Entry, EntryTable
from dataro.publish.forms.rest.documents import address, rows_address
from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Example:
    """One call: where it is typed, and what is typed."""

    id: str
    title: Text
    code: str


def examples(entry: Entry, origin: str) -> list[Example]:
    """Calls for the first table of ``entry``, whose rows are open."""
    table = entry.tables[0]
    rows = rows_address(entry, table, origin)
    file = address(entry, origin) if entry.kind == "dataset" else rows
    asked = _asked(entry, table)
    groups = _groups(table)
    python = [
        "import pandas as pd",
        f'rows = pd.read_csv("{file}.csv?{asked}")',
        f'everything = pd.read_parquet("{file}.parquet")',
    ]
    r = [f'rows <- read.csv("{file}.csv?{asked}", encoding = "UTF-8")']
    curl = [
        f'curl "{rows}?{asked}&limit=5"',
        f'curl -o {entry.id}.csv "{file}.csv"',
    ]
    if groups:
        curl.append(f'curl "{rows}?{groups}"')
    excel = f'= Csv.Document(Web.Contents("{file}.csv?bom=1"), [Encoding = 65001])'
    return [
        Example("curl", both("curl", "curl"), "\n".join(curl)),
        Example("python", both("Python", "Python"), "\n".join(python)),
        Example("r", both("R", "R"), "\n".join(r)),
        Example(
            "excel",
            both(
                "엑셀: [데이터] → [웹에서]에 붙여 넣을 주소",
                "Excel: the address for Data → From Web",
            ),
            f"{file}.csv?bom=1",
        ),
        Example(
            "power-query", both("엑셀: 파워 쿼리 수식", "Excel: a formula of Power Query"), excel
        ),
    ]


def _asked(entry: Entry, table: EntryTable) -> str:
    """A condition or an order that suits the columns."""
    parts = []
    columns = table.columns
    day = next((n for n, t in columns.items() if t.domain.kind in ("month", "date")), None)
    if day is not None and entry.temporal:
        last = entry.temporal[1]
        shown = last[:7] if columns[day].domain.kind == "month" else last
        parts.append(f"{quote(day)}=ge:{shown}")
    first = next(iter(columns))
    parts.append(f"sort=-{quote(day or first)}")
    chosen = [n for n, t in columns.items() if t.domain.kind != "geometry"][:4]
    parts.append("columns=" + ",".join(quote(name) for name in chosen))
    return "&".join(parts)


def _groups(table: EntryTable) -> str:
    """A sum by the first column that has groups; empty where there is nothing to add up."""
    columns = table.columns
    grouped = [n for n, t in columns.items() if t.domain.kind in ("code", "month", "year")]
    by = min(
        grouped, key=lambda n: (not columns[n].is_key, not columns[n].domain.codes), default=None
    )
    what = next((n for n, t in columns.items() if t.domain.kind in ("integer", "decimal")), None)
    if by is None or what is None or by == what:
        return ""
    return f"group={quote(by)}&measure=count,sum:{quote(what)}"
