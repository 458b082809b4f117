"""Write a synthetic city: the files its departments would send, a manifest, and the truth."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dataro.twin.care import write_care
from dataro.twin.departments import write_departments
from dataro.twin.economy import write_economy
from dataro.twin.facts import Facts, load
from dataro.twin.history import History
from dataro.twin.housing import name_estates, write_housing
from dataro.twin.live import live
from dataro.twin.migration import write_migration
from dataro.twin.ministry import write_ministry
from dataro.twin.months import month
from dataro.twin.national import write_national
from dataro.twin.open_data.sheets import write_open_data
from dataro.twin.outlines import draw_ground, write_outlines
from dataro.twin.peers import invent_peers
from dataro.twin.places import lay_out
from dataro.twin.plant import Planted
from dataro.twin.sheet import write_bytes
from dataro.twin.streets import write_streets
from dataro.twin.truth import write_truth
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

MANIFEST = "TWIN.json"
"""Name of the manifest in the raw folder: files beside and below it are synthetic."""

VERSION = 3
"""Raised whenever the same seed gives other files."""

Report = Callable[[str, int, int], None]
"""Told of progress: ``live`` (months done, of all) or ``write`` (files written, 0)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was written: ``digests`` (SHA-256) by path below the raw folder, ``people`` in the
    last month, ``planted`` errors."""

    synthetic: bool
    version: int
    city: str
    seed: int
    scale: float
    until: str
    people: int
    planted: int
    peers: tuple[str, ...]
    digests: Mapping[str, str]


def write_city(
    folder: Path,
    facts: Path,
    *,
    scale: float = 1.0,
    seed: int = 0,
    until: str | None = None,
    truth: Path | None = None,
    report: Report | None = None,
) -> Manifest:
    """Write the raw files of a synthetic city into ``folder``, and the truth into ``truth``.

    ``facts`` is a city's folder with ``districts.csv`` and ``twin/``. ``scale`` multiplies people,
    households, stops and schools: 1.0 is the city's published size, a smaller scale a smaller
    city of the same make (its counts are not blown up again). ``until`` is the last month
    (``"2025-12"``; the facts' own where absent). ``truth`` is ``folder / "truth"`` where absent.
    The same seed, scale and version give the same bytes. Raises ``Problem`` for settings out of
    range and facts that are not there.
    """
    given = load(facts)
    first, months = _period(given, until)
    _check(scale, seed)
    places = lay_out(given, first, months)
    history = live(given, places, scale=scale, seed=seed, report=report)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".twin-", dir=folder.parent) as name:
            desk = Path(name)
            planted: list[Planted] = []
            written: list[Path] = []
            for path in _write(given, history, scale, seed, desk, planted):
                written.append(path)
                if report:
                    report("write", len(written), 0)
            manifest = Manifest(
                synthetic=True,
                version=VERSION,
                city=given.city,
                seed=seed,
                scale=scale,
                until=until or str(given.settings["city"]["until"]),
                people=int(history.ages[-1].sum()),
                planted=len(planted),
                peers=tuple(sorted(given.peer_names)),
                digests=_digests(desk / "raw", written),
            )
            _hand_over(desk, folder, truth or folder / "truth", manifest)
    except OSError as error:
        raise Problem(
            both(
                f"{folder}에 파일을 쓸 수 없습니다({error.strerror or error}). 쓰기 권한과 남은 "
                "디스크 공간을 확인하십시오.",
                f"Files cannot be written to {folder} ({error.strerror or error}). Check that you "
                "may write there and that the disk has room.",
            )
        ) from error
    return manifest


def _hand_over(desk: Path, folder: Path, truth: Path, manifest: Manifest) -> None:
    """Put finished files in place. The manifest comes first, and the files of an earlier one are
    removed before it, so that no synthetic file ever lies there unmarked."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in _claimed(folder):
        path.unlink(missing_ok=True)
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    write_bytes(folder / MANIFEST, text.encode())
    for source, target in ((desk / "raw", folder), (desk / "truth", truth)):
        for path in sorted(p for p in source.rglob("*") if p.is_file()):
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)


def _claimed(folder: Path) -> list[Path]:
    """Files below ``folder`` that the manifest there lists."""
    try:
        listed = json.loads((folder / MANIFEST).read_text("utf-8"))["digests"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    paths = [(folder / str(name)).resolve() for name in listed]
    return [path for path in paths if path.is_relative_to(folder.resolve())]


def _write(
    facts: Facts, history: History, scale: float, seed: int, desk: Path, planted: list[Planted]
) -> Iterable[Path]:
    """Write everything below ``desk``, ``raw`` and ``truth``; yields the raw files' paths."""
    folder = desk / "raw"
    places = history.places
    peers = invent_peers(facts, places.first, places.months, scale, seed)
    yield from write_national(facts, history, peers, scale, folder)
    yield from write_ministry(facts, history, peers, folder)
    yield from write_departments(facts, history, seed, folder, planted)
    ground = draw_ground(facts, places)
    yield write_outlines(facts, places, ground, folder)
    estates = name_estates(facts, history, ground, seed)
    yield from write_housing(facts, history, estates, seed, folder, planted)
    yield from write_streets(facts, history, ground, scale, seed, folder, planted)
    yield from write_economy(facts, history, ground, scale, seed, desk, planted)
    yield from write_care(facts, history, estates, ground, scale, seed, desk, planted)
    yield from write_migration(facts, history, ground, scale, seed, desk)
    yield from write_open_data(facts, history, estates, ground, scale, seed, folder, planted)
    districts = folder / facts.file("districts")
    districts.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(facts.folder / "districts.csv", districts)
    yield districts
    for _ in write_truth(history, estates, planted, desk / "truth"):
        pass


def _period(facts: Facts, until: str | None) -> tuple[int, int]:
    city = facts.settings["city"]
    first = month(city["from"])
    try:
        last = month(until or city["until"])
    except ValueError:
        last = -1
    if not first <= last <= first + 600:
        raise Problem(
            both(
                f"마지막 달 “{until}”을(를) 쓸 수 없습니다. {city['from']}부터 50년 안의 달을 "
                "2025-12처럼 적으십시오.",
                f"“{until}” cannot be the last month. Give a month like 2025-12, within fifty "
                f"years from {city['from']}.",
            )
        )
    return first, last - first + 1


def _check(scale: float, seed: int) -> None:
    if not 0.005 <= scale <= 10:
        raise Problem(
            both(
                f"축척 {scale}은(는) 쓸 수 없습니다. 0.005에서 10 사이의 수를 주십시오(1이 실제 크기).",
                f"A scale of {scale} cannot be used. Give a number from 0.005 to 10 (1 is life size).",
            )
        )
    if seed < 0:
        raise Problem(
            both(
                f"씨앗값 {seed}은(는) 쓸 수 없습니다. 0 이상의 정수를 주십시오.",
                f"A seed of {seed} cannot be used. Give a whole number from 0 on.",
            )
        )


def _digests(folder: Path, written: Iterable[Path]) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(written)
    }
