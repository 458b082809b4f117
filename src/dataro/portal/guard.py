"""Who may send a form: pages of this very site, and each reader only so often."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from dataro.portal.origin import public_origin
from dataro.portal.replies import PortalRequest

_MOST_CLIENTS = 10_000


def from_this_site(request: PortalRequest) -> bool:
    """Whether a page of this site sent the form.

    Browsers say so in ``Sec-Fetch-Site``, which no page can change, and older ones in ``Origin``;
    a form that says neither is not taken.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == urlsplit(public_origin(request)).netloc


class Bucket:
    """``most`` forms at once from one client, and one more every ``seconds``.

    Kept in memory for the ten thousand clients seen last. Used on the event loop alone.
    """

    def __init__(
        self, most: int = 10, seconds: float = 30, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> bool:
        """Take one, if one is left."""
        now, name = self._clock(), _network(client)
        left, seen = self._left.pop(name, (float(self._most), now))
        left = min(self._most, left + (now - seen) / self._seconds)
        taken = left >= 1
        self._left[name] = (left - taken, now)
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return taken


def _network(client: str) -> str:
    """An address, or the network of one reader in IPv6, who has 2^64 addresses."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return client
    return str(ipaddress.ip_network((address, 64), strict=False))
