"""What findings say, and what they leave unsaid, where that once was wrong."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from losslint.diagnostics import Diagnostic

Lint = Callable[..., tuple[Diagnostic, ...]]

HEAD = "model:\n  task: classification\n  architecture: {head: {}}\n  losses:"


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [d.code for d in found]


@pytest.mark.parametrize(
    "losses",
    [
        " ???\n",
        " '???'\n",
        "\n    - ???\n",
        "\n    - {criterion: cross_entropy, weight: '???'}\n",
        " ${later}\nlater: ???\n",
    ],
)
def test_a_value_that_must_be_given(losses: str, lint: Lint) -> None:
    assert codes(lint(HEAD + losses)) == ["LL007"]


@pytest.mark.parametrize(
    "losses",
    [
        " *nope\n",
        "\n    - *nope\n",
        "\n    - {criterion: *nope , weight: *nope }\n",
        "\n    - {criterion: cross_entropy, weight: *nope , label_smoothing: *nope }\nx: '!='\n",
        "\n    - {<<: *nope , criterion: cross_entropy, weight: ~}\n",
    ],
)
def test_an_undefined_alias_is_no_null(losses: str, lint: Lint) -> None:
    assert set(codes(lint(HEAD + losses))) == {"LL001"}


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        (">-\n        1", 'the string "1"'),
        ('|\n        a "b"\n        c', r'the string "a \"b\"\nc\n"'),
        ("'1'", "the string '1'"),
        ("a  b", 'the string "a b"'),
        ("|\n        " + 90 * "x", 'the string "' + 39 * "x" + '…"'),
    ],
)
def test_a_string_as_messages_show_it(weight: str, expected: str, lint: Lint) -> None:
    text = f"{HEAD}\n    - criterion: cross_entropy\n      weight: {weight}\n"
    (found,) = lint(text)
    assert f"`weight` is {expected}, but" in found.message


@pytest.mark.parametrize(("name", "shown"), [("Adam", '"Adam"'), (1, "1"), (None, "null")])
def test_an_optimizer_of_no_model(name: object, shown: str, lint: Lint) -> None:
    compilation = {
        "LOSS": {"NAME": "categorical_crossentropy"},
        "OPT": {"NAME": name},
        "METRICS": ["accuracy"],
    }
    model = {"MODEL_TYPE": "DENSE_MNIST", "TASK": "TRAIN", "COMPILATION": compilation}
    (found,) = lint(json.dumps({"MODEL": model}), "config.json")
    assert found.message.startswith(f"the platform knows no optimizer {shown};")


@pytest.mark.parametrize(
    ("loss", "weights", "keras", "tail"),
    [
        ("mse", [1.0, 2.0], "3.10.0", "refuses 2 weights of 1 loss"),
        (["mse", "mae"], [1.0], "3.10.0", "refuses 1 weight of 2 losses"),
        (["mse", "mae"], [1.0], "2.15.0", "there are 2 losses, but 1 weight for them"),
        (["mse"], [], "2.15.0", "there is 1 loss, but no weight for it"),
    ],
)
def test_one_is_singular(loss: object, weights: object, keras: str, tail: str, lint: Lint) -> None:
    config = {"optimizer": "adam", "loss": loss, "loss_weights": weights}
    found = lint(json.dumps({"compile_config": config}), "config.json", keras=keras)
    assert next(d.message for d in found if d.code == "LL416").endswith(tail)


def test_a_large_sound_file_is_no_error(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losslint.syntax.yaml_tree.MAX_NODES", 60)
    text = f"{HEAD}\n    - {{criterion: cross_entropy, weight: ~}}\nnames:\n" + 60 * "  - a\n"
    (found,) = lint(text)
    assert (found.code, found.severity) == ("LL001", "warning")
    assert "more than 60 nodes" in found.message
