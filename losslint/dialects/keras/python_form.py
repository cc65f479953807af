"""Losses of Keras as expressions of Python, and their place in a call of `compile`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from losslint.diagnostics import Edit
from losslint.dialects.keras.loss_forms import (
    OBJECT_FORM,
    PLATFORM_FORM,
    ObjectForm,
    PlatformForm,
    comments_of,
)
from losslint.dialects.keras.write import class_of, compile_value
from losslint.dialects.loss_form import LossForm, WrittenLoss
from losslint.dialects.python.language import PYTHON
from losslint.dialects.records import Site
from losslint.dialects.release_targets import ReleaseTarget
from losslint.dialects.write_values import Manner, json_text
from losslint.syntax.edits import comment_above, in_one_go
from losslint.syntax.nodes import Tree


class PythonForm(ObjectForm):
    """The arguments of a call of `compile`; of one loss alone, the expression for it."""

    fresh_name = "train.py"

    def at(self, site: Site | None) -> LossForm:
        """In a program the platform's LOSS is written as Python, too."""
        is_dict = site is not None and site.is_platform and site.root.language.is_code
        return PLATFORM_FORM if is_dict else self

    def value(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> dict[str, object]:
        """What a compile config holds, with those parameters alone that are written."""
        objects = [_object(each, release) for each in losses]
        return compile_value(objects, [each.factor for each in losses])

    def document(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> str:
        """The expression, or the arguments where there are weights."""
        found = _arguments(losses, release, {})
        comments = "".join(f"# {line}\n" for line in comments_of(losses))
        if "loss_weights" not in found:
            return f"{comments}{found['loss']}\n"
        return comments + "".join(f"{name}={text},\n" for name, text in found.items())

    def program(self, document: str) -> str:
        """A call of compile with what was written."""
        named = "\nloss=" in f"\n{document}"
        return f"import keras\n\nmodel.compile({'' if named else 'loss='}\n{document})\n"

    def edits(
        self, site: Site, tree: Tree, losses: Sequence[WrittenLoss], release: ReleaseTarget
    ) -> list[Edit] | str:
        """The arguments are replaced, and Keras is imported where it is not."""
        if not tree.language.is_code or not site.is_compiled:
            return "it has no call of compile; `--style object` writes Keras's form"
        from losslint.dialects.python.arguments import call_at
        from losslint.dialects.python.imports import reach

        written = call_at(tree.text, site.owner.at)
        loss = written.argument("loss") if written is not None else None
        if written is None or loss is None:
            return "its call of compile does not write out its `loss`"
        classes = [str(_object(each, release)["class_name"]) for each in losses]
        reached = reach(tree.text, written.module, written.way, classes)
        if isinstance(reached, str):
            return reached
        found = _arguments(losses, release, reached.names)
        edits = [Edit(loss.start, loss.end, found["loss"])]
        weights, new = written.argument("loss_weights"), found.get("loss_weights")
        if weights is not None:
            edits.append(Edit(weights.start, weights.end, new or "None"))
        elif new is not None:
            more = written.one_more(f"loss_weights={new}")
            if more is None:
                return "its call of compile has arguments by position that releases order anew"
            edits.append(more)
        above = comment_above(tree.text, written.statement.start, comments_of(losses))
        return in_one_go([*([reached.edit] if reached.edit else ()), *above, *edits])


class PlatformDictForm(PlatformForm):
    """The platform's LOSS in a dict of Python."""

    fresh_name = "config.py"

    def document(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> str:
        """A configuration with nothing but the losses."""
        manner = Manner(step="    ", language=PYTHON)
        value = {"MODEL": {"COMPILATION": {"LOSS": self.value(losses, release)}}}
        comments = "".join(f"# {line}\n" for line in comments_of(losses))
        return f"{comments}CONFIG = {json_text(value, manner, '')}\n"


PYTHON_FORM: Final = PythonForm()
FORMS: Final[Mapping[str, LossForm]] = MappingProxyType(
    {
        "object": OBJECT_FORM,
        "platform": PLATFORM_FORM,
        "python": PYTHON_FORM,
        "python-dict": PlatformDictForm(),
    }
)


def _object(loss: WrittenLoss, release: ReleaseTarget) -> dict[str, object]:
    """A loss as its call reads. Raises KeyError for no loss."""
    found = class_of(loss.name, release.version)
    if found is None:
        raise KeyError(loss.name)
    return {
        "module": "keras.losses",
        "class_name": found.class_name,
        "config": dict(loss.params),
        "registered_name": None,
    }


def _arguments(
    losses: Sequence[WrittenLoss], release: ReleaseTarget, names: Mapping[str, str]
) -> dict[str, str]:
    """`loss` and, where a factor is not 1.0, `loss_weights`; `names` are those of the classes."""
    calls: list[str] = []
    for each in losses:
        given = ", ".join(f"{name}={_literal(value)}" for name, value in each.params)
        name = str(_object(each, release)["class_name"])
        calls.append(f"{names.get(name, f'keras.losses.{name}')}({given})")
    found = {"loss": calls[0] if len(calls) == 1 else f"[{', '.join(calls)}]"}
    weights = PYTHON_FORM.value(losses, release).get("loss_weights")
    return found if weights is None else {**found, "loss_weights": _literal(weights)}


def _literal(value: object) -> str:
    """A value as Python writes it, strings in double quotes as formatters have them."""
    import json

    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
