"""Charts drawn on the server: ECharts inside the process, to SVG."""

from __future__ import annotations

import json
import re
import threading
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from py_mini_racer import MiniRacer

from dataro.publish.render.echarts import WIDE, Chart, Option, height, option
from dataro.publish.render.numbers import label
from dataro.publish.render.theme import ThemeName, colours, follow_page
from dataro.vocabulary.figure import Line, Pyramid
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language, both

# The same files that the browser is given; they lie with the portal, which serves them.
STATIC = Path(__file__).parents[2] / "portal/static"
FONT = "Noto Sans KR"

_DRAW = """
function dataroDraw(option, colours, width, height) {
  const chart = echarts.init(null, null, {renderer: "svg", ssr: true, width, height});
  try {
    chart.setOption(dataroFormat.revive(option, colours));
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
"""


class Isolate:
    """One JavaScript isolate with ECharts in it; one chart is drawn at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: MiniRacer | None = None

    def draw(self, option: Option, colours: dict[str, str], width: int, height: int) -> str:
        """SVG of an option with its named colours resolved."""
        with self._lock:
            if self._engine is None:
                self._engine = self._start()
            return str(self._engine.call("dataroDraw", option, colours, width, height))

    def close(self) -> None:
        """Give the isolate's memory back; the next drawing starts another."""
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    @staticmethod
    def _start() -> MiniRacer:
        engine = MiniRacer()
        for path in (STATIC / "vendor/echarts.js", STATIC / "chart-format.js"):
            try:
                engine.eval(path.read_text("utf-8"))
            except OSError as error:
                raise Problem(
                    both(
                        f"차트를 그리는 데 필요한 파일이 없습니다({path.name}). 저장소에서는 "
                        "`python tools/assets.py`를 실행하고, 그 밖에는 패키지를 다시 설치하십시오.",
                        f"A file that charts are drawn with is missing ({path.name}). In the "
                        "repository run `python tools/assets.py`; elsewhere install the package again.",
                    )
                ) from error
        engine.eval(_DRAW)
        return engine


@cache
def isolate() -> Isolate:
    """The isolate of this process, started with the first chart."""
    return Isolate()


def chart_svg(
    figure: Chart,
    language: Language,
    *,
    theme: ThemeName | None,
    width: int = WIDE,
    name: str = "c",
) -> str:
    """A chart as SVG, ``width`` pixels wide, without title and source.

    With ``theme=None`` its colours are the page's custom properties and its font the page's: for
    laying into HTML under a policy that forbids inline styles. ``name`` keeps the ids of several
    drawings in one page apart.
    """
    tall = height(figure, width)
    drawn = isolate().draw(option(figure, language, width), dict(colours(theme)), width, tall)
    return follow_page(plain(drawn, name, font=None)) if theme is None else plain(drawn, name, FONT)


_STYLE_BLOCK = re.compile(r"<style\b.*?</style>", re.DOTALL)
_DROPPED = re.compile(r' (?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="[^"]*")')
_STYLE = re.compile(r' style="([^"]*)"')


def plain(svg: str, name: str, font: str | None) -> str:
    """SVG without style blocks, style attributes and hooks for scripts.

    A page's security policy forbids inline styles, and an image needs no hooks; each property
    becomes the attribute of the same name. ``font`` replaces the font family, None drops it.
    """

    def attributes(match: re.Match[str]) -> str:
        made = []
        for declaration in match.group(1).split(";"):
            key, _, value = declaration.partition(":")
            if key == "font":  # the shorthand has no attribute: style weight size family
                size = re.search(r"[\d.]+px", value)
                key, value = "font-size", size.group() if size else ""
            elif key == "font-family":
                value = font or ""
            if key and value and key not in ("-webkit-user-select", "user-select", "cursor"):
                made.append(f' {key.strip()}="{value.strip()}"')
        return "".join(made)

    svg = _STYLE_BLOCK.sub("", svg)
    svg = _DROPPED.sub("", svg)
    svg = _STYLE.sub(attributes, svg)
    svg = re.sub(r"zr\d+-", f"{name}-", svg)
    return re.sub(r"\n+", "\n", svg)


def option_json(figure: Chart, language: Language, width: int) -> str:
    """The option for the browser, colours and formats still named."""
    content: dict[str, Any] = {
        "option": option(figure, language, width),
        "height": height(figure, width),
        "language": language,
        "absolute": isinstance(figure, Pyramid),
        "labels": _labels(figure, language) if isinstance(figure, Line) else {},
        "format": figure.y.format,
        "unit": figure.y.unit[language] if figure.y.unit else "",
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _labels(figure: Line, language: Language) -> dict[str, str]:
    """How the moments of a time axis are written where one of them is pointed at."""
    dates = [at for at in figure.at if isinstance(at, date)]
    return {at.isoformat(): label(at, language, figure.x.format) for at in dates}
