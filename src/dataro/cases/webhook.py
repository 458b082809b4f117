"""A gateway for text messages or a messenger, reached by an HTTP POST that carries a signature."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dataro.cases.message import TIMEOUT_SECONDS, Message, Refused
from dataro.publish.webhooks.post import signed

SHORT = 90  # bytes of one Korean text message (SMS), in CP949


@dataclass(frozen=True)
class Webhook:
    """Posts ``{"to", "number", "text", "short", "language"}`` as JSON to ``url``.

    ``short`` fits one text message (90 bytes in CP949). The header ``X-Dataro-Signature`` is the
    HMAC-SHA-256 of the body with ``key``, in hex, after ``sha256=``.
    """

    url: str
    key: str
    name: str

    def send(self, address: str, message: Message) -> None:
        import httpx  # with its own command line it takes a fifth of the portal's start

        text = message.text[message.language]
        body = json.dumps(
            {
                "to": address,
                "number": message.number,
                "text": text,
                "short": shortened(text),
                "language": message.language,
            },
            ensure_ascii=False,
        ).encode()
        headers = {"Content-Type": "application/json", **signed(self.key, body)}
        try:
            reply = httpx.post(self.url, content=body, headers=headers, timeout=TIMEOUT_SECONDS)
        except httpx.HTTPError as error:
            raise OSError(type(error).__name__) from error
        if reply.status_code in (408, 429) or reply.status_code >= 500:
            raise OSError(f"HTTP {reply.status_code}")
        if reply.status_code >= 300:
            raise Refused(f"HTTP {reply.status_code}")


def shortened(text: str) -> str:
    """As much of ``text`` as fits one text message."""
    if len(text.encode("cp949", "replace")) <= SHORT:
        return text
    kept = ""
    for letter in text:
        if len((kept + letter + "..").encode("cp949", "replace")) > SHORT:
            break
        kept += letter
    return kept + ".."
