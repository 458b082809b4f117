"""Rows made fit for research: identifiers replaced, traits widened, free text left out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Literal

import polars as pl

from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.terms import Term

Level = Literal["aggregate", "pseudonymous"]
LEAST = 3
"""Rows that share their traits with fewer others than this less one lose them."""
_AGE_BAND = 5
_PLACES = 3  # decimals of a degree: some 100 m
_AGE = re.compile(r"나이|연령|만\s?나이")
_NAMED = re.compile(
    r"성명|이름|전화|연락처|휴대|전자우편|이메일|주민등록|비고|메모|특이사항|상세|내용"
)
_TRAIT = re.compile(
    r"성별|나이|연령|출생|생년|국적|학력|혼인|직업|소득|읍면동|행정동|거주|장애|진단|질환"
)


def pseudonymous(
    frame: pl.DataFrame, dataset: Dataset, columns: Mapping[str, Term], key: bytes
) -> pl.DataFrame:
    """Rows as before with identifiers replaced by keyed ones, days widened to months, ages to bands
    of five years, coordinates to some 100 m, addresses to the district; names, telephones and free
    text left out; traits that fewer than ``LEAST`` rows share emptied."""
    made = {}
    for name, term in columns.items():
        if name not in frame.columns:
            continue
        cells = _column(frame[name], name, dataset, term, key)
        if cells is not None:
            made[name] = cells
    widened = pl.DataFrame(made)
    traits = [name for name in widened.columns if _TRAIT.search(columns[name].text.ko)]
    if len(traits) < 2:
        return widened
    few = pl.len().over(traits) < LEAST
    return widened.with_columns(
        pl.when(few).then(None).otherwise(pl.col(name)).alias(name) for name in traits
    )


def aggregate(frame: pl.DataFrame, dataset: Dataset, columns: Mapping[str, Term]) -> pl.DataFrame:
    """How many rows share each combination of traits, place and month; fewer than ``LEAST`` empty."""
    widened = pseudonymous(frame, dataset, columns, b"-")
    groups = [
        name
        for name in widened.columns
        if not columns[name].is_key
        and columns[name].domain.kind not in ("integer", "decimal")
        and widened[name].n_unique() <= 200
    ] or [name for name in widened.columns if _AGE.search(columns[name].text.ko)]
    counted = widened.group_by(groups[:5]).len("count").sort(groups[:5])
    return counted.with_columns(
        pl.when(pl.col("count") < LEAST).then(None).otherwise(pl.col("count")).alias("count")
    )


def _column(
    cells: pl.Series, name: str, dataset: Dataset, term: Term, key: bytes
) -> pl.Series | None:
    """One column as it may leave the house; None where it may not."""
    declared, kind, said = dataset.columns.get(name), term.domain.kind, term.text.ko
    if kind == "geometry":
        return None
    if term.is_key or (declared is not None and declared.personal and kind == "code"):
        return cells.cast(pl.String).map_elements(
            lambda value: pseudonym(value, key), return_dtype=pl.String
        )
    if _AGE.search(said) and kind == "integer":
        return _banded(cells)
    if (declared is not None and declared.personal) or _NAMED.search(said):
        return None
    if kind == "text" and "주소" in said:
        return cells.str.split(" ").list.head(4).list.join(" ")
    if kind in ("date", "datetime", "month"):
        return cells.dt.strftime("%Y-%m")
    if name in ("longitude", "latitude"):
        return cells.round(_PLACES)
    if kind == "time":
        return cells.dt.strftime("%H")
    return cells


def pseudonym(value: str, key: bytes) -> str:
    """A keyed substitute: the same within one extract, another in the next."""
    return hashlib.blake2b(value.encode(), key=key[:64], digest_size=8).hexdigest()


def _banded(cells: pl.Series) -> pl.Series:
    low = cells // _AGE_BAND * _AGE_BAND
    text = low.cast(pl.String) + "~" + (low + _AGE_BAND - 1).cast(pl.String)
    return text.alias(cells.name)
