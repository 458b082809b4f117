"""Who can sign in to a demonstration: made, and told."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from dataro.accounts.demo import PEOPLE, demo_people
from dataro.build.context import opened
from dataro.build.workspace import Workspace
from dataro.cases.demo import demo_cases, department_of
from dataro.cases.workflows import open_cases
from dataro.cli.language import say
from dataro.vocabulary.text import both


def tell_people(workspace: Workspace, out: Console) -> None:
    """Make the people and cases of a demonstration, and say how to sign in as each."""
    records = open_cases(workspace)
    try:
        with opened(workspace) as context:
            department = department_of(context)
            password = demo_people(records, workspace.state, department)
            demo_cases(records, context, department)
    finally:
        records.close()
    table = Table(box=None, pad_edge=False, show_header=False)
    for login, one in PEOPLE.items():
        table.add_row("  ", f"[bold]{login}[/]", say(one.does))
    words = both(
        "이 시범 작업 폴더에만 있는 계정입니다. 비밀번호는 모두 같으며 이 폴더에서만 통합니다:",
        "Accounts of this demonstration alone. One password for all, good for this folder only:",
    )
    out.print(f"{say(words)} [bold]{password}[/]", soft_wrap=True)
    out.print(table)
