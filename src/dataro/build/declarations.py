"""Reading what a city edits (``city.toml``, YAML files), with errors that name the line."""

from __future__ import annotations

import re
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from dataro.data.standards.templates import template
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both

MAX_BYTES = 1_000_000
T = TypeVar("T")
Location = tuple[int | str, ...]


def read_city(path: Path) -> City:
    """The city of a ``city.toml``; its id is the ``id`` there, or the folder's name.

    Raises ``Problem`` naming file, field and what is allowed.
    """
    try:
        given = tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise Problem(
            both(
                f"{path}: TOML로 읽을 수 없습니다({error}). 그 줄의 따옴표와 괄호를 확인해 주세요.",
                f"{path}: not valid TOML ({error}). Check the quotes and brackets of that line.",
            )
        ) from error
    given.setdefault("id", path.parent.name)
    return validated(City, given, path, {})


def read_dataset(path: Path) -> Dataset:
    """The dataset of one YAML file; its id is the file's name.

    Raises ``Problem`` naming file, line, field, what is allowed and the nearest known name.
    """
    given, lines = read_yaml(path)
    if not isinstance(given, dict):
        raise Problem(
            both(
                f"{path}: 비어 있거나 ‘이름: 값’ 꼴이 아닙니다. title, owner, source, columns를 적어 주세요.",
                f"{path}: empty, or not a mapping. It needs title, owner, source, columns.",
            )
        )
    given["id"] = path.stem
    if isinstance(given.get("columns"), dict):
        given["columns"] = {name: _column(declared) for name, declared in given["columns"].items()}
    dataset = validated(Dataset, given, path, lines)
    if dataset.licence not in LICENCES:
        known = ", ".join(LICENCES)
        guess = did_you_mean(dataset.licence, LICENCES)
        where = line_of(path, lines, ("licence",))
        raise Problem(
            both(
                f"{in_korean(where)}: licence “{dataset.licence}”은(는) 없는 이용 조건입니다.{guess.ko} 가능한 값: {known}.",
                f"{where}: licence “{dataset.licence}” is not known.{guess.en} Allowed: {known}.",
            )
        )
    if dataset.template is not None:
        template(dataset.template)  # says which templates there are
    if (dataset.source.files is None) == (dataset.source.api is None):
        where = line_of(path, lines, ("source",))
        raise Problem(
            both(
                f"{in_korean(where)}: source에는 files와 api 가운데 하나만 적어 주세요.",
                f"{where}: source takes exactly one of files and api.",
            )
        )
    _withheld(dataset, path, lines)
    return dataset


def _withheld(dataset: Dataset, path: Path, lines: Mapping[Location, int]) -> None:
    """Refuse open data with a column of personal data.

    Here, where every declaration comes in, so that no page, file or interface has to remember it:
    what is open goes out by all of them with all of its columns.
    """
    personal = [name for name, one in dataset.columns.items() if one.personal]
    if dataset.openness != "open" or not personal:
        return
    where = line_of(path, lines, ("columns", personal[0]))
    listed = ", ".join(personal)
    raise Problem(
        both(
            f"{in_korean(where)}: 개인정보로 표시된 열이 있어 openness: open으로 둘 수 없습니다: {listed}. "
            "개방하려면 그 열을 columns에서 빼고, 아니면 openness를 internal로 적고 이유를 "
            "openness_reason에 적어 주세요.",
            f"{where}: columns marked personal cannot stand in data with openness: open: {listed}. "
            "Leave them out of columns to open it, or set openness to internal and give "
            "openness_reason.",
        )
    )


def _column(declared: Any) -> Any:
    """The shorthand ``month: 기준연월`` and the YAML key ``from``."""
    if isinstance(declared, str):
        return {"source": declared}
    if declared is None:
        return {}
    if isinstance(declared, dict) and "from" in declared:
        return {"source": declared["from"], **{k: v for k, v in declared.items() if k != "from"}}
    return declared


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Problem(
            both(
                f"{path}을(를) 열 수 없습니다({error.strerror}).",
                f"{path} cannot be opened ({error.strerror}).",
            )
        ) from error
    if len(raw) > MAX_BYTES:
        raise Problem(
            both(
                f"{path}: 선언 파일이 {MAX_BYTES:,}바이트를 넘습니다. 데이터 파일을 잘못 넣지 않았는지 확인해 주세요.",
                f"{path}: a declaration of more than {MAX_BYTES:,} bytes. Is it a data file?",
            )
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(
            both(
                f"{path}: UTF-8이 아닙니다({error.start:,}번째 바이트). 편집기에서 UTF-8로 저장해 주세요.",
                f"{path}: not UTF-8 (byte {error.start:,}). Save it as UTF-8 in your editor.",
            )
        ) from error


def read_yaml(path: Path) -> tuple[Any, dict[Location, int]]:
    """The document and the 1-based line of each of its fields.

    Raises ``Problem`` for what is not YAML, a tab, a field that stands twice, or a huge file.
    """
    text = _read(path)
    try:
        loader, node = _parsed(text)
        if node is None:
            return None, {}
        lines = dict(_lines(node, ()))
        _no_duplicates(node, path)
        return loader.construct_document(node), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        if "'\\t'" in str(error.problem):
            raise Problem(
                both(
                    f"{path}, {line}행: 탭 문자가 있습니다. YAML은 탭을 쓰지 않으니 공백으로 바꿔 주세요.",
                    f"{path}, line {line}: a tab. YAML takes no tabs; use spaces.",
                )
            ) from error
        raise Problem(
            both(
                f"{path}, {line}행: YAML로 읽을 수 없습니다({error.problem}). 들여쓰기와 따옴표를 확인해 주세요.",
                f"{path}, line {line}: not valid YAML ({error.problem}). Check indents and quotes.",
            )
        ) from error


def _parsed(text: str) -> tuple[Any, yaml.Node | None]:
    """A loader and the document's root. libyaml reads ten times as fast, but says less of what is
    wrong: a document it refuses is read again by the loader in Python."""
    fast = getattr(yaml, "CSafeLoader", None)  # a build of PyYAML may lack it
    if fast is not None:
        with suppress(yaml.YAMLError):
            loader = fast(text)
            return loader, loader.get_single_node()
    loader = yaml.SafeLoader(text)
    return loader, loader.get_single_node()


def _lines(node: yaml.Node, at: Location) -> Iterator[tuple[Location, int]]:
    yield at, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*at, str(key.value)), key.start_mark.line + 1
            for found in _lines(value, (*at, str(key.value))):
                if found[0] != (*at, str(key.value)):
                    yield found
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*at, index))


