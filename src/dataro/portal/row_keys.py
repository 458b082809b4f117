"""How one row of a dataset is named in an address: ``k.column=value`` for each column of its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dataro.portal.store import Store
from dataro.publish.catalogue.entry import Entry, NotThere
from dataro.vocabulary.text import both

PREFIX = "k."
MOST_COLUMNS = 10
LONGEST_VALUE = 200
LONGEST_QUERY = 1_500


def row_query(keys: Sequence[str], row: Mapping[str, Any]) -> str:
    """The query that names ``row``; empty for one that cannot be named (no key, or a huge one)."""
    values = {name: value_text(row.get(name)) for name in keys}
    if not 1 <= len(values) <= MOST_COLUMNS:
        return ""
    if not all(0 < len(value) <= LONGEST_VALUE for value in values.values()):
        return ""
    query = urlencode({f"{PREFIX}{name}": value for name, value in values.items()})
    return query if len(query) <= LONGEST_QUERY else ""


def value_text(value: Any) -> str:
    """A value as the lake writes it as text; empty where it is missing."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def named_row(
    store: Store, entry: Entry, query: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Any]]:
    """The key in ``query`` and the row that it names. Raises ``NotThere``."""
    key = {
        name.removeprefix(PREFIX): value
        for name, value in query.items()
        if name.startswith(PREFIX) and len(value) <= LONGEST_VALUE
    }
    row = store.row(entry.id, key) if set(key) == set(entry.row_names()) else None
    if row is None:
        raise NotThere(
            both(
                f"“{entry.title.ko}”에서 그 행을 찾을 수 없습니다. 그사이 자료가 바뀌었을 수 "
                "있으니, 데이터 쪽의 미리 보기에서 행을 다시 골라 주십시오.",
                f"There is no such row in “{entry.title.en}”. The data may have changed; "
                "choose the row again in the preview of the dataset's page.",
            )
        )
    return key, row
