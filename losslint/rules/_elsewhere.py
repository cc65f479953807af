"""Values that an interpolation takes from another file of the experiment."""

from typing import NamedTuple

from losslint.dialects.experiment import Experiment
from losslint.dialects.netspresso.merged_config import elsewhere, look_up, roots
from losslint.rules.base import Context, ResolvedNode


class FoundValue(NamedTuple):
    """A value, and the name of the file that it stands in; empty for the file itself."""

    view: ResolvedNode
    file: str = ""


def followed(view: ResolvedNode, context: Context) -> FoundValue:
    """A value, or what another file has in its place; one that no file tells stays unknown."""
    if view.file and view.kind != "unknown":
        return FoundValue(view, view.file)
    found = elsewhere(view, context.neighbours)
    return FoundValue(*found) if found is not None else FoundValue(view)


# The other two of the six have defaults, which say nothing of a model.
_OF_RUNS = ("data", "augmentation", "model", "training")


def is_nowhere(experiment: Experiment, own: ResolvedNode, *paths: tuple[str, ...]) -> bool:
    """Whether all files of an experiment are known, and none has more than null under the paths."""
    every = roots(experiment, own)
    known = experiment.complete or all(
        any(root.get(section) is not None for root in every) for section in _OF_RUNS
    )
    answers = [look_up(experiment, own, steps) for steps in paths]
    return known and all(
        each.status == "absent" or (each.view is not None and each.view.kind == "null")
        for each in answers
    )
