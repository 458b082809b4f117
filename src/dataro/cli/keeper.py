"""Whoever runs a command on the workspace itself, without an account."""

from __future__ import annotations

from dataro.accounts.person import Person

KEEPER = Person(
    id=0, login="console", name="", email="", phone="", language="ko", department=None,
    roles=frozenset({"data_officer"}),
)  # fmt: skip
"""They can write every file of the workspace, and so decide as a data officer would."""
