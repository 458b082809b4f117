"""The language a person at a terminal reads: Korean, unless their settings say otherwise."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from dataro.vocabulary.text import Language, Text, resolve_particles

LANGUAGE_VARIABLE = "DATARO_LANG"
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # in the order POSIX reads them
_KOREAN_WINDOWS = 0x12  # the primary language of Korean in a Windows language identifier


def chosen_language(environment: Mapping[str, str]) -> Language:
    """``DATARO_LANG`` (``ko`` or ``en``), else the locale, else Korean.

    A locale that names no language (``C``, ``POSIX``, none at all) leaves it at Korean; any other
    language than Korean reads English.
    """
    wished = environment.get(LANGUAGE_VARIABLE, "").strip().lower()
    if wished[:2] in ("ko", "en"):
        return "ko" if wished.startswith("ko") else "en"
    for variable in _LOCALE_VARIABLES:
        if locale := environment.get(variable, ""):
            name = locale.split(".")[0].lower()
            return "ko" if name in ("c", "posix") or name.startswith("ko") else "en"
    return _windows_language()


def _windows_language() -> Language:
    if sys.platform != "win32":
        return "ko"
    import ctypes

    identifier = ctypes.windll.kernel32.GetUserDefaultUILanguage()
    return "ko" if identifier & 0x3FF == _KOREAN_WINDOWS else "en"


LANGUAGE: Language = chosen_language(os.environ)
"""The language of this process, chosen once."""


def say(text: Text) -> str:
    """``text`` in the reader's language."""
    return resolve_particles(text.ko) if LANGUAGE == "ko" else text.en
