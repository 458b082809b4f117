"""Style sheets, scripts and fonts, each under an address that changes with its content."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from dataro.publish.render.theme import style_sheet

FOLDER = Path(__file__).parent / "static"
_THEME = "theme.css"  # written from the colours of figures, so that the two cannot differ
_TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".woff2": "font/woff2"}


@cache
def names() -> frozenset[str]:
    """Every file that may be served, as it is addressed; nothing else can be asked for."""
    files = (path for path in FOLDER.rglob("*") if path.is_file())
    return frozenset({_THEME, *(path.relative_to(FOLDER).as_posix() for path in files)})


@cache
def content(name: str) -> bytes:
    """The bytes of a file. Raises ``KeyError`` for a name that is none of ``names()``."""
    if name not in names():
        raise KeyError(name)
    return style_sheet().encode() if name == _THEME else (FOLDER / name).read_bytes()


def media_type(name: str) -> str:
    """The media type of a file by its ending."""
    return _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "text/plain"


@cache
def release() -> str:
    """A digest over all files: one part of every address, so that relative imports between
    them hold and a browser may keep them for ever."""
    digest = hashlib.sha256()
    for name in sorted(names()):
        digest.update(name.encode())
        digest.update(content(name))
    return digest.hexdigest()[:12]


def address(name: str) -> str:
    """Where a page finds a file."""
    if name not in names():
        raise KeyError(f"no static file {name!r}")
    return f"/static/{release()}/{name}"
