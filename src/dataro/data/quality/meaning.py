"""What a column means, told from its name and its values together.

``meanings.csv`` holds the meanings, the words their names are made of, and how far values alone
decide. Shapes of values are judged on a sample; a name that the values contradict does not count.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
import polars as pl

from dataro.data.quality.blocks import blocks, together
from dataro.data.quality.shapes import Shapes, fits, look
from dataro.data.standards.cast import says_nothing, trim
from dataro.vocabulary.text import Text, both

Family = Literal["text", "number", "date"]

SAMPLE = 2_000
"""So many filled cells of a column are looked at."""

_ONLY_NAMED = ("birth_date", "age", "postcode")  # values like those of any date, any number


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning a column can have; ``decisive`` 0–1: how far its values alone tell it."""

    id: str
    text: Text
    family: Family
    decisive: float
    names: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a column was taken for, how surely (0–1), the runner-up, the share of filled cells."""

    meaning: str
    confidence: float
    family: Family
    second: str | None = None
    filled: float = 0.0


@cache
def meanings() -> Mapping[str, Meaning]:
    """Every meaning by its id, the most telling first."""
    text = files("dataro.data.quality").joinpath("meanings.csv").read_text(encoding="utf-8")
    return {
        row["meaning"]: Meaning(
            row["meaning"],
            both(row["ko"], row["en"]),
            _family(row["family"]),
            float(row["decisive"]),
            re.compile(row["names"], re.IGNORECASE),
        )
        for row in csv.DictReader(text.splitlines())
    }


def _family(text: str) -> Family:
    return "number" if text == "number" else "date" if text == "date" else "text"


def recognise(name: str, values: pl.Series) -> Recognised:
    """The meaning of one column of text cells, from its heading and a sample of its cells.

    A column without a filled cell is taken for what its name says; one that nothing fits is
    ``text`` or ``number``.
    """
    return recognise_all(values.rename(name).to_frame())[0]


def recognise_all(frame: pl.DataFrame) -> list[Recognised]:
    """The meaning of every column of a frame of text cells; short columns are taken together."""
    found: list[Recognised] = []
    for names in blocks(frame.columns, frame.height):
        cells = together([frame[name] for name in names])
        filled = (~says_nothing(cells)).to_numpy().reshape(len(names), frame.height)
        picked, sizes = [], []
        for at, cell_is_filled in enumerate(filled):
            places = np.flatnonzero(cell_is_filled)
            places = places[:: max(1, len(places) // SAMPLE)][:SAMPLE]
            picked.append(places + at * frame.height)
            sizes.append(len(places))
        shapes = look(trim(cells.gather(np.concatenate(picked))), sizes)
        shares = filled.mean(axis=1) if frame.height else np.zeros(len(names))
        found += [
            _recognised(name, seen, float(share))
            for name, seen, share in zip(names, shapes, shares, strict=True)
        ]
    return found


def _recognised(name: str, shapes: Shapes, filled: float) -> Recognised:
    fit_of = fits(shapes)
    heading = _heading(name)
    empty = shapes.values.is_empty()
    scores: dict[str, float] = {}
    for meaning in meanings().values():
        fit = fit_of.get(meaning.id, 0.0) if not empty else 0.6
        if fit < 0.5:
            continue
        named = _named(meaning, heading)
        if not named and (empty or _needs_name(meaning.id, fit, shapes.counted)):
            continue
        scores[meaning.id] = named * 0.9 * fit + meaning.decisive * fit
    ranked = sorted(scores, key=lambda m: scores[m], reverse=True)
    if not ranked or scores[ranked[0]] < 0.12:
        family: Family = "number" if fit_of.get("number", 0) >= 0.8 else "text"
        return Recognised("number" if family == "number" else "text", 0.2, family, filled=filled)
    best = ranked[0]
    second = ranked[1] if len(ranked) > 1 else None
    lead = scores[best] - (scores[second] if second else 0)
    confidence = round(min(0.99, 0.45 + 0.3 * scores[best] + 0.4 * lead), 2)
    return Recognised(best, confidence, meanings()[best].family, second, filled)


def _needs_name(meaning: str, fit: float, counts: bool) -> bool:
    """Whether values alone cannot tell a meaning: only a heading can."""
    if meaning in ("longitude", "latitude", "district_code"):
        return fit < 0.6
    if meaning in ("number", "quantity", "amount", "rate", "area"):
        return fit < 0.8
    return meaning in _ONLY_NAMED or (counts and meaning in ("id", "code"))


def _heading(name: str) -> str:
    """A heading as names are matched: NFC, the last part of a flattened one, no spaces."""
    plain = unicodedata.normalize("NFC", name).strip().lower()
    return re.sub(r"[\s\u200b\ufeff]+", "", plain)


def _named(meaning: Meaning, heading: str) -> float:
    """How strongly a heading speaks for a meaning: words at its end count most."""
    bare = re.sub(r"[(\[].*?[)\]]", "", heading) or heading
    best = 0.0
    for text in {heading, bare}:
        for match in meaning.names.finditer(text):
            if match.end() == match.start():
                continue
            at_end = match.end() == len(text)
            length = min(1.0, (match.end() - match.start()) / 4)
            best = max(best, (0.75 if at_end else 0.5) + 0.25 * length)
    return best
