"""Signing out at the provider too, and being told by it that somebody has signed out there."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy.exc import IntegrityError

from dataro.accounts.clock import written
from dataro.accounts.provider.id_token import OLDEST_SECONDS, BadIdentity, verified_logout
from dataro.accounts.provider.members import people_of
from dataro.accounts.provider.provider import Provider, ProviderTrouble
from dataro.accounts.records import Records
from dataro.accounts.schema import provider_messages
from dataro.accounts.sessions import end_provider_sessions


def sign_out_address(provider: Provider, back_to: str) -> str | None:
    """Where the provider signs somebody out and sends them back from (RP-Initiated Logout 1.0).

    None where it has no such place or cannot be reached: the session here has ended all the same.
    """
    try:
        address = provider.endpoint("end_session_endpoint")
    except ProviderTrouble:
        return None
    if address is None:
        return None
    query = {"client_id": provider.declared.client_id, "post_logout_redirect_uri": back_to}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def told_to_sign_out(records: Records, provider: Provider, token: str) -> int:
    """End the sessions that a provider's logout token names; how many there were.

    Each token counts once. Raises ``BadIdentity``.
    """
    claims = verified_logout(token, provider, now=records.clock())
    _once(records, provider, str(claims["jti"]))
    sid, subject = claims.get("sid"), claims.get("sub")
    issuer = provider.declared.issuer
    people = people_of(records, issuer, subject) if isinstance(subject, str) else []
    if not isinstance(sid, str) and not people:
        return 0
    return end_provider_sessions(
        records, issuer, provider_session=sid if isinstance(sid, str) else None, people=people
    )


def _once(records: Records, provider: Provider, token_id: str) -> None:
    table = provider_messages
    until = written(records.clock() + timedelta(seconds=2 * OLDEST_SECONDS))
    try:
        with records.writing() as connection:
            connection.execute(table.delete().where(table.c.expires_at <= records.now()))
            connection.execute(
                table.insert().values(
                    issuer=provider.declared.issuer, token_id=token_id[:200], expires_at=until
                )
            )
    except IntegrityError as error:
        raise BadIdentity("used before") from error
