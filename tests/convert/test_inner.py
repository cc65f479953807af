"""A loss that stands inside a layer or an inner model, beside the one that trains."""

from __future__ import annotations

from losslint.dryrun.collect_jobs import JobOptions, jobs_from_paths
from tests.convert.support import compiled, convert

INNER = {
    "module": "keras.losses",
    "class_name": "MeanSquaredError",
    "config": {"reduction": "none"},
    "registered_name": None,
}
DENSE = {"class_name": "Dense", "config": {"name": "o", "units": 3, "activation": "softmax"}}


def test_the_outer_loss_is_the_one_converted() -> None:
    inner = {"class_name": "Sequential", "config": {"layers": [DENSE]}}
    for layer in (
        {**inner, "compile_config": {"optimizer": "adam", "loss": INNER}},
        {"class_name": "Keeps", "registered_name": "mine>Keeps", "config": {"loss": INNER}},
    ):
        model = {"class_name": "Sequential", "config": {"layers": [layer, DENSE]}}
        result = convert(compiled("categorical_crossentropy", model=model), "netspresso")
        assert result.status == "converted", result.reason
        assert "cross_entropy" in (result.text or "")


def test_two_losses_side_by_side_are_still_refused() -> None:
    beside = {"other": {"compile_config": {"optimizer": "adam", "loss": INNER}}}
    result = convert(compiled("categorical_crossentropy", model=beside), "netspresso")
    assert (result.status, "2 places" in result.reason) == ("refused", True)


def test_what_the_file_alone_does_not_tell_is_neither_converted_nor_computed(
    tmp_path: object,
) -> None:
    own = {"module": "mylosses", "class_name": "Dice", "config": {}, "registered_name": "Dice"}
    for loss, why in (("ce", "the shape of the labels decides"), (own, "of your own code")):
        path = f"{tmp_path}/config.json"
        with open(path, "w", encoding="utf-8") as file:
            file.write(compiled(loss).text)
        found = jobs_from_paths([path], JobOptions())
        assert (found.jobs, found.refused) == ([], [])
        assert why in found.notes[0]
    assert convert(compiled("ce"), "netspresso").status == "refused"
