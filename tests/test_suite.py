"""What the tests themselves keep to, so that each is run alone, at any hour, on a slow machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

HERE = Path(__file__).parent
FILES = {str(path.relative_to(HERE)): path.read_text(encoding="utf-8") for path in sorted(HERE.rglob("*.py"))}
TESTS = [name for name in FILES if Path(name).name.startswith("test_")]

CLOCKS = {"today", "now", "utcnow", "localdate", "localtime", "time_ns", "monotonic"}
SLEEPS = {
    "processes.py": "wait_until: for what tells nobody",
    "racing.py": "a head start",
    "documents/test_scanner.py": "a scanner that drips",
    "reminders/test_faults.py": "a step of what happens to the workers",
}
"""Where a test sleeps, and why that is no waiting for something that may take longer."""


def at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """What runs when the file is imported: all but the bodies of functions, with their decorators and defaults."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for one in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
                yield one
                yield from at_import(one)
        elif not isinstance(node, ast.Lambda):
            yield node
            yield from at_import(node)


def called(node: ast.AST) -> str:
    """The last part of the name of what is called here."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_no_time_is_taken_before_a_test_runs() -> None:
    """Midnight may come between the two."""
    asking = {
        name for name, text in FILES.items() if any(called(node) in CLOCKS for node in at_import(ast.parse(text)))
    }
    assert asking == {"elsewhen/sitecustomize.py"}


def test_nobody_sleeps_until_something_has_surely_happened() -> None:
    asleep = re.compile(r"\btime\.sleep\(\w|\.wait_for_timeout\(\w")
    assert {name for name, text in FILES.items() if asleep.search(text)} == set(SLEEPS)


def test_no_test_is_imported_by_another() -> None:
    """What two files share has a room of its own."""
    imports = re.compile(r"^\s*(?:from tests\.(?:\w+\.)*test_\w+ import|import tests\.(?:\w+\.)*test_)", re.MULTILINE)
    assert [name for name in FILES if imports.search(FILES[name])] == []


def test_nine_files_of_ten_are_read_in_a_few_screens() -> None:
    lengths = [FILES[name].count("\n") for name in TESTS]
    assert quantiles(lengths, n=10)[-1] <= 250
