"""A provider of open APIs on loopback, whose answers the test writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, str, dict[str, str]]


@dataclass
class Office:
    """The provider: what it answers, and every query it was sent."""

    url: str
    answer: Callable[[dict[str, str]], Answer] = lambda _: (404, "", {})
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def open_office() -> Iterator[Office]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
            there.asked.append(query)
            status, body, headers = there.answer(query)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Office(f"http://127.0.0.1:{server.server_port}/1613000/Stops")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield there
    server.shutdown()
    server.server_close()
