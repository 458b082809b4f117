"""One message to one person, and what every way of sending it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dataro.vocabulary.text import Language, Text

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told: in both languages, theirs first."""

    number: str
    text: Text
    language: Language

    @property
    def body(self) -> str:
        first, second = (
            (self.text.ko, self.text.en) if self.language == "ko" else (self.text.en, self.text.ko)
        )
        return f"{first}\n\n{second}\n"


class Refused(Exception):
    """The other side will never take this message; trying again is of no use."""


class Channel(Protocol):
    """A way to reach people. ``name`` is ``email`` or ``message`` (a telephone number)."""

    @property
    def name(self) -> str: ...

    def send(self, address: str, message: Message) -> None:
        """Hand over one message. Raises ``Refused``, or ``OSError`` where a later try may work."""
