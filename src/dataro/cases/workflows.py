"""Workflows: read from a workspace, checked, and kept in the records version by version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from dataro.accounts import audit
from dataro.accounts.clock import Clock, system_clock
from dataro.accounts.person import ROLES
from dataro.accounts.records import Records, open_records
from dataro.build import declarations
from dataro.build.workspace import Workspace
from dataro.cases.schema import workflow_versions
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both
from dataro.vocabulary.workflow import RELATIONS, Field, Workflow

_ADAPTER = TypeAdapter(Workflow)
_Fault = tuple[tuple[int | str, ...], Text]


def open_cases(
    workspace: Workspace, *, url: str | None = None, clock: Clock = system_clock
) -> Records:
    """The records of ``workspace`` with its workflows installed, ready for cases.

    Raises ``Problem`` for a broken workflow (the first one) or records that cannot be opened.
    """
    declared = read_workflows(workspace)
    records = open_records(workspace, url=url, clock=clock)
    try:
        install(records, declared.values())
    except BaseException:
        records.close()
        raise
    return records


def read_workflows(workspace: Workspace) -> dict[str, Workflow]:
    """Every ``workflows/*.yml`` of a workspace, by id.

    Raises ``Problem`` naming file and line, or the two files that share a prefix of numbers.
    """
    found: dict[str, Workflow] = {}
    for path in sorted((workspace.folder / "workflows").glob("*.yml")):
        workflow = read_workflow(path)
        same = next((one for one in found.values() if one.prefix == workflow.prefix), None)
        if same is not None:
            raise Problem(
                both(
                    f"{path}: 접수 번호의 머리글자 {workflow.prefix}을(를) {same.id}.yml도 씁니다. 다른 글자를 정해 주세요.",
                    f"{path}: the prefix {workflow.prefix} is taken by {same.id}.yml. Choose another.",
                )
            )
        found[workflow.id] = workflow
    return found


def read_workflow(path: Path) -> Workflow:
    """The workflow of one YAML file; its id is the file's name.

    Raises ``Problem`` naming file, line, what is wrong and what is allowed.
    """
    given, lines = declarations.read_yaml(path)
    if not isinstance(given, dict):
        raise Problem(
            both(
                f"{path}: 비어 있거나 ‘이름: 값’ 꼴이 아닙니다. title, states, moves를 적어 주세요.",
                f"{path}: empty, or not a mapping. It needs title, states, moves.",
            )
        )
    given["id"] = path.stem
    moves = given.get("moves")
    for move in moves.values() if isinstance(moves, dict) else ():
        if isinstance(move, dict) and "from" in move:
            move["source"] = move.pop("from")
    workflow = declarations.validated(Workflow, given, path, lines)
    for at, said in check(workflow):
        where = declarations.line_of(path, lines, at)
        raise Problem(Text(f"{declarations.in_korean(where)}: {said.ko}", f"{where}: {said.en}"))
    return workflow


def check(workflow: Workflow) -> Iterator[_Fault]:
    """What does not fit together in a workflow, each with the place it stands at."""
    states = workflow.states
    if not (2 <= len(workflow.prefix) <= 5 and workflow.prefix.isascii()
            and workflow.prefix.isalpha() and workflow.prefix.isupper()):  # fmt: skip
        yield (
            ("prefix",),
            both(
                f"prefix는 영문 대문자 2~5자입니다(지금: {workflow.prefix}).",
                f"prefix takes 2 to 5 capital letters (now: {workflow.prefix}).",
            ),
        )
    yield from _known(("start",), (workflow.start,), states)
    yield from _known(("heading",), (workflow.heading,), workflow.form)
    yield from _known(("one_open_for",), workflow.one_open_for, workflow.form)
    yield from _known(("opens",), workflow.opens, ROLES)
    yield from _known(("steward",), (workflow.steward,), ROLES)
    people = {**ROLES, **RELATIONS}
    for name, move in workflow.moves.items():
        yield from _known(("moves", name, "from"), move.source, states)
        yield from _known(("moves", name, "to"), (move.to,), states)
        yield from _known(("moves", name, "by"), move.by, people)
        yield from _known(("moves", name, "notify"), move.notify, people)
    for name, state in states.items():
        if state.escalate:
            yield from _known(("states", name, "escalate"), (state.escalate,), ROLES)
        leads_on = any(move.to != name for move in workflow.moves_from(name).values())
        if not state.closed and not leads_on:
            yield (
                ("states", name),
                both(
                    f"상태 {name}에서 나가는 moves가 없습니다. 끝나는 상태라면 closed: true를 적어 주세요.",
                    f"No move leads out of {name}. Write closed: true if a case ends there.",
                ),
            )
        if name not in _reached(workflow):
            yield (
                ("states", name),
                both(
                    f"상태 {name}에 이르는 moves가 없습니다.", f"No move leads to the state {name}."
                ),
            )
    yield from _effects(workflow)
    for at, fields in _forms(workflow):
        for name, field in fields.items():
            if (field.kind == "choice") != bool(field.choices):
                yield (
                    (*at, name),
                    both(
                        f"{name}: choices는 kind: choice일 때만, 그때는 반드시 적습니다.",
                        f"{name}: choices go with kind: choice, and only with it.",
                    ),
                )


_EFFECT_NEEDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "propose_correction": (("dataset", "key", "column", "should_be"), ()),
    "grant_access": (("dataset",), ("level", "until")),
    "revoke_access": ((), ()),
    "open_dataset": (("dataset",), ()),
    "retire_dataset": (("dataset",), ("reason",)),
}
"""What each effect reads: fields of the opening form, and of the move itself."""


def _effects(workflow: Workflow) -> Iterator[_Fault]:
    for name, move in workflow.moves.items():
        in_form, in_move = _EFFECT_NEEDS.get(move.effect or "", ((), ()))
        missing = [
            *(one for one in in_form if one not in workflow.form),
            *(one for one in in_move if one not in move.needs),
        ]
        if missing:
            yield (
                ("moves", name, "effect"),
                both(
                    f"effect: {move.effect}에 필요한 항목이 양식에 없습니다: {', '.join(missing)}.",
                    f"effect: {move.effect} needs fields that no form asks for: {', '.join(missing)}.",
                ),
            )


def _forms(workflow: Workflow) -> Iterator[tuple[tuple[str, ...], Mapping[str, Field]]]:
    yield ("form",), workflow.form
    for name, move in workflow.moves.items():
        yield ("moves", name, "needs"), move.needs


def _known(at: tuple[str, ...], names: Iterable[str], known: Iterable[str]) -> Iterator[_Fault]:
    allowed = list(known)
    for name in names:
        if name not in allowed:
            guess = did_you_mean(name, allowed)
            yield (
                at,
                both(
                    f"{at[-1]}의 “{name}”은(는) 없는 이름입니다.{guess.ko} 쓸 수 있는 이름: {', '.join(allowed)}.",
                    f"{at[-1]} names “{name}”, which does not exist.{guess.en} Allowed: {', '.join(allowed)}.",
                ),
            )


def _reached(workflow: Workflow) -> set[str]:
    reached = {workflow.start}
    for _ in workflow.states:
        reached |= {move.to for move in workflow.moves.values() if reached & set(move.source)}
    return reached


def install(records: Records, workflows: Iterable[Workflow]) -> None:
    """Keep each workflow in the records; one that changed becomes a new version.

    Open cases stay on the version they were opened with (``dataro.cases.upgrade`` moves them).
    """
    declared = [(one, _ADAPTER.dump_json(one).decode()) for one in workflows]
    with records.reading() as connection:
        changed = [
            pair for pair in declared if _newest(connection, pair[0].id)[1] != _hash(pair[1])
        ]
    if not changed:
        return
    with records.writing() as connection:
        for workflow, text in changed:
            version, digest = _newest(connection, workflow.id)
            if digest == _hash(text):
                continue  # another process was faster
            connection.execute(
                workflow_versions.insert().values(
                    workflow=workflow.id, version=version + 1, digest=_hash(text), declared=text,
                    since=records.now(),
                )
            )  # fmt: skip
            subject = f"workflow/{workflow.id}"
            audit.note(
                connection, records, None, "workflow.install", subject, {"version": version + 1}
            )


def newest_workflow(connection: Connection, id: str) -> tuple[Workflow, int]:
    """The workflow called ``id`` as new cases use it, and its version.

    Raises ``Problem`` with the nearest known name.
    """
    version, _ = _newest(connection, id)
    if not version:
        query = select(workflow_versions.c.workflow).distinct()
        known = sorted(connection.execute(query).scalars())
        guess = did_you_mean(id, known)
        raise Problem(
            both(
                f"“{id}”(이)라는 업무 절차가 없습니다.{guess.ko} 있는 절차: {', '.join(known) or '없음'}. "
                "작업 폴더의 workflows/에 YAML로 선언합니다.",
                f"There is no workflow “{id}”.{guess.en} Known: {', '.join(known) or 'none'}. "
                "They are declared as YAML in workflows/ of the workspace.",
            )
        )
    return workflow_version(connection, id, version), version


def workflow_version(connection: Connection, id: str, version: int) -> Workflow:
    """One version of a workflow, as it was declared then."""
    known: dict[tuple[str, int], Workflow] = connection.info.setdefault("workflows", {})
    if (id, version) not in known:  # a version never changes once it is kept
        table = workflow_versions.c
        query = select(table.declared).where(table.workflow == id, table.version == version)
        known[id, version] = _parsed(str(connection.execute(query).scalar_one()))
    return known[id, version]


def installed(records: Records) -> dict[str, Workflow]:
    """The newest version of every workflow in the records, by id."""
    with records.reading() as connection:
        query = select(workflow_versions.c.workflow).distinct()
        ids = sorted(connection.execute(query).scalars())
        return {id: newest_workflow(connection, id)[0] for id in ids}


@lru_cache(maxsize=256)
def _parsed(declared: str) -> Workflow:
    return _ADAPTER.validate_python(json.loads(declared))


def _newest(connection: Connection, id: str) -> tuple[int, str]:
    table = workflow_versions.c
    query = (
        select(table.version, table.digest)
        .where(table.workflow == id)
        .order_by(table.version.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return (row[0], row[1]) if row else (0, "")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
