"""Serve the portal: one process, this machine only unless asked otherwise."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from dataro.portal.app import make_app
from dataro.portal.test_mode import only_here, test_site
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both


def serve(workspace: Path, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a workspace until interrupted.

    Raises ``Problem`` where the folder is no workspace or the port is taken.
    """
    _check_free(host, port)
    _run(make_app(workspace), host, port)


def serve_test_mode(host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve an empty CKAN site of its own until interrupted, on this machine only.

    Raises ``Problem`` for another host, or where the port is taken.
    """
    only_here(host)
    _check_free(host, port)
    with test_site() as app:
        _run(app, host, port)


_TURN = 0.0005
"""Seconds that a thread may compute before the others have their turn (Python's own: 0.005). Light
requests wait that long for each heavy one beside them."""


def _run(app: Litestar, host: str, port: int) -> None:
    sys.setswitchinterval(_TURN)
    server = Server(app, address=host, port=port, interface=Interfaces.ASGI, log_enabled=False)
    try:
        asyncio.run(_until_stopped(server))
    except KeyboardInterrupt:
        return


async def _until_stopped(server: Server) -> None:
    """Serve until a service manager says stop, so that what waits to be written is written."""
    with suppress(NotImplementedError):  # a loop on Windows takes no signal handlers
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


def _check_free(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port)):
            return
    except OSError as error:
        raise Problem(
            both(
                f"{host}:{port}에서 들을 수 없습니다({error.strerror}). 다른 프로그램이 쓰고 있다면 "
                "`--port`로 다른 번호를 고르십시오.",
                f"Cannot listen on {host}:{port} ({error.strerror}). If another program uses it, "
                "choose another number with `--port`.",
            )
        ) from error
