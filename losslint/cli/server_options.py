"""The options of `losslint server`: those of `check` that decide on what is found."""

from typing import NamedTuple

from losslint.cli.check_options import (
    Baseline,
    CheckOptions,
    Config,
    Exclude,
    ExtendExclude,
    Ignore,
    Isolated,
    NoBaseline,
    Select,
    Target,
)


class ServerOptions(NamedTuple):
    """What an editor may ask of all that it opens: what decides on what `check` finds."""

    select: Select = None
    ignore: Ignore = None
    target: Target = None
    baseline: Baseline = None
    no_baseline: NoBaseline = False
    exclude: Exclude = None
    extend_exclude: ExtendExclude = None
    config: Config = None
    isolated: Isolated = False

    def as_check(self) -> CheckOptions:
        """The same asked of `check`, so that both mean the same by it."""
        return CheckOptions(**self._asdict())
