"""The portal under load: cached and uncached pages, weight, start, heavy queries, publishing.

    python bench/portal_load.py [WORKSPACE]

Without a workspace a small synthetic city is made. Needs ``wrk`` (Debian: apt-get install wrk) for
the cached pages. CPU is the server's own, read from /proc; take it and the ratios, not the clock of
a machine that does other work.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

TICK = os.sysconf("SC_CLK_TCK")
CACHED = ("/ko/", "/ko/data", "/ko/area", "/ko/analysis/population")
WEIGHED = ("/ko/", "/ko/data", "/ko/ro/local-currency", "/ko/analysis/local_currency")
MAPPED = ("/ko/analysis/population", "/ko/analysis/migration")
LIGHT, HEAVY = "/ko/help", "/ko/analysis/population?month=2023-{:02}"
SECONDS = 5


@dataclass
class Portal:
    """A running portal: its address, its process, how long it took to answer for the first time."""

    address: str
    process: subprocess.Popen[bytes]
    started: float

    def cpu(self) -> float:
        """CPU seconds used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK


@contextmanager
def portal(folder: Path) -> Iterator[Portal]:
    """Serve a workspace for as long as it is measured."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address, begun = f"http://127.0.0.1:{port}", time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "dataro", "serve", "-w", str(folder), "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                httpx.get(f"{address}/ko/help", timeout=60).raise_for_status()
                break
            except httpx.TransportError:
                time.sleep(0.02)
        yield Portal(address, process, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(30)


def say(what: str, measured: str, target: str) -> None:
    print(f"{what:<66} {measured:<34} {target}", flush=True)


def cached(one: Portal) -> None:
    """CPU a request and the slowest hundredth, 200 connections."""
    if shutil.which("wrk") is None:
        print("wrk is not installed: cached pages are not measured (apt-get install wrk)")
        return
    for path in CACHED:
        httpx.get(one.address + path, timeout=120)
        before = one.cpu()
        told = subprocess.run(
            ["wrk", "-t1", "-c200", f"-d{SECONDS}s", "--latency", "-H", "Accept-Encoding: gzip",
             one.address + path], capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        requests = int(re.search(r"(\d+) requests in", told)[1])
        slowest = re.search(r"99%\s+(\S+)", told)[1]
        failed = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
        each = (one.cpu() - before) / requests * 1000
        say(f"cached {path}, 200 connections, {requests:,} requests",
            f"{each:.3f} ms CPU, p99 {slowest}, failed {failed[1] if failed else 0}",
            "≤ 0.25 ms CPU, p99 ≤ 100 ms")  # fmt: skip


def uncached(one: Portal, id: str) -> None:
    """A page of rows that nobody has asked for."""
    taken, before = [], one.cpu()
    with httpx.Client(base_url=one.address, timeout=60) as web:
        for number in range(2, 42):
            begun = time.perf_counter()
            web.get(f"/ko/data/{id}?page={number}").raise_for_status()
            taken.append((time.perf_counter() - begun) * 1000)
    cpu = (one.cpu() - before) / len(taken) * 1000
    say(f"uncached data page ({id}, 40 pages of rows)",
        f"median {statistics.median(taken):.0f} ms, {cpu:.0f} ms CPU", "≤ 150 ms")  # fmt: skip


def weight(one: Portal) -> None:
    """Bytes as sent: the page, its styles, its scripts and what its charts and maps load."""
    with httpx.Client(base_url=one.address, timeout=120) as web:

        def sent(path: str) -> int:
            with web.stream("GET", path) as reply:
                return sum(len(part) for part in reply.iter_raw())

        for path in (*WEIGHED, *MAPPED):
            page = web.get(path).text
            static = re.search(r"/static/[0-9a-f]+/", page)[0]
            files = set(
                re.findall(
                    r'<(?:link rel="(?:stylesheet|icon)" href|script[^>]* src)="([^"]+)"', page
                )
            )
            whole = sent(path) + sum(map(sent, files))
            charts = re.findall(r'data-figure="([^"]+)" data-kind="chart"', page)
            if charts:
                own = ("vendor/echarts.js", "chart-format.js", "load.mjs", "tools.mjs")
                whole += sum(sent(static + name) for name in own)
                whole += sum(sent(one.replace("&amp;", "&")) for one in charts)
            if path in MAPPED:
                own = ("map.mjs", "vendor/maplibre-gl.mjs", "vendor/maplibre-gl-worker.mjs",
                       "vendor/maplibre-gl.css")  # fmt: skip
                whole += sum(sent(static + name) for name in own)
                maps = re.findall(r'data-figure="([^"]+)" data-kind="map"', page)
                whole += max(sent(one.replace("&amp;", "&")) for one in maps)
            target = "≤ 1,200 kB with a map" if path in MAPPED else "≤ 350 kB"
            say(f"weight of {path}, compressed, fonts apart", f"{whole / 1000:.0f} kB", target)


def _p99(address: str, count: int) -> float:
    taken = []
    with httpx.Client(base_url=address, timeout=60) as web:
        for _ in range(count):
            begun = time.perf_counter()
            web.get(LIGHT).raise_for_status()
            taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)[int(0.99 * len(taken))]


def beside_heavy(one: Portal) -> None:
    """Light pages while four queries that nobody has asked for are worked out."""
    idle = _p99(one.address, 400)
    stop = threading.Event()

    def ask(first: int) -> None:
        with httpx.Client(base_url=one.address, timeout=300) as web:
            month = first
            while not stop.is_set():
                web.get(HEAVY.format(1 + month % 12) + f"&peer_count={1 + month // 12 % 20}")
                month += 4

    heavy = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in heavy:
        thread.start()
    time.sleep(1)
    busy = _p99(one.address, 400)
    stop.set()
    for thread in heavy:
        thread.join()
    say("light page, p99, alone and beside four heavy queries",
        f"{idle:.1f} ms, {busy:.1f} ms: {busy / idle:.1f} times", "≤ 10 times")  # fmt: skip


def published_under_load(one: Portal, folder: Path) -> None:
    """A build publishes everything again while pages are read: nothing fails, nothing is mixed."""
    statuses: list[int] = []
    mixed: list[set[str]] = []
    stop = threading.Event()

    def read(path: str) -> None:
        with httpx.Client(base_url=one.address, timeout=120) as web:
            while not stop.is_set():
                page = web.get(path)
                statuses.append(page.status_code)
                versions = set(re.findall(r"figures/[^\"?]+\?v=(\d+)", page.text))
                if len(versions) > 1:
                    mixed.append(versions)

    readers = [
        threading.Thread(target=read, args=(path,))
        for path in ("/ko/analysis/population", "/ko/", "/ko/area", "/ko/data")
    ]
    for thread in readers:
        thread.start()
    subprocess.run(
        [sys.executable, "-m", "dataro", "build", "-w", str(folder), "--force"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    stop.set()
    for thread in readers:
        thread.join()
    failed = sum(status >= 500 for status in statuses)
    say(f"everything published again under load, {len(statuses):,} pages read",
        f"{failed} failed, {len(mixed)} mixed", "none failed, none mixed")  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="dataro-load-") as made:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(made) / "city"
        if len(sys.argv) == 1:
            subprocess.run(
                [sys.executable, "-m", "dataro", "demo", str(folder), "--no-serve", "--scale", "0.05"],
                check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        with portal(folder) as one:
            say("start to the first page, CPU of the process", f"{one.started:.1f} s, {one.cpu():.1f} CPU s",
                "≤ 2 s")  # fmt: skip
            time.sleep(15)  # what warms up in the background
            cached(one)
            uncached(one, "district_residents")
            weight(one)
            beside_heavy(one)
            published_under_load(one, folder)


if __name__ == "__main__":
    main()
