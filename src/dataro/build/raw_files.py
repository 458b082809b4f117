"""Which raw files a dataset has, where they lie, and whether a synthetic city wrote them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dataro.build.fingerprint import file_digest
from dataro.build.state import State
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

MANIFEST = "TWIN.json"
CITY_PREFIX = "city:"
API_FOLDER = "api"


@dataclass(frozen=True)
class RawFolder:
    """One folder of raw files."""

    base: Path

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every file below, by its NFC path relative to the folder (Macs write NFD names)."""
        if not self.base.is_dir():
            return {}
        found = (path for path in sorted(self.base.rglob("*")) if path.is_file())
        return {
            unicodedata.normalize("NFC", path.relative_to(self.base).as_posix()): path
            for path in found
        }

    @cached_property
    def synthetic(self) -> frozenset[str]:
        """Paths that the twin's manifest in this folder claims."""
        manifest = self.files.get(MANIFEST)
        if manifest is None:
            return frozenset()
        try:
            listed = json.loads(manifest.read_text("utf-8"))["digests"]
        except (ValueError, KeyError, OSError) as error:
            raise Problem(
                both(
                    f"{manifest}을(를) 읽을 수 없어 합성 도시의 파일을 구별할 수 없습니다. "
                    "`dataro twin`으로 다시 만들어 주세요.",
                    f"{manifest} cannot be read, so synthetic files cannot be told apart. "
                    "Make the synthetic city again with `dataro twin`.",
                )
            ) from error
        return frozenset(unicodedata.normalize("NFC", path) for path in listed)

    def match(self, pattern: str) -> list[str]:
        """Relative paths that a glob names (``*`` within a folder, ``**`` across folders)."""
        expression = re.compile(_expression(unicodedata.normalize("NFC", pattern)))
        return [path for path in self.files if expression.fullmatch(path)]


@dataclass(frozen=True, slots=True)
class RawFiles:
    """The raw files of one dataset: absolute paths below ``base``."""

    base: Path
    paths: tuple[Path, ...]
    synthetic: bool


def find_raw(dataset: Dataset, folders: Iterable[RawFolder], city: RawFolder) -> RawFiles | None:
    """The files that ``dataset`` names, from the first folder that has any; None where absent.

    ``city:`` before the pattern means files that ship with the declarations.
    """
    pattern = dataset.source.files
    if pattern is None:
        return _newest_edition(dataset.id, folders)
    if pattern.startswith(CITY_PREFIX):
        pattern, folders = pattern.removeprefix(CITY_PREFIX), (city,)
    for folder in folders:
        matched = folder.match(pattern)
        if matched:
            return RawFiles(
                folder.base,
                tuple(folder.files[path] for path in matched),
                any(path in folder.synthetic for path in matched),
            )
    return None


def _newest_edition(id: str, folders: Iterable[RawFolder]) -> RawFiles | None:
    """The pages of the newest complete fetch of an open API."""
    for folder in folders:
        editions = sorted(
            (path for path in folder.match(f"{API_FOLDER}/{id}/*/manifest.json")), reverse=True
        )
        for manifest in editions:
            if not json.loads(folder.files[manifest].read_text("utf-8")).get("complete"):
                continue
            edition = manifest.removesuffix("manifest.json")
            pages = [path for path in folder.match(f"{edition}*") if path != manifest]
            return RawFiles(folder.base, tuple(folder.files[path] for path in pages), False)
    return None


def digests(raw: RawFiles, state: State) -> dict[str, str]:
    """SHA-256 of each file by its relative path; a file not touched since is not read again."""
    found: dict[str, str] = {}
    for path in raw.paths:
        stat = path.stat()
        key = str(path)
        known = state.known_digest(key, stat.st_size, stat.st_mtime_ns)
        if known is None:
            known = file_digest(path)
            state.keep_digest(key, stat.st_size, stat.st_mtime_ns, known)
        found[path.relative_to(raw.base).as_posix()] = known
    return found


def _expression(pattern: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meant = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(meant.get(part, re.escape(part)) for part in parts)
