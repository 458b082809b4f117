"""Tokens that a provider signs, held against what OpenID Connect demands of them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dataro.accounts.provider.provider import Provider
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)
"""Signatures by a private key alone: neither ``none`` nor a shared secret."""
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600
"""An identity token was made for this sign-in, so within so many seconds before it."""
_LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"
_MOST = 20_000


class BadIdentity(Problem):
    """A token that proves nothing. ``fault`` is for the log; the reader learns to try again."""

    def __init__(self, fault: str) -> None:
        super().__init__(
            both(
                "로그인을 확인하지 못했습니다. 로그인 화면에서 다시 시작해 주십시오.",
                "The sign-in could not be verified. Please start again from the sign-in page.",
            )
        )
        self.fault = fault


def verified(token: str, provider: Provider, *, nonce: str, now: datetime) -> dict[str, Any]:
    """The claims of an identity token (OpenID Connect Core 1.0, section 3.1.3.7).

    Signed by a key of the provider with an algorithm of ``ALGORITHMS``, issued by it, for this
    client, for this very sign-in (``nonce``), living and fresh. Raises ``BadIdentity``.
    """
    claims = _signed(token, provider, now, {"exp": {"essential": True}, "sub": {"essential": True}})
    if claims.get("nonce") != nonce:
        raise BadIdentity("nonce")
    if now.timestamp() - float(claims["iat"]) > OLDEST_SECONDS:
        raise BadIdentity("iat")
    subject = claims["sub"]
    if not 1 <= len(subject) <= 255:
        raise BadIdentity("sub")
    return claims


def verified_logout(token: str, provider: Provider, *, now: datetime) -> dict[str, Any]:
    """The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6).

    Raises ``BadIdentity``.
    """
    claims = _signed(token, provider, now, {"jti": {"essential": True}})
    events = claims.get("events")
    if not (isinstance(events, dict) and _LOGGED_OUT in events) or "nonce" in claims:
        raise BadIdentity("events")
    if not isinstance(claims.get("sid"), str) and not isinstance(claims.get("sub"), str):
        raise BadIdentity("sub")
    if now.timestamp() - float(claims["iat"]) > OLDEST_SECONDS:
        raise BadIdentity("iat")
    return claims


def _signed(
    token: str, provider: Provider, now: datetime, essential: Mapping[str, Any]
) -> dict[str, Any]:
    """Claims with the provider's signature, issued by it for this client, living now."""
    # Loaded by who signs in, not by who serves pages: cryptography takes a fifth of a start.
    from joserfc.errors import JoseError
    from joserfc.jwt import JWTClaimsRegistry

    header = _header(token)
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise BadIdentity(f"alg {str(algorithm)[:20]}")
    kid = header.get("kid")
    client = provider.declared.client_id
    registry = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.declared.issuer},
        aud={"essential": True, "value": client},
        iat={"essential": True},
        **essential,
    )
    claims = _claims(token, provider, algorithm, kid if isinstance(kid, str) else None)
    try:
        registry.validate(claims)
    except JoseError as error:
        raise BadIdentity(f"{type(error).__name__} {str(error)[:80]}") from error
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if (several or "azp" in claims) and claims.get("azp") != client:
        raise BadIdentity("azp")
    return claims


def _claims(token: str, provider: Provider, algorithm: str, kid: str | None) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.errors import JoseError

    for key in provider.keys(kid):
        try:
            return jwt.decode(token, key, algorithms=[algorithm]).claims
        except (JoseError, ValueError):
            continue
    raise BadIdentity("signature")


def _header(token: str) -> dict[str, Any]:
    first = token[:_MOST].split(".", 1)[0]
    try:
        if len(token) > _MOST:
            raise ValueError("long")
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, binascii.Error) as error:
        raise BadIdentity("no token") from error
    if not isinstance(header, dict):
        raise BadIdentity("no token")
    return header
