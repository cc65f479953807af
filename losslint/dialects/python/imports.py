"""How a place of a program reaches Keras's losses, and the import where it does not yet."""

import ast
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Union

from losslint.diagnostics import Edit
from losslint.dialects.python.paths import canonical
from losslint.syntax.edits import line_start, newline_of
from losslint.syntax.python_text import Places

_Import = Union[ast.Import, ast.ImportFrom]
_Scope = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)
# The import for a program that has another part of Keras, by the package that this is from.
_FLAVOURS: Final = (
    ("tf_keras", "tf_keras", "import tf_keras"),
    ("keras", "keras", "import keras"),
    ("tensorflow", "keras", "from tensorflow import keras"),
)


class Reach(NamedTuple):
    """How classes of losses are called at a place; `edit` brings the import that this takes."""

    names: dict[str, str]
    edit: Edit | None = None


def reach(text: str, module: ast.Module, way: list[ast.AST], classes: Iterable[str]) -> Reach | str:
    """The names of loss classes at a call, or why they have none.

    `way` leads from the module to the call.
    """
    wanted = sorted(set(classes))
    found = [each for scope in way if isinstance(scope, _Scope) for each in _sure(scope.body, way)]
    imported = [pair for each in found for pair in bindings(each)]
    taken = _bound_anew(module, dict(imported))
    usable = [(name, path) for name, path in reversed(imported) if name not in taken]
    for called in _calls(usable, wanted):
        return Reach(called)
    roots = {path.split(".")[0] for each in ast.walk(module) for path in _paths(each)}
    flavours = (each for each in _FLAVOURS if each[0] in roots)
    _, name, statement = next(flavours, _FLAVOURS[1])
    if name in taken or name in dict(imported):
        return f"`{name}` is the name of something else in it, so that Keras cannot be imported"
    names = {each: f"{name}.losses.{each}" for each in wanted}
    return Reach(names, _insertion(text, module, way, statement))


def bindings(statement: _Import) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and what each stands for."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            bound = alias.name if alias.asname else alias.name.split(".")[0]
            yield alias.asname or bound, bound
    elif not statement.level and statement.module:
        for alias in statement.names:
            yield alias.asname or alias.name, f"{statement.module}.{alias.name}"


def _paths(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (path for _, path in bindings(node))


def _sure(body: list[ast.stmt], way: list[ast.AST]) -> Iterator[_Import]:
    """The imports that a call has surely come by: they stand before it, in no other branch."""
    call = way[-1]
    assert isinstance(call, ast.expr)
    todo = [*reversed(body)]
    while todo:
        node = todo.pop()
        if (node.lineno, node.col_offset) > (call.lineno, call.col_offset):
            return
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif isinstance(node, (ast.Try, ast.With)):
            todo += reversed(node.body)
        elif isinstance(node, (ast.If, ast.For, ast.While)):
            for branch in (node.body, node.orelse):
                if any(each in way for each in branch):
                    todo += reversed(branch)


def _bound_anew(module: ast.Module, imported: dict[str, str]) -> set[str]:
    """The names that something else in the program has as well, but where an import failed."""
    taken: set[str] = set()
    todo: list[ast.AST] = [module]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.ExceptHandler):
            continue
        todo += ast.iter_child_nodes(node)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            taken.add(node.id)
        elif isinstance(node, ast.arg):
            taken.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            taken.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            pairs = bindings(node)
            taken.update(
                n for n, path in pairs if canonical(imported.get(n, path)) != canonical(path)
            )
    return taken


def _calls(usable: list[tuple[str, str]], wanted: list[str]) -> Iterator[dict[str, str]]:
    """The ways to call all the classes, the shortest first."""
    known = {canonical(path): name for name, path in reversed(usable)}
    if all(f"keras.losses.{each}" in known for each in wanted):
        yield {each: known[f"keras.losses.{each}"] for each in wanted}
    for name, path in usable:
        for inner in ("", ".losses", ".keras.losses"):
            if canonical(path + inner) == "keras.losses":
                yield {each: f"{name}{inner}.{each}" for each in wanted}


def _insertion(text: str, module: ast.Module, way: list[ast.AST], statement: str) -> Edit:
    """The import, before the first of the program's own; behind its docstring and __future__."""
    places = Places(text)
    body = [node for node in module.body if not _stays_first(node)]
    before = body[: body.index(way[1]) + 1]  # type: ignore[arg-type]
    imports = (node for node in before if isinstance(node, (ast.Import, ast.ImportFrom)))
    first = next(imports, before[0])
    decorators = getattr(first, "decorator_list", [])
    row = min([first.lineno, *(each.lineno for each in decorators)])
    at = places.offset(row, 0) if decorators else places.span(first).start
    # What shares its line with a docstring is a simple statement.
    end = newline_of(text) if at == line_start(text, at) else "; "
    return Edit(at, at, statement + end)


def _stays_first(node: ast.stmt) -> bool:
    """Whether nothing may stand before a statement; lines of IPython are masked by one name."""
    if isinstance(node, ast.Expr):
        value = node.value
        text = isinstance(value, ast.Constant) and isinstance(value.value, str)
        return text or (isinstance(value, ast.Name) and value.id == "_")
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
