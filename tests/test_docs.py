"""What docs, comments and docstrings name exists; README's map names every room; decisions are numbered and dated."""

from __future__ import annotations

import ast
import datetime
import io
import re
import tokenize
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from django.utils.translation import override

from milestones.models import WebhookKind
from milestones.process import LAST_MILESTONE, MILESTONE_TITLES, REQUIREMENTS, Role

ROOT = Path(__file__).parent.parent
APP = ROOT / "milestones"
LINE = 119


# --- The tree, as a clean clone has it


@cache
def _ignored() -> tuple[str, ...]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return (".git", *(line.rstrip("/") for line in lines))


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if any(fnmatch(entry.name, ignored) for ignored in _ignored()):
            continue
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


@cache
def files() -> tuple[Path, ...]:
    return tuple(_files(ROOT))


@cache
def places() -> frozenset[str]:
    """Every file and folder by each end of its path: due.py, reminders/due.py and milestones/reminders/due.py."""
    paths = {path.relative_to(ROOT) for path in files()}
    paths |= {parent for path in paths for parent in path.parents}
    return frozenset("/".join(path.parts[start:]) for path in paths for start in range(len(path.parts)))


@cache
def folders() -> frozenset[str]:
    """The names of folders at the top and in the app: what begins with one of them is meant as a path."""
    return frozenset(path.name for folder in (ROOT, APP) for path in folder.iterdir() if path.is_dir()) & places()


# --- The texts that name things


READ = {".py", ".md", ".html", ".txt", ".toml", ".yml", ".template", ".example", ".js", ".css", ".in"}
READ_WITHOUT_SUFFIX = {"Makefile", "Dockerfile", "run"}
NOT_OURS = {"vendor", "locale", "files", "migrations"}  # vendored, generated, samples; migrations stay as they ran
LOCKED = "requirements*.txt"


def _comments(source: str) -> Iterator[tuple[int, str]]:
    """Comments and docstrings, also those below an attribute, each with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from enumerate(node.value.value.splitlines(), node.lineno)


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """What people read about the code, a line at a time, each with where it stands."""
    found = []
    for path in files():
        named = path.relative_to(ROOT)
        if set(named.parts) & NOT_OURS or fnmatch(path.name, LOCKED):
            continue
        if path.suffix not in READ and path.name not in READ_WITHOUT_SUFFIX:
            continue
        source = path.read_text(encoding="utf-8")
        lines = _comments(source) if path.suffix == ".py" else enumerate(source.splitlines(), 1)
        found += [(f"{named}:{number}", line) for number, line in lines]
    return tuple(found)


# --- Paths


PATH_LIKE = re.compile(r"(?<![\w.…/:%<{$-])(?:[\w.-]+/)*[\w.-]*\w/?(?![\w*<{$…])")
NAMED_FILE = re.compile(r"[\w-]+\.(py|md|html|toml|yml|template|js|css)")
OF_OTHERS = re.compile(r"(mfa|account)/js/.*|a\.html")
"""Scripts of allauth's, and a name that somebody may give a file."""


def _is_path(word: str) -> bool:
    first, slash, _rest = word.partition("/")
    return bool(NAMED_FILE.fullmatch(Path(word).name)) or (bool(slash) and first in folders())


def _exists(word: str) -> bool:
    name = word.rstrip("/")
    while name.startswith(("./", "../", ".../")):
        name = name.partition("/")[2]
    return any(name + suffix in places() for suffix in ("", ".py", ".md"))


def test_every_path_that_is_named_exists() -> None:
    missing = [
        f"{where} {word}"
        for where, line in texts()
        for word in PATH_LIKE.findall(line)
        if _is_path(word) and not _exists(word) and not OF_OTHERS.fullmatch(word)
    ]
    assert not missing, "\n".join(missing)


def test_no_text_names_an_issue_by_its_number() -> None:
    numbered = [f"{where} {line}" for where, line in texts() if re.search(r"\bissues? (#?\d+|one|two)\b", line, re.I)]
    assert not numbered, "\n".join(numbered)


# --- Names in code


@cache
def _modules() -> dict[str, list[Path]]:
    """Modules and packages by name; a package is its __init__.py."""
    found: dict[str, list[Path]] = {}
    for path in files():
        if path.suffix == ".py" and "migrations" not in path.parts:
            name = path.parent.name if path.name == "__init__.py" else path.stem
            found.setdefault(name, []).append(path)
    return found


