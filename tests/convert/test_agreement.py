"""`check` and `convert` never disagree: over generated entries and over the fixtures.

What is converted had no error at its losses, and what was written has none; what has an error at a
loss is refused in the words of `check`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from losslint.convert.conversion import Conversion
from losslint.diagnostics import Diagnostic
from losslint.dialects.keras.sites import is_inner
from losslint.files.reading import read_source
from losslint.files.source import Source, Unreadable
from losslint.linter.apply_rules import Checked, check_source
from losslint.rules import load_rules
from tests.convert.support import TARGETS, compiled, convert, losses, platform, source
from tests.strategies import keras, models, netspresso, written

RULES = load_rules()
FIXTURES = Path(__file__).parents[2] / "fixtures"
# What a framework leaves out of a list, a conversion leaves out as well: that asks for consent.
ASKED = ("LL202", "LL414")


def checked(read: Source) -> Checked:
    return check_source(read, RULES, TARGETS)


def errors(found: Checked) -> list[Diagnostic]:
    return [d for d in found.diagnostics if d.severity == "error"]


def at_losses(found: Checked) -> list[Diagnostic]:
    """The errors that stand in an entry, or at `loss_weights`."""
    spans = [entry.view.at for site in found.sites for entry in site.entries]
    spans += [
        weights.at
        for site in found.sites
        if (weights := site.owner.get("loss_weights")) is not None and site.kind != "object"
    ]
    return [
        d
        for d in errors(found)
        if any(span.start <= d.span.start and d.span.end <= span.end for span in spans)
    ]


def output(result: Conversion) -> Source:
    text = result.text or ""
    if result.after is not None:
        return result.after
    return source(text, "config.json" if text.startswith(("{", "[")) else "model.yaml")


def reasons(result: Conversion) -> str:
    entries = (*result.plan.entries, *result.plan.dropped)
    return " ".join((result.reason, *(entry.reason for entry in entries)))


def directions(found: Checked) -> Iterator[str]:
    outer = [site for site in found.sites if not is_inner(site)] or found.sites
    if len(outer) == 1:
        yield "keras" if found.sites[0].dialect.name == "netspresso" else "netspresso"


def agree(read: Source, target: Source | None = None, **options: object) -> None:
    found = checked(read)
    for to in directions(found):
        own = options if to == "keras" else {}
        for lossy in (False, True):
            result = convert(read, to, target, lossy=lossy, **own)
            _agree(found, result, lossy)
            if target is not None and result.after is not None:
                new = {(d.code, d.message) for d in errors(checked(result.after))}
                assert new <= {(d.code, d.message) for d in errors(checked(target))}


def _agree(found: Checked, result: Conversion, lossy: bool) -> None:
    wrong = at_losses(found)
    if result.status == "converted":
        codes = {d.code for d in wrong}
        assert codes <= set(ASKED if lossy else ()), [d.message for d in wrong]
        assert at_losses(checked(output(result))) == []
        if result.after is None:
            assert errors(checked(output(result))) == []
    for error in wrong:
        if error.code in ASKED:
            continue
        assert result.status == "refused"
        assert error.message in reasons(result)


SOUND = (
    losses({"criterion": "cross_entropy", "label_smoothing": 0.1, "weight": None}),
    losses({"criterion": "focal_loss", "alpha": 0.25, "gamma": 2.0, "weight": 0.5}),
    platform("categorical_crossentropy", from_logits=True),
    platform("binary_focal_crossentropy", from_logits=True, gamma=0.0),
    compiled("categorical_crossentropy", [2.5]),
)


@pytest.mark.parametrize("read", SOUND, ids=lambda read: read.text[:70])
def test_what_is_sound_is_converted(read: Source) -> None:
    found = checked(read)
    assert errors(found) == []
    (to,) = directions(found)
    result = convert(read, to, **({"style": "object"} if to == "keras" else {}))
    assert result.status == "converted", reasons(result)
    agree(read, style="object")


REFUSED = (
    compiled("categorical_crossentropy", [1.0, 0.25]),
    platform("binary_focal_crossentropy", apply_class_balancing=True, alpha=1.5),
    platform("categorical_crossentropy", label_smoothing=-0.1),
    losses({"criterion": "cross_entropy", "weight": None}, task="Segmentation"),
    losses({"criterion": "cross_entropy", "reduction": "sum", "weight": None}),
    losses({"criterion": "cross_entropy", "label_smooting": 0.1, "weight": None}),
    losses({"criterion": "cross_entropy"}),
)


@pytest.mark.parametrize("read", REFUSED, ids=lambda read: read.text[:70])
def test_what_check_refuses_convert_refuses(read: Source) -> None:
    assert at_losses(checked(read))
    agree(read, style="object")


@pytest.mark.slow
@given(netspresso())
def test_generated_files_of_netspresso(text: str) -> None:
    agree(source(text, "model.yaml"), style="object")
    agree(source(text, "model.yaml"), style="platform")


@given(keras())
def test_generated_files_of_keras(text: str) -> None:
    agree(source(text, "config.json"))


@given(models, st.integers(0, 2**32))
@example([{"criterion": "cross_entropy", "weight": None}] * 2, 0)
def test_generated_lists(entries: list[dict[str, object]], seed: int) -> None:
    agree(source(written(entries, random.Random(seed)), "model.yaml"), style="object")


SHARE = st.one_of(st.floats(-1, 2, allow_nan=False), st.sampled_from([0, 1, 0.5, True, "0.1"]))
TASKS = st.sampled_from(["classification", "segmentation", "detection", "Segmentation", "x"])


@pytest.mark.slow
@given(
    st.sampled_from(
        ["CategoricalCrossentropy", "BinaryFocalCrossentropy", "SparseCategoricalCrossentropy",
         "CategoricalFocalCrossentropy", "BinaryCrossentropy", "KLDivergence"]
    ),
    st.dictionaries(
        st.sampled_from(
            ["from_logits", "label_smoothing", "alpha", "gamma", "apply_class_balancing",
             "ignore_class", "axis", "reduction"]
        ),
        st.one_of(st.booleans(), SHARE, st.sampled_from([255, -1, None, "sum", "none", 2.0])),
        max_size=4,
    ),
    st.sampled_from([None, [1.0], [0.5, 1.0], 2, 2.0, "x", {"a": 1.0}, [None]]),
    st.sampled_from([None, "linear", "softmax", "sigmoid", "tanh"]),
    TASKS,
)  # fmt: skip
def test_a_loss_beside_its_model_and_into_another_file(
    name: str, config: dict[str, object], weights: object, activation: str | None, task: str
) -> None:
    layer = {"class_name": "Dense", "config": {"units": 4, "activation": activation}}
    model = {"class_name": "Sequential", "config": {"layers": [layer]}}
    loss = {"module": "keras.losses", "class_name": name, "config": config, "registered_name": None}
    read = compiled(loss, weights, model if activation else None)
    agree(read)
    old = {"criterion": "seg_cross_entropy", "ignore_index": 255, "weight": None}
    agree(read, losses(old, task=task))


@pytest.mark.parametrize(
    "path",
    sorted(p for p in FIXTURES.rglob("*") if p.suffix in (".yaml", ".json", ".keras")),
    ids=lambda path: f"{path.parent.name}-{path.name}",
)
def test_fixtures(path: Path) -> None:
    read = read_source(str(path))
    assert not isinstance(read, Unreadable)
    agree(read, style="object")
