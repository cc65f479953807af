"""The platform's LOSS in a dict of Python: read, written anew, and changed where it stands."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.dialects.python.language import PYTHON
from tests.convert.support import convert, losses, source

SMOOTH = losses({"criterion": "cross_entropy", "label_smoothing": 0.1, "weight": None})
LOSS = {"NAME": "categorical_crossentropy", "FROM_LOGITS": True, "LABEL_SMOOTHING": 0.1}
FRESH = """\
CONFIG = {
    "MODEL": {
        "COMPILATION": {
            "LOSS": {
                "NAME": "categorical_crossentropy",
                "FROM_LOGITS": True,
                "LABEL_SMOOTHING": 0.1,
            },
        },
    },
}
"""
COMMENTS = """\
# losslint: cross_entropy of NetsPresso, exact
# losslint:   the Keras model ends in logits, without a softmax
# losslint:   labels are one-hot
"""
REST = """\
# Größe
CONFIG = {{
    'MODEL': {{
        "COMPILATION": {{
            "OPT": {{"NAME": 'adam'}}, "METRICS": ["accuracy",],  # first
            "LOSS": {loss},  # last
        }},
    }},
}}
"""
LAYOUTS = {
    "in its place": REST,
    "by name": "LOSS = {loss}\n" + REST.replace("{loss}", "LOSS"),
    "as an item": REST.replace("{loss}", "{{}}")
    + "CONFIG['MODEL']['COMPILATION']['LOSS'] = {loss}\n",
    "as a call": "CONFIG = dict(MODEL=dict(COMPILATION=dict(OPT=dict(NAME='sgd'), LOSS={loss})))\n",
    "one line": 'CONFIG = {{"MODEL": {{"COMPILATION": {{"LOSS": {loss}, "OPT": {{"A": 1}}}}}}}}',
    "unpacked": "A = {{'OPT': {{'NAME': 'sgd'}}}}\n"
    "CONFIG = {{'MODEL': {{'COMPILATION': {{**A, 'LOSS': {loss}, }}}}}}\n",
}
LOSSES = {
    "a dict": '{"NAME": "mse"}',
    "quotes": "{'NAME': 'mse', }",
    "lines": '{\n  "NAME": "mse",\n  "REDUCTION": "sum",\n}',
    "comments": '{\n  "NAME": "mse",  # name\n  # above\n  "REDUCTION": "sum",  # reduction\n}',
    "no comma": '{\n\t"REDUCTION": "sum",\n\t"NAME": "mse"  # é\n\t}',
    "brackets": '{"NAME": ("mse"), "LABEL_SMOOTHING": (0.3)}',
    "a part": '{"NAME": "categorical_crossentropy", "LABEL_SMOOTHING": 0.3}',
    "nothing to do": '{"NAME": "categorical_crossentropy", "FROM_LOGITS": True, '
    '"LABEL_SMOOTHING": 0.1}',
    "a call": "dict(NAME='mse', REDUCTION='sum')",
    "joined": "{'NAME': 'm' 'se'}",
    "unpacked": "{**{'REDUCTION': 'sum'}, 'NAME': 'mse'}",
}


def ran(text: str) -> dict[str, Any]:
    """What a program has in CONFIG."""
    names: dict[str, Any] = {}
    exec(compile(text, "<program>", "exec"), names)
    config: dict[str, Any] = names["CONFIG"]
    return config


def loss_of(config: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = config["MODEL"]["COMPILATION"].pop("LOSS")
    return found


@given(
    st.sampled_from(sorted(LAYOUTS)), st.sampled_from(sorted(LOSSES)),
    st.sampled_from([None, "python", "platform", "python-dict"]), st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)  # fmt: skip
def test_a_program_has_what_was_written(
    layout: str, loss: str, style: str | None, annotate: bool, newline: str
) -> None:
    text = LAYOUTS[layout].format(loss=LOSSES[loss]).replace("\n", newline)
    target = source(text, "config.py")
    result = convert(SMOOTH, "keras", target, style=style, annotate=annotate)
    assert result.status == "converted", result.reason
    after = result.text or ""
    before, found = ran(text), ran(after)
    assert loss_of(found) == LOSS
    loss_of(before)
    assert found == before
    assert after.count("\n") == after.count(newline)
    kept = {text[slice(*each)] for each in PYTHON.comments(text) or ()}
    kept -= {text[slice(*each)] for each in PYTHON.comments(LOSSES[loss]) or ()}
    assert all(each in after for each in ("# Größe", "# first", "# last") if each in text)
    if loss == "nothing to do" and not annotate:
        assert after == text
    again = convert(SMOOTH, "keras", source(after, "config.py"))
    assert again.text == after


def test_a_dict_is_written_anew() -> None:
    result = convert(SMOOTH, "keras", style="python-dict")
    assert result.text == FRESH
    assert ran(FRESH) == {"MODEL": {"COMPILATION": {"LOSS": LOSS}}}
    back = convert(source(FRESH, "config.py"), "netspresso")
    assert (back.status, [e.target.name for e in back.plan.entries if e.target]) == (
        "converted",
        ["cross_entropy"],
    )
    result = convert(SMOOTH, "keras", style="python-dict", annotate=True)
    assert result.text == COMMENTS + FRESH


def test_comments_of_what_stays_stay() -> None:
    text = REST.format(loss=LOSSES["comments"].replace("mse", "categorical_crossentropy"))
    after = convert(SMOOTH, "keras", source(text, "config.py"), annotate=True).text or ""
    assert after.splitlines()[5:12] == [
        "            # losslint: cross_entropy of NetsPresso, exact",
        "            # losslint:   the Keras model ends in logits, without a softmax",
        "            # losslint:   labels are one-hot",
        '            "LOSS": {',
        '  "NAME": "categorical_crossentropy",  # name',
        '  "FROM_LOGITS": True,',
        '  "LABEL_SMOOTHING": 0.1,',
    ]


@pytest.mark.parametrize("style", ["python", None])
def test_an_expression_with_its_conditions(style: str | None) -> None:
    result = convert(SMOOTH, "keras", style="python", annotate=True)
    call = "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)\n"
    assert result.text == COMMENTS + call
    assert ast.parse(result.text)


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("platform", "`--style python` writes Keras's form"),
        ("python-dict", "`--style python` writes Keras's form"),
        ("object", "`--style python` writes the call"),
    ],
)
def test_a_call_takes_its_own_form_alone(style: str, told: str) -> None:
    text = "import keras\nm = keras.Sequential([keras.layers.Dense(3)])\nm.compile(loss='mse')\n"
    result = convert(SMOOTH, "keras", source(text, "train.py"), style=style)
    assert (result.status, told in result.reason) == ("refused", True), result.reason
