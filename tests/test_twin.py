"""The synthetic city: as large and as old as published, in balance, and the same every time."""

from __future__ import annotations

import csv
import gzip
import hashlib
import itertools
import json
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from python_calamine import CalamineWorkbook

from dataro.twin.facts import Facts, load
from dataro.twin.history import History
from dataro.twin.live import live
from dataro.twin.months import month
from dataro.twin.places import lay_out
from dataro.twin.write import MANIFEST, Manifest, write_city
from dataro.vocabulary.problem import Problem

CITY = Path(__file__).parents[1] / "src/dataro/cities/hwaseong"
SCALE = 0.05


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load(CITY)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Manifest]:
    """The raw folder, the truth's folder and the manifest of one small city."""
    folder = tmp_path_factory.mktemp("twin")
    raw, truth = folder / "raw", folder / "truth"
    return raw, truth, write_city(raw, CITY, scale=SCALE, seed=11, truth=truth)


@pytest.fixture(scope="module")
def regions(written: tuple[Path, Path, Manifest], facts: Facts) -> dict[str, dict[str, Any]]:
    """The book of all regions: by code, by month."""
    content = gzip.decompress((written[0] / facts.file("regions")).read_bytes())
    return {
        code: {row["date"]: row for row in region["monthly"]}
        for code, region in json.loads(content)["regions"].items()
    }


def department(raw: Path, name: str, encoding: str) -> list[list[str]]:
    """Rows of a departmental file, found whatever way its name's letters are written."""
    wanted = unicodedata.normalize("NFC", name)
    path = next(
        p for p in raw.rglob("*") if unicodedata.normalize("NFC", p.relative_to(raw).as_posix()) == wanted
    )  # fmt: skip
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def number(text: str) -> int:
    return int(text.replace(",", ""))


def planted_rows(truth: Path, name: str) -> set[int]:
    wanted = unicodedata.normalize("NFC", name)
    listed = json.loads((truth / "planted.json").read_text("utf-8"))
    return {p["row"] for p in listed if unicodedata.normalize("NFC", p["file"]) == wanted}


def test_the_city_has_its_published_total_at_every_year_end(
    regions: dict[str, dict[str, Any]], facts: Facts
) -> None:
    known = {t.when: t.people for t in facts.totals if t.place == facts.city and t.kind == "month_end"}  # fmt: skip
    for year in range(2011, 2026):
        people = regions[facts.city][f"{year}-12"]["population"]
        assert people == pytest.approx(known[month(f"{year}-12")] * SCALE, rel=0.01)


def test_districts_have_their_published_totals(
    regions: dict[str, dict[str, Any]], facts: Facts
) -> None:
    checked = 0
    for total in facts.totals:
        if total.kind == "month_end" and total.place != facts.city:
            when = f"{int(total.when) // 12}-{int(total.when) % 12 + 1:02d}"
            people = regions[total.place][when]["population"]
            assert people == pytest.approx(total.people * SCALE, rel=0.03, abs=1)
            checked += 1
    assert checked > 150


def test_households_are_as_large_as_published(
    regions: dict[str, dict[str, Any]], facts: Facts
) -> None:
    for total in facts.totals:
        if total.kind == "month_end" and total.households and total.people > 5_000:
            when = f"{int(total.when) // 12}-{int(total.when) % 12 + 1:02d}"
            row = regions[total.place][when]
            size = row["population"] / row["household"]
            assert size == pytest.approx(total.people / total.households, rel=0.05)


def test_districts_appear_when_they_did_and_take_people_from_the_old_one(
    written: tuple[Path, Path, Manifest], regions: dict[str, dict[str, Any]]
) -> None:
    with (written[1] / "balance.csv").open(encoding="utf-8", newline="") as file:
        balance = {(r["month"], r["district"]): r for r in csv.DictReader(file)}
    splits = [
        ("4159061000", "4159060000", "2019-07"),
        ("4159062000", "4159060000", "2019-10"),
        ("4159063000", "4159061000", "2025-01"),
    ]
    for new, old, when in splits:
        assert min(regions[new]) == when
        came = int(balance[when, new]["other"])
        assert int(balance[when, new]["before"]) == 0
        assert came > 0.9 * int(balance[when, new]["people"])
        assert int(balance[when, old]["other"]) == pytest.approx(-came, abs=5)
        before = list(regions[old].values())
        position = [row["date"] for row in before].index(when)
        together = before[position]["population"] + regions[new][when]["population"]
        assert together == pytest.approx(before[position - 1]["population"], rel=0.06)
    assert max(regions["4159042000"]) == "2017-12"  # 동탄면
    assert max(regions["4159051000"]) == "2014-09"  # 남양동, from then on 남양읍
    assert min(regions["4159026200"]) == "2014-10"


