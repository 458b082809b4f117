"""Whoever follows the data is told: signed, once, again when it fails, never inside our network."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import small_city

from dataro.accounts.records import Records, open_records
from dataro.build.context import opened
from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.publish.webhooks import register
from dataro.publish.webhooks.deliver import deliver, queue
from dataro.publish.webhooks.post import checked, networks
from dataro.vocabulary.problem import Problem

KEY = "a key of more than sixteen letters"
ENVIRONMENT = {"DATARO_WEBHOOK_KEY": KEY}
LOOPBACK = networks("127.0.0.0/8")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def listening(answers: list[int]) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A server on loopback that answers with each status in turn, the last one for ever."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
            self.send_header("location", "http://127.0.0.1:1/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/told?by=dataro", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def city(tmp_path: Path) -> Workspace:
    workspace = small_city.make(tmp_path)
    build(workspace, only=["benches"])
    return workspace


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records(city: Workspace, clock: Clock) -> Iterator[Records]:
    made = open_records(city, clock=clock)
    yield made
    made.close()


def test_a_follower_is_told_of_a_change_once_and_can_check_who_says_it(
    city: Workspace, records: Records
) -> None:
    with listening([200]) as (url, got):
        with opened(city) as context:
            register.add(records, context, url, ["benches"], ENVIRONMENT, LOOPBACK)
            assert queue(records, context) == 0  # what was there before is not told
        raw = city.raw / "의자.csv"
        raw.write_text(raw.read_text("utf-8") + "B01,4\n", "utf-8")
        build(city, only=["benches"])
        with opened(city) as context:
            assert queue(records, context) == 1
            assert queue(records, context) == 0
        assert deliver(records, ENVIRONMENT, LOOPBACK).sent == 1
        assert deliver(records, ENVIRONMENT, LOOPBACK).sent == 0
    headers, body = got[0]
    signature = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-dataro-signature"] == f"sha256={signature}"
    said = json.loads(body)
    assert (said["id"], said["event"], said["change"]["added"]) == ("benches", "data.changed", 1)
    assert KEY not in city.folder.joinpath("state", "records.sqlite").read_bytes().decode("latin1")


def test_what_fails_is_tried_again_and_given_up_in_the_end(
    city: Workspace, records: Records, clock: Clock
) -> None:
    with listening([503, 200]) as (url, got), opened(city) as context:
        register.add(records, context, url, [], ENVIRONMENT, LOOPBACK)
        the_next_version(records)
        assert queue(records, context) == 1
        assert deliver(records, ENVIRONMENT, LOOPBACK).put_off == 1
        assert deliver(records, ENVIRONMENT, LOOPBACK).put_off == 0  # not before its time
        clock.now += timedelta(minutes=2)
        assert deliver(records, ENVIRONMENT, LOOPBACK).sent == 1
        assert len(got) == 2
    with listening([302]) as (url, got), opened(city) as context:
        register.add(records, context, url, [], ENVIRONMENT, LOOPBACK)
        the_next_version(records)
        queue(records, context)
        clock.now += timedelta(minutes=1)
        assert deliver(records, ENVIRONMENT, LOOPBACK).given_up == 1  # a redirect is not followed
        assert len(got) == 1
    failed = register.listed(records)[-1]
    assert (failed.failed, failed.last_error) == (1, "HTTP 302")
    register.remove(records, failed.id)
    with pytest.raises(Problem, match="no webhook"):
        register.remove(records, failed.id)


def the_next_version(records: Records) -> None:
    """As if the newest webhook had been told of an older version only."""
    from sqlalchemy import select, update

    from dataro.publish.webhooks.schema import webhooks

    with records.writing() as connection:
        newest = connection.execute(select(webhooks.c.id).order_by(webhooks.c.id.desc())).scalar()
        connection.execute(update(webhooks).where(webhooks.c.id == newest).values(seen="{}"))


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.8/x", "https://192.168.1.1",
        "https://169.254.169.254/latest/meta-data", "https://0.0.0.0/", "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/", "https://localhost/", "https://user:secret@example.com/",
        "ftp://example.com/", "file:///etc/passwd", "https://", "not an address",
    ],
)  # fmt: skip
def test_nothing_inside_our_own_network_is_called(url: str) -> None:
    with pytest.raises(Problem):
        checked(url)


def test_a_name_that_points_inside_is_not_called_either(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        address = {"both.example": ["93.184.216.34", "10.0.0.1"], "fine.example": ["93.184.216.34"]}
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in address[host]]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    with pytest.raises(Problem, match=r"10\.0\.0\.1"):
        checked("https://both.example/")
    assert checked("https://fine.example/")[1] == "93.184.216.34"
    with pytest.raises(Problem, match="https"):
        checked("http://fine.example/")  # nothing leaves unencrypted
    assert checked("http://both.example/", networks("10.0.0.1, 93.184.216.0/24"))[1]
    with pytest.raises(Problem, match="DATARO_WEBHOOK_NETWORKS"):
        networks("10.0.0.1/99")


def test_a_webhook_needs_a_key_and_data_that_is_public(city: Workspace, records: Records) -> None:
    with opened(city) as context:
        for environment in ({}, {"DATARO_WEBHOOK_KEY": "short"}):
            with pytest.raises(Problem, match="DATARO_WEBHOOK_KEY"):
                register.add(records, context, "http://127.0.0.1:9/", [], environment, LOOPBACK)
        with pytest.raises(Problem, match="benches"):
            register.add(records, context, "http://127.0.0.1:9/", ["bench"], ENVIRONMENT, LOOPBACK)
