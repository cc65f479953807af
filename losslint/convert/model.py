"""What travels through a conversion: losses, facts about the model around them, plans."""

from typing import NamedTuple

from losslint.catalog.equivalences_model import Action, Kind, Measured, Nearest
from losslint.diagnostics import Span
from losslint.dialects.read_loss import Arguments, Loss, Read, Refused

__all__ = ["Arguments", "EntryPlan", "Loss", "Proof", "ProofCurve", "Read", "Refused", "SitePlan"]


class Proof(NamedTuple):
    """The worst relative differences of this very pair, and the code that computed them."""

    value: float
    gradient: float
    value_float32: float
    gradient_float32: float
    label: str = ""


class ProofCurve(NamedTuple):
    """Both losses along one line through the same predictions, by their dialects."""

    places: list[float]
    values: dict[str, list[float]]
    slopes: dict[str, list[float]]


class EntryPlan(NamedTuple):
    """What becomes of one loss.

    `target` is what is written; for a refused one, the nearest loss that the row names. `factor` is
    the weight beside it, `weight` the one beside the source, None for 1.0. `conditions` say what
    the user must change and what must hold, `breaks` where the two part all the same, `reason` why
    it is refused or needs consent. `errors` are the words of `check` that refuse it; `drops` those
    about losses beside it that the framework itself leaves out. `curve`: where one was asked for.
    """

    source: Loss
    span: Span
    target: Loss | None = None
    factor: float | None = None
    rows: tuple[str, ...] = ()
    action: Action = "refuse"
    kind: Kind = "none"
    conditions: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    measured: Measured | None = None
    nearest: Nearest | None = None
    reason: str = ""
    weight: float | None = None
    proof: Proof | None = None
    errors: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    curve: ProofCurve | None = None

    def goes(self, lossy: bool) -> bool:
        """Whether it is converted, with the user's consent or without."""
        return self.action in ("auto", "auto_with_note") or (lossy and self.action == "consent")


class SitePlan(NamedTuple):
    """What becomes of the losses of one place; `dropped` are entries that never had an effect."""

    entries: tuple[EntryPlan, ...]
    dropped: tuple[EntryPlan, ...] = ()

    def goes(self, lossy: bool) -> bool:
        """Whether all of it is converted; a part alone would be another training."""
        return bool(self.entries) and all(entry.goes(lossy) for entry in self.entries)
