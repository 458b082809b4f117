"""A real portal on a free port of this machine, for as long as a test needs it."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx


def _run(folder: Path, port: int) -> None:
    from dataro.portal.serve import serve

    if hasattr(signal, "SIGUSR1"):
        signal.signal(signal.SIGUSR1, _fill)
    serve(folder, port=port)


def _fill(*_: object) -> None:
    """From now on no file of this process can grow, as on a disk that is full."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a workspace in a process of its own; gives the address."""
    with serving_process(folder) as (address, _):
        yield address


@contextmanager
def serving_process(folder: Path) -> Iterator[tuple[str, int]]:
    """The same, with the number of the process, to which ``SIGUSR1`` is a full disk."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(folder, port))
    process.start()
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        assert process.pid is not None
        yield address, process.pid
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
