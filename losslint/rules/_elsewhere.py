"""Values that an interpolation takes from another file of the experiment."""

from typing import NamedTuple

from losslint.dialects.netspresso.merged_config import elsewhere
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
