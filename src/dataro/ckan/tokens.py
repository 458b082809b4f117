"""Tokens of programs: kept as hashes, shown once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

from dataro.ckan.things import Thing, Things

if TYPE_CHECKING:
    from dataro.ckan.call import Call


class TokenMaker(Protocol):
    """What makes, lists and ends tokens, and keeps passwords."""

    def make(self, call: Call, user: Thing, name: str) -> tuple[str, str]:
        """The secret of a new token, and its id."""

    def of(self, call: Call, user: Thing) -> Iterable[Thing]:
        """The living tokens of a person."""

    def id_of(self, call: Call, secret: str) -> str | None:
        """The id of the token with that secret."""

    def end(self, call: Call, id: str | None) -> None:
        """End a token."""

    def hashed(self, password: str) -> str:
        """A password as it may be kept."""


class OwnTokens:
    """Tokens kept among the things: for a site without accounts of Dataro's own."""

    def make(self, call: Call, user: Thing, name: str) -> tuple[str, str]:
        secret = secrets.token_urlsafe(32)
        token = {
            "id": secrets.token_hex(12), "name": name, "user_id": user["id"],
            "hash": digest(secret), "created_at": call.now(), "last_access": None,
        }  # fmt: skip
        call.things.put("token", token)
        return secret, token["id"]

    def of(self, call: Call, user: Thing) -> Iterable[Thing]:
        return call.things.where("token", owner=user["id"])

    def id_of(self, call: Call, secret: Any) -> str | None:
        found = call.things.named("token", digest(str(secret)))
        return found["id"] if found else None

    def end(self, call: Call, id: str | None) -> None:
        if id is not None:
            call.things.remove("token", id)

    def hashed(self, password: str) -> str:
        # Nobody signs in by a password here; it is not kept in any form that could be tried.
        return f"${secrets.token_hex(16)}"


def digest(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def holder(things: Things, secret: str) -> Thing | None:
    """The person whose token this is."""
    token = things.named("token", digest(secret))
    return things.get("user", token["user_id"]) if token else None
