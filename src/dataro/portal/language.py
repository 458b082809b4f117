"""Which language a reader is answered in."""

from __future__ import annotations

from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.text import LANGUAGES, Language, both


def preferred(accept: str | None) -> Language:
    """The better accepted of Korean and English by an Accept-Language header; Korean by default."""
    best: dict[str, float] = {}
    for part in (accept or "")[:1000].split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            quality = 0.0
        short = tag.strip().lower().split("-")[0]
        best[short] = max(best.get(short, 0.0), quality)
    return "en" if best.get("en", 0.0) > best.get("ko", 0.0) else "ko"


def language_of(path: str, accept: str | None) -> Language:
    """The language that a path names (``/en/…``), or else the preferred one."""
    first = path.lstrip("/").split("/", 1)[0]
    if first == "ko":
        return "ko"
    if first == "en":
        return "en"
    return preferred(accept)


def known_language(lang: str) -> Language:
    """Raises ``NotThere`` for anything but the two languages."""
    for language in LANGUAGES:
        if lang == language:
            return language
    raise NotThere(
        both(
            "그런 쪽은 없습니다. 주소를 다시 확인하거나 홈에서 찾아 주십시오.",
            "There is no such page. Check the address, or start from the home page.",
        )
    )
