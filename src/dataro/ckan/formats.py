"""Names of file formats: one way to write each, from its media type or what else it is called.

``formats.csv`` holds those of open-data portals; media types are IANA's where it has one.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def plain_format(said: str) -> str:
    """The name of a format as it is usually written; unknown ones as they were said."""
    return _names().get(said.lower(), said)


@cache
def _names() -> Mapping[str, str]:
    text = (files("dataro.ckan") / "formats.csv").read_text("utf-8")
    found: dict[str, str] = {}
    for row in csv.DictReader(text.splitlines()):
        for one in (row["name"], row["media_type"], *row["also"].split("|")):
            if one:
                found[one.lower()] = row["name"]
    return found
