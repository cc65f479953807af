"""Losses of Keras as expressions of Python, and their place in a call of `compile`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from losslint.catalog import keras
from losslint.diagnostics import Edit
from losslint.dialects.keras.loss_forms import OBJECT_FORM, PLATFORM_FORM, ObjectForm
from losslint.dialects.keras.write import compile_value
from losslint.dialects.loss_form import LossForm, WrittenLoss
from losslint.dialects.records import Site
from losslint.dialects.release_targets import ReleaseTarget
from losslint.syntax.nodes import Mapping as MappingNode
from losslint.syntax.nodes import Scalar, Tree

# The ways to reach Keras in a program, and what it is called then.
_AS = r"(?:[ \t]+as[ \t]+(\w+))?[ \t]*(?:#.*)?$"
_IMPORTS: Final = (
    (re.compile(rf"^[ \t]*import[ \t]+(keras|tf_keras){_AS}", re.M), ""),
    (re.compile(rf"^[ \t]*from[ \t]+tensorflow[ \t]+import[ \t]+(keras){_AS}", re.M), ""),
    (re.compile(rf"^[ \t]*import[ \t]+(tensorflow){_AS}", re.M), ".keras"),
)
_FIRST_IMPORT: Final = re.compile(r"^(?:import|from)[ \t]+(?!__future__)", re.M)
_WAY: Final = re.compile(r"[\w.]*\Z")


class PythonForm(ObjectForm):
    """The arguments of a call of `compile`; of one loss alone, the expression for it."""

    fresh_name = "train.py"

    def value(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> dict[str, object]:
        """What a compile config holds, with those parameters alone that are written."""
        objects = [_object(each, release) for each in losses]
        return compile_value(objects, [each.factor for each in losses])

    def document(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> str:
        """The expression, or the arguments where there are weights."""
        found = _arguments(losses, release, "keras")
        if "loss_weights" not in found:
            return found["loss"] + "\n"
        return "".join(f"{name}={text},\n" for name, text in found.items())

    def program(self, document: str) -> str:
        """A call of compile with what was written."""
        argument = document if document.startswith("loss=") else f"loss={document.strip()}"
        return f"import keras\n\nmodel.compile({argument})\n"

    def edits(
        self, site: Site, tree: Tree, losses: Sequence[WrittenLoss], release: ReleaseTarget
    ) -> list[Edit] | str:
        """The arguments are replaced, and Keras is imported where it is not."""
        owner = site.owner.node
        if not tree.language.is_code or not site.is_compiled or not isinstance(owner, MappingNode):
            return "it has no call of compile; `--style object` writes Keras's form"
        prefix = _prefix(tree.text)
        found = _arguments(losses, release, prefix or "keras")
        edits: list[Edit] = []
        if prefix is None:
            first = _FIRST_IMPORT.search(tree.text)
            at = first.start() if first is not None else 0
            edits.append(Edit(at, at, "import keras\n"))
        written = {p.key.value: p.value for p in owner.pairs if isinstance(p.key, Scalar)}
        loss = written["loss"]
        # A function is named by its last word; the way to it goes with it.
        way = _WAY.search(tree.text[: loss.start])
        start = loss.start - len(way[0]) if way is not None else loss.start
        edits.append(Edit(start, loss.end, found["loss"]))
        weights = written.get("loss_weights")
        if weights is not None:
            edits.append(Edit(weights.start, weights.end, found.get("loss_weights", "None")))
        elif "loss_weights" in found:
            edits.append(Edit(loss.end, loss.end, f", loss_weights={found['loss_weights']}"))
        return edits


PYTHON_FORM: Final = PythonForm()
FORMS: Final[Mapping[str, LossForm]] = MappingProxyType(
    {"object": OBJECT_FORM, "platform": PLATFORM_FORM, "python": PYTHON_FORM}
)


def _prefix(text: str) -> str | None:
    """What Keras is called in a program; None where it is not imported as a whole."""
    for pattern, behind in _IMPORTS:
        found = pattern.search(text)
        if found is not None:
            return (found[2] or found[1]) + behind
    return None


def _object(loss: WrittenLoss, release: ReleaseTarget) -> dict[str, object]:
    """A loss as its call reads. Raises KeyError for no loss."""
    found = keras.find(loss.name, release.version)
    if found is None or found[0].class_name is None:
        raise KeyError(loss.name)
    return {
        "module": "keras.losses",
        "class_name": found[0].class_name,
        "config": dict(loss.params),
        "registered_name": None,
    }


def _arguments(
    losses: Sequence[WrittenLoss], release: ReleaseTarget, prefix: str
) -> dict[str, str]:
    """`loss` and, where a factor is not 1.0, `loss_weights`, as they are written."""
    calls: list[str] = []
    for each in losses:
        given = ", ".join(f"{name}={_literal(value)}" for name, value in each.params)
        calls.append(f"{prefix}.losses.{_object(each, release)['class_name']}({given})")
    found = {"loss": calls[0] if len(calls) == 1 else f"[{', '.join(calls)}]"}
    weights = PYTHON_FORM.value(losses, release).get("loss_weights")
    return found if weights is None else {**found, "loss_weights": _literal(weights)}


def _literal(value: object) -> str:
    """A value as Python writes it, strings in double quotes as formatters have them."""
    import json

    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
