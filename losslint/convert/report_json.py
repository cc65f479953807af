"""What became of losses, as JSON: a record for each."""

import json
import math
from collections.abc import Iterator

from losslint.catalog.equivalences_model import Measured
from losslint.convert.conversion import Conversion
from losslint.convert.model import EntryPlan, Loss, Proof
from losslint.text import well_formed


def as_json(results: list[Conversion], lossy: bool) -> str:
    """A list of objects, one a loss; the results themselves stand where they were written."""
    found = [record for result in results for record in _records(result, lossy)]
    return json.dumps(found, indent=2, allow_nan=False, default=str)


def _records(result: Conversion, lossy: bool) -> Iterator[dict[str, object]]:
    index = result.source.lines()
    for entry in result.plan.entries:
        row, column = index.shown(entry.span.start)
        goes = result.status == "converted" and entry.goes(lossy)
        yield {
            "from": _loss(entry.source),
            "to": _loss(entry.target) if entry.target is not None and goes else None,
            "equivalence": entry.kind,
            "conditions": list(entry.conditions),
            "max_rel_err": _proved(entry),
            "proof": None if entry.proof is None else _numbers_of(entry.proof),
            "outcome": _outcome(result, entry, lossy),
            "action": entry.action,
            "weight": entry.factor,
            "reason": well_formed(entry.reason or result.reason) or None,
            "differs_when": list(entry.breaks),
            "measured": _measured(entry.measured),
            "nearest": _nearest(entry),
            "rows": list(entry.rows),
            "filename": well_formed(result.source.path),
            "cell": index.cell(entry.span.start),
            "location": {"row": row, "column": column},
        }
    for entry in result.plan.dropped:
        outcome = "refused" if entry.errors else "left out"
        reason = "; ".join(entry.errors or entry.drops)
        told = well_formed(reason) or None
        yield _not_converted(result, entry.source, outcome, told, entry.span.start)
    if not result.plan.entries and result.status in ("refused", "consent"):
        yield _not_converted(result, None, result.status, well_formed(result.reason), 0)


def _not_converted(
    result: Conversion, source: Loss | None, outcome: str, reason: str | None, at: int
) -> dict[str, object]:
    """The record of a loss without a plan, or of a file as a whole."""
    index = result.source.lines()
    row, column = index.shown(at)
    return {
        "from": None if source is None else _loss(source),
        "to": None,
        "equivalence": "none",
        "conditions": [],
        "max_rel_err": {"value": None, "gradient": None},
        "outcome": outcome,
        "reason": reason,
        "filename": well_formed(result.source.path),
        "cell": index.cell(at) if source is not None else None,
        "location": {"row": row, "column": column},
    }


def _outcome(result: Conversion, entry: EntryPlan, lossy: bool) -> str:
    """What became of an entry; one that could go stays when its file does."""
    if result.status == "converted":
        return "converted"
    if entry.action == "refuse" or entry.goes(lossy):
        return "refused"
    return "consent"


def _loss(loss: Loss) -> dict[str, object]:
    params = {name: _finite(value) for name, value in loss.params}
    return {"dialect": loss.dialect, "name": well_formed(loss.name), "params": params}


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return well_formed(value) if isinstance(value, str) else value


def _proved(entry: EntryPlan) -> dict[str, object]:
    proof = entry.proof
    if proof is None:
        return {"value": None, "gradient": None}
    return {"value": _finite(proof.value), "gradient": _finite(proof.gradient)}


def _numbers_of(proof: Proof) -> dict[str, object]:
    return {name: _finite(value) for name, value in proof._asdict().items()}


def _measured(measured: Measured | None) -> dict[str, object] | None:
    return None if measured is None else dict(measured._asdict())


def _nearest(entry: EntryPlan) -> dict[str, object] | None:
    if entry.nearest is not None:
        fields = entry.nearest._asdict()
        return {**fields, "params": dict(entry.nearest.params), "dialect": "netspresso"}
    if entry.action == "refuse" and entry.target is not None:
        return _loss(entry.target)
    return None
