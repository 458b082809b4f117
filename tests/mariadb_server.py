"""A real MariaDB on a free port of this machine, for as long as a test needs it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from postgres_server import PASSWORD, QUOTED, USER, account

DATABASE = "시설"


def binaries() -> tuple[str, str] | None:
    """The server and the program that makes its folder, where they are installed."""
    server, maker = (
        shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        for name in ("mariadbd", "mariadb-install-db")
    )
    return (server, maker) if server and maker else None


@contextmanager
def mariadb() -> Iterator[str]:
    """Start a server with a user and an empty database; gives ``user:password@host:port/name``."""
    programs = binaries()
    assert programs is not None
    server, maker = programs
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="my", dir="/tmp") as made:
        folder, user = Path(made), account()
        if user:
            shutil.chown(folder, user)
        first = folder / "first.sql"
        first.write_text(
            f"CREATE DATABASE `{DATABASE}` CHARACTER SET utf8mb4;\n"
            f"CREATE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
            f"GRANT ALL ON `{DATABASE}`.* TO '{USER}'@'127.0.0.1';\n",
            encoding="utf-8",
        )
        first.chmod(0o644)
        data = folder / "data"
        subprocess.run(
            [maker, "--no-defaults", f"--datadir={data}", "--skip-test-db",
             "--auth-root-authentication-method=normal"],
            check=True, capture_output=True, user=user, cwd=folder,
        )  # fmt: skip
        running = subprocess.Popen(
            [server, "--no-defaults", f"--datadir={data}", f"--port={port}",
             "--bind-address=127.0.0.1", f"--socket={folder}/s", f"--pid-file={folder}/pid",
             f"--init-file={first}", "--skip-name-resolve", "--character-set-server=utf8mb4",
             "--innodb-flush-method=nosync", "--innodb-buffer-pool-size=16M"],
            user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait(port, running)
            yield f"{USER}:{QUOTED}@127.0.0.1:{port}/{DATABASE}"
        finally:
            running.terminate()
            try:
                running.wait(15)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def _wait(port: int, server: subprocess.Popen[bytes], seconds: float = 30) -> None:
    import pymysql

    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            pymysql.connect(host="127.0.0.1", port=port, user=USER, password=PASSWORD,
                            database=DATABASE).close()  # fmt: skip
        except pymysql.err.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the database did not start")
