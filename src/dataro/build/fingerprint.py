"""Fingerprints: what a result depends on, as a digest. Equal digest, nothing to do.

Code is followed through its imports: the closure of a module is every module of ours that it
reaches, read as text, so that a changed helper rebuilds its users and nothing else.
"""

from __future__ import annotations

import ast
import hashlib
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import dataro

_PACKAGE = "dataro"
_ROOT = Path(dataro.__file__).parent
_PARSING = threading.Lock()


def digest(parts: Mapping[str, Any]) -> str:
    """One digest of named parts (JSON values)."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def code_digest(sources: Iterable[str | Path]) -> str:
    """Digest of modules (names, or files) and every module of ours that they reach."""
    found: dict[str, str] = {}
    waiting = list(sources)
    while waiting:
        source = waiting.pop()
        path = source if isinstance(source, Path) else _origin(source)
        if path is None or str(path) in found:
            continue
        content, imports = _parsed(path, path.stat().st_mtime_ns)
        found[str(path)] = content
        waiting.extend(imports)
    # Named without the folder above the package, so that a moved installation does not rebuild.
    named = {_short(path): content for path, content in found.items()}
    return digest(named)


def _short(path: str) -> str:
    parts = Path(path).parts
    if _PACKAGE in parts:
        last = len(parts) - 1 - parts[::-1].index(_PACKAGE)
        return "/".join(parts[last:])
    return parts[-1]


@cache
def _parsed(path: Path, _modified: int) -> tuple[str, tuple[str, ...]]:
    text = path.read_bytes()
    # Python 3.11 counts the depth of a tree for all threads together, and stumbles over two.
    with _PARSING:
        tree = ast.parse(text)
    return hashlib.sha256(text).hexdigest(), tuple(_imports(tree))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == _PACKAGE)


@cache
def _origin(module: str) -> Path | None:
    """The file of a module of ours, found without importing it; None for a name inside one."""
    base = _ROOT.joinpath(*module.split(".")[1:])
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file() and module != _PACKAGE:
            return path
    return None
