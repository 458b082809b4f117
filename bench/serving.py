"""Serving a table of a million rows over HTTP: requests per CPU second of the server.

    python bench/serving.py [--rows 1000000] [--peer PYTHON]

``PYTHON`` is one that has Datasette; it serves the same SQLite file, indexes included, in the same
run. Every look-up asks for something else, so none is answered from a kept count.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlencode

CITY = """
id = "sampyeong"
codes = ["9911000000"]
bounds = [127.0, 36.0, 128.0, 37.0]
name = {ko = "삼평시", en = "Sampyeong"}
province = {ko = "한빛도", en = "Hanbit"}
office = {ko = "데이터과", en = "Data office"}
"""
SALES = """
title: {ko: 매출, en: Sales}
description: {ko: 동·월·업종별 매출입니다., en: "Sales by district, month and industry."}
owner: {ko: 데이터과, en: Data office}
row: {ko: 한 행은 동·월·업종·나이대별 매출입니다., en: "One row per district, month, industry, age."}
licence: kogl-1
source: {files: 매출.csv}
columns:
  district: {from: 동, title: {ko: 동, en: District}, kind: code, key: true}
  month: {from: 월, title: {ko: 월, en: Month}, kind: month, key: true}
  industry: {from: 업종, title: {ko: 업종, en: Industry}, kind: code, key: true}
  age: {from: 나이, title: {ko: 나이, en: Age}, kind: code, key: true}
  customers: {from: 손님, title: {ko: 손님, en: Customers}, kind: integer}
  amount: {from: 금액, title: {ko: 금액, en: Amount}, kind: integer}
  share: {from: 비율, title: {ko: 비율, en: Share}, kind: decimal}
  name: {from: 이름, title: {ko: 이름, en: Name}, kind: text}
