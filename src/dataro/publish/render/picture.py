"""A figure as a picture that can stand alone: title, drawing, legend, source; SVG and PNG."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Mapping
from html import escape

import resvg_py

from dataro.publish.render.breaks import Method
from dataro.publish.render.drawing import FONT, chart_svg
from dataro.publish.render.echarts import WIDE, height, mark_words
from dataro.publish.render.flows import flows_svg
from dataro.publish.render.maps import (
    Legend,
    Shapes,
    choropleth_svg,
    legend,
    points_svg,
)
from dataro.publish.render.numbers import axis_title
from dataro.publish.render.theme import ThemeName, colours
from dataro.vocabulary.figure import Choropleth, Figure, Flows, Points
from dataro.vocabulary.text import Language, both

_MISSING = both("자료 없음", "No data")
_SYNTHETIC = both("합성 자료(실제 통계가 아님)", "Synthetic data, not real statistics")
_MARGIN = 24


def picture_svg(
    figure: Figure,
    language: Language,
    *,
    shapes: Shapes | None = None,
    theme: ThemeName = "light",
    method: Method = "quantile",
    synthetic: bool = False,
) -> str:
    """A figure with its title above and its source below, as one SVG document.

    ``synthetic`` writes into the picture itself that its numbers are made up, so that it cannot
    travel without saying so.
    """
    palette = colours(theme)
    body, wide, tall = _body(figure, language, shapes or {}, palette, theme, method)
    title = _wrap(figure.title[language], 20, wide)
    under = [*mark_words(figure, language), figure.note.source[language]]
    if figure.note.caution:
        under.append(figure.note.caution[language])
    if synthetic:
        under.append(_SYNTHETIC[language])
    small = [line for text in under for line in _wrap(text, 12, wide)]
    top = _MARGIN + 28 * len(title) + 10
    whole = top + tall + 18 + 18 * len(small) + _MARGIN // 2
    texts = [
        _text(line, _MARGIN, _MARGIN + 18 + 28 * i, 20, palette["ink"], bold=True)
        for i, line in enumerate(title)
    ] + [
        _text(line, _MARGIN, top + tall + 30 + 18 * i, 12, palette["muted"])
        for i, line in enumerate(small)
    ]
    full = wide + 2 * _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{full}" height="{whole}" '
        f'viewBox="0 0 {full} {whole}" font-family="{FONT}" role="img">'
        f"<title>{escape(figure.note.alt[language])}</title>"
        f'<rect width="{full}" height="{whole}" fill="{palette["paper"]}"/>'
        f"{''.join(texts)}{_place(body, _MARGIN, top)}</svg>"
    )


def png(svg: str, zoom: float = 2) -> bytes:
    """A picture's pixels, ``zoom`` times its size, with Korean glyphs that need no system font."""
    fonts = importlib.resources.files("pylopdf_fonts_ko")
    with importlib.resources.as_file(fonts / "NotoSansKR-Regular.otf") as path:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                skip_system_fonts=True,
                font_files=[str(path)],
                font_family=FONT,
                sans_serif_family=FONT,
                zoom=zoom,
            )
        )


def _body(
    figure: Figure,
    language: Language,
    shapes: Shapes,
    palette: Mapping[str, str],
    theme: ThemeName,
    method: Method,
) -> tuple[str, int, int]:
    """The drawing without title and source, its width and height."""
    if isinstance(figure, Choropleth):
        drawn = choropleth_svg(figure, shapes, language, colours=palette, method=method)
        key = legend(figure, shapes, language, method)
        return _with_legend(drawn, key, figure, language, palette)
    if isinstance(figure, Points):
        drawn = points_svg(figure, shapes, language, colours=palette)
        return drawn, *_size(drawn)
    if isinstance(figure, Flows):
        drawn = flows_svg(figure, shapes, language, colours=palette)
        return drawn, *_size(drawn)
    return chart_svg(figure, language, theme=theme), WIDE, height(figure, WIDE)


def _size(svg: str) -> tuple[int, int]:
    found = re.match(r'<svg [^>]*width="(\d+)" height="(\d+)"', svg)
    assert found is not None
    return int(found.group(1)), int(found.group(2))


def _with_legend(
    drawn: str, key: Legend, figure: Choropleth, language: Language, palette: Mapping[str, str]
) -> tuple[str, int, int]:
    wide, tall = _size(drawn)
    rows = [(palette[one.role], f"{one.words} ({one.areas})") for one in key.classes]
    if key.missing:
        rows.append(("url(#m-missing)", f"{_MISSING[language]} ({key.missing})"))
    parts = [_text(axis_title(figure.y, language), 0, tall + 18, 12, palette["ink"], bold=True)]
    column = wide / 3
    for i, (fill, words) in enumerate(rows):
        x, y = column * (i % 3), tall + 32 + 22 * (i // 3)
        parts.append(
            f'<rect x="{x:.0f}" y="{y}" width="22" height="13" fill="{fill}" '
            f'stroke="{palette["edge"]}" stroke-width="0.5"/>'
            + _text(words, x + 30, y + 11, 12, palette["ink"])
        )
    extra = 40 + 22 * (-(-len(rows) // 3))
    whole = f'<svg width="{wide}" height="{tall + extra}">{drawn}{"".join(parts)}</svg>'
    return whole, wide, tall + extra


def _text(words: str, x: float, y: float, size: int, fill: str, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}"{weight}>{escape(words)}</text>'
    )


def _place(svg: str, x: int, y: int) -> str:
    return re.sub(r"^<svg\b", f'<svg x="{x}" y="{y}"', svg, count=1)


def _wrap(words: str, size: int, width: int) -> list[str]:
    """Lines that fit, estimated: a Korean letter is as wide as the size, a Latin one half."""
    lines, line, used = [], "", 0.0
    for word in words.split(" "):
        wide = sum(size * (0.95 if ord(c) > 0x2E7F else 0.56) for c in word + " ")
        if line and used + wide > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + word + " ", used + wide
    return [*lines, line.rstrip()]
