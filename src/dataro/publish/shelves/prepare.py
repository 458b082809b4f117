"""Shelves built before anybody asks, where building them would make somebody wait."""

from __future__ import annotations

from contextlib import suppress

from dataro.build.context import Context
from dataro.publish.catalogue.entries import entries
from dataro.publish.shelves.keeping import shelf
from dataro.vocabulary.problem import Problem

LARGE = 50_000
"""Rows from which a shelf takes more than a third of a second."""


def prepare(context: Context) -> None:
    """Shelves of every large table that is published; those that stand cost nothing."""
    for entry in entries(context):
        if entry.kind == "dataset" and entry.snapshot is not None and (entry.rows or 0) >= LARGE:
            with suppress(Problem):  # whoever asks for its rows is told
                shelf(context, entry.id)
