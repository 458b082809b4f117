"""Colours of figures, once for the page, the picture and the chart in the browser.

A colour is asked for by its role. The same roles stand in the portal's style sheet as custom
properties (``--ink``, ``--series-1`` …), written there by ``style_sheet``, so that a chart inside a
page follows the reader's choice of light, dark or high contrast without being drawn again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

ThemeName = Literal["light", "dark", "contrast"]
Colours = Mapping[str, str]

STEPS = 7
"""How many colours a sequential or diverging scale has."""


def _scale(name: str, *colours: str) -> dict[str, str]:
    return {f"{name}-{number}": colour for number, colour in enumerate(colours, 1)}


# Text on paper has a contrast of at least 4.5 to 1, lines and fills that carry meaning 3 to 1.
# Series are told apart without red and green; scales step evenly in lightness.
THEMES: Mapping[ThemeName, Colours] = {
    "light": {
        "paper": "#ffffff", "wash": "#f4f6f9", "ink": "#1b2430", "muted": "#55606e",
        "rule": "#d5dae1", "grid": "#e6e9ee", "edge": "#6f7a88", "accent": "#0b50d0",
        "accent-wash": "#e9f0fd", "on-accent": "#ffffff", "focus": "#0b50d0",
        "warn": "#8a4b00", "warn-wash": "#fff4df", "bad": "#b3261e", "bad-wash": "#fdecea",
        "good": "#1a6b3c", "good-wash": "#e7f5ec", "missing": "#eceef1",
        **_scale("series", "#0b50d0", "#c2570c", "#0f766e", "#8b3fb5", "#8a6a00", "#5b6675"),
        "men": "#2463c4", "women": "#c2570c",
        **_scale("step", "#e4eefb", "#c3daf5", "#9bc1ec", "#6ba3df", "#3f83cc", "#1f62ab", "#0e4280"),
        **_scale("diverge", "#9a4a08", "#cf7a34", "#eebd8f", "#f2f1ee", "#a9c8ea", "#4f8dce", "#174f94"),
    },
    "dark": {
        "paper": "#10161e", "wash": "#18202b", "ink": "#e9edf2", "muted": "#a6b0bd",
        "rule": "#323d4b", "grid": "#27313e", "edge": "#8591a1", "accent": "#8ab4ff",
        "accent-wash": "#1a2a45", "on-accent": "#0a1220", "focus": "#a9c8ff",
        "warn": "#f3c26b", "warn-wash": "#33270f", "bad": "#ff9b92", "bad-wash": "#3a1a18",
        "good": "#86d7a6", "good-wash": "#14301f", "missing": "#242c37",
        **_scale("series", "#7fb0ff", "#f2a25c", "#5cc9bd", "#cf9bf0", "#dcc05a", "#a6b0bd"),
        "men": "#7fb0ff", "women": "#f2a25c",
        **_scale("step", "#17314f", "#1e4775", "#2861a0", "#3c80c7", "#62a2e3", "#93c3f3", "#cde4fb"),
        **_scale("diverge", "#ffb877", "#cf8140", "#7d5126", "#303842", "#2c5484", "#4f8dce", "#a8ccf5"),
    },
    "contrast": {
        "paper": "#000000", "wash": "#000000", "ink": "#ffffff", "muted": "#ffffff",
        "rule": "#ffffff", "grid": "#5a5a5a", "edge": "#ffffff", "accent": "#ffe14d",
        "accent-wash": "#1f1b00", "on-accent": "#000000", "focus": "#ffe14d",
        "warn": "#ffe14d", "warn-wash": "#000000", "bad": "#ffb3ad", "bad-wash": "#000000",
        "good": "#9df5bf", "good-wash": "#000000", "missing": "#000000",
        **_scale("series", "#6fc3ff", "#ffb84d", "#5ff0dc", "#f0a8ff", "#ffe14d", "#ffffff"),
        "men": "#6fc3ff", "women": "#ffb84d",
        **_scale("step", "#0d3a66", "#14558f", "#1c72bd", "#3592e0", "#6bb4f2", "#a5d3fa", "#e3f2ff"),
        **_scale("diverge", "#ffc680", "#e08a2e", "#99560f", "#4a4a4a", "#1c5f9e", "#4aa0e8", "#b8dcff"),
    },
}  # fmt: skip

ROLES = tuple(THEMES["light"])

# Colours that stand for roles while a page's chart is drawn: no theme uses them.
PAGE: Colours = {role: f"#01f{number:03x}" for number, role in enumerate(ROLES)}
_PAGE_ROLE = {colour: role for role, colour in PAGE.items()}
_PAGE_COLOUR = re.compile(r"#01f[0-9a-f]{3}\b|rgba?\(1,\s?(2\d\d),\s?(\d+)(?:,\s?1)?\)")


def colours(theme: ThemeName | None) -> Colours:
    """Colours of a theme; ``None`` gives those that ``follow_page`` later ties to the page."""
    return PAGE if theme is None else THEMES[theme]


def follow_page(svg: str) -> str:
    """Tie a drawing made with ``colours(None)`` to the page's custom properties."""

    def role(match: re.Match[str]) -> str:
        colour = match.group()
        if not colour.startswith("#"):
            colour = f"#01{int(match.group(1)):02x}{int(match.group(2)):02x}"
        name = _PAGE_ROLE.get(colour)
        return f"var(--{name})" if name else match.group()

    return _PAGE_COLOUR.sub(role, svg)


def step_roles(classes: int) -> list[str]:
    """Roles of ``classes`` colours spread evenly over the sequential scale, lowest first."""
    if classes == 1:
        return ["step-4"]
    return [f"step-{1 + round(i * (STEPS - 1) / (classes - 1))}" for i in range(classes)]


def diverging_roles(below: int, above: int) -> list[str]:
    """Roles for classes below and above zero, at most three each: the farther, the stronger."""
    sides = {0: (), 1: (2,), 2: (1, 3), 3: (1, 2, 3)}
    lower = [f"diverge-{step}" for step in sides[below]]
    return lower + [f"diverge-{STEPS + 1 - step}" for step in reversed(sides[above])]


def style_sheet() -> str:
    """The custom properties of every theme, as CSS."""

    def block(theme: ThemeName, scheme: str) -> str:
        lines = "".join(f"--{role}:{colour};" for role, colour in THEMES[theme].items())
        return f"{lines}color-scheme:{scheme}"

    light, dark, contrast = (
        block("light", "light"),
        block("dark", "dark"),
        block("contrast", "dark"),
    )
    return (
        f":root{{{light}}}\n"
        f'@media (prefers-color-scheme: dark){{:root:not([data-theme="light"]){{{dark}}}}}\n'
        f"@media (prefers-contrast: more){{:root:not([data-theme]){{{contrast}}}}}\n"
        f':root[data-theme="dark"]{{{dark}}}\n'
        f':root[data-theme="contrast"]{{{contrast}}}\n'
        f"@media print{{:root,:root[data-theme]{{{light}}}}}\n"
    )
