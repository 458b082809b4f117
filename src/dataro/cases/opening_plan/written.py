"""The opening plan as a workbook and as Markdown, for the meeting that decides on it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import xlsxwriter

from dataro.cases.opening_plan.propose import OpeningPlan, Proposal
from dataro.publish.catalogue.words import theme_words
from dataro.vocabulary.text import Language, Text, both

_TITLE = both("공공데이터 개방 계획(안)", "Proposed opening plan")
HEADS = (
    both("순위", "Rank"), both("제목", "Title"), both("식별자", "Id"), both("주제", "Theme"),
    both("담당 부서", "Department"), both("점수", "Points"), both("까닭", "Reasons"),
    both("먼저 풀 일", "To be cleared first"), both("결정", "Decision"),
)  # fmt: skip
_WIDE = (6, 34, 24, 12, 18, 8, 80, 50, 14)


def plan_rows(plan: OpeningPlan, language: Language) -> Iterator[tuple[str, ...]]:
    """One line a proposal, in the order of ``HEADS``; the decision is left to people."""
    for rank, one in enumerate(plan.proposals, 1):
        yield (
            str(rank), one.title[language], one.dataset or "–", _theme(one, language),
            one.department[language] if one.department else "–", f"{one.points:g}",
            _listed([r.text for r in one.reasons], language), _listed(one.obstacles, language), "",
        )  # fmt: skip


def plan_workbook(plan: OpeningPlan, language: Language) -> bytes:
    """The plan as a workbook with a column for the decision."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        page = book.add_worksheet(str(plan.year))
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#e8eef7"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        page.write_string(0, 0, f"{plan.year} {_TITLE[language]}", book.add_format({"bold": True}))
        for at, (text, wide) in enumerate(zip(HEADS, _WIDE, strict=True)):
            page.set_column(at, at, wide)
            page.write_string(2, at, text[language], head)
        for line, row in enumerate(plan_rows(plan, language), 3):
            for at, cell in enumerate(row):
                if at in (0, 5):
                    page.write_number(line, at, float(cell), wrapped)
                else:
                    page.write_string(line, at, cell, wrapped)
        page.freeze_panes(3, 2)
        page.autofilter(2, 0, 2 + max(1, len(plan.proposals)), len(HEADS) - 1)
    return made.getvalue()


def plan_markdown(plan: OpeningPlan, language: Language) -> str:
    """The plan as Markdown: a heading a proposal, its reasons as a list."""
    lines = [f"# {plan.year} {_TITLE[language]}", ""]
    for rank, one in enumerate(plan.proposals, 1):
        where = one.department[language] if one.department else "–"
        lines += [f"## {rank}. {_safe(one.title[language])}", "",
                  f"- {HEADS[4][language]}: {_safe(where)} · {HEADS[5][language]}: {one.points:g}"]  # fmt: skip
        if one.dataset:
            lines.append(f"- {HEADS[2][language]}: `{one.dataset}`")
        lines += [f"- {_safe(reason.text[language])}" for reason in one.reasons]
        lines += [f"- {HEADS[7][language]}: {_safe(text[language])}" for text in one.obstacles]
        lines.append("")
    return "\n".join(lines)


def _theme(one: Proposal, language: Language) -> str:
    return theme_words(one.theme)[language]


def _listed(texts: list[Text], language: Language) -> str:
    return "\n".join(text[language] for text in texts)


def _safe(text: str) -> str:
    """Words of citizens with nothing in them that Markdown would read."""
    for letter in "\\`*_[]<>#|":
        text = text.replace(letter, f"\\{letter}")
    return text
