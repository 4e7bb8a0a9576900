"""What the parser has in common with the product: files beside this folder that import nothing of the product."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType


def _loaded(name: str) -> ModuleType:
    """By its path: the other modules there are no business of the parser's."""
    module = ModuleType(name)
    SourceFileLoader(name, str(Path(__file__).resolve().parents[1] / f"{name}.py")).exec_module(module)
    return module


charsets = _loaded("charsets")
heads = _loaded("heads")
private_keys = _loaded("private_keys")
