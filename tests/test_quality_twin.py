"""The synthetic city's departments make their own errors; the diagnosis knows nothing of them."""

from __future__ import annotations

import json
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from dataro.data.quality.diagnose import diagnose
from dataro.data.standards.codes import read_districts
from dataro.twin.write import write_city
from dataro.vocabulary.city import City
from dataro.vocabulary.text import both

FACTS = Path(__file__).parents[1] / "src/dataro/cities/hwaseong"


@pytest.mark.slow
def test_every_error_that_the_twins_departments_made_is_found(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    write_city(raw, FACTS, scale=0.03, seed=23, until="2014-12", truth=tmp_path / "truth")
    told = tomllib.loads((FACTS / "city.toml").read_text(encoding="utf-8"))
    city = City(
        id="city",
        name=both("시", "City"),
        codes=tuple(told["codes"]),
        bounds=tuple(told["bounds"]),
        province=both("도", "Province"),
        office=both("과", "Office"),
    )
    codes = read_districts(FACTS / "districts.csv")
    planted = defaultdict(list)
    for error in json.loads((tmp_path / "truth" / "planted.json").read_text(encoding="utf-8")):
        planted[error["file"]].append(error)
    missed: Counter[str] = Counter()
    total = 0
    for file, errors in planted.items():
        findings = diagnose(raw / file, city=city, codes=codes).findings
        assert findings is not None
        found = defaultdict(list)
        for row, value, rule in findings.select("row", "value", "rule").iter_rows():
            found[row].append((value or "", rule))
        for error in errors:
            total += 1
            seen = found[error["row"]]
            if not any(v == error["planted"] or r.startswith("duplicate") for v, r in seen):
                missed[error["kind"]] += 1
    assert total > 30
    assert sum(missed.values()) <= 0.02 * total, missed
