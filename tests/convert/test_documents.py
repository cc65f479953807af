"""The documents that people copy from: the platform's template, NetsPresso's page of losses."""

from __future__ import annotations

import json

import pytest

from losslint.linter.apply_rules import find_sites, parse
from losslint.syntax.plain import plain
from tests.convert.support import convert, source

# As the platform's page has it: a fragment, with a comma that JSON does not take.
TEMPLATE = """"MODEL" : {
  "MODEL_TYPE" : "DENSE_MNIST",
  "WEIGHTS_PATH" : "KERAS_EASY",
  "TASK" : "TRAIN",
  "COMPILATION" : {
    "LOSS" : {
      "NAME" : "categorical_crossentropy"
    },
    "OPT" : {
      "NAME" : "rmsprop"
    },
    "METRICS" : ["accuracy"]
  },
}
"""

PAGE = {
    "cross_entropy": (
        "        label_smoothing: 0.1\n        weight: ~\n",
        {"NAME": "categorical_crossentropy", "FROM_LOGITS": True, "LABEL_SMOOTHING": 0.1},
    ),
    "focal_loss": (
        "        alpha: 0.25\n        gamma: 2.0\n        weight: ~\n",
        {
            "NAME": "binary_focal_crossentropy",
            "APPLY_CLASS_BALANCING": True,
            "ALPHA": 0.25,
            "GAMMA": 2.0,
            "FROM_LOGITS": True,
        },
    ),
    "yolox_loss": (
        "        weight: ~\n        l1_activate_epoch: 1\n",
        "depends on the predictions",
    ),
    "retinanet_loss": ("        weight: ~\n", "as code and not as a configuration"),
    "pidnet_loss": (
        "        weight: ~\n        ignore_index: 255\n",
        "as code and not as a configuration",
    ),
}


def test_the_template_becomes_a_list_of_losses() -> None:
    result = convert(source(TEMPLATE, "template.json"), "netspresso")
    assert result.status == "converted"
    assert result.text == (
        "model:\n  losses:\n    - criterion: cross_entropy\n      label_smoothing: 0.0\n"
        "      weight: ~\n"
    )
    assert any("softmax" in text for text in result.plan.entries[0].conditions)


@pytest.mark.slow
@pytest.mark.torch
def test_the_template_trains() -> None:
    pytest.importorskip("torch")
    from losslint.dryrun.records import Job
    from losslint.dryrun.runner import run

    result = convert(source(TEMPLATE, "template.json"), "netspresso")
    tree = parse(source(result.text or "", "model.yaml"))
    view = find_sites(tree)[1][0].view
    assert view is not None
    (entry,) = plain(view)  # type: ignore[misc]
    params = {key: value for key, value in entry.items() if key != "criterion"}
    verdicts = run([Job(entry["criterion"], "netspresso", params)], "cpu").verdicts
    assert [verdict.problem for verdict in verdicts] == [None]


@pytest.mark.parametrize("criterion", PAGE)
def test_the_examples_of_the_page(criterion: str) -> None:
    rest, wanted = PAGE[criterion]
    text = f"  model:\n    losses:\n      - criterion: {criterion}\n{rest}"
    result = convert(source(text, "model.yaml"), "keras")
    if isinstance(wanted, str):
        assert result.status == "refused"
        assert result.text is None
        assert wanted in result.plan.entries[0].reason
    else:
        assert result.status == "converted"
        assert json.loads(result.text or "") == {"LOSS": wanted}
