"""Whoever reads a page, where they are signed in: what the frame and the forms of a page need."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.accounts.person import Person

STAFF = frozenset(("officer", "steward", "data_officer", "admin", "auditor"))
"""The roles that work for the city: they alone see the desk."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is signed in, and what the forms of their session carry."""

    person: Person
    form_key: str
    issuer: str | None = None

    @property
    def staff(self) -> bool:
        """Whether they work for the city."""
        return bool(self.person.roles & STAFF)

    @property
    def kept_by(self) -> tuple[str, bool]:
        """What the frame of a page shows of them: pages that differ in no more are kept by it."""
        return self.person.name, self.staff