@cache
def _names_in(module: Path) -> frozenset[str]:
    """What a module defines, in its classes too, and what it imports; of a package also its modules."""
    names = {path.stem for path in module.parent.glob("*")} if module.name == "__init__.py" else set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
    return frozenset(names)


DOTTED = re.compile(r"(?<![\w/.])(?:\w+\.)*?(\w+)\.(\w+)(?![\w/]|\.\w)")
"""The last two of names joined by dots, if nothing makes a path of them."""


def test_every_name_of_a_module_exists() -> None:
    missing = [
        f"{where} {module}.{name}"
        for where, line in texts()
        if re.search(r"\.(py|md):", where)  # elsewhere it is what a template or a script says to an object
        for module, name in DOTTED.findall(line)
        if module in _modules()
        and not NAMED_FILE.fullmatch(f"{module}.{name}")
        and f"{module}.{name}" not in WebhookKind.values  # what happened, as a webhook's receiver reads it
        and not any(name in _names_in(path) for path in _modules()[module])
    ]
    assert not missing, "\n".join(missing)


def test_every_test_that_docs_name_exists() -> None:
    named = [(where, word) for where, line in texts() if ".md:" in where for word in re.findall(r"\btest_\w+", line)]
    known = {path.stem for path in files()} | {
        name for path in files() if path.name.startswith("test_") for name in _names_in(path)
    }
    missing = [f"{where} {word}" for where, word in named if word not in known]
    assert not missing, "\n".join(missing)


# --- README's map


def _section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _rooms_on_the_map() -> list[str]:
    """What stands in the first column of the map's tables."""
    section = _section((ROOT / "README.md").read_text(encoding="utf-8"), "The map")
    firsts = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [room for first in firsts for room in re.findall(r"`([^`]+)`", first)]


def _rooms() -> list[str]:
    """Every folder at the top, and every module and package of the app, as the map writes them."""
    tops = [path.relative_to(ROOT).parts[0] for path in files() if len(path.relative_to(ROOT).parts) > 1]
    top = {f"{name}/" for name in tops if not name.startswith(".")} - {"milestones/"}
    inside = [path.relative_to(APP) for path in files() if path.is_relative_to(APP)]
    own = {f"{path.parts[0]}/" if len(path.parts) > 1 else path.name for path in inside} - {"__init__.py"}
    return sorted(top | own)


def test_the_map_names_every_room_once_and_nothing_else() -> None:
    assert sorted(_rooms_on_the_map()) == _rooms()


# --- docs/process.md and docs/decisions.md


@override("en")
def test_the_process_as_written_has_every_requirement() -> None:
    written = (ROOT / "docs" / "process.md").read_text(encoding="utf-8")
    for number in range(1, LAST_MILESTONE + 1):
        assert f"### {number} {MILESTONE_TITLES[number]}" in written
    for code, requirement in REQUIREMENTS.items():
        row = next(line for line in written.splitlines() if line.startswith(f"| {code} |"))
        kind = "checked off" if requirement.confirmed else "computed"
        stands_on = Role(requirement.stands_on).label
        exception = "yes" if requirement.exception_allowed else "no"
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[:2] == [code, str(requirement.title)]
        assert cells[3:] == [kind, str(stands_on), ", ".join(requirement.after) or "–", exception]


HEADING = re.compile(r"## (\d+)\. (.+) \((\d{4}-\d\d-\d\d)\)")


def _decisions() -> list[tuple[int, str, datetime.date]]:
    lines = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").splitlines()
    headings = [HEADING.fullmatch(line) for line in lines if re.match(r"## \d", line)]
    assert all(headings)
    return [(int(one[1]), one[2], datetime.date.fromisoformat(one[3])) for one in headings if one]


def test_decisions_are_numbered_and_dated_in_order() -> None:
    decisions = _decisions()
    assert [number for number, _title, _on in decisions] == list(range(1, len(decisions) + 1))
    assert [on for _number, _title, on in decisions] == sorted(on for _number, _title, on in decisions)
    assert len({title for _number, title, _on in decisions}) == len(decisions)


def test_the_index_of_decisions_names_each_once() -> None:
    index = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").split("\n## ")[0]
    named = [int(number) for number in re.findall(r"\[(\d+)\]", index)]
    assert sorted(named) == [number for number, _title, _on in _decisions()]


PAGES = [path for path in files() if path.suffix == ".md" and "vendor" not in path.parts]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_lines_fit(path: Path) -> None:
    """But rows of tables, commands and addresses, which cannot be broken."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("|", "    "))]
    assert [line for line in lines if len(line) > LINE and "https://" not in line] == []
