"""Changing a declaration as an editor would: one field written anew, all else left as it stands."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import yaml

from dataro.build import declarations
from dataro.build.workspace import Workspace
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both

_BEFORE = ("theme", "source", "columns")
"""A new field is written before the first of these, where readers look for it."""


def declaration_file(workspace: Workspace, id: str) -> Path:
    """The YAML file that declares the dataset ``id``. Raises ``Problem`` where there is none."""
    for ending in ("yml", "yaml"):
        path = workspace.datasets / f"{id}.{ending}"
        if path.is_file() and path.parent == workspace.datasets:
            return path
    known = [one.stem for one in sorted(workspace.datasets.glob("*.y*ml"))]
    guess = did_you_mean(id, known)
    raise Problem(
        both(
            f"“{id[:60]}” 데이터셋을 선언한 파일이 없습니다.{guess.ko}",
            f"No file declares a dataset “{id[:60]}”.{guess.en}",
        )
    )


def redeclare(workspace: Workspace, id: str, changes: Mapping[str, Any]) -> Dataset:
    """Write top-level fields of a dataset's declaration; None removes one.

    Comments and order stay. The file is replaced only once the new text has been read and found
    valid. Gives the dataset as it is declared now. Raises ``Problem``.
    """
    path = declaration_file(workspace, id)
    text = path.read_text("utf-8-sig")
    for name, value in changes.items():
        text = _with(text, name, value)
    return write_declaration(path, text)


def write_declaration(path: Path, text: str) -> Dataset:
    """Put a declaration in place, all of it or nothing.

    Raises ``Problem`` for one that cannot be read; what stood there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".", suffix=".tmp", delete=False
    ) as file:
        file.write(text)
        made = Path(file.name)
    try:
        dataset = declarations.read_dataset(made)
        os.chmod(made, 0o644)
        made.replace(path)
    except Problem as problem:
        said = problem.text
        raise Problem(
            Text(said.ko.replace(str(made), str(path)), said.en.replace(str(made), str(path)))
        ) from problem
    finally:
        made.unlink(missing_ok=True)
    return declarations.read_dataset(path) if dataset.id != path.stem else dataset


def _with(text: str, name: str, value: Any) -> str:
    block = re.compile(rf"^{re.escape(name)}:.*\n?(?:^(?:[ \t]+.*|)\n)*", re.MULTILINE)
    written = "" if value is None else f"{name}: {_flow(value)}\n"
    found = block.search(text)
    if found is not None:
        return text[: found.start()] + written + text[found.end() :]
    at = re.search(rf"^(?:{'|'.join(_BEFORE)}):", text, re.MULTILINE)
    if at is None:
        return f"{text.rstrip()}\n{written}"
    return text[: at.start()] + written + text[at.start() :]


def _flow(value: Any) -> str:
    """A value on one line, as YAML."""
    if isinstance(value, Text):
        value = {"ko": value.ko, "en": value.en}
    if isinstance(value, Mapping):
        value = {key: _plain(one) for key, one in value.items() if one is not None}
    dumped = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000
    )
    return dumped.removesuffix("\n...\n").strip()


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return {"ko": value.ko, "en": value.en}
    return value
