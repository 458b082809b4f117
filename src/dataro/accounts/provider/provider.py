"""A provider of OpenID Connect as it describes itself: where it is asked, and its keys."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dataro.vocabulary.problem import Problem
from dataro.vocabulary.sign_in import SignIn
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    from joserfc.jwk import Key

VARIABLE = "DATARO_SIGN_IN_SECRET"
"""The environment variable that holds the client's secret."""
KEPT_SECONDS = 3_600
"""How long the provider's description of itself is kept."""
RENEWED_SECONDS = 30
"""Keys are looked up again for a token signed by one that is not known, only this often."""
_SECONDS = 10
_MOST_BYTES = 1_000_000
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ProviderTrouble(Problem):
    """The provider cannot be reached, or says what it may not say; ``what`` says it in a word."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            both(
                f"로그인을 맡은 기관의 서비스에 문제가 있습니다({what}). 잠시 뒤 다시 시도하고, 계속되면 데이터 담당 부서에 알려 주십시오.",
                f"The service that signs you in is in trouble ({what}). Try again in a while, and tell the data office if it goes on.",
            )
        )


@dataclass
class Provider:
    """The provider that a city declares, asked over https (over http on this machine only).

    Safe to share between threads.
    """

    declared: SignIn
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _metadata: tuple[float, dict[str, Any]] | None = None
    _keys: tuple[float, list[Key]] | None = None

    @property
    def secret(self) -> str:
        """The client's secret; empty for a client that has none and relies on PKCE."""
        return os.environ.get(VARIABLE, "")

    def metadata(self) -> Mapping[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0).

        Raises ``ProviderTrouble`` where it cannot be reached or speaks for another issuer.
        """
        with self._lock:
            kept = self._metadata
        if kept is not None and self.clock() - kept[0] < KEPT_SECONDS:
            return kept[1]
        issuer = self.declared.issuer
        found = self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise ProviderTrouble("issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(found.get(name), str):
                raise ProviderTrouble(name)
        for name, value in found.items():
            if name.endswith(("_endpoint", "_uri")) and isinstance(value, str):
                self._check_address(value)
        with self._lock:
            self._metadata = (self.clock(), found)
        return found

    def keys(self, kid: str | None) -> list[Key]:
        """The keys that may have signed a token: those called ``kid``, or all for one that says
        nothing. A key that is not known is looked for once more, for providers change keys."""
        with self._lock:
            kept = self._keys
        now = self.clock()
        if kept is None or now - kept[0] > KEPT_SECONDS:
            kept = self._read_keys()
        found = _called(kept[1], kid)
        if not found and now - kept[0] > RENEWED_SECONDS:
            found = _called(self._read_keys()[1], kid)
        return found

    def endpoint(self, name: str) -> str | None:
        """An address that the provider may or may not have."""
        value = self.metadata().get(name)
        return value if isinstance(value, str) else None

    def post(self, url: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        """What the provider answers a form of this client with, which names itself by its secret.

        Raises ``ProviderTrouble`` with the provider's error code.
        """
        import httpx

        data = dict(form)
        auth = None
        methods = self.metadata().get("token_endpoint_auth_methods_supported")
        if not self.secret:
            data["client_id"] = self.declared.client_id
        elif isinstance(methods, list) and "client_secret_basic" not in methods:
            data |= {"client_id": self.declared.client_id, "client_secret": self.secret}
        else:
            auth = httpx.BasicAuth(self.declared.client_id, self.secret)
        return self._ask("POST", url, data=data, auth=auth)

    def get_as(self, url: str, access_token: str) -> Mapping[str, Any]:
        """What the provider tells whoever has the access token."""
        return self._get(url, headers={"authorization": f"Bearer {access_token}"})

    def _read_keys(self) -> tuple[float, list[Key]]:
        # Loaded by who signs in, not by who serves pages.
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        given = self._get(self.metadata()["jwks_uri"])
        try:
            keys = [
                one
                for one in KeySet.import_key_set(given).keys  # type: ignore[arg-type]
                if one.key_type != "oct" and one.get("use", "sig") == "sig"
            ]
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise ProviderTrouble("keys") from error
        kept = (self.clock(), keys)
        with self._lock:
            self._keys = kept
        return kept

    def _get(self, url: str, **more: Any) -> dict[str, Any]:
        return self._ask("GET", url, **more)

    def _ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        # Loaded by who signs in: with its own command line it takes a fifth of a start.
        import httpx

        self._check_address(url)
        auth = more.pop("auth", None) or httpx.USE_CLIENT_DEFAULT
        try:
            with (
                httpx.Client(timeout=_SECONDS, follow_redirects=False) as client,
                client.stream(method, url, auth=auth, **more) as reply,
            ):
                body = b""
                for part in reply.iter_bytes():
                    body += part
                    if len(body) > _MOST_BYTES:
                        raise ProviderTrouble("too long")
                status = reply.status_code
        except httpx.HTTPError as error:
            raise ProviderTrouble(type(error).__name__) from error
        try:
            found = httpx.Response(200, content=body).json()
        except ValueError as error:
            raise ProviderTrouble(f"HTTP {status}") from error
        if status != 200 or not isinstance(found, dict):
            said = found.get("error") if isinstance(found, dict) else None
            raise ProviderTrouble(str(said or f"HTTP {status}")[:60])
        return found

    def _check_address(self, url: str) -> None:
        place = urlsplit(url)
        near = place.scheme == "http" and place.hostname in _LOOPBACK
        if not (near or (place.scheme == "https" and place.hostname)):
            raise ProviderTrouble("https")


def _called(keys: list[Key], kid: str | None) -> list[Key]:
    return keys if kid is None else [one for one in keys if one.kid == kid]
