"""What is told of datasets that were open once: since when not, why, and what takes their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dataro.build.context import Context
from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One retired dataset. ``replaced_by`` is the id of another, if any."""

    dataset: str
    title: Text
    owner: Text
    on: date
    reason: Text
    replaced_by: str | None

    def said(self) -> Text:
        """The same in a sentence or two."""
        after_ko = f" 대신 “{self.replaced_by}”을(를) 이용해 주세요." if self.replaced_by else ""
        after_en = f" Use “{self.replaced_by}” instead." if self.replaced_by else ""
        day = self.on.isoformat()
        return both(
            f"“{self.title.ko}”은(는) {day}에 공개를 마쳤습니다. {self.reason.ko}{after_ko} "
            f"담당 부서: {self.owner.ko}.",
            f"“{self.title.en}” is not open any more since {day}. {self.reason.en}{after_en} "
            f"Responsible: {self.owner.en}.",
        )


def tombstone(context: Context, id: str) -> Tombstone | None:
    """What to tell of a dataset that was retired; None for one that was not."""
    dataset = context.registry.datasets.get(id)
    if dataset is None or dataset.retired is None:
        return None
    end = dataset.retired
    return Tombstone(id, dataset.title, dataset.owner, end.on, end.reason, end.replaced_by)


def tombstones(context: Context) -> list[Tombstone]:
    """Every dataset that was retired, the latest first."""
    found = [tombstone(context, id) for id in context.registry.datasets]
    return sorted((one for one in found if one), key=lambda one: one.on, reverse=True)