def _no_duplicates(node: yaml.Node, path: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise Problem(
                    both(
                        f"{path}, {line}행: “{key.value}” 항목이 두 번 적혀 있습니다. 하나만 남겨 주세요.",
                        f"{path}, line {line}: “{key.value}” stands twice. Keep one.",
                    )
                )
            seen.add(key.value)
            _no_duplicates(value, path)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _no_duplicates(value, path)


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def validated(kind: type[T], given: Any, path: Path, lines: Mapping[Location, int]) -> T:
    """What ``path`` gave, as the declared class ``kind``.

    Raises ``Problem`` naming file, line, field, what is allowed and the nearest known name.
    """
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    try:
        made: T = _ADAPTERS[kind].validate_python(given)
    except ValidationError as error:
        said = [_sentence(kind, one, path, lines) for one in error.errors()[:5]]
        raise Problem(Text("\n".join(s.ko for s in said), "\n".join(s.en for s in said))) from error
    return made


def line_of(path: Path, lines: Mapping[Location, int], where: Location) -> str:
    """``file, line 7`` for a field, or for the nearest one around it."""
    while where and where not in lines:
        where = where[:-1]
    return f"{path}, line {lines[where]}" if where in lines else str(path)


def in_korean(where: str) -> str:
    """What ``line_of`` said, in Korean."""
    return re.sub(r", line (\d+)$", r", \1행", where)


def _sentence(kind: type, error: ErrorDetails, path: Path, lines: Mapping[Location, int]) -> Text:
    location = tuple("from" if part == "source" and index else part
                     for index, part in enumerate(error["loc"]))  # fmt: skip
    field = ".".join(str(part) for part in location)
    where = line_of(path, lines, location)
    where_ko = in_korean(where)
    value = error["input"]
    if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        known = _known(kind, error["loc"][:-1])
        guess = did_you_mean(str(error["loc"][-1]), known)
        listed = ", ".join(known)
        return both(
            f"{where_ko}: “{field}”(이)라는 항목은 없습니다.{guess.ko} 쓸 수 있는 항목: {listed}.",
            f"{where}: there is no field “{field}”.{guess.en} Allowed here: {listed}.",
        )
    if error["type"] in ("missing", "missing_argument"):
        return both(
            f"{where_ko}: “{field}” 항목이 빠졌습니다. 적어 주세요.",
            f"{where}: “{field}” is missing. Add it.",
        )
    if error["type"] == "literal_error":
        expected = str(error.get("ctx", {}).get("expected", ""))
        guess = did_you_mean(
            str(value), expected.replace("'", "").replace(" or ", ", ").split(", ")
        )
        return both(
            f"{where_ko}: “{field}”의 값 {value!r}은(는) 쓸 수 없습니다.{guess.ko} 가능한 값: {expected}.",
            f"{where}: “{field}” is {value!r}.{guess.en} Allowed: {expected}.",
        )
    return both(
        f"{where_ko}: “{field}”의 값 {value!r}을(를) 읽을 수 없습니다({error['msg']}).",
        f"{where}: “{field}” is {value!r}: {error['msg']}.",
    )


def _known(kind: type, location: Location) -> list[str]:
    """Field names allowed at a place inside ``kind``, as YAML writes them."""
    hint: Any = kind
    for part in location:
        hint = _member(hint, part)
    found = next((h for h in _alternatives(hint) if is_dataclass(h)), None)
    names = [field.name for field in fields(found)] if found else []
    hidden = {"id"} if found is Dataset else set()
    renamed = {"source": "from"} if found is not None and found is not Dataset else {}
    return [renamed.get(name, name) for name in names if name not in hidden]


def _member(hint: Any, part: int | str) -> Any:
    for one in _alternatives(hint):
        if is_dataclass(one) and isinstance(one, type):
            hints = typing.get_type_hints(one)
            if part in hints:
                return hints[str(part)]
        arguments = typing.get_args(one)
        if arguments:
            return arguments[1] if len(arguments) == 2 and isinstance(part, str) else arguments[0]
    return None


def _alternatives(hint: Any) -> tuple[Any, ...]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return typing.get_args(hint)
    return (hint,)
