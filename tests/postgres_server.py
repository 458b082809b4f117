"""A real PostgreSQL on a free port of this machine, for as long as a test needs it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER, PASSWORD = "clerk", "pa$$:w/rd"
QUOTED = "pa%24%24%3Aw%2Frd"  # as an address writes it


def binaries() -> Path | None:
    """Where the server's programs are: on the path, or where Debian keeps them."""
    found = shutil.which("initdb")
    if found and (Path(found).parent / "postgres").exists():
        return Path(found).parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def account() -> str | None:
    """Another user to run as: the server refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server with a user and an empty database; gives ``user:password@host:port/name``."""
    programs = binaries()
    assert programs is not None
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as made:
        folder, user = Path(made), account()
        if user:
            shutil.chown(folder, user)
        secret = folder / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", USER, "-A", "scram-sha-256",
             f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, user=user, cwd=folder,
        )  # fmt: skip
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder,
             "-h", "127.0.0.1", "-c", "fsync=off"],
            user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait(port, server)
            yield f"{USER}:{QUOTED}@127.0.0.1:{port}/postgres"
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(port: int, server: subprocess.Popen[bytes], seconds: float = 30) -> None:
    import pg8000.native

    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            pg8000.native.Connection(USER, "127.0.0.1", "postgres", port, PASSWORD).close()
        except (pg8000.exceptions.InterfaceError, pg8000.exceptions.DatabaseError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the database did not start")
