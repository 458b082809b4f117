"""A trend in the height of a line of text, as SVG that follows the page's colours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import pairwise

WIDTH, HEIGHT = 132, 34
_MARGIN = 3.5


def sparkline_svg(points: Sequence[tuple[date, float]], said: str) -> str:
    """A line through ``points`` (moment, value), oldest first, its last point marked.

    ``said`` tells the trend in words. Where moments are missing the line is broken: a gap of more
    than one and a half usual steps is not drawn over. Nothing is drawn of fewer than two points.
    """
    if len(points) < 2:
        return ""
    days = [moment.toordinal() for moment, _ in points]
    values = [value for _, value in points]
    low, high = min(values), max(values)
    steps = sorted(b - a for a, b in pairwise(days))
    usual = steps[len(steps) // 2]

    def place(day: int, value: float) -> tuple[float, float]:
        x = _MARGIN + (day - days[0]) / (days[-1] - days[0]) * (WIDTH - 2 * _MARGIN)
        share = (value - low) / (high - low) if high > low else 0.5
        return x, HEIGHT - _MARGIN - share * (HEIGHT - 2 * _MARGIN)

    path, before = [], None
    for day, value in zip(days, values, strict=True):
        x, y = place(day, value)
        broken = before is None or day - before > 1.5 * usual + 3
        path.append(f"{'M' if broken else 'L'}{x:.1f} {y:.1f}")
        before = day
    x, y = place(days[-1], values[-1])
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{escape(said, quote=True)}">'
        f'<path d="{"".join(path)}" fill="none" stroke="var(--series-1)" stroke-width="1.8" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.8" fill="var(--series-1)"/></svg>'
    )