def test_each_month_follows_from_the_one_before(
    written: tuple[Path, Path, Manifest], regions: dict[str, dict[str, Any]], facts: Facts
) -> None:
    raw, truth, _ = written
    for year in range(2011, 2026):
        name = facts.file("changes", year=year)
        bad = planted_rows(truth, name)
        rows = department(raw, name, "utf-8-sig")
        when = 0
        for i, row in enumerate(rows[3:], start=4):
            when += row[2] == "합계"
            if not row[1] or i in bad:
                continue
            before, births, deaths, into, out, other, after = (number(x) for x in row[3:])
            assert before + births - deaths + into - out + other == after
            assert regions[row[1]][f"{year}-{when:02d}"]["population"] == after


def test_ages_and_sexes_add_up(
    written: tuple[Path, Path, Manifest], regions: dict[str, dict[str, Any]], facts: Facts
) -> None:
    raw, truth, _ = written
    for year in (2011, 2018, 2025):
        name = facts.file("ages", year=year)
        bad = planted_rows(truth, name)
        totals: dict[int, int] = {}
        parts: dict[int, int] = defaultdict(int)
        when, touched = 0, set()
        rows = department(raw, name, "cp949")
        for i, row in enumerate(rows[4:], start=5):
            if not row[1]:
                continue
            when += row[2] == "합계"
            if i in bad:
                touched.add(when)
                continue
            cells = np.array([number(x) for x in row[3:]]).reshape(-1, 3)
            assert (cells[:, 0] == cells[:, 1] + cells[:, 2]).all()
            assert (cells[0] == cells[1:].sum(0)).all()
            region = regions[row[1]][f"{year}-{when:02d}"]
            assert [region["population"], region["male"], region["female"]] == cells[0].tolist()
            if row[2] == "합계":
                totals[when] = int(cells[0, 0])
            else:
                parts[when] += int(cells[0, 0])
        whole = totals.keys() - touched
        assert whole
        assert all(totals[month] == parts[month] for month in whole)


def test_household_sizes_account_for_everybody(
    written: tuple[Path, Path, Manifest], regions: dict[str, dict[str, Any]], facts: Facts
) -> None:
    raw, truth, _ = written
    name = facts.file("sizes", year=2020)
    bad = planted_rows(truth, name)
    book = CalamineWorkbook.from_path(str(raw / name))
    rows = book.get_sheet_by_index(0).to_python()
    when, checked = 0, 0
    for i, row in enumerate(rows[4:], start=5):
        when += bool(row[0]) and row[2] == "합계"
        if not row[1] or i in bad:
            continue
        counts = [int(float(str(x))) for x in row[4:11]]
        region = regions[str(row[1])][f"2020-{when:02d}"]
        assert sum(counts) == int(float(str(row[3]))) == region["household"]
        least = sum(size * count for size, count in enumerate(counts, start=1))
        assert least <= region["population"]
        assert region["population"] - least <= 6 * counts[-1]
        checked += 1
    assert checked > 300


