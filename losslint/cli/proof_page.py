"""The page of `convert --prove --report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losslint.cli.options import write_file

if TYPE_CHECKING:
    from losslint.convert.conversion import Conversion
    from losslint.convert.model import EntryPlan
    from losslint.dryrun.html_proof import BothCurves, ProvedLoss


def write_page(
    path: str, results: list[Conversion], lossy: bool, missing: str | None = None
) -> None:
    """Write what became of each loss; leaves with 2 where the file cannot be written.

    `missing`: why nothing could be proved.
    """
    from losslint.dryrun.html_proof import page

    losses = [
        _loss(result, entry, lossy) for result in results for entry in result.plan.entries
    ] + [_whole(result) for result in results if not result.plan.entries]
    labels = dict.fromkeys(
        entry.proof.label for result in results for entry in result.plan.entries if entry.proof
    )
    write_file(path, page(losses, "; ".join(labels), missing))


def _loss(result: Conversion, entry: EntryPlan, lossy: bool) -> ProvedLoss:
    from losslint.convert.report import call, details, headline, percent
    from losslint.dryrun.html_proof import ProvedLoss

    goes = result.status == "converted" and entry.goes(lossy)
    proof = entry.proof
    unproved = () if proof is not None or not goes else (_UNPROVED,)
    return ProvedLoss(
        name=call(entry.source),
        target="" if entry.target is None or not goes else call(entry.target),
        where=f"{result.source.path}:{result.source.lines().told(entry.span.start)}",
        ok=goes,
        outcome="converted" if goes else "not converted",
        told=headline(result, entry, lossy),
        details=(*details(entry), *unproved),
        errors=("", "") if proof is None else (percent(proof.value), percent(proof.gradient)),
        curves=_curves(entry),
    )


_UNPROVED = "not proved: two losses on the same numbers do not tell, because the model counts, too"


def _whole(result: Conversion) -> ProvedLoss:
    from losslint.dryrun.html_proof import ProvedLoss

    ok = result.status == "converted"
    told = result.reason or result.status
    return ProvedLoss(
        result.source.path, "", result.name, ok, "converted" if ok else "not converted", told
    )


def _curves(entry: EntryPlan) -> BothCurves | None:
    from losslint.dryrun.html_proof import BothCurves

    found = entry.curve
    if found is None or entry.target is None:
        return None
    one, other = entry.source.dialect, entry.target.dialect
    return BothCurves(
        names=(f"{one}: {entry.source.name}", f"{other}: {entry.target.name}"),
        places=found.places,
        values=(found.values[one], found.values[other]),
        slopes=(found.slopes[one], found.slopes[other]),
    )
