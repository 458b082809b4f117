"""What kind of caller a request comes from, read off its user agent; nothing of it is kept."""

from __future__ import annotations

import re
from typing import Literal

from dataro.accounts.person import Person

Caller = Literal["visitor", "member", "staff", "program", "robot"]

_ROBOTS = re.compile(
    r"bot\b|bot[/_-]|crawl|spider|slurp|yeti/|daumoa|facebookexternalhit|preview|scrap|"
    r"archiver|feedfetcher|lighthouse|pingdom|uptime|monitor|headlesschrome|phantomjs|"
    r"mediapartners|ia_archiver|zgrab|masscan|nmap",
    re.IGNORECASE,
)
"""How crawlers, checkers and scanners name themselves (Naver's is Yeti, Daum's is Daumoa)."""

_BROWSERS = re.compile(r"^(Mozilla|Opera)/", re.IGNORECASE)


def caller_of(agent: str, person: Person | None = None) -> Caller:
    """The kind of caller that a user agent and the person behind it make.

    Somebody signed in counts as staff where they belong to a department, else as a member;
    whatever does not say that it is a browser is a program, and a robot is always a robot.
    """
    agent = agent[:400]
    if _ROBOTS.search(agent):
        return "robot"
    if not _BROWSERS.match(agent):
        return "program"
    if person is None:
        return "visitor"
    return "staff" if person.department else "member"
