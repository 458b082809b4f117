"""What goes wrong in an action, as CKAN's clients expect to be told: by type, status and body.

The words are part of CKAN's interface (clients compare them), so they are said in English alone.
"""

from __future__ import annotations

from typing import Any

Errors = dict[str, Any]
"""Messages by field: a list of texts, a list of such dictionaries for sub-fields, or a text."""


class Fault(Exception):
    """An action cannot be done; ``status`` is the HTTP status, ``type`` CKAN's name for it."""

    status = 500
    type = "Internal Server Error"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    def body(self) -> dict[str, Any]:
        """The ``error`` of the reply."""
        return {"__type": self.type, "message": self.message or self.type}


class NotFound(Fault):
    """There is no such thing."""

    status, type = 404, "Not Found Error"

    def body(self) -> dict[str, Any]:
        said = f"Not found: {self.message}" if self.message else "Not found"
        return {"__type": self.type, "message": said}


class NotAuthorized(Fault):
    """Whoever asks may not do this."""

    status, type = 403, "Authorization Error"

    def body(self) -> dict[str, Any]:
        said = f"Access denied: {self.message}" if self.message else "Access denied"
        return {"__type": self.type, "message": said}


class Invalid(Fault):
    """What was sent does not fit; ``errors`` says which fields and why."""

    status, type = 409, "Validation Error"

    def __init__(self, errors: Errors | str) -> None:
        super().__init__("invalid")
        self.errors: Errors = {"message": errors} if isinstance(errors, str) else dict(errors)
        if isinstance(self.errors.get("tags"), list):
            self.errors["tags"] = [_of_tag(one) for one in self.errors["tags"] if one]

    def body(self) -> dict[str, Any]:
        return {**self.errors, "__type": self.type}


class NotData(Fault):
    """The structure itself cannot be read (a list where dictionaries belong, …)."""

    status, type = 400, "Integrity Error"

    def __init__(self, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.data = data

    def body(self) -> dict[str, Any]:
        return {"__type": self.type, "message": self.message, "data": self.data}


class BadQuery(Fault):
    """A search that cannot be understood."""

    status, type = 400, "Search Query Error"

    def body(self) -> dict[str, Any]:
        said = f"Search Query is invalid: ({self.message!r},)"
        return {"__type": self.type, "message": said}


class BadSearch(Fault):
    """A search that was understood and cannot be done."""

    status, type = 409, "Search Error"

    def body(self) -> dict[str, Any]:
        return {"__type": self.type, "message": f"Search error: ({self.message!r},)"}


def _of_tag(error: Any) -> Any:
    """Errors of a tag are told as one text."""
    if isinstance(error, dict) and "name" in error:
        return ", ".join(error["name"])
    return error
