"""Raw files on their way into a workspace: which dataset each is, and where it belongs."""

from __future__ import annotations

import filecmp
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Literal

from dataro.build.raw_files import CITY_PREFIX
from dataro.build.registry import Registry
from dataro.data.sources.files import scan
from dataro.data.sources.raw import FILE, ROW
from dataro.vocabulary.dataset import Dataset, Source
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import both

SURE = 0.8  # share of a dataset's headings that a file must have to be taken for it
NEAR = 0.3  # from here on a dataset is worth naming as the nearest


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file was taken for.

    ``datasets`` is empty where it was not recognised; then ``near`` names what comes closest. One
    file may hold several datasets. ``by`` tells whether its name or its headings decided;
    ``headings`` are those that were read.
    """

    file: Path
    datasets: tuple[str, ...]
    by: Literal["name", "headings"] | None
    near: str | None = None
    headings: tuple[str, ...] = ()


def recognise(registry: Registry, file: Path) -> Recognised:
    """Which dataset ``file`` is: by its name, else by its headings.

    Raises ``Problem`` where the file cannot be read.
    """
    if not file.is_file():
        raise Problem(
            both(
                f"파일이 없습니다: {file}. 경로를 확인해 주세요.",
                f"There is no file {file}. Check the path.",
            )
        )
    patterns = dict(_patterns(registry))
    named = [id for id, pattern in patterns.items() if _is_named(file, pattern)]
    if len({patterns[id] for id in named}) == 1:
        return Recognised(file, tuple(named), "name")
    headings = _headings(file)
    among = named or list(patterns)
    scores = {id: _likeness(registry.datasets[id], headings) for id in among}
    best = max(scores, key=lambda id: scores[id], default=None)
    if best is not None and scores[best] >= SURE:
        same = tuple(id for id in among if patterns[id] == patterns[best])
        rivals = [id for id in among if id not in same and scores[id] >= scores[best]]
        if not rivals:
            return Recognised(file, same, "headings", headings=headings)
    near = best if best is not None and scores[best] >= NEAR else None
    if near is None:
        stems = {PurePosixPath(one).stem.strip("*_ "): id for id, one in patterns.items()}
        close = get_close_matches(file.stem, list(stems), 1, cutoff=0.4)
        near = stems[close[0]] if close else None
    return Recognised(file, (), None, near, headings)


def put(registry: Registry, file: Path, dataset: str) -> Path:
    """Copy ``file`` to where ``dataset`` looks for its raw files; the path it got.

    A file that is there already under that name with other content is replaced by the new
    delivery. Raises ``Problem`` for an unknown dataset, one that takes no files, another file
    type than it is declared with, or a folder that cannot be written.
    """
    target = _target(registry, file, dataset)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not (target.exists() and target.samefile(file)):
            shutil.copyfile(file, target.with_name(f".{target.name}.part"))
            target.with_name(f".{target.name}.part").replace(target)
    except OSError as error:
        with suppress(OSError):
            target.with_name(f".{target.name}.part").unlink(missing_ok=True)
        raise Problem(
            both(
                f"{target}에 복사하지 못했습니다({error.strerror}). 쓰기 권한과 남은 공간을 확인해 주세요.",
                f"{file.name} could not be copied to {target} ({error.strerror}). "
                "Check permissions and free space.",
            )
        ) from error
    return target


def is_taken(registry: Registry, file: Path, dataset: str) -> bool:
    """Whether putting ``file`` in would replace another file of ``dataset``.

    Raises ``Problem`` as ``put`` does.
    """
    target = _target(registry, file, dataset)
    return target.exists() and not filecmp.cmp(target, file, shallow=False)


def _target(registry: Registry, file: Path, dataset: str) -> Path:
    patterns = dict(_patterns(registry))
    if dataset not in registry.datasets:
        guess = did_you_mean(dataset, registry.datasets)
        raise Problem(
            both(
                f"“{dataset}” 데이터셋은 없습니다.{guess.ko}",
                f"There is no dataset “{dataset}”.{guess.en}",
            )
        )
    if dataset not in patterns:
        raise Problem(
            both(
                f"{dataset}은(는) 원자료 파일을 받지 않는 데이터셋입니다(오픈API에서 오거나 도시 선언에 들어 있습니다).",
                f"{dataset} takes no raw files (it comes from an open API or with the declarations).",
            )
        )
    return registry.workspace.raw / _place(patterns[dataset], file)


def _patterns(registry: Registry) -> Iterator[tuple[str, str]]:
    for id, dataset in registry.datasets.items():
        pattern = dataset.source.files
        if pattern is not None and not pattern.startswith(CITY_PREFIX):
            yield id, unicodedata.normalize("NFC", pattern)


def _is_named(file: Path, pattern: str) -> bool:
    """Whether the name says what the file is; ``*.csv`` says so only with its folder's name."""
    path = PurePosixPath(unicodedata.normalize("NFC", file.resolve().as_posix()))
    declared = PurePosixPath(pattern)
    if declared.stem.strip("*?"):
        return fnmatchcase(path.name, declared.name)
    return len(declared.parts) > 1 and path.match(pattern)


def _headings(file: Path) -> tuple[str, ...]:
    for batch in scan(Source(), file, base=file.parent):
        return tuple(name for name in batch.frame.columns if name not in (FILE, ROW))
    return ()


def _likeness(dataset: Dataset, headings: tuple[str, ...]) -> float:
    """The share of the headings that a dataset reads which the file has."""
    given = {_bare(heading) for heading in headings}
    unpivot = dataset.source.unpivot
    made: set[str] = set()
    if unpivot is not None:
        pattern = re.compile(unpivot.columns)
        made = {*pattern.groupindex, unpivot.value}
        if not any(pattern.search(heading) for heading in headings):
            return 0.0
    wanted = {
        one.source for one in dataset.columns.values() if one.source is not None and not one.optional
    }  # fmt: skip
    found = sum(name in made or _bare(name) in given for name in wanted)
    return found / len(wanted) if wanted else 0.0


def _bare(heading: str) -> str:
    return "".join(heading.split()).lower()


def _place(pattern: str, file: Path) -> PurePosixPath:
    """Where a file must lie to be found by ``pattern``, keeping its name where that fits.

    A name that does not fit takes the place of the pattern's first ``*``.
    """
    declared = PurePosixPath(pattern)
    name = unicodedata.normalize("NFC", file.name)
    folders = [part for part in declared.parts[:-1] if "*" not in part and "?" not in part]
    if fnmatchcase(name, declared.name):
        return PurePosixPath(*folders, name)
    if declared.suffix not in ("", ".*") and declared.suffix.lower() != file.suffix.lower():
        raise Problem(
            both(
                f"{file.name}: 이 데이터셋의 파일은 {declared.suffix} 형식으로 선언되어 있습니다. "
                f"선언의 source.files({pattern})를 고치거나 그 형식으로 저장해 주세요.",
                f"{file.name}: the files of this dataset are declared as {declared.suffix}. Change "
                f"source.files ({pattern}) in its declaration, or save the file in that format.",
            )
        )
    if "*" not in declared.name:
        return PurePosixPath(*folders, declared.name.replace("?", "_"))
    stem = PurePosixPath(name).stem
    fitted = declared.name.replace("*", stem, 1).replace("*", "").replace("?", "_")
    return PurePosixPath(*folders, fitted)
