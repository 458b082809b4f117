"""Where the portal is reached, and from where somebody reaches it, behind a proxy or not.

Behind a proxy that speaks https, ``DATARO_URL`` holds the public address of the portal
(``https://data.city.example``): cookies are then for https only, the provider of sign-in sends
people back there, and the address of a reader is the one that a proxy on this machine names.
"""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

from dataro.portal.replies import PortalRequest

VARIABLE = "DATARO_URL"
_MOST_PATH = 500


def public_origin(request: PortalRequest) -> str:
    """Scheme and host of the portal as readers type it, without a slash at the end."""
    place = urlsplit(os.environ.get(VARIABLE, ""))
    if place.scheme in ("http", "https") and place.netloc:
        return f"{place.scheme}://{place.netloc}"
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def is_secure(request: PortalRequest) -> bool:
    """Whether readers come over https."""
    return public_origin(request).startswith("https://")


def client_of(request: PortalRequest) -> str:
    """The address of whoever asks: the one that the proxy of this machine was asked from, where
    there is one, else the one that asks."""
    peer = request.client.host if request.client else ""
    if not os.environ.get(VARIABLE) or not _is_here(peer):
        return peer
    forwarded = request.headers.get("x-forwarded-for", "")
    return forwarded.rpartition(",")[2].strip() or peer


def local_path(given: str, otherwise: str) -> str:
    """``given`` where it is a path of this very site, else ``otherwise``."""
    plain = given.isprintable() and "\\" not in given and len(given) <= _MOST_PATH
    if not plain or not given.startswith("/") or given.startswith("//"):
        return otherwise
    place = urlsplit(given)
    return otherwise if place.scheme or place.netloc else given


def _is_here(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False
