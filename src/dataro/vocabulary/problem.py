"""What went wrong, as a sentence for the person who can act, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from dataro.vocabulary.text import Text, resolve_particles


class Problem(Exception):
    """An expected failure: says what was wrong, where, what was expected and what to do.

    The command line prints it without a traceback; the portal and the APIs answer with it.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = Text(resolve_particles(text.ko), text.en)


class TooLittleData(Problem):
    """A question cannot be answered from the data that is there: nothing is broken, something is
    missing. A build counts the analysis as absent, and says what to add."""


def did_you_mean(given: str, known: Iterable[str]) -> Text:
    """`` Did you mean “…”?`` with the nearest known name, or nothing; begins with a space."""
    near = get_close_matches(given, list(known), 1)
    return (
        Text(f" “{near[0]}”을(를) 뜻하셨습니까?", f" Did you mean “{near[0]}”?")
        if near
        else Text("", "")
    )
