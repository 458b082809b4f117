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
from collections.abc import Mapping
from urllib.parse import urlsplit

from dataro.cases.mail import PORTS, Mail
from dataro.cases.message import Channel
from dataro.cases.notices import MESSAGE
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both


def channels(environment: Mapping[str, str] | None = None) -> list[Channel]:
    """The channels that the environment sets up; none without any setting.

    Raises ``Problem`` for a setting that cannot be used.
    """
    given = os.environ if environment is None else environment
    found: list[Channel] = []
    if url := given.get("DATARO_SMTP", ""):
        sender = given.get("DATARO_MAIL_FROM", "")
        if urlsplit(url).scheme not in PORTS or "@" not in sender:
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
