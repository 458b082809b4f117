"""Notices reach people: in the portal, through a real mail server, through a messenger's gateway."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import small_office
from aiosmtpd.controller import Controller
from small_office import PARKS, Office

from dataro.cases import engine, inbox, notices, reminders, talk
from dataro.cases.channels import channels
from dataro.cases.delivery import EXPIRES_DAYS, PAUSES_MINUTES, deliver
from dataro.vocabulary.problem import Problem


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = small_office.open_office(tmp_path)
    yield office
    office.records.close()


class Postbox:
    """A mail server's memory; ``answer`` is what it says to a recipient."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[Postbox, dict[str, str]]]:
    postbox = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(postbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield (
            postbox,
            {
                "DATARO_SMTP": f"smtp://127.0.0.1:{port}",
                "DATARO_MAIL_FROM": "data@city.example",
            },
        )
    finally:
        server.stop()


@contextmanager
def gateway(status: int = 200) -> Iterator[tuple[list[tuple[bytes, str]], str]]:
    got: list[tuple[bytes, str]] = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((body, self.headers["X-Dataro-Signature"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield got, f"http://127.0.0.1:{server.server_port}/send"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asked(office: Office) -> str:
    return engine.open_case(
        office.records, office.citizen, "data_request", office.request, department=PARKS
    ).case.number


def test_a_move_sends_one_mail_in_the_readers_language_first(office: Office) -> None:
    number = engine.open_case(
        office.records, office.neighbour, "data_request", office.request, department=PARKS
    ).case.number
    with mail_server() as (postbox, settings):
        mail = [one for one in channels(settings) if one.name == "email"]
        assert deliver(office.records, mail).sent == 2  # the requester and the steward
        engine.move(office.records, office.steward, number, "accept", {"planned_on": "2026-02-01"})
        assert deliver(office.records, mail).sent == 1
        assert deliver(office.records, mail).sent == 0
    last = postbox.mails[-1]
    assert (last["To"], last["From"]) == ("han@home.example", "data@city.example")
    assert last["Subject"].startswith(f"[{number}] {number} “공원별 의자 수와 위치”: The data will")
    english, korean = last.get_content().split("\n\n")[:2]
    assert "will be provided" in english
    assert "제공하기로 했습니다" in korean
    assert "010-1234-5678" not in str([one.as_string() for one in postbox.mails])


def test_a_mail_server_that_is_away_is_tried_again_and_given_up_in_the_end(
    office: Office,
) -> None:
    asked(office)
    with mail_server() as (_, settings):
        away = channels(settings)
    assert deliver(office.records, away).put_off == 2
    assert deliver(office.records, away).put_off == 0
    for pause in PAUSES_MINUTES:
        office.clock.moment += timedelta(minutes=pause + 1)
        last = deliver(office.records, away)
    assert (last.put_off, last.given_up) == (0, 2)
    asked(office)
    with mail_server() as (postbox, settings):
        postbox.answer = "550 no such person"
        assert deliver(office.records, channels(settings)).given_up == 2
        asked(office)
        postbox.answer = "450 later"
        assert deliver(office.records, channels(settings)).put_off == 2
    office.clock.moment += timedelta(days=EXPIRES_DAYS + 1)
    with mail_server() as (postbox, settings):
        assert deliver(office.records, channels(settings)).sent == 0


def test_a_messenger_gateway_gets_signed_json_that_fits_a_text_message(office: Office) -> None:
    engine.open_case(
        office.records, office.neighbour, "data_request", office.request, department=PARKS
    )
    with gateway() as (got, url):
        way = channels({"DATARO_WEBHOOK": url, "DATARO_WEBHOOK_KEY": "secret"})
        assert deliver(office.records, way).sent == 1
    ((body, signature),) = got
    assert signature == "sha256=" + hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    said = json.loads(body)
    assert said["to"] == "010-9999-0000"
    assert len(said["short"].encode("cp949", "replace")) <= 90
    engine.open_case(office.records, office.neighbour, "data_request", office.request)
    for status, expected in ((503, (1, 0)), (400, (0, 1))):
        office.clock.moment += timedelta(minutes=30)
        with gateway(status) as (_, url):
            done = deliver(office.records, channels({"DATARO_WEBHOOK": url}))
        assert (done.put_off, done.given_up) == expected


def test_two_processes_that_deliver_at_once_send_each_mail_once(office: Office) -> None:
    for _ in range(5):
        asked(office)
    with mail_server() as (postbox, settings):
        way = channels(settings)
        hands = [threading.Thread(target=deliver, args=(office.records, way)) for _ in range(4)]
        for one in hands:
            one.start()
        for one in hands:
            one.join()
    assert len(postbox.mails) == 10


def test_wrong_settings_are_explained() -> None:
    assert channels({}) == []
    for wrong in (
        {"DATARO_SMTP": "smtp://host"},
        {"DATARO_SMTP": "http://host", "DATARO_MAIL_FROM": "a@b"},
    ):
        with pytest.raises(Problem, match="DATARO_MAIL_FROM"):
            channels(wrong)


def test_reminders_and_escalation_come_once_each_at_their_working_day(office: Office) -> None:
    number = asked(office)  # due on Friday 2026-01-23, reminders 3 and 1 working days before
    expected = {19: 0, 20: 1, 21: 0, 22: 1, 23: 0}
    for day, count in expected.items():
        office.clock.to(2026, 1, day)
        assert len(reminders.remind(office.records).reminded) == count, day
        assert reminders.remind(office.records) == reminders.Reminded((), ())
    office.clock.to(2026, 1, 26)
    assert reminders.remind(office.records).escalated == (number,)
    assert reminders.remind(office.records).escalated == ()
    told = inbox.inbox(office.records, office.chief).notices
    assert "처리 기한(2026-01-23)이 지났습니다" in told[0].text.ko
    steward = [one.text.en for one in inbox.inbox(office.records, office.steward).notices]
    assert any("1 working days left" in one for one in steward)


def test_nobody_is_told_of_what_they_did_themselves_and_notices_can_be_read(
    office: Office,
) -> None:
    number = asked(office)
    talk.comment(office.records, office.citizen, number, "하나 더 여쭙니다.")
    mine = inbox.inbox(office.records, office.citizen).notices
    assert len(mine) == 1  # that it was received
    notices.mark_read(office.records, office.citizen, mine[0].id)
    assert inbox.inbox(office.records, office.citizen).notices == []
    assert len(inbox.inbox(office.records, office.steward).notices) == 1
