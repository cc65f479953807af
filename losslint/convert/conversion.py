"""What a conversion is asked for, and what comes of one file."""

from __future__ import annotations

from typing import Literal, NamedTuple

from losslint.convert.lines import Line
from losslint.convert.model import SitePlan
from losslint.dialects.dialect import Dialect
from losslint.dialects.experiment import Neighbourhood
from losslint.dialects.release_targets import ReleaseTargets
from losslint.files.source import Source

Status = Literal["converted", "consent", "refused", "nothing"]


class Options(NamedTuple):
    """What is asked for. `style` None: that of the file written into, or the platform's.

    `line` says which call of a program is meant, where it has several. `around` reads the files
    that one run merges with this one.
    """

    to: Dialect
    targets: ReleaseTargets
    style: str | None = None
    lossy: bool = False
    annotate: bool = False
    line: Line | None = None
    around: Neighbourhood | None = None


class Conversion(NamedTuple):
    """What came of one file, or of one place of a program, which `place` names by its line.

    `text` is a file of its own, `after` the changed one (its `text` differs from the original's);
    neither is there where something was refused. `reason` says what is wrong with the whole.
    `suffix` is that of a file of its own.
    """

    source: Source
    status: Status
    plan: SitePlan = SitePlan(())
    text: str | None = None
    before: Source | None = None
    after: Source | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    migrated: bool = False
    place: str = ""
    suffix: str = ""

    @property
    def name(self) -> str:
        """What the result is called where there are several."""
        return f"{self.source.path}:{self.place}" if self.place else self.source.path

    @property
    def is_program(self) -> bool:
        """Whether the result is written in a language of programs."""
        path = self.suffix if self.after is None else self.after.path
        return path.lower().endswith(".py")

    @property
    def whole(self) -> str:
        """The result as the text of a whole file."""
        inside = None if self.after is None else self.after.inside
        return (self.text or "") if inside is None else inside.file

    def refused(self, reason: str) -> Conversion:
        """The same file, of which nothing is written after all."""
        return self._replace(status="refused", text=None, after=None, reason=reason)

    @property
    def noted(self) -> bool:
        """Whether something must be changed or must hold beside the config."""
        return any(entry.action != "auto" for entry in self.plan.entries)
