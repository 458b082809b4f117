"""Ways to reach people outside the portal. Settings and secrets come from the environment only.

=====================  ===========================================================================
``DATARO_SMTP``        ``smtp://user:password@host:25``, ``smtp+starttls://…:587``, ``smtps://…:465``
``DATARO_MAIL_FROM``   the sender's address
``DATARO_WEBHOOK``     the address of a gateway for text messages or a messenger
``DATARO_WEBHOOK_KEY`` the key that signs what is sent to it
=====================  ===========================================================================
"""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from dataro.cases.notices import EMAIL, MESSAGE
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language, Text, both

TIMEOUT_SECONDS = 20
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told: in both languages, theirs first."""

    number: str
    text: Text
    language: Language

    @property
    def body(self) -> str:
        first, second = (
            (self.text.ko, self.text.en) if self.language == "ko" else (self.text.en, self.text.ko)
        )
        return f"{first}\n\n{second}\n"


class Refused(Exception):
    """The other side will never take this message; trying again is of no use."""


class Channel(Protocol):
    """A way to reach people. ``name`` is ``email`` or ``message`` (a telephone number)."""

    @property
    def name(self) -> str: ...

    def send(self, address: str, message: Message) -> None:
        """Hand over one message. Raises ``Refused``, or ``OSError`` where a later try may work."""


@dataclass(frozen=True)
class Mail:
    """E-mail through an SMTP server (RFC 5321); certificates are checked."""

    url: str
    sender: str
    name: str = EMAIL

    def send(self, address: str, message: Message) -> None:
        place = urlsplit(self.url)
        mail = EmailMessage()
        mail["Subject"] = f"[{message.number}] {_one_line(message.text[message.language])}"
        mail["From"], mail["To"] = self.sender, address
        mail["Date"] = formatdate(localtime=False)
        mail["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body)
        host, port = place.hostname or "localhost", place.port or _PORTS[place.scheme]
        try:
            if place.scheme == "smtps":
                secure = ssl.create_default_context()
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, port, timeout=TIMEOUT_SECONDS, context=secure
                )
            else:
                server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
            with server:
                if place.scheme == "smtp+starttls":
                    server.starttls(context=ssl.create_default_context())
                if place.username:
                    server.login(unquote(place.username), unquote(place.password or ""))
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            if 500 <= code < 600:
                raise Refused(f"the server refused the address ({code})") from error
            raise OSError(f"the server asked to try later ({code})") from error
        except smtplib.SMTPException as error:
            raise OSError(type(error).__name__) from error


def channels(environment: Mapping[str, str] | None = None) -> list[Channel]:
    """The channels that the environment sets up; none without any setting.

    Raises ``Problem`` for a setting that cannot be used.
    """
    given = os.environ if environment is None else environment
    found: list[Channel] = []
    if url := given.get("DATARO_SMTP", ""):
        sender = given.get("DATARO_MAIL_FROM", "")
        if urlsplit(url).scheme not in _PORTS or "@" not in sender:
            raise Problem(
                both(
                    "전자우편 설정을 쓸 수 없습니다. DATARO_SMTP는 smtp://서버:25, smtp+starttls://…, smtps://… 꼴이고, "
                    "DATARO_MAIL_FROM에는 보내는 주소가 있어야 합니다.",
                    "The e-mail settings cannot be used. DATARO_SMTP is smtp://host:25, smtp+starttls://… or "
                    "smtps://…, and DATARO_MAIL_FROM is the sender's address.",
                )
            )
        found.append(Mail(url, sender))
    if address := given.get("DATARO_WEBHOOK", ""):
        # The HTTP client is loaded only where a gateway is set up.
        from dataro.cases.webhook import Webhook

        found.append(Webhook(address, given.get("DATARO_WEBHOOK_KEY", ""), MESSAGE))
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())[:100]
