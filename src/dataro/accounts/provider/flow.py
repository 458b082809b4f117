"""Signing in at a provider: the authorization code flow with PKCE, state and nonce (RFC 9700)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from dataro.accounts.clock import written
from dataro.accounts.provider.id_token import BadIdentity, verified
from dataro.accounts.provider.provider import Provider, ProviderTrouble
from dataro.accounts.records import Records
from dataro.accounts.schema import sign_ins

MINUTES = 10
"""How long somebody may take at the provider."""
_MOST_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and what it keeps until it comes back."""

    url: str
    browser: str


@dataclass(frozen=True, slots=True)
class Proven:
    """What the provider vouches for, and where the reader wanted to go."""

    claims: Mapping[str, Any]
    to_path: str


def begin(records: Records, provider: Provider, *, to_path: str, redirect_uri: str) -> Begun:
    """Begin a sign-in. Raises ``ProviderTrouble``."""
    address = provider.metadata()["authorization_endpoint"]
    state, nonce, browser = (secrets.token_urlsafe(32) for _ in range(3))
    verifier = secrets.token_urlsafe(64)
    with records.writing() as connection:
        connection.execute(sign_ins.delete().where(sign_ins.c.expires_at <= records.now()))
        waiting = select(sign_ins.c.state_hash).order_by(sign_ins.c.expires_at.desc())
        too_many = waiting.offset(_MOST_WAITING)
        connection.execute(
            sign_ins.delete().where(
                sign_ins.c.state_hash.in_(connection.execute(too_many).scalars().all())
            )
        )
        connection.execute(
            sign_ins.insert().values(
                state_hash=_hash(state), browser_hash=_hash(browser), nonce=nonce,
                verifier=verifier, to_path=to_path[:500],
                expires_at=written(records.clock() + timedelta(minutes=MINUTES)),
            )
        )  # fmt: skip
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    query = urlencode(
        {
            "response_type": "code",
            "client_id": provider.declared.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(provider.declared.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.decode().rstrip("="),
            "code_challenge_method": "S256",
        }
    )
    return Begun(f"{address}{'&' if '?' in address else '?'}{query}", browser)


def finish(
    records: Records,
    provider: Provider,
    given: Mapping[str, str],
    *,
    browser: str | None,
    redirect_uri: str,
) -> Proven:
    """End a sign-in with what the provider sent the browser back with.

    A state counts once, within ten minutes, and in the browser that began. Raises
    ``BadIdentity`` or ``ProviderTrouble``.
    """
    waiting = _take(records, given.get("state", ""), browser or "")
    if given.get("error"):
        raise BadIdentity(f"refused: {given['error'][:60]}")
    issuer = given.get("iss")
    demanded = provider.metadata().get("authorization_response_iss_parameter_supported")
    if (issuer is not None or demanded) and issuer != provider.declared.issuer:
        raise BadIdentity("iss of the response")
    form = {
        "grant_type": "authorization_code",
        "code": given.get("code", "")[:2_000],
        "redirect_uri": redirect_uri,
        "code_verifier": waiting["verifier"],
    }
    try:
        tokens = provider.post(provider.metadata()["token_endpoint"], form)
    except ProviderTrouble as trouble:
        if trouble.what == "invalid_grant":
            raise BadIdentity("code") from trouble
        raise
    token = tokens.get("id_token")
    if not isinstance(token, str):
        raise ProviderTrouble("id_token")
    claims = verified(token, provider, nonce=waiting["nonce"], now=records.clock())
    return Proven({**_more(provider, tokens, claims), **claims}, waiting["to_path"])


def _take(records: Records, state: str, browser: str) -> Mapping[str, Any]:
    """The sign-in of this state, which is used up by that."""
    this = sign_ins.c.state_hash == _hash(state)
    with records.writing() as connection:
        row = connection.execute(select(sign_ins).where(this)).mappings().first()
        connection.execute(sign_ins.delete().where(this))
    if row is None or row["expires_at"] <= records.now():
        raise BadIdentity("state")
    if not secrets.compare_digest(row["browser_hash"], _hash(browser)):
        raise BadIdentity("another browser")
    return dict(row)


def _more(
    provider: Provider, tokens: Mapping[str, Any], claims: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the provider tells beyond the identity token, where it does; of the same person."""
    address, access = provider.endpoint("userinfo_endpoint"), tokens.get("access_token")
    if address is None or not isinstance(access, str):
        return {}
    told = provider.get_as(address, access)
    if told.get("sub") != claims["sub"]:
        raise BadIdentity("userinfo of another person")
    return told


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
