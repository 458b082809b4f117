"""Headings and sample values of files of any kind, for the workbench."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dataro.data.sources.files import scan
from dataro.data.sources.raw import FILE, GEOMETRY, ROW
from dataro.data.standards.workbench import FileColumns
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem

SAMPLE_ROWS = 200


def columns_of_files(paths: Iterable[Path]) -> tuple[list[FileColumns], list[Problem]]:
    """The columns of every table in the files, with some values each; and what could not be read.

    Only the first rows are read. An archive gives one entry for each table in it.
    """
    found: dict[str, FileColumns] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            for raw in scan(Source(), path, base=path.parent):
                name = str(raw.frame.get_column(FILE)[0]) if raw.frame.height else path.name
                if name in found:
                    continue
                frame = raw.frame.drop([FILE, ROW, GEOMETRY], strict=False).head(SAMPLE_ROWS)
                samples = [column.drop_nulls().to_list() for column in frame]
                found[name] = FileColumns(name, frame.columns, samples)
                if path.suffix.lower() != ".zip":
                    break
        except Problem as problem:
            problems.append(problem)
    return list(found.values()), problems
