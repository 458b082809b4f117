"""Passwords: kept as scrypt hashes (RFC 7914), never as they are."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata

from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

SHORTEST, LONGEST = 10, 200
_LOG_N, _R, _P = 15, 8, 1  # 32 MiB and about 0.1 s a try
_MAXIMUM_MEMORY = 64 * 1024 * 1024


def hashed(password: str) -> str:
    """``password`` as it may be stored: ``scrypt$15$8$1$salt$hash``."""
    salt = secrets.token_bytes(16)
    digest = _derived(password, salt, _LOG_N, _R, _P)
    return f"scrypt${_LOG_N}${_R}${_P}${_text(salt)}${_text(digest)}"


def matches(password: str, stored: str) -> bool:
    """Whether ``password`` is the one behind ``stored``, compared in constant time."""
    _, log_n, r, p, salt, digest = stored.split("$")
    derived = _derived(password, base64.b64decode(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(derived, base64.b64decode(digest))


def check_strength(password: str, login: str) -> None:
    """Raise ``Problem`` for a password that is too short, too long, or that says the login."""
    plain = unicodedata.normalize("NFC", password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise Problem(
            both(
                f"비밀번호는 {SHORTEST}자 이상 {LONGEST}자 이하여야 합니다. 지금은 {len(plain)}자입니다.",
                f"A password has {SHORTEST} to {LONGEST} characters; this has {len(plain)}.",
            )
        )
    if login.lower() in plain.lower() or len(set(plain)) < 5:
        raise Problem(
            both(
                "비밀번호에 로그인 이름을 넣거나 같은 글자를 되풀이할 수 없습니다. 다른 비밀번호를 정해 주세요.",
                "A password must not contain the login or repeat a few characters. Choose another.",
            )
        )


def _derived(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    # The same Hangul may arrive composed or decomposed, depending on the keyboard's system.
    plain = unicodedata.normalize("NFC", password).encode()
    return hashlib.scrypt(plain, salt=salt, n=2**log_n, r=r, p=p, maxmem=_MAXIMUM_MEMORY, dklen=32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
