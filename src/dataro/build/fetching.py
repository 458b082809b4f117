"""Fetching the open APIs that datasets declare: the only time the network is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from dataro.build.context import Context
from dataro.build.raw_files import API_FOLDER
from dataro.data.sources.apis import fetch
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both


def fetch_declared(
    context: Context,
    only: Iterable[str] = (),
    *,
    today: date | None = None,
    report: Callable[[str, Text], None] | None = None,
) -> dict[str, list[Path] | Problem]:
    """Fetch today's edition of every dataset with an API (or of those in ``only``).

    Pages are kept under ``raw/api/<dataset>/<date>/`` as they came; an interrupted fetch of the
    same day goes on where it stopped. A provider that fails stops only its own dataset.

    Raises ``Problem`` where a name in ``only`` is no dataset with an API.
    """
    wanted = list(only)
    for id in wanted:
        thing = context.registry.thing(id)
        if id not in context.registry.datasets or context.registry.datasets[id].source.api is None:
            raise Problem(
                both(
                    f"“{thing.title.ko}”({id})은(는) 오픈 API에서 받는 데이터셋이 아닙니다.",
                    f"“{thing.title.en}” ({id}) does not come from an open API.",
                )
            )
    fetched: dict[str, list[Path] | Problem] = {}
    for id, dataset in context.registry.datasets.items():
        if dataset.source.api is None or (wanted and id not in wanted):
            continue
        edition = (today or date.today()).isoformat()
        folder = context.workspace.raw / API_FOLDER / id / edition

        def said(text: Text, id: str = id) -> None:
            if report is not None:
                report(id, text)

        try:
            fetched[id] = fetch(dataset.source.api, folder, report=said)
        except Problem as problem:
            fetched[id] = problem
    return fetched
