"""The registry: everything a workspace declares, validated before any data is read."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import dataro.analyses
import dataro.data.datasets
from dataro.build import declarations
from dataro.build.columns import dataset_columns
from dataro.build.workspace import Workspace
from dataro.vocabulary.analysis import Analysis
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.table import CLASSES, Table
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both


@dataclass(frozen=True)
class Registry:
    """What one workspace declares.

    ``columns`` are the standard columns of each dataset; ``feeds`` the datasets that fill each
    table class, best rank first; ``makers`` the analysis and result name behind a table class
    that an analysis returns; ``broken`` the declarations that could not be read, with the reason.
    """

    workspace: Workspace
    city: City
    datasets: Mapping[str, Dataset]
    columns: Mapping[str, Mapping[str, Term]]
    tables: Mapping[str, type[Table]]
    analyses: Mapping[str, Analysis]
    feeds: Mapping[str, tuple[str, ...]]
    makers: Mapping[str, tuple[str, str]]
    broken: Mapping[Path, Problem] = field(default_factory=dict)

    def thing(self, id: str) -> Dataset | Analysis:
        """The dataset or analysis called ``id``.

        Raises ``Problem`` with the nearest known name.
        """
        found = self.datasets.get(id) or self.analyses.get(id)
        if found is None:
            known = [*self.datasets, *self.analyses]
            guess = did_you_mean(id, known)
            raise Problem(
                both(
                    f"“{id}”(이)라는 데이터셋이나 분석이 없습니다.{guess.ko} `dataro status`로 목록을 볼 수 있습니다.",
                    f"There is no dataset or analysis “{id}”.{guess.en} `dataro status` lists them.",
                )
            )
        return found


def load(workspace: Workspace, *, strict: bool = False) -> Registry:
    """Read and validate every declaration of ``workspace``.

    A broken dataset or analysis is left out and listed in ``broken``, so that one mistake does
    not stop a city; with ``strict`` the first one raises. A broken ``city.toml`` always raises.
    """
    city = declarations.read_city(workspace.city_file)
    broken: dict[Path, Problem] = {}
    modules = [*_package_modules(dataro.data.datasets), *_package_modules(dataro.analyses)]
    for path in sorted(workspace.analyses.glob("*.py")):
        try:
            modules.append(_workspace_module(path))
        except Problem as problem:
            broken[path] = problem
    names = {module.__name__ for module in modules}
    tables = {id: table for id, table in CLASSES.items() if table.__module__ in names}
    found = [one for module in modules for one in _analyses(module)]
    analyses = {one.id: one for one in sorted(found, key=lambda one: (one.rank, one.id))}
    datasets: dict[str, Dataset] = {}
    columns: dict[str, Mapping[str, Term]] = {}
    for path in sorted([*workspace.datasets.glob("*.yml"), *workspace.datasets.glob("*.yaml")]):
        try:
            dataset = declarations.read_dataset(path)
            columns[dataset.id] = dataset_columns(dataset, tables, path)
            datasets[dataset.id] = dataset
        except Problem as problem:
            broken[path] = problem
    if strict and broken:
        raise next(iter(broken.values()))
    return Registry(
        workspace=workspace,
        city=city,
        datasets=datasets,
        columns=columns,
        tables=tables,
        analyses=analyses,
        feeds=_feeds(datasets, tables),
        makers={
            table.id: (one.id, result)
            for one in analyses.values()
            for result, table in one.results.items()
        },
        broken=broken,
    )


def _package_modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _workspace_module(path: Path) -> ModuleType:
    """A city's own analysis file, imported under a name of its own.

    Raises ``Problem`` naming file and line where Python cannot import it.
    """
    digest = hashlib.sha256(path.read_bytes() + str(path).encode()).hexdigest()[:12]
    name = f"dataro_workspace_{path.stem}_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Problem:
        del sys.modules[name]
        raise
    except Exception as error:
        del sys.modules[name]
        line = _line_of(error, path)
        raise Problem(
            both(
                f"{path}, {line}행: 분석 파일을 불러올 수 없습니다({type(error).__name__}: {error}).",
                f"{path}, line {line}: the analysis cannot be loaded ({type(error).__name__}: {error}).",
            )
        ) from error
    return module


def _line_of(error: Exception, path: Path) -> int:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _analyses(module: ModuleType) -> Iterator[Analysis]:
    for value in vars(module).values():
        if isinstance(value, Analysis) and value.function.__module__ == module.__name__:
            yield value


def _feeds(
    datasets: Mapping[str, Dataset], tables: Mapping[str, type[Table]]
) -> dict[str, tuple[str, ...]]:
    by_table: dict[str, list[Dataset]] = {id: [] for id in tables}
    for dataset in datasets.values():
        if dataset.table:
            by_table[dataset.table].append(dataset)
    return {
        id: tuple(one.id for one in sorted(feeding, key=lambda one: (one.rank, one.id)))
        for id, feeding in by_table.items()
    }
