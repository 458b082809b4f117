"""The synthetic city's files have the layout of the real ones, heading by heading."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from pathlib import Path

import pytest

from dataro.twin.facts import load
from dataro.twin.write import write_city

CITY = Path(__file__).parents[1] / "src/dataro/cities/hwaseong"
SHARED = Path(os.environ.get("DATARO_SHARED", Path(__file__).parents[2] / "shared")) / "data"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the real files (../shared/data) are not here"),
]


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twin")
    write_city(folder, CITY, scale=0.01, seed=2)
    return folder


def top(path: Path, rows: int) -> list[list[str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[:rows]


FACTS = load(CITY)
SAME_TOP = [
    (FACTS.file("monthly"), 1),
    (FACTS.file("foreigners"), 1),
    (FACTS.file("apartments"), 1),
    (FACTS.file("stops"), 1),
    (FACTS.file("routes"), 1),
    (FACTS.file("five_years", year=2019), 1),
    (FACTS.file("births", year=2021), 1),
    *(
        (FACTS.file("ministry", year=2024, half=half, table=table), rows)
        for half in ("first", "second")
        for table, rows in (
            ("population_by_age", 4),
            ("registered_population_and_household", 3),
            ("registered_population_other_population_change", 4),
        )
    ),
]


@pytest.mark.parametrize(("name", "rows"), SAME_TOP, ids=lambda v: str(v).rsplit("/", 1)[-1])
def test_headings_are_those_of_the_real_file(raw: Path, name: str, rows: int) -> None:
    assert top(raw / name, rows) == top(SHARED / name, rows)


def test_the_books_of_regions_have_the_real_fields(raw: Path) -> None:
    name = FACTS.file("regions")
    ours, real = (json.loads(gzip.decompress((base / name).read_bytes())) for base in (raw, SHARED))
    assert set(real) <= set(ours)
    code = FACTS.city
    assert set(ours["regions"][code]) == set(real["regions"][code])
    assert ours["regions"][code]["name"] == real["regions"][code]["name"]
    assert set(ours["regions"][code]["monthly"][0]) == set(real["regions"][code]["monthly"][0])


def test_outlines_and_schools_have_the_real_properties(raw: Path) -> None:
    ours, real = (
        json.loads((base / FACTS.file("outlines")).read_text("utf-8")) for base in (raw, SHARED)
    )

    def keys(document: dict[str, list[dict[str, dict[str, str]]]]) -> dict[str, str]:
        return {f["properties"]["code"]: f["properties"]["name"] for f in document["features"]}

    assert keys(ours) == keys(real)
    schools = [json.loads((b / FACTS.file("schools")).read_text("utf-8"))[0] for b in (raw, SHARED)]
    assert set(schools[0]) == set(schools[1])
