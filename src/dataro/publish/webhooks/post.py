"""A signed HTTP POST to an address that somebody registered: never into our own network.

The name is looked up once, every address it has is checked, and the checked address is what is
called, so that a name cannot point elsewhere in between. Redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

SIGNATURE = "X-Dataro-Signature"
TIMEOUT_SECONDS = 20
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Refused(Exception):
    """The other side will never take this; trying again is of no use."""


def signed(key: str, body: bytes) -> dict[str, str]:
    """The header that proves who sent ``body``: its HMAC-SHA-256 with ``key``, in hex."""
    digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    return {SIGNATURE: f"sha256={digest}"}


def networks(given: str) -> tuple[Network, ...]:
    """Networks that may be called although they are not public, from ``10.1.0.0/16,127.0.0.1``.

    Raises ``Problem`` for what is no network.
    """
    try:
        return tuple(
            ipaddress.ip_network(one.strip(), strict=False)
            for one in given.split(",")
            if one.strip()
        )
    except ValueError as error:
        raise Problem(
            both(
                f"DATARO_WEBHOOK_NETWORKS를 읽을 수 없습니다({error}). 10.1.0.0/16,192.168.0.5처럼 적어 주세요.",
                f"DATARO_WEBHOOK_NETWORKS cannot be read ({error}). Write it like 10.1.0.0/16,192.168.0.5.",
            )
        ) from error


def checked(url: str, allowed: Sequence[Network] = ()) -> tuple[SplitResult, str]:
    """The parts of ``url`` and the address that it may be called at.

    Raises ``Problem`` for what is no web address, for plain HTTP or an address that is not public
    outside ``allowed``; ``OSError`` where the name cannot be looked up now.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise Problem(
            both(
                f"웹훅 주소로 쓸 수 없습니다: {url[:100]}. https://로 시작하고 계정이 들어 있지 않아야 합니다.",
                f"{url[:100]} is no address for a webhook: it begins with https:// and holds no account.",
            )
        )
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for one in found:
        address = ipaddress.ip_address(one.partition("%")[0])
        within = any(address in network for network in allowed)
        if not within and (not address.is_global or address.is_multicast):
            raise Problem(
                both(
                    f"{host}은(는) 공개된 인터넷 주소가 아니어서({address}) 부르지 않습니다. 내부 서버라면 "
                    "DATARO_WEBHOOK_NETWORKS에 그 주소를 적어 주세요.",
                    f"{host} is not a public address ({address}) and is not called. If it is a server of "
                    "yours, name its address in DATARO_WEBHOOK_NETWORKS.",
                )
            )
        if not within and parts.scheme != "https":
            raise Problem(
                both(
                    f"{host}: 암호화되지 않은 http 주소로는 보내지 않습니다. https 주소를 적어 주세요.",
                    f"{host}: nothing is sent to plain http. Give an https address.",
                )
            )
    return parts, found[0]


def post(url: str, body: bytes, key: str, allowed: Sequence[Network], event: str) -> None:
    """Send ``body`` (JSON) to ``url``, signed.

    Raises ``Refused`` where no later try can work, ``OSError`` where one may.
    """
    import httpx  # with its own command line it takes a fifth of the portal's start

    try:
        parts, address = checked(url, allowed)
    except Problem as problem:
        raise Refused(problem.text.en[:280]) from problem
    host = f"[{address}]" if ":" in address else address
    place = f"{host}:{parts.port}" if parts.port else host
    target = parts._replace(netloc=place, fragment="").geturl()
    headers = {
        "Host": parts.netloc, "Content-Type": "application/json", "X-Dataro-Event": event,
        **signed(key, body),
    }  # fmt: skip
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            request = client.build_request(
                "POST", target, content=body, headers=headers,
                extensions={"sni_hostname": parts.hostname or ""},
            )  # fmt: skip
            reply = client.send(request, stream=True)
            reply.close()  # what it says is not read
    except httpx.HTTPError as error:
        raise OSError(type(error).__name__) from error
    if reply.status_code in (408, 425, 429) or reply.status_code >= 500:
        raise OSError(f"HTTP {reply.status_code}")
    if reply.status_code >= 300:
        raise Refused(f"HTTP {reply.status_code}")
