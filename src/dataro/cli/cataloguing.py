"""catalogue: what is in it, what is found, how well it is described, who is told of changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from dataro.accounts.clock import korean_day, system_clock
from dataro.accounts.records import Records, open_records
from dataro.build.context import opened
from dataro.build.workspace import Workspace, find
from dataro.cli.language import say
from dataro.cli.output import console, print_json
from dataro.data.standards.templates import template
from dataro.data.standards.templates import templates as known_templates
from dataro.publish.after_build import NETWORKS
from dataro.publish.catalogue.entries import entries, entry, public_entries, visible
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.metadata import Score, score
from dataro.publish.catalogue.registration import registration_sheet
from dataro.publish.catalogue.search.ask import Wanted
from dataro.publish.catalogue.search.find import find as find_entries
from dataro.publish.catalogue.words import CADENCES, OPENNESS
from dataro.publish.webhooks import register
from dataro.publish.webhooks.deliver import deliver, queue
from dataro.publish.webhooks.post import Network, networks
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

SHOWN = 20


def list_entries(folder: Path, as_json: bool) -> None:
    """Everything that is declared, with what of it everybody sees."""
    today = korean_day(system_clock())
    with opened(find(folder)) as context:
        found = entries(context)
    if as_json:
        print_json({"entries": [_document(one) for one in found]})
        return
    table = _table(both("이름", "Id"), both("제목", "Title"), both("공개", "Openness"),
                   both("주기", "Updated"), both("갱신", "Last"), both("행", "Rows"))  # fmt: skip
    for one in found:
        shown = say(OPENNESS[one.openness])
        if one.expires is not None and today > one.expires:
            shown = say(both("기한 지남", "expired"))
        elif not visible(one, None, today):
            shown += say(both(" (보이지 않음)", " (hidden)"))
        rows = "" if one.rows is None else f"{one.rows:,}"
        table.add_row(one.id, escape(say(one.title)), shown, say(CADENCES[one.cadence]),
                      (one.modified or "")[:10], rows)  # fmt: skip
    console().print(table)


def search(folder: Path, words: str, as_json: bool) -> int:
    """What is public and matches; 1 where nothing does."""
    with opened(find(folder)) as context:
        found = find_entries(context, Wanted(words, limit=SHOWN))
        known = {one.id: one for one in public_entries(context)}
    if as_json:
        print_json({
            "total": found.total, "ids": list(found.ids), "corrected": found.corrected,
            "alike": found.alike,
            "facets": {name: dict(counts) for name, counts in found.facets.items()},
        })  # fmt: skip
        return 0 if found.total else 1
    out = console()
    if not found.total:
        out.print(say(both("맞는 데이터가 없습니다. 다른 말로 찾아 보십시오.",
                           "Nothing matches. Try other words.")))  # fmt: skip
        return 1
    if found.corrected:
        out.print(say(both(f"“{found.corrected}”(으)로 찾았습니다.",
                           f"This is what “{found.corrected}” finds.")))  # fmt: skip
    if found.alike:
        out.print(say(both("정확히 맞는 것은 없어 비슷한 것을 보입니다.",
                           "Nothing matches exactly; these are similar.")))  # fmt: skip
    for id in found.ids:
        one = known[id]
        out.print(f"[bold]{one.id}[/]  {escape(say(one.title))}  [dim]{escape(say(one.owner))}[/]")
    if found.total > len(found.ids):
        rest = found.total - len(found.ids)
        out.print(f"[dim]{say(both(f'그 밖에 {rest:,}건', f'{rest:,} more'))}[/]")
    return 0


def score_entries(folder: Path, subject: str | None, as_json: bool) -> None:
    """The metadata score of every public entry, worst first; or of one, point by point."""
    today = korean_day(system_clock())
    with opened(find(folder)) as context:
        chosen = [entry(context, subject)] if subject else public_entries(context)
        scored = [(one, score(one, context.registry.city, today)) for one in chosen]
    scored.sort(key=lambda pair: (pair[1].share, pair[0].id))
    if as_json:
        print_json({"scores": [_scored(one, found) for one, found in scored]})
        return
    if subject:
        _one_score(*scored[0])
        return
    table = _table(both("이름", "Id"), both("점수", "Score"), both("udata", "udata"),
                   both("등록 항목", "National"), both("없는 것", "Missing"))  # fmt: skip
    for one, found in scored:
        u, k = found.of("udata"), found.of("korea")
        missing = ", ".join(point.id for point in found.missing)
        table.add_row(one.id, f"{found.share:.0%}", f"{u[0]}/{u[1]}", f"{k[0]}/{k[1]}", missing)
    console().print(table)


def _one_score(one: Entry, found: Score) -> None:
    out = console()
    met = sum(point.met for point in found.points)
    said = both(f"{len(found.points)}가지 가운데 {met}가지를 갖추었습니다.",
                f"{met} of {len(found.points)} points are met.")  # fmt: skip
    out.print(f"[bold]{escape(say(one.title))}[/]  {say(said)}")
    for point in found.points:
        mark = "[green]✓[/]" if point.met else "[red]✗[/]"
        out.print(f"{mark} {escape(say(point.text))}  [dim]{escape(point.source)}[/]")
        if not point.met:
            out.print(f"    [yellow]{escape(say(point.advice))}[/]")


def export(folder: Path, path: Path, address: str) -> None:
    """Write the registration sheet of everything public. Raises ``Problem`` for another ending."""
    if path.suffix.lower() != ".xlsx":
        raise Problem(
            both(f"{path}: 등록 양식은 엑셀 파일입니다. .xlsx로 끝나는 이름을 적어 주세요.",
                 f"{path}: the sheet is a workbook. Give a name that ends with .xlsx.")
        )  # fmt: skip
    with opened(find(folder)) as context:
        found = [one for one in public_entries(context) if one.kind == "dataset" and one.snapshot]
        body = registration_sheet(found, context.registry.city, address)
    try:
        path.write_bytes(body)
    except OSError as error:
        raise Problem(
            both(f"{path}에 쓸 수 없습니다({error.strerror}).", f"{path} cannot be written ({error.strerror}).")
        ) from error  # fmt: skip
    said = both(
        f"{path}: {len(found)}건을 채웠습니다. 노란 칸은 선언에 없어 직접 채울 곳입니다.",
        f"{path}: {len(found)} rows. Yellow cells are not declared and stay to be filled by hand.",
    )
    console().print(say(said), markup=False)


def show_templates(name: str | None, as_json: bool) -> None:
    """The national templates, or the columns of one."""
    chosen = [template(name)] if name else list(known_templates().values())
    if as_json:
        print_json({"templates": [asdict(one) for one in chosen]})
        return
    out = console()
    for one in chosen:
        n = len(one.columns)
        said = both(f"{one.title.ko}: 항목 {n}개", f"{one.title.en}: {n} columns")
        out.print(f"[bold]{one.id}[/]  {say(said)}  [dim]{one.source}[/]")
        if name:
            for column in one.columns.values():
                allowed = f"  ({', '.join(column.allowed)})" if column.allowed else ""
                out.print(f"  {column.name}  [dim]{column.kind}{allowed}[/]")


def list_webhooks(folder: Path, as_json: bool) -> None:
    """Who is told of changes, and how it stands."""
    with _records(find(folder)) as records:
        found = register.listed(records)
    if as_json:
        print_json({"webhooks": [asdict(one) for one in found]})
        return
    if not found:
        console().print(say(both("등록된 웹훅이 없습니다.", "No webhook is registered.")))
        return
    table = _table(both("번호", "Number"), both("주소", "Address"), both("데이터", "Data"),
                   both("밀림", "Waiting"), both("실패", "Failed"), both("마지막 오류", "Last error"))  # fmt: skip
    for one in found:
        data = ", ".join(one.entries) or say(both("모두", "all"))
        table.add_row(str(one.id), escape(one.url), data, str(one.waiting), str(one.failed),
                      escape(one.last_error))  # fmt: skip
    console().print(table)


def add_webhook(folder: Path, url: str, of: list[str], key_name: str) -> None:
    """Register an address."""
    workspace = find(folder)
    with _records(workspace) as records, opened(workspace) as context:
        try:
            made = register.add(records, context, url, of, os.environ, _allowed(), key_name)
        except OSError as error:
            raise Problem(
                both(f"{url}의 서버 이름을 찾을 수 없습니다. 주소를 확인해 주세요.",
                     f"The server of {url} cannot be found. Check the address.")
            ) from error  # fmt: skip
    said = both(f"{made.id}번으로 등록했습니다. 이다음에 바뀌는 것부터 알립니다.",
                f"Registered as number {made.id}. It is told of what changes from now on.")  # fmt: skip
    console().print(say(said))


def remove_webhook(folder: Path, id: int) -> None:
    """Take one away."""
    with _records(find(folder)) as records:
        register.remove(records, id)
    console().print(say(both(f"{id}번을 지웠습니다.", f"Removed number {id}.")))


def send_webhooks(folder: Path) -> None:
    """Queue what changed and send what waits."""
    workspace = find(folder)
    with _records(workspace) as records, opened(workspace) as context:
        queue(records, context)
        done = deliver(records, os.environ, _allowed())
    said = both(f"보냄 {done.sent} · 나중에 다시 {done.put_off} · 그만둠 {done.given_up}",
                f"sent {done.sent} · to be tried again {done.put_off} · given up {done.given_up}")  # fmt: skip
    console().print(say(said))


def _allowed() -> tuple[Network, ...]:
    return networks(os.environ.get(NETWORKS, ""))


@contextmanager
def _records(workspace: Workspace) -> Iterator[Records]:
    records = open_records(workspace)
    try:
        yield records
    finally:
        records.close()


def _table(*heads: Text) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(say(head), overflow="fold")
    return table


def _document(one: Entry) -> dict[str, object]:
    return {
        "id": one.id, "kind": one.kind, "title": one.title, "owner": one.owner, "theme": one.theme,
        "licence": one.licence, "openness": one.openness, "personal": one.personal,
        "cadence": one.cadence, "expires": one.expires, "temporal": one.temporal,
        "spatial": one.spatial, "rows": one.rows, "snapshot": one.snapshot,
        "created": one.created, "modified": one.modified, "formats": list(one.formats),
        "template": one.template,
    }  # fmt: skip


def _scored(one: Entry, found: Score) -> dict[str, object]:
    return {
        "id": one.id, "share": found.share,
        "points": [
            {"id": p.id, "set": p.set, "met": p.met, "text": p.text, "source": p.source,
             "advice": None if p.met else p.advice}
            for p in found.points
        ],
    }  # fmt: skip
