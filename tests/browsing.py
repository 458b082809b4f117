"""A headless Chromium on pages of this machine, and what judges them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader",
    "--use-angle=swiftshader", "--ignore-gpu-blocklist",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_LOOKS = ["color-contrast", "link-in-text-block", "target-size"]
"""The rules that another appearance or width can break; the others judge what stays the same."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's browser, or the test is skipped with what to install."""
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium on this machine (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


def judges() -> Path:
    """The folder with the checkers of accessibility and of HTML."""
    tools = Path(__file__).parent.parent / "tools/assets.py"
    spec = importlib.util.spec_from_file_location("dataro_assets", tools)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        folder: Path = module.ensure_test_tools()
    except SystemExit as error:
        pytest.skip(str(error))
    return folder


def axe_script() -> str:
    """The checker of accessibility with its Korean words."""
    folder = judges()
    locale = (folder / "ko.json").read_text("utf-8")
    script = (folder / "axe.min.js").read_text("utf-8")
    return f"{script};axe.configure({{locale:{locale}}});"


def violations(page: Page, rules: list[str], *, tags: bool) -> list[str]:
    """What the checker, already in the page, finds by rules of these tags or names."""
    only = {"type": "tag" if tags else "rule", "values": rules}
    found = page.evaluate("only => axe.run(document, {runOnly: only})", only)
    return [
        f"{one['id']}: {one['help']} — {node['html'][:160]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


class Visit:
    """One page open in a browser, with everything it did wrong."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        look = options.pop("look", "light")
        self.context = browser.new_context(
            color_scheme="dark" if look == "dark" else "light",
            reduced_motion="reduce",  # colours are judged once they stand
            **options,
        )
        self.page: Page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("console", self._heard)
        self.page.on("request", lambda request: self._asked(request.url, address))
        if look == "contrast":
            self.page.add_init_script("localStorage.setItem('look', 'contrast')")

    def _heard(self, message: Any) -> None:
        # A page that is meant to be missing is reported as a failed resource by the browser.
        if message.type in ("error", "warning") and "404" not in message.text:
            self.wrong.append(f"{message.type}: {message.text}")

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.wrong.append(f"request to {url}")

    def open(self, url: str) -> Page:
        """Go there, let every chart come into view, wait until nothing is fetched any more."""
        self.page.goto(url)
        self.page.evaluate(
            "async () => { for (let y = 0; y < document.body.scrollHeight; y += 700) {"
            " scrollTo(0, y); await new Promise(done => setTimeout(done, 25)); } scrollTo(0, 0); }"
        )
        self.page.wait_for_load_state("networkidle")
        return self.page

    def look(self, look: str) -> None:
        """Choose an appearance as the reader's buttons do."""
        self.page.evaluate(
            "look => { document.documentElement.dataset.theme = look;"
            " document.dispatchEvent(new Event('looks-changed')); }", look,
        )  # fmt: skip

    def close(self) -> None:
        self.context.close()
