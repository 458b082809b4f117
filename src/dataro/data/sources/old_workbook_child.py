"""The child of ``dataro.data.sources.old_workbook``: limits itself, reads one XLS, writes JSON."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from dataro.data.sources.cells import as_text


def read(path: str) -> dict[str, Any]:
    """Every sheet with its rows as text, or what is wrong with the file."""
    try:
        book = CalamineWorkbook.from_path(path)
        return {"sheets": [_sheet(book, name) for name in book.sheet_names]}
    except PasswordError:
        return {"locked": True}
    except (CalamineError, OSError, ValueError) as error:
        return {"damaged": str(error)}


def _sheet(book: CalamineWorkbook, name: str) -> dict[str, Any]:
    sheet = book.get_sheet_by_name(name)
    return {
        "name": name, "height": sheet.height, "width": sheet.width,
        "total_height": sheet.total_height, "merged": list(sheet.merged_cell_ranges or ()),
        "rows": [[as_text(cell) for cell in row] for row in sheet.iter_rows()],
    }  # fmt: skip


def limit(memory: int, seconds: float) -> None:
    """Limits on data, computing time and crash images, where the system has them."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, math.ceil(seconds)),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, hard))


if __name__ == "__main__":
    file, out, seconds, memory = sys.argv[1:]
    limit(int(memory), float(seconds))
    Path(out).write_text(json.dumps(read(file), ensure_ascii=False), encoding="utf-8")
