"""A page for each loss of the catalog, and their index."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from losslint.catalog import releases
from losslint.catalog.describe import (
    allowed,
    effect_words,
    facts,
    json_like,
    releases_told,
    title_of,
)
from losslint.catalog.equivalences import ROWS
from losslint.catalog.model import LossDef, Param, holds, release_key
from losslint.dialects.registry import all_losses
from losslint.dryrun.losses import keras, netspresso
from tools.site import equivalences
from tools.site.markdown import cell, table


class Framework(NamedTuple):
    """How the pages of a framework's losses are headed."""

    title: str
    newest: str | None
    about: str


FRAMEWORKS = {
    "keras": Framework(
        "Keras",
        releases.KERAS[-1],
        "Configs name them by function or class, in any spelling that the release knows.",
    ),
    "netspresso": Framework(
        "NetsPresso Trainer",
        releases.NETSPRESSO[-1],
        "The criteria of `model.losses`, and those that older releases had.",
    ),
    "platform": Framework(
        "The NetsPresso platform",
        None,
        "What `MODEL.COMPILATION.LOSS` knows beside Keras's own losses.",
    ),
}

_INTRODUCTION = """\
# Losses

What losslint knows of each loss: what it computes, what it expects of model and data, its
parameters with their ranges, and what it is in the other style. `losslint loss NAME` prints the
same, and editors show it under the cursor. Each formula is the one that a dry run compares the
framework's numbers with, and each curve is drawn from it.
"""
_FORMULA = """\
## Formula

What a dry run compares the framework with, in NumPy float64:
"""


def files() -> dict[str, str]:
    """Every page, by its path."""
    losses = all_losses()
    pages = {f"docs/losses/{place(each)}": _page(each) for each in losses}
    return {**pages, "docs/losses/index.md": _index(losses)}


def place(loss: LossDef) -> str:
    """Where the page of a loss stands in the folder of losses."""
    return f"{loss.framework}/{loss.name}.md"


def _index(losses: Iterable[LossDef]) -> str:
    parts = [_INTRODUCTION]
    losses = list(losses)
    for name, framework in FRAMEWORKS.items():
        rows = [
            (f"[{each.name}]({place(each)})", cell(each.summary), _state(each, framework))
            for each in losses
            if each.framework == name
        ]
        parts.append(f"## {framework.title}\n\n{framework.about}\n")
        parts.append(table(("name", "what it is", "releases"), rows))
    return "\n".join(parts)


def _state(loss: LossDef, framework: Framework) -> str:
    if loss.until is not None:
        return f"gone in {loss.until}"
    return f"since {loss.since}" if loss.since else "all"


def _page(loss: LossDef) -> str:
    framework = FRAMEWORKS[loss.framework]
    parts = [f"# {title_of(loss)}", f"{loss.summary} A loss of {framework.title}."]
    parts.append("\n".join(f"- **{word}**: {_fact(word, text)}" for word, text in facts(loss)))
    parts += _parameters(loss, framework)
    parts += _curve(loss)
    parts += _formula(loss)
    parts += _elsewhere(loss)
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _fact(word: str, text: str) -> str:
    return f"`{text}`" if word == "in Python" else text


def _parameters(loss: LossDef, framework: Framework) -> Iterator[str]:
    if not loss.params:
        return
    newest = framework.newest
    now = [p for p in loss.params if newest is None or holds(p.since, p.until, release_key(newest))]
    before = [p for p in loss.params if p not in now]
    yield "## Parameters"
    if now:
        if framework.newest:
            yield f"In {framework.title} {framework.newest}:"
        yield _parameter_table(now)
        lines = [f"- {', '.join(names)}: {told}." for told, names in _effects(now).items()]
        if lines:
            yield "What other values do:\n\n" + "\n".join(lines)
    if before:
        yield "In older releases:" if now else "In the releases that have it:"
        yield _parameter_table(before, releases=True)


def _effects(params: Iterable[Param]) -> dict[str, list[str]]:
    """What wrong values do, and of which parameters."""
    told: dict[str, list[str]] = {}
    for each in _with_fields(params):
        words = effect_words(each.spec)
        if words and each.fate != "reserved":
            told.setdefault(words, []).append(f"`{each.name}`")
    return told


def _parameter_table(params: Iterable[Param], *, releases: bool = False) -> str:
    head = ("name", "may be", "default", "what it does")
    rows = []
    for each in _with_fields(params):
        row = (f"`{each.name}`", cell(allowed(each.spec)), _default(each), _note(each))
        rows.append((*row, releases_told(each.since, each.until)) if releases else row)
    return table((*head, "releases") if releases else head, rows)


def _with_fields(params: Iterable[Param]) -> Iterator[Param]:
    """The parameters, each with the keys of the mapping that it is, by their path."""
    todo = list(params)[::-1]
    while todo:
        param = todo.pop()
        yield param
        fields = (param.spec, *param.spec.either)
        inner = [field for spec in fields for field in spec.fields]
        todo += [field._replace(name=f"{param.name}.{field.name}") for field in reversed(inner)]


def _default(param: Param) -> str:
    if param.required:
        return "required"
    if param.default is None and "null" not in param.spec.types:
        return ""
    return f"`{cell(json_like(param.default))}`"


def _note(param: Param) -> str:
    fate = {"used": "", "ignored": "Without effect.", "reserved": "Set by the trainer itself."}
    needs = f"Only with `{param.needs}`." if param.needs else ""
    return cell(" ".join(filter(None, (param.note, fate[param.fate], needs))))


def _curve(loss: LossDef) -> Iterator[str]:
    if has_formula(loss):
        yield f"## Value and gradient\n\n<!-- curve: {loss.framework}/{loss.name} -->"


def _formula(loss: LossDef) -> Iterator[str]:
    formula = _formula_of(loss)
    if formula is not None:
        code = "\n\n\n".join(
            textwrap.dedent(inspect.getsource(each)).strip() for each in _with_parts(formula)
        )
        yield f"{_FORMULA}\n```python\n{code}\n```"


def _with_parts(formula: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """A formula, and behind it the functions of its module that it is made of, in their order."""
    module = inspect.getmodule(formula)
    beside = {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and inspect.getmodule(value) is module
    }
    used, todo = {formula}, [formula]
    while todo:
        # By the text: what a compiled function holds differs from Python to Python.
        tree = ast.parse(textwrap.dedent(inspect.getsource(todo.pop())))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        new = {beside[name] for name in names & beside.keys()} - used
        used |= new
        todo += new
    yield formula
    yield from (value for value in beside.values() if value in used and value is not formula)


def has_formula(loss: LossDef) -> bool:
    """Whether a loss has a formula, from which its curve is drawn."""
    return _formula_of(loss) is not None


def _formula_of(loss: LossDef) -> Callable[..., Any] | None:
    if loss.until is not None:
        return None
    if loss.framework == "netspresso":
        criterion = netspresso.LOSSES.get(loss.name)
        return criterion and criterion.formula
    of_keras = keras.LOSSES.get(loss.class_name or loss.name)
    return of_keras and of_keras.formula


def _elsewhere(loss: LossDef) -> Iterator[str]:
    source = "netspresso" if loss.framework == "netspresso" else "keras"
    rows = dict.fromkeys(
        row
        for row in ROWS
        if row.source == source and row.part == "loss" and loss.name in row.losses
    )
    if rows:
        yield "## In the other style"
        yield equivalences.rows_told(rows)
        yield "[Moving between the two](../../moving.md) says how it was measured."
