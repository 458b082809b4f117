"""Pictures of people, groups and organisations: sent with a form, told by their bytes."""

from __future__ import annotations

import json
import secrets
from typing import Any

from dataro.ckan.call import Call, Data
from dataro.ckan.faults import Invalid
from dataro.ckan.settings import words
from dataro.ckan.show import munged

FOLDER = "uploads"
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
"""Pictures that are shown as pages show them; nothing that could hold a script."""
MOST_BYTES = 2 * 2**20
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"),
    (b"%PDF", "application/pdf"), (b"PK\x03\x04", "application/zip"),
)  # fmt: skip


def media_type(content: bytes) -> str:
    """What bytes are, whatever their name says."""
    for beginning, found in _BEGINNINGS:
        if content.startswith(beginning):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    start = content[:1000].lstrip().lower()
    if start.startswith((b"<svg", b"<?xml")) and b"<svg" in start:
        return "image/svg+xml"
    if start.startswith((b"<html", b"<!doctype html")):
        return "text/html"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    if start.startswith((b"{", b"[")):
        try:
            json.loads(text)
        except ValueError:
            return "text/plain"
        return "application/json"
    return "text/plain"


def with_picture(call: Call, data: Data, of: str) -> Data:
    """The data with the address of the picture that came along (``image_upload``), if one did.

    Raises ``Invalid`` for a type that the settings do not allow, or too many bytes.
    """
    upload = data.get("image_upload")
    content: Any = getattr(upload, "content", None)
    kept = {name: value for name, value in data.items() if name != "image_upload"}
    if content is None:
        if kept.pop("clear_upload", None):
            kept["image_url"] = ""
        return kept
    found = media_type(content)
    allowed = words(call.setting(f"ckan.upload.{of}.mimetypes"))
    kinds = words(call.setting(f"ckan.upload.{of}.types"))
    fits = "*" in allowed or found in allowed
    if not fits or not ("*" in kinds or found.split("/")[0] in kinds):
        raise Invalid({"image_upload": [f"Type {found} is not supported"]})
    if len(content) > MOST_BYTES:
        raise Invalid({"image_upload": [f"File is larger than {MOST_BYTES // 2**20} MB"]})
    name = munged(str(getattr(upload, "filename", "") or "picture"))
    stem, _, ending = name.rpartition(".")
    ending = ENDINGS.get(found, f".{ending}" if stem else "")
    kept["image_url"] = f"{secrets.token_hex(6)}-{(stem or name)[:60]}{ending}"
    folder = call.files / FOLDER / of
    folder.mkdir(parents=True, exist_ok=True)
    (folder / kept["image_url"]).write_bytes(content)
    return kept
