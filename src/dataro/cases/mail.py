"""E-mail through an SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from dataro.cases.message import TIMEOUT_SECONDS, Message, Refused
from dataro.cases.notices import EMAIL

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


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
        host, port = place.hostname or "localhost", place.port or PORTS[place.scheme]
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


def _one_line(text: str) -> str:
    return " ".join(text.split())[:100]
