"""The reasons for which the law lets a city refuse data, as ``reasons.csv`` lists them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dataro.vocabulary.text import Text


@dataclass(frozen=True, slots=True)
class LegalReason:
    """One ground of refusal: statute, article, and what it says in plain words of our own."""

    id: str
    law: Text
    article: Text
    text: Text

    @property
    def sentence(self) -> Text:
        """The ground with its citation, as an answer to a citizen gives it."""
        return Text(
            f"{self.text.ko} (「{self.law.ko}」 {self.article.ko})",
            f"{self.text.en} ({self.law.en}, {self.article.en})",
        )


@cache
def legal_reasons() -> Mapping[str, LegalReason]:
    """Every ground, by id, in the order of the statutes."""
    text = (files("dataro.cases") / "reasons.csv").read_text("utf-8")
    return {
        row["id"]: LegalReason(
            row["id"],
            Text(row["law_ko"], row["law_en"]),
            Text(row["article_ko"], row["article_en"]),
            Text(row["ko"], row["en"]),
        )
        for row in csv.DictReader(text.splitlines())
    }
