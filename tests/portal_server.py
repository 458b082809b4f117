"""A real portal on a free port of this machine, for as long as a test needs it."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx


def _run(folder: Path, port: int) -> None:
    from dataro.portal.serve import serve

    serve(folder, port=port)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a workspace in a process of its own; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(folder, port))
    process.start()
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        process.join(10)
        if process.is_alive():
            process.kill()
            process.join()


def _wait(address: str, process: object, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if httpx.get(f"{address}/ko/help", timeout=20).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(f"the portal did not answer at {address}")
