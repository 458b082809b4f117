"""What a reader is told before the numbers: they are of an older version, stale, or partial."""

from __future__ import annotations

from dataro.accounts.clock import korean_minute
from dataro.portal.place_words import PLACE_WORDS
from dataro.portal.store import Store
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.text import Language


def notices(store: Store, answer: Answer, pin: str, language: Language) -> list[str]:
    """One sentence for each; none where the answer is whole and current."""
    said = []
    receipt = answer.receipt
    current = store.snapshot_of(answer.analysis.id)
    if pin and receipt.snapshot is not None and current is not None:
        if str(receipt.snapshot) == pin != str(current):
            said.append(_word("older_version", language, pinned=pin, now=current))
        elif pin != str(receipt.snapshot):
            said.append(_word("moved_on", language, pinned=pin, now=receipt.snapshot))
    elif store.is_stale(answer):
        said.append(_word("stale_answer", language, made_at=korean_minute(receipt.made_at)))
    if receipt.absent:
        names = [store.table_title(id)[language] for id in receipt.absent]
        said.append(_word("partial_answer", language, names=", ".join(names)))
    return said


def _word(key: str, language: Language, **values: object) -> str:
    return PLACE_WORDS[key][language].format(**values)
