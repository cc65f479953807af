"""Values that an interpolation takes from another file of the experiment."""

import os
from typing import NamedTuple

from losslint.dialects.experiment import Experiment
from losslint.dialects.netspresso.merged_config import look_up, references
from losslint.rules.base import Context, ResolvedNode


class FoundValue(NamedTuple):
    """A value, and the name of the file that it stands in; empty for the file itself."""

    view: ResolvedNode
    file: str = ""


def followed(view: ResolvedNode, context: Context) -> FoundValue:
    """A value, or what another file has in its place; one that no file tells stays unknown."""
    if view.kind != "unknown" or view.is_of_environment or not context.neighbours:
        return FoundValue(view)
    named = list(references(view))
    if len(named) != 1 or view.source_text.strip("\"'") != named[0].text:
        return FoundValue(view)
    own = view
    while own.parent is not None:
        own = own.parent
    for experiment in context.neighbours:
        found = look_up(experiment, own, named[0].steps).view
        file = _file_of(found, experiment) if found is not None else ""
        if found is not None and file and (found.kind != "unknown" or found.is_of_environment):
            return FoundValue(found, file)
    return FoundValue(view)


def _file_of(view: ResolvedNode, experiment: Experiment) -> str:
    while view.parent is not None:
        view = view.parent
    for each in (*experiment.before, *experiment.after):
        if each.root is view:
            return os.path.basename(each.path)
    return ""
