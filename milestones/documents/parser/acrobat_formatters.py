"""Acrobat's own formatters are the only scripts that may stay: calls with literal arguments, and nothing besides."""

from __future__ import annotations

import re

STRING = r"""(?:"(?>[^"\\\r\n\u2028\u2029]++|\\.)*+"|'(?>[^'\\\r\n\u2028\u2029]++|\\.)*+')"""
NUMBER = r"(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,3})?"
LITERAL = rf"(?:{STRING}|[-+]?{NUMBER}|true|false|null)"
LITERALS = rf"(?:{LITERAL}(?:\s*+,\s*+{LITERAL})*+)?+"
ARGUMENT = rf"(?:{LITERAL}|new\s++Array\s*+\(\s*+{LITERALS}\s*+\)|\[\s*+{LITERALS}\s*+\])"
NAME = "AF(?:Date|Number|Time|Special|Simple|Range|Percent)_[A-Za-z]{1,30}"
CALL = rf"{NAME}\s*+\(\s*+(?:{ARGUMENT}(?:\s*+,\s*+{ARGUMENT})*+)?+\s*+\)"
FORMATTERS = re.compile(rf"\s*+(?:{CALL}\s*+(?:;\s*+)*+)*+", re.DOTALL)


def only_formats(script: str) -> bool:
    """Whether the whole script is calls of formatters such as AFDate_FormatEx("dd.mm.yyyy")."""
    return bool(FORMATTERS.fullmatch(script))
