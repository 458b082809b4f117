"""What changed in a version, in words: for pages, feeds and notices alike."""

from __future__ import annotations

from collections.abc import Sequence

from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.versions import Version
from dataro.vocabulary.text import Text, both


def change_words(entry: Entry, one: Version) -> Text:
    """One or two sentences on what a version changed."""
    found = one.change
    if one.first:
        return both("처음 낸 판입니다.", "The first version.")
    if found is None:
        return both(
            "견줄 앞 판을 보관하지 않습니다.", "The version before it is no longer kept to compare."
        )
    if found.nothing:
        return both("바뀐 행이 없습니다.", "No row changed.")
    added, removed = f"{found.added:,}", f"{found.removed:,}"
    if found.changed is None:
        said = both(f"행 {added} 더함, {removed} 뺌.", f"Rows: {added} added, {removed} removed.")
    else:
        changed = f"{found.changed:,}"
        said = both(
            f"행 {added} 더함, {removed} 뺌, {changed} 고침.",
            f"Rows: {added} added, {removed} removed, {changed} changed.",
        )
    parts = [
        said,
        *_columns(entry, found.columns_added, both("더한 열", "Columns added")),
        *_columns(entry, found.columns_removed, both("뺀 열", "Columns removed")),
        *_columns(entry, found.columns_retyped, both("형식이 바뀐 열", "Columns of another type")),
    ]
    return Text(" ".join(part.ko for part in parts), " ".join(part.en for part in parts))


def _columns(entry: Entry, names: Sequence[str], what: Text) -> list[Text]:
    if not names:
        return []
    titles = [entry.columns[n].text if n in entry.columns else Text(n, n) for n in names]
    return [
        both(
            f"{what.ko}: {', '.join(title.ko for title in titles)}.",
            f"{what.en}: {', '.join(title.en for title in titles)}.",
        )
    ]
