"""The rules of the house: what must stay true of the code however it grows."""

from __future__ import annotations

import ast
import csv
import graphlib
import importlib.util
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
import small_city

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "dataro"
MODULES = sorted(SOURCE.rglob("*.py"))
HEAVY = {
    "duckdb", "ibis", "pandas", "polars", "pyarrow", "numpy", "scipy", "numba", "shapely",
    "pyogrio", "pyproj", "litestar", "granian", "jinja2", "py_mini_racer", "httpx", "python_calamine",
    "xlsxwriter",
}  # fmt: skip


def tool(name: str) -> str:
    """A program of the environment that runs the tests."""
    return shutil.which(name, path=Path(sys.executable).parent) or name


# Light doors


@pytest.mark.parametrize(
    "entry",
    [
        "import dataro.cli.app",
        "from dataro.build import registry, workspace; "
        "registry.load(workspace.find(__import__('pathlib').Path(FOLDER)))",
    ],
    ids=["command line", "registry"],
)
def test_declarations_and_help_load_nothing_heavy(entry, tmp_path):
    folder = small_city.make(tmp_path).folder
    program = entry.replace("FOLDER", repr(str(folder)))
    program += "\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert HEAVY & {name.split(".")[0] for name in json.loads(run.stdout)} == set()


# One way


def test_imports_run_one_way():
    run = subprocess.run(
        [tool("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "src"},
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]


def test_no_two_modules_need_each_other():
    graph = grimp.build_graph("dataro", exclude_type_checking_imports=True, cache_dir=None)
    needs = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_packages_hand_nothing_on():
    for module in MODULES:
        if module.name == "__init__.py":
            nodes = ast.parse(module.read_text("utf-8")).body
            kinds = (ast.Import, ast.ImportFrom)
            assert not any(isinstance(node, kinds) for node in nodes), module


# Small rooms


def test_modules_are_short():
    lengths = {one: len(one.read_text("utf-8").splitlines()) for one in MODULES}
    own = {one: length for one, length in lengths.items() if length > 1}
    assert max(own.values()) <= 600, max(own, key=lambda one: own[one])
    assert statistics.median(own.values()) < 150
    assert statistics.quantiles(own.values(), n=10)[-1] < 400
    for folder in ("tests", "tools", "bench"):
        for one in (ROOT / folder).rglob("*.py"):
            assert len(one.read_text("utf-8").splitlines()) <= 600, one


# Any city


def city_words() -> Iterator[str]:
    """Names and codes by which a shipped city would betray itself in code."""
    for folder in sorted((SOURCE / "cities").iterdir()):
        declared = folder / "city.toml"
        if not declared.is_file():
            continue
        city = tomllib.loads(declared.read_text("utf-8"))
        yield from (city["id"], city["name"]["ko"].removesuffix("시"), city["name"]["en"])
        for code in city["codes"]:
            yield from (code, code[:5])
        with (folder / "districts.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield row["행정동코드"] if "행정동코드" in row else row["district"]
                yield row["읍면동명"] if "읍면동명" in row else row["name"]


def test_no_city_stands_in_the_code():
    words = {word.lower() for word in city_words() if len(word) > 2}
    assert len(words) > 30
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words)), re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in SOURCE.rglob("*")
        if path.suffix in (".py", ".html", ".js", ".css", ".sql", ".toml", ".yml")
        and "cities" not in path.parts
        and "vendor" not in path.parts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_coordinate_of_a_city_stands_in_the_code():
    for declared in (SOURCE / "cities").glob("*/city.toml"):
        west, south, east, north = tomllib.loads(declared.read_text("utf-8"))["bounds"]
        for module in MODULES:
            if "cities" in module.parts:
                continue
            numbers = [
                node.value
                for node in ast.walk(ast.parse(module.read_text("utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, float)
            ]
            assert not any(west <= one <= east for one in numbers), module
            assert not any(south <= one <= north for one in numbers), module


# Both languages

HANGUL = re.compile("[가-힣]")
WORDS = re.compile("[A-Za-z]{3}")
VALUE = "□"  # stands for what an f-string fills in


def said(node: ast.expr) -> str | None:
    """The words of a string or f-string; None where it is not written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(one.value if isinstance(one, ast.Constant) else VALUE for one in node.values)
    return None


def pairs(module: Path) -> Iterator[tuple[str, str, str]]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in ("both", "finding") and len(node.args) == 2:
            korean, english = said(node.args[0]), said(node.args[1])
            if korean is not None and english is not None:
                yield f"{module.relative_to(ROOT)}:{node.lineno}", korean, english


def test_everything_a_reader_sees_is_said_in_both_languages():
    faults = []
    count = 0
    for where, korean, english in (pair for module in MODULES for pair in pairs(module)):
        count += 1
        if korean == english:
            continue
        if not korean.strip() or not english.strip():
            faults.append(f"{where}: one language is empty")
        elif len(HANGUL.findall(korean)) > 3 and not WORDS.search(english.replace(VALUE, "one")):
            faults.append(f"{where}: the English is not English: {english}")
        elif WORDS.search(english) and not HANGUL.search(korean):
            faults.append(f"{where}: the Korean is not Korean: {korean}")
    assert count > 100
    assert not faults, "\n".join(faults)


# Documents


def test_generated_pages_are_current():
    spec = importlib.util.spec_from_file_location("pages", ROOT / "tools" / "pages.py")
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    stale = [path.name for path in pages.stale_pages()]
    assert not stale, f"out of date: {stale}; run make fix"


def test_every_link_between_documents_leads_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


# Free of this and that machine


def tracked() -> list[Path]:
    run = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for name in run.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_registry_and_no_machine_stands_in_the_project():
    hosts = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "deb." + "debian")
    machine = re.compile(r"(?<![\w.])/(?:work|root|home)/\w|[A-Z]:\\\\Users")
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        assert not any(host in text for host in hosts), path
        assert not machine.search(text), f"{path}: {machine.search(text)}"


def test_dependencies_are_pinned_with_hashes_and_carry_a_reason():
    for lock in sorted((ROOT / "locks").glob("*.txt")):
        pinned = [one for one in lock.read_text("utf-8").splitlines() if re.match(r"[a-z0-9]", one)]
        assert pinned
        assert all(re.match(r"[\w.\-\[\]]+==\S+", one) and one.endswith("\\") for one in pinned), (
            lock
        )


def test_nothing_is_left_unfinished():
    unfinished = re.compile("TO" + "DO|FIX" + "ME|XX" + "X|raise Not" + "Implemented")
    for module in [*MODULES, *(ROOT / "tools").glob("*.py"), ROOT / "make.py"]:
        text = module.read_text("utf-8")
        assert not unfinished.search(text), module
        assert not re.search(r"type: ignore(?!\[)", text), module
