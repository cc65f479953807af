"""Losses written into programs: the argument changes, Keras is imported where it is not.

Each program runs, before and after, with modules that stand for Keras: what the calls of `compile`
get is what counts, and the tree of the program is the same but for the argument and the import.
"""

from __future__ import annotations

import ast
import json
import sys
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.convert.conversion import Conversion
from losslint.convert.lines import Line
from losslint.syntax.notebook import as_program
from tests.convert.support import convert, losses, source

SMOOTH = losses({"criterion": "cross_entropy", "label_smoothing": 0.1, "weight": None})
WRITTEN = "CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)"


class Made:
    """What a call of something of Keras's makes: its name and its arguments."""

    def __init__(self, name: str) -> None:
        self.name, self.given = name, ""

    def __call__(self, *args: object, **given: object) -> Made:
        made = Made(self.name)
        made.given = ", ".join(f"{key}={value}" for key, value in given.items())
        return made

    def compile(self, *args: object, **given: object) -> None:
        given.update(zip(("optimizer", "loss", "metrics"), args, strict=False))
        CALLS.append(given)

    def __getattr__(self, name: str) -> Made:
        return Made(name)

    def __repr__(self) -> str:
        return f"{self.name}({self.given})"


CALLS: list[dict[str, Any]] = []
PARTS = ("losses", "models", "layers", "backend")


@pytest.fixture(autouse=True)
def modules(monkeypatch: pytest.MonkeyPatch) -> None:
    def member(name: str) -> Made:
        if name.startswith("__"):
            raise AttributeError(name)
        return Made(name)

    def module(name: str, **members: object) -> ModuleType:
        made = ModuleType(name)
        made.__dict__.update(members)
        made.__getattr__ = member  # type: ignore[method-assign]
        monkeypatch.setitem(sys.modules, name, made)
        return made

    roofs = {name: module(name) for name in ("keras", "tf_keras", "tensorflow.keras")}
    for name, roof in roofs.items():
        for part in PARTS:
            setattr(roof, part, module(f"{name}.{part}"))
    module("tensorflow", keras=roofs["tensorflow.keras"], __path__=[])


TRIED = "try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras"
HEADS = {
    "import keras": "keras.losses.",
    "import keras as k": "k.losses.",
    "import keras.losses": "keras.losses.",
    "import keras.losses as kl": "kl.",
    "import keras.backend as K, keras.losses as kl": "kl.",
    "import tf_keras": "tf_keras.losses.",
    "import tf_keras as keras": "keras.losses.",
    "import tensorflow as tf": "tf.keras.losses.",
    "import tensorflow": "tensorflow.keras.losses.",
    "import tensorflow.keras": "tensorflow.keras.losses.",
    "import tensorflow.keras as K": "K.losses.",
    "from tensorflow import keras": "keras.losses.",
    "from tensorflow import keras as k": "k.losses.",
    "from keras import losses": "losses.",
    "from keras import layers, losses as L": "L.",
    "from tensorflow.keras import (\n    losses,\n    models,\n)": "losses.",
    "from keras.losses import CategoricalCrossentropy": "",
    "from tensorflow.keras.losses import Huber, CategoricalCrossentropy": "",
    "import keras  # losses": "keras.losses.",
    TRIED: "keras.losses.",
    "import tensorflow as tf; keras = tf.keras": "tf.keras.losses.",
    "import tensorflow as tf\nlosses = []": "tf.keras.losses.",
}
# Keras as a whole is not there; what is imported then.
MISSING = {
    "from keras.models import Sequential": "import keras",
    "from tensorflow.keras.models import Sequential": "from tensorflow import keras",
    "from tf_keras.models import Sequential": "import tf_keras",
    "import keras.backend as K": "import keras",
    "from keras.losses import Huber": "import keras",
    "from keras import losses\nlosses = []": "import keras",
    "def f():\n    import keras\n    return keras\nimport keras.layers as L": "import keras",
    "if 0:\n    from keras import losses as L\nfrom keras.models import Model": "import keras",
}
CALL = "Sequential = object()\nclass M:\n    pass\n"
BEFORE = {
    "nothing": "",
    "a docstring": '"""Text.\n\nimport keras\n"""\n',
    "the future": "'Text.'\nfrom __future__ import annotations, division\n",
    "a first line": "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# é import keras\n\n",
    "a docstring on the same line": '"""Text."""; ',
}
BODIES = {
    "keyword": "m.compile(optimizer='adam', loss={loss}, metrics=['accuracy'])\n",
    "position": "m.compile('adam', {loss}, metrics=['accuracy'])\n",
    "brackets": "m.compile(loss=(\n    {loss}\n), optimizer='adam')\n",
    "lines": "m.compile(\n    optimizer='adam',\n    loss={loss},  # é\n)\n",
    "function": "def f(loss_of=1):\n    é = 'ä'; m.compile(loss={loss}, optimizer=é)\nf()\n",
    "branch": "if 1:\n    x = 1; m.compile(loss={loss})\nelse:\n    pass\n",
    "literal": "m.compile('adam', **{{'loss': {loss}}})\n",
    "method": "class T:\n    def fit(self, m):\n        m.compile(loss={loss})\nT().fit(m)\n",
    "name": "LOSS = {loss}\nm.compile(loss=LOSS)\n",
}
OLD = ["'mse'", '"""mse"""', "'m' 'se'", "['mse']", "lambda a, b: a"]


