"""The standard columns of a dataset: from its table class, or from its YAML alone."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dataro.data.standards.as_term import as_term
from dataro.data.standards.store import standard
from dataro.vocabulary import dictionary
from dataro.vocabulary.dataset import ColumnSource, Dataset
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Domain, Kind, Term
from dataro.vocabulary.text import Text, both

KINDS: tuple[Kind, ...] = typing.get_args(Kind)


def _terms() -> dict[str, Term]:
    return {
        name.lower(): value for name, value in vars(dictionary).items() if isinstance(value, Term)
    }


def dataset_columns(
    dataset: Dataset, tables: Mapping[str, type[Table]], path: Path
) -> Mapping[str, Term]:
    """The standard columns of ``dataset``, in order.

    Raises ``Problem`` where the table is unknown, a mandatory column is not filled, a column
    does not exist, or a column of a dataset without a table class is not described.
    """
    if dataset.table is None:
        return {name: _own_column(name, one, path) for name, one in dataset.columns.items()}
    table = tables.get(dataset.table)
    if table is None:
        guess = did_you_mean(dataset.table, tables)
        raise Problem(
            both(
                f"{path}: table “{dataset.table}”은(는) 없는 표입니다.{guess.ko} 있는 표: {', '.join(tables)}.",
                f"{path}: there is no table “{dataset.table}”.{guess.en} Tables: {', '.join(tables)}.",
            )
        )
    if table.confidential and dataset.openness == "open":
        raise Problem(
            both(
                f"{path}: 표 {table.id}의 행은 소수의 사람을 가리키므로 그대로 개방할 수 없습니다. "
                "openness를 internal이나 on_request로 적고 이유를 openness_reason에 적어 주세요.",
                f"{path}: rows of the table {table.id} count few people each and cannot be open as they "
                "are. Set openness to internal or on_request and give openness_reason.",
            )
        )
    for name in dataset.columns:
        if name not in table.columns:
            guess = did_you_mean(name, table.columns)
            listed = ", ".join(table.columns)
            raise Problem(
                both(
                    f"{path}: 표 {table.id}에는 “{name}” 열이 없습니다.{guess.ko} 있는 열: {listed}.",
                    f"{path}: the table {table.id} has no column “{name}”.{guess.en} Columns: {listed}.",
                )
            )
    missing = [
        name
        for name, term in table.columns.items()
        if not term.is_optional and name not in dataset.columns
    ]
    if missing:
        listed = ", ".join(missing)
        raise Problem(
            both(
                f"{path}: 표 {table.id}의 필수 열을 채우지 않았습니다: {listed}. columns에 적어 주세요.",
                f"{path}: the table {table.id} needs columns that are not filled: {listed}. "
                "Add them under columns.",
            )
        )
    return table.columns


def _own_column(name: str, declared: ColumnSource, path: Path) -> Term:
    if declared.term is not None:
        term = _cited_term(name, declared.term, path)
    elif declared.title is not None:
        kind = typing.cast("Kind", declared.kind or "text")
        if kind not in KINDS:
            guess, listed = did_you_mean(kind, KINDS), ", ".join(KINDS)
            raise Problem(
                both(
                    f"{path}: columns.{name}.kind “{kind}”은(는) 없는 종류입니다.{guess.ko} 가능한 값: {listed}.",
                    f"{path}: columns.{name}.kind is “{kind}”.{guess.en} Allowed: {listed}.",
                )
            )
        term = Term(declared.title, Domain(_DOMAIN_NAMES[kind], kind), declared.unit)
    else:
        raise Problem(
            both(
                f"{path}: columns.{name}에는 term(용어 사전의 이름)이나 title과 kind를 적어 주세요.",
                f"{path}: columns.{name} needs a term of the dictionary, or a title and a kind.",
            )
        )
    return replace(
        term,
        name=name,
        text=declared.title or term.text,
        unit=declared.unit or term.unit,
        is_key=declared.key,
        is_optional=declared.optional,
    )


def _cited_term(name: str, cited: str, path: Path) -> Term:
    terms = _terms()
    by_korean = {term.text.ko: term for term in terms.values()}
    found = terms.get(cited.lower()) or by_korean.get(cited)
    if found is None:
        edition = standard(path.parent.parent)  # the workspace's own standard, or the shipped core
        known = edition.term(cited)
        if known is not None:
            return as_term(known, edition)
        guess = did_you_mean(cited, [*terms, *by_korean])
        raise Problem(
            both(
                f"{path}: columns.{name}.term “{cited}”은(는) 용어 사전에 없습니다.{guess.ko} "
                "title과 kind로 직접 적을 수도 있습니다.",
                f"{path}: columns.{name}.term “{cited}” is not in the dictionary.{guess.en} "
                "You can also write a title and a kind.",
            )
        )
    return found


_DOMAIN_NAMES: Mapping[Kind, str] = {
    "text": "내용",
    "code": "코드",
    "integer": "수",
    "decimal": "수",
    "boolean": "여부",
    "date": "연월일",
    "month": "연월",
    "year": "연도",
    "time": "시각",
    "datetime": "일시",
    "geometry": "공간",
}


def row_sentence(dataset: Dataset, tables: Mapping[str, type[Table]]) -> Text:
    """What a row of the dataset is, in words."""
    if dataset.row is not None:
        return dataset.row
    if dataset.table is not None:
        table = tables[dataset.table]
        keys = ", ".join(table.columns[key].text.ko for key in table.keys())  # noqa: SIM118
        return both(f"한 행은 {keys}별 값 하나입니다.", table.row_is())
    return both("한 행은 한 건입니다.", "One row per record.")