def test_what_was_planted_stands_where_the_truth_says(
    written: tuple[Path, Path, Manifest], facts: Facts
) -> None:
    raw, truth, manifest = written
    planted = json.loads((truth / "planted.json").read_text("utf-8"))
    assert len(planted) == manifest.planted
    assert {p["kind"] for p in planted} >= {
        "missing", "negative", "impossible_month", "letter_for_digit", "full_width", "wrong_code",
        "duplicate_row", "with_unit", "spaces", "not_a_number", "lost_digit",
    }  # fmt: skip
    ages = {unicodedata.normalize("NFC", facts.file("ages", year=y)) for y in range(2011, 2026)}
    rows, errors = 0, 0
    for name in sorted(ages):
        table = department(raw, name, "cp949")
        heads = [f"{a}/{b}" if b else a for a, b in zip(_filled(table[2]), table[3], strict=True)]
        rows += sum(bool(row[1]) and row[2] != "합계" for row in table[4:])
        for error in (p for p in planted if p["file"] == name):
            errors += 1
            row = table[error["row"] - 1]
            if error["kind"] == "duplicate_row":
                assert row == table[int(error["original"]) - 1]
            else:
                assert row[heads.index(error["column"])] == error["planted"] != error["original"]
    assert errors / rows == pytest.approx(facts.settings["planted"]["share"], rel=0.2)


def _filled(heads: list[str]) -> list[str]:
    filled: list[str] = []
    for head in heads:
        filled.append(head or filled[-1])
    return filled


def test_births_of_a_year_are_those_of_its_months(
    written: tuple[Path, Path, Manifest], facts: Facts
) -> None:
    content = gzip.decompress((written[0] / facts.file("births", year=2021)).read_bytes())
    year = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    with (written[1] / "balance.csv").open(encoding="utf-8", newline="") as file:
        months = [row for row in csv.DictReader(file) if row["month"].startswith("2021")]
    for row in year:
        born = sum(int(m["births"]) for m in months if m["district"] == row["CODE_AD"])
        assert float(row["B_ALL"]) == float(row["B_M"]) + float(row["B_F"]) == born
    real = sum(b.births for b in facts.births if b.year == 2021) * SCALE
    assert sum(float(row["B_ALL"]) for row in year) == pytest.approx(real, rel=0.2)


def test_files_look_as_departments_send_them(
    written: tuple[Path, Path, Manifest], facts: Facts
) -> None:
    raw = written[0]
    ages = (raw / facts.file("ages", year=2019)).read_bytes()
    with pytest.raises(UnicodeDecodeError):
        ages.decode("utf-8")
    assert "※" in ages.decode("cp949")
    assert (raw / facts.file("changes", year=2018)).read_bytes().startswith(b"\xef\xbb\xbf")
    names = {p.name for p in raw.rglob("*.csv")}
    assert any(name != unicodedata.normalize("NFC", name) for name in names)
    months = {
        department(raw, facts.file("changes", year=year), "utf-8-sig")[3][0]
        for year in range(2011, 2016)
    }
    assert {m.replace("20", "", 1)[2:] for m in months} == {"-01", ".01", "01", "년 1월", "/01"}
    kinds = {row[2] for row in department(raw, facts.file("apartments"), "utf-8-sig")[1:]}
    assert len(kinds) == 8
    ministry = facts.file("ministry", year=2024, half="first", table="population_by_age")
    rows = department(raw, ministry, "utf-8-sig")
    ghosts = {code for code, _ in facts.settings["ministry"]["ghosts"]}
    empty = [row for row in rows if row[0] in ghosts]
    assert len(empty) == 2
    assert {cell for row in empty for cell in row[2:]} == {"0"}


def test_the_map_covers_the_city_without_overlaps(
    written: tuple[Path, Path, Manifest], facts: Facts
) -> None:
    document = json.loads((written[0] / facts.file("outlines")).read_text("utf-8"))
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in document["features"]]
    assert len(shapes) == 29
    assert all(shape.is_valid for shape in shapes)
    assert all(f["properties"]["approximate"] for f in document["features"])
    globe = pyproj.Geod(ellps="GRS80")
    area = sum(abs(globe.geometry_area_perimeter(shape)[0]) for shape in shapes) / 1e6
    assert 680 < area < 705
    assert sum(a.intersection(b).area for a, b in itertools.combinations(shapes, 2)) < 1e-12


def test_the_manifest_marks_every_file_as_synthetic(
    written: tuple[Path, Path, Manifest], facts: Facts
) -> None:
    raw, _, manifest = written
    listed = json.loads((raw / MANIFEST).read_text("utf-8"))
    assert listed["synthetic"] is True
    assert listed["seed"] == 11
    found = {p.relative_to(raw).as_posix() for p in raw.rglob("*") if p.is_file()}
    assert found == {*manifest.digests, MANIFEST}
    for path, digest in listed["digests"].items():
        assert hashlib.sha256((raw / path).read_bytes()).hexdigest() == digest


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    def digests(name: str, seed: int) -> dict[str, str]:
        folder = tmp_path / name
        return dict(write_city(folder, CITY, scale=0.01, seed=seed, until="2012-03").digests)

    first = digests("a", 3)
    assert first == digests("b", 3)
    other = digests("c", 4)
    assert first.keys() == other.keys()
    assert sum(first[path] != other[path] for path in first) > len(first) / 2


