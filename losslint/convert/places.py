"""Whether each result may go where the command sends it, asked before it is proved or written."""

from __future__ import annotations

import os

from losslint.convert.destination import misplaced, path_in_folder
from losslint.convert.run import Prove, Target
from losslint.convert.work import Options, Result


class Places:
    """Refuses results for where they are to go, before they are proved or written."""

    def __init__(self, goal: Target, options: Options, roots: list[str], inputs: list[str]) -> None:
        self._goal = goal
        self._to = options.to
        self._roots = roots
        self._inputs = frozenset(os.path.realpath(path) for path in inputs)
        self.refused = False

    def guarding(self, prove: Prove | None) -> Prove:
        """What `run` shows each result to: this first, then the proof."""

        def guarded(result: Result) -> Result:
            reason = self._problem(result) if result.status == "converted" else None
            if reason is None:
                return prove(result) if prove is not None else result
            self.refused = True
            # Of the losses there is nothing to tell: each of them could be converted.
            return Result(result.source, "refused", reason=reason, migrated=result.migrated)

        return guarded

    def _problem(self, result: Result) -> str | None:
        goal = self._goal
        if goal.in_place and not result.migrated:
            return (
                "a config holds one style, so that nothing can be converted to the other in its "
                "place: use --into or -o"
            )
        path = goal.file
        if goal.folder is not None:
            source, roots = result.source, self._roots
            path = path_in_folder(goal.folder, source, roots, self._to, result.migrated)
        return misplaced(result, path, self._to, self._inputs) if path is not None else None
