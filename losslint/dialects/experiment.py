"""The files that one run of a framework merges with the one that is checked."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from losslint.syntax.resolved_node import ResolvedNode
else:
    # A record evaluates its annotations, and only a type checker asks for these.
    ResolvedNode = object


class Neighbour(NamedTuple):
    """Another file of an experiment."""

    path: str
    root: ResolvedNode


class Experiment(NamedTuple):
    """The files merged before and after the one that is checked.

    `complete` says that no other file is merged, so that what none of these holds is nowhere.
    """

    before: tuple[Neighbour, ...] = ()
    after: tuple[Neighbour, ...] = ()
    complete: bool = False


Neighbourhood = Callable[[], tuple[Experiment, ...]]
