"""The plan of the house: which room knows which, how many, and what each module says it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parent.parent / "losslint"

# The floors from bottom to top. A room knows the rooms beneath its floor, and none beside it.
FLOORS = (
    ("diagnostics", "text"),
    ("files",),
    ("syntax",),
    ("catalog",),
    ("dialects",),
    # `target` holds a release for each dialect, so that the settings know their names.
    ("settings",),
    ("rules",),
    ("linter",),
    ("convert", "dryrun"),
    ("report",),
    ("server",),
    ("cli",),
    ("__main__",),
)
FLOOR_OF = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(HOUSE.rglob("*.py"))

MOST_ROOMS = 17
# Questions about what a dialect is: the dialect, the style or the site should answer them. Whoever
# takes some away lowers the number.
MOST_COMPARISONS = 10
_ASKED = r"(?:\b(?:dialect|style|reader|language)|\bsite\.kind)"
_COMPARISON = re.compile(_ASKED + r"\b\s*(?:==|!=|in\b|not in\b)")


def name_of(module: Path) -> str:
    return module.relative_to(HOUSE).as_posix()


@cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"))


def room_of(module: Path) -> str:
    return module.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports_of(module: Path) -> Iterator[tuple[int, str]]:
    """The rooms that a module imports from, at whatever place, each with its line.

    What only a type checker imports counts too: who names a type knows the room that it is from.
    """
    for node in ast.walk(tree_of(module)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(module)}:{node.lineno}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            package, _, inside = name.partition(".")
            room = inside.partition(".")[0]
            if package == "losslint" and room in FLOOR_OF:
                yield node.lineno, room


def runs_upward(user: str, used: str) -> bool:
    return user != used and FLOOR_OF[used] >= FLOOR_OF[user]


def test_no_import_runs_upward() -> None:
    assert runs_upward("files", "settings")
    assert runs_upward("convert", "dryrun")
    assert not runs_upward("cli", "files")
    wrong = [
        f"{name_of(module)}:{line} imports {used}"
        for module in MODULES
        if (user := room_of(module)) != "__init__"
        for line, used in imports_of(module)
        if runs_upward(user, used)
    ]
    assert wrong == []


def test_every_import_is_seen() -> None:
    """The bottom room imports none of ours, and the top ones import most."""
    used = {room: set[str]() for room in FLOOR_OF}
    for module in MODULES:
        if room_of(module) in used:
            used[room_of(module)].update(room for _, room in imports_of(module))
    assert used["diagnostics"] == set()
    assert {"files", "linter", "report", "convert", "dryrun", "server"} <= used["cli"]
    assert {"dialects", "rules", "settings"} <= used["linter"]


def test_every_room_is_in_the_plan() -> None:
    rooms = {room_of(module) for module in MODULES} - {"__init__"}
    assert rooms == FLOOR_OF.keys()
    assert len(rooms) <= MOST_ROOMS


def code_lines(module: Path) -> Iterator[str]:
    """The lines that are neither empty, nor a comment, nor part of a docstring."""
    text = module.read_text("utf-8")
    told: set[int] = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                told.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    for number, line in enumerate(text.splitlines(), 1):
        if number not in told and line.strip() and not line.lstrip().startswith("#"):
            yield line


def test_a_dialect_is_asked_and_not_compared() -> None:
    assert len(_COMPARISON.findall("if dialect == 'keras' or site.kind in KERAS:")) == 2
    found = {
        name_of(module): count
        for module in MODULES
        if (count := sum(len(_COMPARISON.findall(line)) for line in code_lines(module)))
    }
    assert sum(found.values()) <= MOST_COMPARISONS, found


def test_every_module_says_what_it_is() -> None:
    told = {name_of(module): ast.get_docstring(tree_of(module)) or "" for module in MODULES}
    assert [name for name, text in told.items() if len(text.partition("\n")[0]) < 10] == []
