"""What pages about people and cases work with: the data, and the records."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.accounts.records import Records
from dataro.build.registry import Registry
from dataro.cases.workflows import open_cases
from dataro.portal.store import Store


@dataclass(frozen=True)
class Desk:
    """The data of a workspace, and its records of people and cases."""

    store: Store
    records: Records

    @property
    def registry(self) -> Registry:
        return self.store.context.registry


def open_desk(store: Store) -> Desk:
    """The records of the workspace, with its workflows (it may declare none).

    Raises ``Problem`` for a broken workflow or records that cannot be opened.
    """
    return Desk(store, open_cases(store.context.workspace))
