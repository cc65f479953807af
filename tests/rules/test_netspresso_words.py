"""What is said of NetsPresso's entries, and what is not: the trainer does as written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from losslint.diagnostics import Diagnostic

Lint = Callable[..., tuple[Diagnostic, ...]]

DETR = """\
model:
  losses:
    - criterion: detr_loss
      weight: ~
      weight_dict: {factors}
      losses: {terms}
      matcher:
        type: HungarianMatcher
        weight_dict: {{cost_class: 2, cost_bbox: 5, cost_giou: 2}}
        alpha: 0.25
        gamma: 2.0
        use_focal_loss: true
"""
FACTORS = "loss_vfl: 1, loss_bbox: 5, loss_giou: 2"


def entry(criterion: str, *lines: str) -> str:
    body = "".join(f"      {line}\n" for line in lines)
    return f"model:\n  losses:\n    - criterion: {criterion}\n      weight: ~\n{body}"


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [d.code for d in found]


def severities(found: tuple[Diagnostic, ...]) -> set[str]:
    return {d.severity for d in found}


@pytest.mark.parametrize(
    "text",
    [
        entry("cross_entropy", "size_average: false"),
        entry("seg_cross_entropy", "ignore_index: 255", "size_average: no"),
        entry("yolox_loss", "l1_activate_epoch: .inf"),
        entry("yolox_loss", "l1_activate_epoch: 1e400"),
        entry("yolox_loss", "l1_activate_epoch: -.inf"),
        entry("yolox_loss", "l1_activate_epoch: 99999999999999999999"),
        entry("focal_loss", "alpha: -99999999999999999999", "gamma: 2.0"),
        DETR.format(factors=f"{{{FACTORS}}}", terms="[vfl, boxes]"),
    ],
)
def test_what_the_trainer_does_as_written_is_clean(text: str, lint: Lint) -> None:
    assert lint(text) == ()


@pytest.mark.parametrize(
    ("factors", "terms", "expected"),
    [
        (f"{{{FACTORS}, cardinality_error: 1}}", "[vfl, boxes, cardinality]", ["LL114"]),
        (f"{{{FACTORS}, cardinality_error: 1}}", "{vfl, boxes, cardinality}", ["LL112"]),
        (f"{{{FACTORS}, cardinality_error: 1}}", "[vfl, boxes]", ["LL120"]),
        (f"{{{FACTORS}, cardinality_error: 1}}", "${other.terms}", []),
        (f"{{{FACTORS}}}", "[vfl, boxes, cardinality]", ["LL114"]),
        (f"{{{FACTORS}, cardinality: 1}}", "[vfl, boxes]", ["LL110"]),
        (f"{{{FACTORS}}}", "{vfl: 1, boxes: 2}", ["LL112"]),
        (f"{{{FACTORS}}}", "{vfl: 1}", ["LL112", "LL120", "LL120"]),
        ("{loss_vfl: 1, loss_bbox: 5}", "{vfl, boxes}", ["LL112", "LL119"]),
    ],
)
def test_terms_and_factors(factors: str, terms: str, expected: list[str], lint: Lint) -> None:
    found = lint(DETR.format(factors=factors, terms=terms))
    assert sorted(codes(found)) == expected
    assert ("error" in severities(found)) == ("LL119" in expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weight: ~training:\n  epochs: 3\n", {"LL001"}),
        ('weight: "0.5" x\n', {"LL001"}),
        ("weight: '1': 2\n", {"LL001"}),
        ("label_smoothing 0.1\n      weight: ~\n", {"LL001"}),
        ("label_smoothing: [0.1\n      weight: ~\n", {"LL001"}),
        ("label_smoothing: 0.1\n     weight: ~\n", {"LL001"}),
        # What stands in whole lines before the broken one is still judged.
        ("label_smoothing: 1.5\n     weight: ~\n", {"LL001", "LL113"}),
        ("label_smoothing: 1.5\n      weight: ~training:\n", {"LL001", "LL113"}),
        ("label_smoothing: 1.5 # so\n     weight: ~\n", {"LL001", "LL113"}),
    ],
)
def test_a_broken_line_is_one_finding(text: str, expected: set[str], lint: Lint) -> None:
    found = lint(f"model:\n  losses:\n    - criterion: cross_entropy\n      {text}")
    assert set(codes(found)) == expected


@pytest.mark.parametrize(
    ("criterion", "written", "meant"),
    [
        ("seg_cross_entropy", "ignore_label: 255", "ignore_index"),
        ("seg_cross_entropy", "ignore_idx: 255", "ignore_index"),
        ("seg_cross_entropy", "ignore_class: 255", "ignore_index"),
        ("pidnet_loss", "void_label: 255", "ignore_index"),
        ("cross_entropy", "smoothing: 0.1", "label_smoothing"),
        ("cross_entropy", "smooth: 0.1", "label_smoothing"),
    ],
)
def test_names_of_other_frameworks(criterion: str, written: str, meant: str, lint: Lint) -> None:
    (found,) = lint(entry(criterion, written))
    assert found.code == "LL110"
    assert found.message.endswith(f"did you mean `{meant}`?")


def test_a_name_is_not_suggested_where_the_criterion_has_it_not(lint: Lint) -> None:
    (found,) = lint(entry("focal_loss", "alpha: 0.25", "gamma: 2.0", "ignore_label: 255"))
    assert found.message.endswith("; the trainer ignores it")
    (found,) = lint(entry("seg_cross_entropy", "ignore_index: 255", "ignore_label: 255"))
    assert found.message.endswith("; the trainer ignores it")


@pytest.mark.parametrize("name", ["class_weights", "class_weight", "weights", "classWeights"])
@pytest.mark.parametrize("criterion", ["cross_entropy", "seg_cross_entropy", "pidnet_loss"])
def test_weights_of_the_classes(criterion: str, name: str, lint: Lint) -> None:
    found = lint(entry(criterion, f"{name}: [1.0, 2.0]"))
    assert [(d.code, d.severity) for d in found] == [("LL110", "warning")]
    assert "weights of the classes cannot be configured; the trainer ignores it" in found[0].message


def test_weights_in_the_place_of_weight(lint: Lint) -> None:
    head = "model:\n  losses:\n    - criterion: cross_entropy\n      weights: "
    (one,) = lint(f"{head}0.5\n")
    assert one.message.endswith("did you mean `weight`?")
    # The list is no factor, and without one the trainer stops.
    assert sorted(codes(lint(f"{head}[1, 2]\n"))) == ["LL110", "LL210"]


@pytest.mark.parametrize(
    ("weight", "effect"),
    [
        ("1e39", "the total loss is not finite"),
        ("-1e39", "the total loss is not finite"),
        (".inf", "the total loss is not finite"),
        ("1e-45", "float32 leaves nothing of it to train with"),
        ("-2", "the criterion is maximised"),
        ("0", "the criterion does not train"),
        ("1" + 30 * "0", "torch cannot multiply with an integer of more than 64 bits"),
    ],
)
def test_weights_that_mean_nothing(weight: str, effect: str, lint: Lint) -> None:
    (found,) = lint(f"model:\n  losses:\n    - criterion: cross_entropy\n      weight: {weight}\n")
    assert (found.code, found.message.rpartition(": ")[2]) == ("LL212", effect)


@pytest.mark.parametrize("weight", ["1e38", "1e-37", "18446744073709551615", "10"])
def test_weights_that_train(weight: str, lint: Lint) -> None:
    assert (
        lint(f"model:\n  losses:\n    - criterion: cross_entropy\n      weight: {weight}\n") == ()
    )


BESIDE = "model:\n  losses:\n    - criterion: {criterion}\n      weight: ~\n  {line}\n{rest}"


@pytest.mark.parametrize(
    ("criterion", "line", "rest", "expected"),
    [
        ("cross_entropy", "label_smoothing: 0.1", "", ["LL204"]),
        ("cross_entropy", "ignore_index: -1", "", ["LL204"]),
        ("seg_cross_entropy", "ignore_index: 255", "", ["LL204"]),
        # No parameter of this criterion, or none that would have an effect.
        ("rtmcc_loss", "label_smoothing: 0.1", "", []),
        ("yolofastest_loss", "l1_activate_epoch: 3", "", ["LL111"]),
        # A weight that no entry lacks may be anything, such as a file.
        ("cross_entropy", "weight: a.pth", "", []),
        # Others take it up.
        ("cross_entropy", "label_smoothing: &ls 0.1", "x: *ls\n", []),
        ("cross_entropy", "label_smoothing: 0.1", "x: ${model.label_smoothing}\n", []),
    ],
)
def test_a_parameter_beside_the_losses(
    criterion: str, line: str, rest: str, expected: list[str], lint: Lint
) -> None:
    found = lint(BESIDE.format(criterion=criterion, line=line, rest=rest))
    assert codes(found) == expected


def test_a_parameter_that_the_entry_has_is_not_missed(lint: Lint) -> None:
    head = "model:\n  label_smoothing: 0.2\n  losses:\n    - criterion: cross_entropy\n"
    assert lint(f"{head}      weight: ~\n      label_smoothing: 0.1\n") == ()
    assert codes(lint(f"{head}      weight: ~\n")) == ["LL204"]


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        ("${oc.env:A}", ["LL112"]),
        ("${oc.env:A,0.25}", ["LL112"]),
        ('"${oc.env:A,0.25}"', ["LL112"]),
        ("${ oc.env:A }", ["LL112"]),
        ("${text}", ["LL112"]),
        # A number, null or something else.
        ("${oc.decode:${oc.env:A,0.25}}", []),
        ("${oc.env:A,null}", ["LL112"]),
        ("${oc.env:A,${default}}", ["LL112"]),
        ("${oc.select:other.alpha}", []),
        ("${other.alpha}", []),
    ],
)
def test_the_environment_holds_text(alpha: str, expected: list[str], lint: Lint) -> None:
    found = lint(entry("focal_loss", f"alpha: {alpha}", "gamma: 2.0") + "text: ${oc.env:A}\n")
    assert codes(found) == expected
    assert all("write `${oc.decode:${oc.env:A" in d.message for d in found if "{ oc" not in alpha)


def test_a_weight_from_the_environment(lint: Lint) -> None:
    head = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: "
    assert codes(lint(head + "${oc.env:W,0.5}\n")) == ["LL211"]
    # Unset it is null, which counts as 1.
    assert lint(head + "${oc.env:W,null}\n") == ()
    assert lint(head.replace("cross_entropy", "${oc.env:C}") + "~\n") == ()


@pytest.mark.parametrize(
    ("architecture", "expected"),
    [
        ("{full: ~, backbone: segformer, head: fc}", ["LL301", "LL311"]),
        ("{head: all_mlp_decoder}", ["LL311"]),
        ("{full: pidnet}", ["LL311"]),
        ("{full: pidnet, head: fc}", ["LL311"]),
        ("{full: {name: pidnet}, head: fc}", []),
        ("{full: {name: ~}, head: {name: all_mlp_decoder}}", []),
        ("{full: '${other.full}', head: fc}", []),
        ("{head: my_head}", ["LL311"]),
        ("{head: [all_mlp_decoder]}", ["LL311"]),
        ("{head: ~}", []),
        ("{head: '${oc.env:HEAD}'}", ["LL311"]),
        ("{head: '${other.head}'}", []),
    ],
)
def test_a_head_written_as_its_name(architecture: str, expected: list[str], lint: Lint) -> None:
    found = lint(
        f"model:\n  task: segmentation\n  architecture: {architecture}\n  losses:\n"
        "    - {criterion: seg_cross_entropy, ignore_index: 255, weight: ~}\n"
    )
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("task", "name", "meant"),
    [
        ("classification", "categorical_crossentropy", "`cross_entropy`"),
        ("segmentation", "categorical_crossentropy", "`seg_cross_entropy`"),
        ("pose_estimation", "categorical_crossentropy", None),
        ("classification", "focalloss", "`focal_loss`"),
        ("classification", "yolox", None),
    ],
)
def test_a_name_is_one_that_runs_there(task: str, name: str, meant: str | None, lint: Lint) -> None:
    found = lint(f"model:\n  task: {task}\n  losses: [{{criterion: {name}, weight: ~}}]\n")
    (message,) = (d.message for d in found if d.code == "LL100")
    assert ("did you mean" in message) == (meant is not None)
    assert meant is None or f"did you mean {meant}" in message
