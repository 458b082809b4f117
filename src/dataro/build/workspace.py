"""A workspace: the folder in which one city keeps its declarations, raw files, lake and state."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import both


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths of one workspace; ``folder`` holds ``city.toml``."""

    folder: Path

    @property
    def city_file(self) -> Path:
        return self.folder / "city.toml"

    @property
    def datasets(self) -> Path:
        return self.folder / "datasets"

    @property
    def analyses(self) -> Path:
        return self.folder / "analyses"

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    @property
    def state(self) -> Path:
        return self.folder / "state"


def shipped_cities() -> list[str]:
    """Ids of the cities that come with the package."""
    cities = files("dataro") / "cities"
    return sorted(one.name for one in cities.iterdir() if (one / "city.toml").is_file())


def init(folder: Path, city: str) -> Workspace:
    """Make ``folder`` a workspace of a shipped city: its declarations are copied, to be edited.

    Files that are already there are left as they are. Raises ``Problem`` for an unknown city or a
    folder that cannot be written.
    """
    if city not in shipped_cities():
        guess = did_you_mean(city, shipped_cities())
        known = ", ".join(shipped_cities())
        raise Problem(
            both(
                f"“{city}”라는 도시는 들어 있지 않습니다.{guess.ko} 들어 있는 도시: {known}. "
                "다른 도시는 폴더에 city.toml을 직접 만들면 됩니다.",
                f"No city “{city}” is shipped.{guess.en} Shipped: {known}. "
                "For another city write a city.toml in the folder yourself.",
            )
        )
    workspace = Workspace(folder.resolve())
    try:
        for made in (workspace.folder, workspace.raw, workspace.analyses, workspace.state):
            made.mkdir(parents=True, exist_ok=True)
        with as_file(files("dataro") / "cities" / city) as source:
            _copy(source, workspace.folder)
    except OSError as error:
        raise Problem(
            both(
                f"{folder}에 작업 폴더를 만들 수 없습니다({error.strerror}). "
                "쓰기 권한과 남은 공간을 확인하거나 다른 폴더를 지정해 주세요.",
                f"{folder} cannot be made a workspace ({error.strerror}). "
                "Check permissions and free space, or choose another folder.",
            )
        ) from error
    return workspace


def find(folder: Path) -> Workspace:
    """The workspace that ``folder`` is or lies in.

    Raises ``Problem`` where there is none.
    """
    for candidate in (folder.resolve(), *folder.resolve().parents):
        if (candidate / "city.toml").is_file():
            return Workspace(candidate)
    raise Problem(
        both(
            f"이 폴더는 데이터로 작업 폴더가 아닙니다: {folder} (city.toml이 없습니다). "
            "`dataro init 폴더 --city …`로 만들거나 작업 폴더 안에서 실행해 주세요.",
            f"{folder} is not a Dataro workspace (it has no city.toml). "
            "Make one with `dataro init DIR --city …`, or run this inside one.",
        )
    )


def _copy(source: Path, target: Path) -> None:
    for one in sorted(source.rglob("*")):
        relative = one.relative_to(source)
        if one.is_dir() or "__pycache__" in relative.parts or one.name == "__init__.py":
            continue
        copy = target / relative
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(one, copy)