def ran(text: str) -> list[dict[str, Any]]:
    """What the calls of compile of a program get."""
    CALLS.clear()
    exec(compile(text, "<program>", "exec", dont_inherit=True), {"m": Made("m")})
    return [*CALLS]


def checked(text: str, line: int) -> Conversion:
    """A program with the loss written into it, run and compared."""
    result = convert(SMOOTH, "keras", source(text, "train.py"), line=Line(line))
    assert result.status == "converted", result.reason
    assert result.text is not None
    (before,), (after,) = ran(text), ran(result.text)
    assert repr(after.pop("loss")) == WRITTEN
    before.pop("loss")
    assert after == before
    old, new = ast.parse(text), ast.parse(result.text)
    added = len(new.body) - len(old.body)
    assert added in (0, 1)
    if added:
        texts = [ast.dump(each) for each in old.body]
        new.body.remove(next(n for n in new.body if ast.dump(n) not in texts))
    assert ast.dump(Argument().visit(new)) == ast.dump(Argument().visit(old))
    return result


class Argument(ast.NodeTransformer):
    """A program without the losses of its calls of compile."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "compile":
            for each in node.keywords:
                if each.arg == "loss":
                    each.value = ast.Constant(None)
                if isinstance(each.value, ast.Dict):
                    each.value.values = []
            node.args[1:] = []
        return node


def program(before: str, head: str, body: str, loss: str) -> tuple[str, int]:
    """A program, and the line of its call of compile."""
    start = before + head + "\n"
    text = start + body.format(loss=loss)
    return text, text.count("\n", 0, text.index("compile(")) + 1


@pytest.mark.slow
@given(
    st.sampled_from(sorted(BEFORE)), st.sampled_from(sorted({**HEADS, **MISSING})),
    st.sampled_from(sorted(BODIES)), st.sampled_from(OLD), st.sampled_from(["\n", "\r\n"]),
)  # fmt: skip
def test_a_program_trains_with_what_was_written(
    before: str, head: str, body: str, loss: str, newline: str
) -> None:
    if head.startswith(("try", "def", "if")) and before == "a docstring on the same line":
        return
    text, line = program(BEFORE[before], head, BODIES[body], loss)
    result = checked(text.replace("\n", newline), line)
    assert (result.text or "").count(newline) == (result.text or "").count("\n")


@pytest.mark.parametrize("head", HEADS)
def test_the_name_that_the_program_has_for_keras(head: str) -> None:
    text, line = program("", head, BODIES["keyword"], "'mse'")
    assert checked(text, line).text == text.replace("'mse'", HEADS[head] + WRITTEN)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("head", MISSING)
def test_keras_is_imported_where_it_is_not(before: str, head: str) -> None:
    if head.startswith(("def", "if")) and before == "a docstring on the same line":
        return
    text, line = program(BEFORE[before], head, BODIES["keyword"], "'mse'")
    name = MISSING[head].split()[-1]
    result = checked(text, line)
    at = text.index("import keras.layers") if head.startswith("def") else len(BEFORE[before])
    at = text.index("from keras.models import Model") if head.startswith("if") else at
    added = MISSING[head] + ("; " if "; " in BEFORE[before] else "\n")
    expected = text[:at] + added + text[at:].replace("'mse'", f"{name}.losses.{WRITTEN}")
    assert result.text == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("from keras.models import Model\nkeras = 3\nm.compile(loss='mse')\n", "something else"),
        (
            "import keras\nargs = {'loss': 'mse'}\nm.compile(**args)\n",
            "does not write out its `loss`",
        ),
        (
            "import keras\nargs = ['adam', 'mse']\nm.compile(*args)\n",
            "does not write out its `loss`",
        ),
    ],
)
def test_what_cannot_be_written_is_refused(text: str, told: str) -> None:
    result = convert(SMOOTH, "keras", source(text, "train.py"))
    assert (result.status, told in result.reason) == ("refused", True), result.reason


def test_an_import_inside_a_function_reaches_its_calls() -> None:
    body = "def f():\n    import tensorflow as tf\n    m.compile(loss='mse')\nf()\n"
    assert f"loss=tf.keras.losses.{WRITTEN}" in (checked(body, 3).text or "")
    head = "from keras import layers\ndef g():\n    import keras\n"
    text = checked(head + body.replace("import tensorflow as tf", "pass"), 6).text or ""
    assert text.startswith("import keras\nfrom keras import layers\n")


def test_conditions_stand_above_the_statement() -> None:
    text = "import keras\ndef f():\n    m.compile(\n        loss='mse',\n    )\nf()\n"
    result = convert(SMOOTH, "keras", source(text, "train.py"), annotate=True)
    assert (result.text or "").splitlines()[2:5] == [
        "    # losslint: cross_entropy of NetsPresso, exact",
        "    # losslint:   the Keras model ends in logits, without a softmax",
        "    # losslint:   labels are one-hot",
    ]
    assert ast.dump(Argument().visit(ast.parse(result.text or ""))) == ast.dump(
        Argument().visit(ast.parse(text))
    )


@pytest.mark.parametrize("as_lines", [True, False])
@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("%%time\nimport numpy\nx = 1", "%%time\nimport keras\nimport numpy\nx = 1"),
        ("%%time\n", "%%time\n"),
        ("# é\n!pip install keras\n\nx = !ls", "# é\n!pip install keras\n\nimport keras\nx = !ls"),
        (
            "%matplotlib inline\n'''doc'''\nx = 1",
            "%matplotlib inline\n'''doc'''\nimport keras\nx = 1",
        ),
    ],
)
def test_the_import_of_a_notebook_stands_behind_its_magic(
    first: str, then: str, as_lines: bool
) -> None:
    def notebook(*cells: str) -> str:
        code = [cell.splitlines(keepends=True) if as_lines else cell for cell in cells]
        whole = [{"cell_type": "code", "outputs": [], "source": each} for each in code]
        return json.dumps({"cells": whole, "metadata": {}}, indent=1)

    model = "def make():\n  from keras import models as m\n  return m.Sequential()\n"
    model += "make().compile(\n  loss='mse')\n!ls"
    read = as_program(source(notebook("%load_ext x", first, model), "train.ipynb"))
    result = convert(SMOOTH, "keras", read, line=Line(5, 3))
    assert result.status == "converted", result.reason
    found = ["".join(cell["source"]) for cell in json.loads(result.whole)["cells"]]
    last = model.replace("'mse'", f"keras.losses.{WRITTEN}")
    assert found == ["%load_ext x", then, last if "import" in then else f"import keras\n{last}"]
