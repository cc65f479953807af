"""What the truth runs brought to light, one small config each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from losslint.diagnostics import Diagnostic

Lint = Callable[..., tuple[Diagnostic, ...]]

HEAD = (
    "model:\n  task: classification\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
)


def said(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    return sorted({(d.code, d.severity) for d in found if d.severity != "info"})


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("      self: 1\n", [("LL115", "error")]),
        ("      1: 2\n", [("LL110", "error")]),
        ("      null: 2\n", [("LL004", "error"), ("LL110", "error")]),
        ("      ? [a]\n      : 2\n", [("LL004", "error")]),
        ("      <<: 3\n", [("LL004", "error")]),
        ("      label_smoothing: ! 0.1\n", []),
        ('      label_smoothing: ! "0.1"\n', []),
        ("      label_smoothing: !!timestamp 2024-01-01\n", [("LL004", "error")]),
        ("      label_smoothing: x${shared.a}\n", [("LL112", "error")]),
        ("      label_smoothing: ${shared.a}\n", []),
        ("      label_smoothing: ${shared.b}\n", [("LL113", "error")]),
        ("      label_smoothing: ${elsewhere.b}\n", []),
        ("      label_smoothing: ${shared.a\n", [("LL004", "error")]),
        ("      label_smoothing: ${.label_smoothing}\n", [("LL005", "error")]),
        ("      label_smoothing: ${loop.a}\n", [("LL005", "error")]),
        ("      label_smoothing: 1_0e-2\n", []),
        ("      label_smoothing: 1_e-1\n", [("LL112", "error")]),
        ("      <<: {label_smoothing: 2}\n      <<: {label_smoothing: 0.1}\n", []),
        (
            "      <<: {label_smoothing: 0.1}\n      <<: {label_smoothing: 2}\n",
            [("LL113", "error")],
        ),
        ("      <<: [{label_smoothing: 0.1}, {label_smoothing: 2}]\n", []),
    ],
)
def test_entries(tail: str, expected: list[tuple[str, str]], lint: Lint) -> None:
    shared = "shared: {a: 0.1, b: 2}\nloop: {a: '${loop.b}', b: '${loop.a}'}\n"
    assert said(lint(HEAD + tail + shared)) == expected


def test_many_interpolations_are_all_followed(lint: Lint) -> None:
    keys = "".join(f"      k{i}: ${{shared.a}}\n" for i in range(60))
    text = HEAD + keys + "      label_smoothing: ${shared.b}\nshared: {a: 0.1, b: 2}\n"
    assert ("LL113", "error") in said(lint(text))


def test_a_weight_of_more_than_64_bits(lint: Lint) -> None:
    found = lint(HEAD.replace("~", "99999999999999999999"))
    assert [(d.code, d.severity) for d in found] == [("LL212", "error")]
    assert "64 bits" in found[0].message


@pytest.mark.parametrize("key", ["loss", "Losses", "losess", '"lossses"'])
def test_losses_misspelt(key: str, lint: Lint) -> None:
    (found,) = lint(HEAD.replace("losses", key))
    assert (found.code, found.severity) == ("LL200", "error")
    assert found.fix is not None
    assert found.fix.safe
    assert "losses" in found.fix.edits[0].text


@pytest.mark.parametrize("key", ["classes", "data", "layers"])
def test_a_model_of_another_tool_is_left_alone(key: str, lint: Lint) -> None:
    assert lint(HEAD.replace("losses", key)) == ()


def test_a_misspelt_required_parameter_is_an_error(lint: Lint) -> None:
    text = "model:\n  losses:\n    - {criterion: yolov9_loss, ll1_activate_epoch: ~, weight: ~}\n"
    assert said(lint(text)) == [("LL110", "error")]


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ('{"module": "keras.losses", "class_name": "Huber", "config": {}}', []),
        ('{"module": "keras.losses", "class_name": "Huber", "config": null}', []),
        (
            '{"module": "keras.losses", "class_name": "Huber", "config": true}',
            [("LL402", "error")],
        ),
        ('{"module": "keras.losses", "class_name": "Huber"}', [("LL402", "error")]),
        ('{"module": "keras.losses", "class_name": "mse", "config": {}}', [("LL100", "error")]),
        (
            '{"module": "keras.losses", "class_name": "Huber", "config": {}, '
            '"registered_name": "mine>Huber"}',
            [("LL402", "error")],
        ),
        ('{"module": "builtins", "class_name": "function", "config": "hinge"}', []),
        (
            '{"module": "builtins", "class_name": "function", "config": "MAE"}',
            [("LL401", "warning")],
        ),
        ('["mse", []]', [("LL415", "error")]),
        ('{"a": null}', [("LL415", "error")]),
    ],
)
def test_serialised_losses(loss: str, expected: list[tuple[str, str]], lint: Lint) -> None:
    text = f'{{"compile_config": {{"optimizer": "adam", "loss": {loss}, "loss_weights": null}}}}'
    assert said(lint(text, "config.json")) == expected


def test_an_integer_that_json_load_refuses(lint: Lint) -> None:
    text = f'{{"LOSS": {{"NAME": "huber", "DELTA": {"9" * 5000}}}}}'
    assert said(lint(text, "config.json")) == [("LL004", "error")]


def test_a_fix_of_the_syntax_must_mend_it(lint: Lint) -> None:
    """Inserting a comma here only moves the mistake, for ever."""
    from losslint.files.source import Source, decode
    from losslint.linter.apply_rules import Targets, check_source, resolve_targets
    from losslint.linter.fix import fix_source
    from losslint.rules import load_rules

    source = decode("a.json", b'{MODEL": {\n    "MODEL_TYPE": "CUSTOM"}')
    assert isinstance(source, Source)
    rules, targets = load_rules(), resolve_targets(Targets())
    fixed = fix_source(source, lambda s: check_source(s, rules, targets), lambda d: bool(d.fix))
    assert fixed.source.text.count(",") <= 1


def test_two_fixes_that_meet_at_a_block_scalar() -> None:
    from losslint.files.source import Source, decode
    from tests.fuzz.target import mend

    twice = b"  losses:\n    - criterion: |-\n        "
    source = decode("model.yaml", b"model:\n" + twice + b"codel:\n" + twice + b"cross_en\n")
    assert isinstance(source, Source)
    mend(source)