def test_a_city_that_lives_on_takes_the_codes_of_its_four_gu(tmp_path: Path, facts: Facts) -> None:
    write_city(tmp_path, CITY, scale=0.01, seed=1, until="2026-03")
    content = gzip.decompress((tmp_path / facts.file("regions")).read_bytes())
    regions = json.loads(content)["regions"]
    assert max(m["date"] for m in regions["4159025300"]["monthly"]) == "2026-01"
    assert [m["date"] for m in regions["4159325000"]["monthly"]] == ["2026-02", "2026-03"]


def test_a_shorter_city_leaves_no_file_of_the_longer_one_behind(tmp_path: Path) -> None:
    raw, truth = tmp_path / "raw", tmp_path / "truth"
    longer = write_city(raw, CITY, scale=0.01, until="2012-06", truth=truth)
    kept = raw / "주민등록" / "남의 파일.csv"
    kept.write_text("real\n", encoding="utf-8")
    shorter = write_city(raw, CITY, scale=0.01, until="2011-06", truth=truth)
    found = {p.relative_to(raw).as_posix() for p in raw.rglob("*") if p.is_file()}
    assert len(shorter.digests) < len(longer.digests)
    assert found == {*shorter.digests, MANIFEST, kept.relative_to(raw).as_posix()}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["raw", "truth"]


def test_a_folder_that_cannot_be_written_is_named_in_a_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    with pytest.raises(Problem, match="cannot be written"):
        write_city(blocked / "raw", CITY, scale=0.01, until="2011-02")


@pytest.mark.parametrize(
    "wrong", [{"scale": 0.0}, {"scale": 50.0}, {"seed": -1}, {"until": "2010-01"}, {"until": "x"}]
)
def test_settings_out_of_range_are_refused_in_a_sentence(tmp_path: Path, wrong: Any) -> None:
    with pytest.raises(Problem, match="Give"):
        write_city(tmp_path, CITY, **wrong)


def test_a_city_without_facts_is_told_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"districts\.csv: this file is needed"):
        write_city(tmp_path / "raw", tmp_path)


@pytest.fixture(scope="module")
def full(facts: Facts) -> History:
    places = lay_out(facts, month("2011-01"), 180)
    return live(facts, places, scale=1.0, seed=5)


@pytest.mark.slow
def test_at_full_scale_ages_are_within_two_points_of_the_published(
    full: History, facts: Facts
) -> None:
    dissolved = "4159042000"  # 동탄면: its ground has the ages of the districts it became
    places = full.places
    for ages in facts.ages:
        if ages.place == dissolved:
            continue
        t = int(ages.when) - places.first + 1
        if ages.place == facts.city:
            groups = full.ages[t].sum((0, 3))
            groups = groups.sum(0) if ages.sex == "all" else groups[int(ages.sex == "female")]
        else:
            codes = [d.code for d in places.districts]
            groups = full.by_age(t)[codes.index(ages.place)].sum(0)
        tens = np.array([*groups[:16].reshape(8, 2).sum(1), groups[16:].sum()])
        np.testing.assert_allclose(tens / tens.sum(), ages.shares, atol=0.02)


@pytest.mark.slow
def test_at_full_scale_a_million_people_live_in_homes_that_exist(full: History) -> None:
    assert full.ages[-1].sum() == pytest.approx(989_969, rel=0.001)
    taken = np.bincount(
        full.homes.complex[np.unique(full.people.home)] + 1, minlength=len(full.complexes.cell) + 1
    )[1:]
    assert (taken <= full.complexes.dwellings).all()
    cells = full.homes.cell[full.homes.complex >= 0]
    assert (full.complexes.cell[full.homes.complex[full.homes.complex >= 0]] == cells).all()
