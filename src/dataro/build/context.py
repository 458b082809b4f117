"""An opened workspace: its registry, lake and state, as every door uses them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
_DECLARED = "declarations"
_LOOK_SECONDS = 1.0


class Declared:
    """The registry of a workspace; with ``live`` read again once a declaration has changed.

    A change is noted in the state file, so that whatever is kept by its version is made anew.
    """

    def __init__(self, workspace: Workspace, state: State, *, live: bool) -> None:
        self._workspace, self._state, self._live = workspace, state, live
        self._stamp = self._seen()
        self._registry = load(workspace)
        self._looked = time.monotonic()
        self._lock = threading.Lock()

    def now(self) -> Registry:
        """What is declared now; looked for at most once a second."""
        if self._live and time.monotonic() - self._looked > _LOOK_SECONDS:
            with self._lock:
                self._look()
        return self._registry

    def _look(self) -> None:
        if time.monotonic() - self._looked <= _LOOK_SECONDS:
            return  # another thread has just looked
        stamp = self._seen()
        if stamp != self._stamp:
            self._stamp = stamp
            with suppress(Problem):  # a broken city.toml: what was declared before stays
                self._registry = load(self._workspace)
            self._state.remember(_DECLARED, stamp)
        self._looked = time.monotonic()

    def _seen(self) -> str:
        """Changes with ``city.toml`` and any file of ``datasets/`` and ``analyses/``."""
        place = self._workspace
        files = [
            place.city_file,
            *place.datasets.glob("*.yml"),
            *place.datasets.glob("*.yaml"),
            *place.analyses.glob("*.py"),
        ]
        newest = 0
        for path in files:
            try:
                newest = max(newest, path.stat().st_mtime_ns)
            except OSError:  # removed just now
                continue
        return f"{len(files)}.{newest}"


@dataclass(frozen=True)
class Context:
    """An opened workspace. Safe to share between threads."""

    workspace: Workspace
    declared: Declared
    lake: Lake
    state: State

    @property
    def registry(self) -> Registry:
        """Everything that the workspace declares."""
        return self.declared.now()

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


def open_context(workspace: Workspace, *, live: bool = False) -> Context:
    """Open a workspace; whoever opens it closes it with ``close_context``.

    With ``live`` the registry follows the declarations, for whoever keeps it open for long.
    """
    state = State(workspace.state)
    return Context(workspace, Declared(workspace, state, live=live), Lake(workspace.lake), state)


def close_context(context: Context) -> None:
    """Let go of the lake and the state file."""
    context.lake.close()
    context.state.close()
