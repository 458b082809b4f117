"""Other people's clients and validators: scripts run by the Python of ``.clients``.

They need packages that the product does not, some older than its own, so they live apart
(``locks/clients.txt``, installed by ``make test-all``). A script in ``tests/clients/`` speaks to a
server that the test started and prints what it saw as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = next(
    (
        one
        for one in (ROOT / ".clients/bin/python", ROOT / ".clients/Scripts/python.exe")
        if one.exists()
    ),
    None,
)
needs_clients = pytest.mark.skipif(
    PYTHON is None, reason="no .clients here: `make test-all` installs these clients"
)


def run_client(script: str, *arguments: str, seconds: float = 120) -> Any:
    """What ``tests/clients/SCRIPT`` prints, as JSON; its errors fail the test with their text."""
    assert PYTHON is not None
    outside = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        [PYTHON, ROOT / "tests/clients" / script, *arguments],
        capture_output=True, text=True, timeout=seconds, check=False,
        env={**outside, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, f"{script} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return json.loads(done.stdout)
