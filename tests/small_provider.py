"""A provider of OpenID Connect on loopback that keeps to the rules, unless a test bends it.

It demands what a strict provider demands of a client: a registered redirect address, a code that
counts once, the client's secret, and the PKCE verifier of the challenge.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CLIENT, SECRET = "dataro", "a secret of this test"
PERSON = {
    "sub": "u-1001", "name": "윤기관", "preferred_username": "yoon", "email": "yoon@city.example",
    "email_verified": True, "department": "D-PARKS", "roles": ["data-stewards", "unknown"],
}  # fmt: skip


@dataclass
class Provider:
    """What the provider says and whom it signs in; ``bend`` changes the claims of an identity token,
    ``sign`` writes the token itself."""

    issuer: str
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    person: dict[str, Any] = field(default_factory=lambda: dict(PERSON))
    bend: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    sign: Callable[[dict[str, Any]], str] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    keys_asked: int = 0
    refused: list[str] = field(default_factory=list)

    def straighten(self) -> None:
        """Keep to the rules again, and sign in the same person."""
        self.person, self.bend, self.sign = dict(PERSON), lambda claims: claims, None
        self.metadata, self.userinfo = {}, None

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/end",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def token(self, claims: dict[str, Any]) -> str:
        made = self.bend(claims)
        if self.sign is not None:
            return self.sign(made)
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, made, self.key)

    def logout_token(self, **changed: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "jti": secrets.token_hex(8),
            "sub": self.person["sub"],
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            **changed,
        }  # fmt: skip
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)

    def authorize(self, query: dict[str, str]) -> str:
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        assert query["redirect_uri"].endswith("/sign-in/callback")
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query["state"], "iss": self.issuer}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def exchange(self, form: dict[str, str], authorization: str) -> dict[str, Any] | str:
        given = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization not in (f"Basic {given}", f"Basic {plain}"):
            return "invalid_client"
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return "invalid_grant"
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return "invalid_grant"
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "sid": "s-1",
            "nonce": asked["nonce"], **self.person,
        }  # fmt: skip
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.token(claims)}


@contextmanager
def open_provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            query = {name: one[0] for name, one in parse_qs(place.query).items()}
            if place.path == "/.well-known/openid-configuration":
                self._json(200, there.description())
            elif place.path == "/jwks":
                there.keys_asked += 1
                self._json(200, KeySet([there.key]).as_dict(private=False))
            elif place.path == "/authorize":
                self.send_response(302)
                self.send_header("location", there.authorize(query))
                self.end_headers()
            elif place.path == "/userinfo":
                self._json(200, there.userinfo or {"sub": there.person["sub"]})
            else:
                self._json(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: one[0] for name, one in parse_qs(body).items()}
            made = there.exchange(form, self.headers.get("authorization", ""))
            if isinstance(made, str):
                there.refused.append(made)
                self._json(400, {"error": made})
            else:
                self._json(200, made)

        def _json(self, status: int, body: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
