"""An edited program is read again: all but what the edits are about must be as it was."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.diagnostics import Edit
from losslint.dialects.python.language import PYTHON
from losslint.syntax.edits import apply_edits
from losslint.syntax.python_text import Places
from losslint.syntax.verify_edit import verify_edit
from losslint.syntax.verify_python import verify_python

PROGRAMS = [
    path.read_text(encoding="utf-8")
    for path in sorted(Path("fixtures/python/sound").glob("*.py"))[:6]
]
PROGRAMS.append(
    "'''Größe'''\nfrom a import (b as c, d)\n\n@c.d\ndef f(x, *y, z=1, **w) -> int:\n"
    '    """ä"""; global g\n    g = [i * 2 + z for i in x if i > 1]\n'
    "    return -x[1:z] ** 2 if not y else (x, *y)\n\n"
    "class K(c, metaclass=d):\n    é: int = 3; s = f'{é} {b!r:>{s}}' 'u'\n\n"
    "try:\n    with c as d, f(1, *b, z=2, **{'a': 1}):\n        d.compile(('mse'), b)\n"
    "except (A, B) as e:\n    raise e from None\nmatch b:\n    case {'a': [1, *_]} | K(x=2):\n"
    "        pass\nfor a, b in x: a += b; del a, b[0]\nlambda p, q=1: p @ q < 3 <= z is not None\n"
)
REPLACEMENTS = [
    "x", "x.y", "f(x)", "x + y", "x, y", "x if y else z", "lambda: x", "x) + (y", "'a' 'b'",
    "x = y", "*x", "x, y=1", "(x)", "[x]", "not x", "x and y", "-x", "x: y", "x for x in y",
    "x # y", "", "(", "...", "x; y", "await x", "1.5", "x := y", "y=x",
]  # fmt: skip

# The brackets around may be theirs: then they have grown beyond the edit.
BRACKETED = (ast.Tuple, ast.GeneratorExp)


def spots(module: ast.Module) -> list[tuple[ast.AST, str, int | None]]:
    """Where an expression stands: its parent, the field, the index in a list."""
    found: list[tuple[ast.AST, str, int | None]] = []
    todo: list[ast.AST] = [module]
    while todo:
        node = todo.pop()
        for name, value in ast.iter_fields(node):
            for index, each in enumerate(value if isinstance(value, list) else [value]):
                # What is a statement or a pattern by itself may become any other.
                whole = isinstance(node, (ast.Expr, ast.pattern))
                if isinstance(each, ast.expr) and not whole:
                    found.append((node, name, index if isinstance(value, list) else None))
                if isinstance(each, ast.AST) and not isinstance(each, ast.JoinedStr):
                    todo.append(each)
    return found


def parsed(text: str, mode: str) -> ast.AST | None:
    try:
        tree: ast.AST = ast.parse(text, mode=mode)
    except (SyntaxError, ValueError):
        return None
    return tree


@given(st.sampled_from(PROGRAMS), st.sampled_from(REPLACEMENTS), st.data())
def test_a_replaced_expression_stays_one(program: str, new: str, data: st.DataObject) -> None:
    """It is told apart exactly from text that Python reads as something else."""
    module = ast.parse(program)
    parent, name, index = data.draw(st.sampled_from(spots(module)))
    field = getattr(parent, name)
    node = field if index is None else field[index]
    edit = Edit(*Places(program).span(node), new)
    after = apply_edits(program, [edit])
    problem = verify_python(program, after, [edit])
    read = parsed(after, "exec")
    # In brackets, where it can stand over two lines.
    meant = parsed(f"({new}\n)", "eval") if new else None
    if read is None:
        assert problem is not None
    if read is None or not isinstance(meant, ast.Expression):
        return
    if hasattr(node, "ctx"):
        for each in ast.walk(meant):
            if hasattr(each, "ctx") and type(node.ctx) is not ast.Load:
                return
    if index is None:
        setattr(parent, name, meant.body)
    else:
        field[index] = meant.body
    if ast.dump(module) != ast.dump(read):
        assert problem is not None
    elif new not in ("x # y", "x) + (y") and not isinstance(meant.body, BRACKETED):
        assert problem is None


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_inserted_import_changes_nothing_else(program: str) -> None:
    at = Places(program).span(ast.parse(program).body[1]).start
    edit = Edit(at, at, "import keras\n")
    after = apply_edits(program, [edit])
    assert verify_python(program, after, [edit]) is None
    assert verify_python(program, after.replace("import keras", "import keras;0"), [edit])


CALL = "a = 1\nm.compile(loss='mse', fn=None, x=[1, 2])  # é\nb = 2\n"


@pytest.mark.parametrize(
    ("old", "new", "is_sound"),
    [
        ("'mse'", "keras.losses.Huber(delta=1)", True),
        (", fn=None", "", True),
        ("fn=None, ", "", True),
        ("fn", "gamma", True),
        ("x=[1, 2]", "x=[1]", True),
        ("m.compile", "compile", True),
        ("loss='mse'", "loss='mse', y=2", False),
        ("m.compile(loss='mse', fn=None, x=[1, 2])  # é\n", "", True),
        ("'mse'", "'mse'), f(1", False),
        ("'mse'", "'mse', y", False),
        ("'mse'", "'mse')\n(", False),
        (", fn=None", ", ", False),
        ("fn=None", "", False),
        ("'mse'", '"mse', False),
        ("[1, 2]", "[1, 2] if a else b", True),
        ("  # é", " + 2", False),
    ],
)
def test_edits_of_a_call(old: str, new: str, is_sound: bool) -> None:
    at = CALL.index(old)
    edit = Edit(at, at + len(old), new)
    problem = verify_python(CALL, apply_edits(CALL, [edit]), [edit])
    assert (problem is None) is is_sound, problem


@pytest.mark.parametrize(
    ("before", "new", "is_sound"),
    [
        (", fn", ", y=1", True), ("loss", "y=1, ", True), (")", ", y=1", True),
        (", 2", ", 3", True), (", 2", "3", False), (", 2", "], [3", False), (" = 1", "b", False),
        ("b = 2", "import x\n", True), ("b = 2", "if x:\n ", False), (".compile", "(x)", False),
    ],
)  # fmt: skip
def test_insertions_into_a_call(before: str, new: str, is_sound: bool) -> None:
    at = CALL.index(before)
    edit = Edit(at, at, new)
    problem = verify_python(CALL, apply_edits(CALL, [edit]), [edit])
    assert (problem is None) is is_sound, problem


def test_an_argument_may_get_a_name() -> None:
    text = "m.compile('adam', 'mse', ['accuracy'])\n"
    for old, new, is_sound in (
        ("['acc", "metrics=['acc", True),
        ("'mse'", "loss='mse'", False),
        ("'mse'", "f('mse'", False),
    ):
        at = text.index(old)
        edit = Edit(at, at, new.removesuffix(old))
        problem = verify_python(text, apply_edits(text, [edit]), [edit])
        assert (problem is None) is is_sound, (new, problem)


def test_several_edits_at_once() -> None:
    edits = [Edit(0, 0, "import keras\n"), Edit(CALL.index("'mse'"), CALL.index(", fn"), "x.y")]
    edits.append(Edit(CALL.index("b ="), CALL.index(" = 2"), "bb"))
    assert verify_python(CALL, apply_edits(CALL, edits), edits) is None
    assert verify_python(CALL, apply_edits(CALL, edits)[:-2] + "3\n", edits) is not None


def test_a_program_that_was_none_is_not_judged() -> None:
    assert verify_python("(", "x = 1", [Edit(0, 1, "x = 1")]) is None


def test_a_fix_of_a_program_is_judged_so() -> None:
    text = "import keras\nm = keras.Sequential()\nm.compile(loss='mse')\nprint(1)\n"
    before, at = PYTHON.parse(text), text.index("'mse'")
    for new, is_sound in (("'mae'", True), ("'mae')\n(0", False), ("'mae', x", False)):
        edit = Edit(at, at + 5, new)
        after = PYTHON.parse(apply_edits(text, [edit]))
        assert (verify_edit(before, after, [edit], keep_comments=True) is None) is is_sound
