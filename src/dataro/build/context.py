"""An opened workspace: its registry, lake and state, as every door uses them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dataro.build.raw_files import RawFolder
from dataro.build.registry import Registry, load
from dataro.build.state import State
from dataro.build.workspace import Workspace
from dataro.data.lake.lake import Lake
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

_RAW = "raw folder"


@dataclass(frozen=True)
class Context:
    """An opened workspace. Safe to share between threads."""

    workspace: Workspace
    registry: Registry
    lake: Lake
    state: State

    def raw_folders(self) -> tuple[RawFolder, ...]:
        """Where raw files are looked for: the remembered outside folder, then ``raw/``."""
        outside = self.state.setting(_RAW)
        folders = [Path(outside)] if outside else []
        return tuple(RawFolder(folder) for folder in (*folders, self.workspace.raw))

    def use_raw(self, folder: Path) -> None:
        """Remember an outside folder of raw files; they stay where they are.

        Raises ``Problem`` where there is no such folder.
        """
        if not folder.is_dir():
            raise Problem(
                both(
                    f"원자료 폴더 {folder}이(가) 없습니다. 경로를 확인해 주세요.",
                    f"There is no folder {folder} of raw files. Check the path.",
                )
            )
        self.state.remember(_RAW, str(folder.resolve()))


@contextmanager
def opened(workspace: Workspace) -> Iterator[Context]:
    """Open a workspace for reading and building, and close it afterwards."""
    context = open_context(workspace)
    try:
        yield context
    finally:
        close_context(context)


def open_context(workspace: Workspace) -> Context:
    """Open a workspace; whoever opens it closes it with ``close_context``."""
    registry = load(workspace)
    state = State(workspace.state)
    return Context(workspace, registry, Lake(workspace.lake), state)


def close_context(context: Context) -> None:
    """Let go of the lake and the state file."""
    context.lake.close()
    context.state.close()
