"""Replay CKAN's own tests over HTTP on an empty site and count what passes.

    python bench/ckan_replay.py --ckan-python /path/to/venv/bin/python [--only test_get] [-k NAME]

The other Python needs ``ckan`` with its development requirements (its tests come with it); it
talks to a server started here. Nothing of CKAN is part of this project.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
FILES = (
    "ckan/tests/logic/action/test_get.py",
    "ckan/tests/logic/action/test_create.py",
    "ckan/tests/logic/action/test_update.py",
    "ckan/tests/logic/action/test_patch.py",
    "ckan/tests/logic/action/test_delete.py",
    "ckan/tests/logic/auth/test_get.py",
    "ckan/tests/logic/auth/test_create.py",
    "ckan/tests/logic/auth/test_update.py",
    "ckan/tests/logic/auth/test_delete.py",
    "ckan/tests/controllers/test_api.py",
    "ckanext/datastore/tests/test_create.py",
    "ckanext/datastore/tests/test_search.py",
    "ckanext/datastore/tests/test_upsert.py",
    "ckanext/datastore/tests/test_delete.py",
    "ckanext/datastore/tests/test_info.py",
    "ckanext/datastore/tests/test_auth.py",
)


def main() -> None:
    """Start a server, run the tests against it, print a table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--ckan-python", required=True, type=Path)
    options.add_argument("--only", default="", help="files whose path holds this")
    options.add_argument("-k", default="", help="tests whose names fit this")
    options.add_argument("--report", type=Path, help="where to write every test's result as JSON")
    asked = options.parse_args()
    where = subprocess.run(
        [asked.ckan_python, "-c", "import ckan, pathlib; print(pathlib.Path(ckan.__file__).parents[1])"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    files = [str(Path(where) / one) for one in FILES if asked.only in one]
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "dataro", "serve", "--test-mode", "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        results = _replay(asked.ckan_python, files, port, asked.k)
    finally:
        server.terminate()
        server.wait(20)
    if asked.report:
        asked.report.write_text(json.dumps(results, indent=1))
    _tell(results, where)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _wait(port: int) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(100):
        try:
            opener.open(f"http://127.0.0.1:{port}/api/3", timeout=5)
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def _replay(python: Path, files: list[str], port: int, names: str) -> list[dict[str, str]]:
    environment = {
        **os.environ, "CKAN_REPLAY_URL": f"http://127.0.0.1:{port}", "PYTHONPATH": str(HERE),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [
        str(python), "-m", "pytest", "-p", "ckan_replay_plugin", "-q", "-rA", "--tb=short",
        "--noconftest", "-p", "pytest_factoryboy.plugin", "-p", "faker.contrib.pytest.plugin",
        "-p", "no:cacheprovider", "--rootdir", "/", "-c", os.devnull,
        *(["-k", names] if names else []), *files,
    ]  # fmt: skip
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    output = Path(os.environ.get("CKAN_REPLAY_LOG", os.devnull))
    output.write_text(done.stdout + done.stderr)
    found = []
    for line in done.stdout.splitlines():
        match = re.match(r"(PASSED|FAILED|ERROR) (\S+?)(?: - (.*))?$", line)
        skip = re.match(r"SKIPPED \[(\d+)\] (\S+?):\d+: (.*)", line)
        if match:
            found.append({"result": match[1], "test": match[2], "why": match[3] or ""})
        elif skip:
            found += [{"result": "SKIPPED", "test": "", "why": skip[3]}] * int(skip[1])
    return found


def _tell(results: list[dict[str, str]], where: str) -> None:
    groups: dict[str, Counter[str]] = {}
    for one in results:
        if one["result"] == "SKIPPED":
            continue
        file = one["test"].split("::")[0]
        name = (
            file[file.find("ckan") :]
            if "site-packages" not in file
            else file.split("site-packages/")[1]
        )
        groups.setdefault(name, Counter())[one["result"]] += 1
    total: Counter[str] = Counter()
    for name, counts in groups.items():
        print(f"{counts['PASSED']:4} of {sum(counts.values()):4}  {name}")
        total += counts
    print(f"{total['PASSED']:4} of {sum(total.values()):4}  in all")
    reasons = Counter(one["why"] for one in results if one["result"] == "SKIPPED")
    for why, count in reasons.most_common():
        print(f"     {count:4}  left out: {why}")


if __name__ == "__main__":
    main()
