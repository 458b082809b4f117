"""The standard a workspace works by: its own official files over the shipped core."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

from dataro.data.standards.core import core
from dataro.data.standards.domain_model import DomainModel
from dataro.data.standards.edition import Edition, over
from dataro.data.standards.official import read_edition
from dataro.data.standards.words import with_learned_words
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

FOLDER = "standards"
"""Where a workspace keeps the official files, below its root."""
_SUFFIXES = (".xlsx", ".xls", ".xlsm", ".ods", ".csv", ".tsv", ".json")


def official_files(workspace: Path | None) -> tuple[Path, ...]:
    """The standard's files of a workspace, in the order of their names."""
    folder = workspace / FOLDER if workspace else None
    if folder is None or not folder.is_dir():
        return ()
    return tuple(sorted(p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES))


def standard(workspace: Path | None = None) -> Edition:
    """The edition in force: official terms, words and domains first, the core for the rest.

    Without official files it is the core alone. Reading is done once for each state of the files.
    """
    files = official_files(workspace)
    if not files:
        return core()
    return _official(tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in files))


@lru_cache(maxsize=4)
def _official(stamped: tuple[tuple[str, int, int], ...]) -> Edition:
    edition = read_edition(Path(name) for name, _, _ in stamped)
    return over(with_learned_words(edition), core())


@lru_cache(maxsize=4)
def domain_model(edition: Edition) -> DomainModel:
    """The model that tells domains from names, trained once for each edition in force."""
    return DomainModel(edition.terms.values(), edition.words.values())


def adopt(file: Path, workspace: Path) -> Edition:
    """Take an official file into the workspace, after reading it; returns the edition in force.

    Raises ``Problem`` where the file holds no table of the standard, or its name is taken.
    """
    read_edition([file])
    folder = workspace / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    if target.exists() and target.read_bytes() != file.read_bytes():
        raise Problem(both(
            f"{target}: 같은 이름의 다른 파일이 이미 있습니다. 이름을 바꾸어 다시 올려 주십시오.",
            f"{target}: another file of that name is there. Rename the new one."))  # fmt: skip
    if not target.exists():
        shutil.copyfile(file, target)
    return standard(workspace)