"""
DISTRICTS = [f"99110{51000 + i}" for i in range(30)]
MONTHS = [f"{2019 + i // 12}-{1 + i % 12:02}" for i in range(60)]
GROUPS = cycle(["industry", "district", "age", "month"])
INDUSTRIES = [f"I{i:03}" for i in range(93)]


def write_city(folder: Path, rows: int) -> None:
    """A workspace with one dataset, its rows as CSV."""
    (folder / "datasets").mkdir()
    (folder / "raw").mkdir()
    (folder / "city.toml").write_text(CITY, "utf-8")
    (folder / "datasets/sales.yml").write_text(SALES, "utf-8")
    with (folder / "raw/매출.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["동", "월", "업종", "나이", "손님", "금액", "비율", "이름"])
        for i in range(rows):
            mixed = i * 2654435761 % 2**32
            writer.writerow(
                [DISTRICTS[i % 30], MONTHS[i // 30 % 60], INDUSTRIES[i // 1800 % 93],
                 f"A{i // 167400}", mixed % 5000, mixed % 10**8 - 1000, f"{mixed / 2**32:.6f}",
                 f"가게 {mixed % 100_000}"]
            )  # fmt: skip


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Server:
    """A server in a process of its own, and the CPU seconds that it has used."""

    def __init__(self, command: list[str], port: int, ready: str) -> None:
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        for _ in range(600):
            try:
                if self.get(ready)[0] == 200:
                    return
            except OSError:
                self.connection.close()
            time.sleep(0.1)
        raise TimeoutError(command)

    def get(self, path: str) -> tuple[int, bytes]:
        self.connection.request("GET", path)
        reply = self.connection.getresponse()
        return reply.status, reply.read()

    def cpu(self) -> float:
        parts = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Most MiB held at a time."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024

    def measure(self, name: str, paths: Iterator[str], n: int) -> float:
        """Requests per CPU second over ``n`` requests, after a few that are not counted."""
        for _ in range(10):
            status, body = self.get(next(paths))
            assert status == 200, body[:500]
        before, clock = self.cpu(), time.perf_counter()
        for _ in range(n):
            status, body = self.get(next(paths))
            assert status == 200, body[:500]
        used = self.cpu() - before
        rate = n / used
        print(
            f"  {name:<44} {rate:8.0f} per CPU s {1000 * used / n:8.2f} ms CPU "
            f"{1000 * (time.perf_counter() - clock) / n:8.2f} ms"
        )
        return rate

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def running(command: list[str], port: int, ready: str) -> Iterator[Server]:
    server = Server(command, port, ready)
    try:
        yield server
    finally:
        server.stop()


def pairs() -> Iterator[tuple[str, str]]:
    """1,800 pairs of district and month, each once."""
    while True:
        for i in range(1_800):
            yield DISTRICTS[i % 30], MONTHS[i // 30]


def keys() -> Iterator[dict[str, str]]:
    i = 0
    while True:
        i = (i + 7919) % 167_000
        yield {"district": DISTRICTS[i % 30], "month": MONTHS[i // 30 % 60],
               "industry": INDUSTRIES[i // 1800 % 93], "age": "A0"}  # fmt: skip


def ours(folder: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "dataro", "serve", "-w", str(folder), "--port", str(port)]
    base = "/api/v1/datasets/sales"
    with running(command, port, "/ko/help") as server:
        server.get(f"{base}/rows?limit=1")  # builds the shelf
        shown = json.loads(server.get(f"{base}/rows?district={DISTRICTS[3]}&month={MONTHS[5]}")[1])
        print(f"ours: {shown['total']} rows match, {len(shown['rows'])} given")
        asked = (f"{base}/rows?district={d}&month={m}" for d, m in pairs())
        server.measure("two columns, 100 rows, exact total", asked, 1_000)
        one = (f"{base}/rows?{urlencode(key)}" for key in keys())
        server.measure("one row by its key", one, 1_000)
        groups = (f"{base}/rows?group={name}&measure=count,sum:amount" for name in GROUPS)
        server.measure("groups over all rows", groups, 60)
        memory = server.memory()
        before, clock = server.cpu(), time.perf_counter()
        status, body = server.get("/api/v1/datasets/sales.csv")
        assert status == 200
        used, size = server.cpu() - before, len(body) / 1e6
        seconds = time.perf_counter() - clock
        print(
            f"  CSV of all rows: {size:.1f} MB, {size / seconds:.0f} MB/s, "
            f"{size / used:.0f} MB per CPU s; most memory {memory} MiB before, "
            f"{server.memory()} MiB after"
        )


def datasette(python: str, shelf: Path) -> None:
    port = free_port()
    command = [python, "-m", "datasette", "serve", "-i", str(shelf), "--port", str(port),
               "--setting", "sql_time_limit_ms", "20000"]  # fmt: skip
    base = f"/{shelf.stem}/row.json"
    with running(command, port, "/-/versions.json") as server:
        versions = json.loads(server.get("/-/versions.json")[1])
        print(f"datasette {versions['datasette']['version']}, the same file")
        shown = "_size=100&_shape=objects"
        asked = (f"{base}?{shown}&district={d}&month={m}-01" for d, m in pairs())
        server.measure("two columns, 100 rows, exact total", asked, 300)
        one = (
            f"{base}?{shown}&{urlencode({**key, 'month': key['month'] + '-01'})}" for key in keys()
        )
        server.measure("one row by its key", one, 300)
        sql = "select {}, count(*), sum(amount) from row group by 1"
        groups = (
            f"/{shelf.stem}.json?_shape=objects&sql={quote(sql.format(name))}" for name in GROUPS
        )
        server.measure("groups over all rows", groups, 20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--peer", help="a Python that has Datasette")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_city(folder, given.rows)
        from dataro.build.run import build
        from dataro.build.workspace import Workspace

        (made,) = build(Workspace(folder), only=["sales"])
        print(f"built: {made.rows:,} rows")
        ours(folder)
        if given.peer:
            (shelf,) = (folder / "state/shelves/sales").glob("*.sqlite")
            datasette(given.peer, shelf)


if __name__ == "__main__":
    main()
