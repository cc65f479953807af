"""What a conversion did, as lines for people; `console` draws it on a terminal."""

from collections.abc import Iterator

from losslint.catalog.equivalences import MEASURED, find
from losslint.catalog.equivalences_model import Equivalence, Kind, Nearest
from losslint.convert.conversion import Conversion
from losslint.convert.model import EntryPlan, Loss, Proof
from losslint.convert.row_selection import shown
from losslint.text import visible

_DIFFERENT = 1e-9


def lines(result: Conversion, lossy: bool) -> Iterator[str]:
    """A file's outcome for people: a line a loss, what must be changed beneath it."""
    index = result.source.lines()
    path = visible(result.source.path)
    for entry in result.plan.entries:
        yield f"{path}:{index.told(entry.span.start)}: {headline(result, entry, lossy)}"
        for detail in details(entry):
            yield f"    {detail}"
    for entry in result.plan.dropped:
        yield f"{path}:{index.told(entry.span.start)}: {dropped(result, entry)}"
    yield from whole(result)


def dropped(result: Conversion, entry: EntryPlan) -> str:
    """A loss that the framework leaves out, and the conversion with it."""
    name = visible(entry.source.name)
    if entry.errors:
        return f"{name}: refused: {visible('; '.join(entry.errors))}"
    done = "left out" if result.status == "converted" else "would be left out"
    return f"{name}: {done}, as it has no effect where it stands"


def whole(result: Conversion) -> Iterator[str]:
    """What is to be said of a file as a whole."""
    path = visible(result.source.path)
    if result.reason:
        yield f"{path}: {_verb(result)}: {visible(result.reason)}"
    for note in result.notes:
        yield f"{path}: {visible(note)}"


def _verb(result: Conversion) -> str:
    return {"consent": "needs --lossy", "nothing": "passed over"}.get(result.status, "refused")


def headline(result: Conversion, entry: EntryPlan, lossy: bool) -> str:
    """One loss on one line: what it is, what becomes of it, how equal they are."""
    source = call(entry.source)
    if result.status == "converted" and entry.target is not None:
        weight = "" if entry.factor is None else f", weight {shown(entry.factor)}"
        numbers = f"; {_measured_words(entry)}" if _differs(entry) else ""
        return f"{source} → {call(entry.target)}{weight}: {entry.kind}{numbers}"
    if entry.goes(lossy):
        return f"{source}: left as it is, because the rest of the file is"
    if entry.action == "consent" and not lossy:
        target = f" → {call(entry.target)}" if entry.target is not None else ""
        return f"{source}{target}: needs --lossy: {_asks(entry)}; {_measured_words(entry)}"
    reason = f": {visible(entry.reason)}" if entry.reason else ""
    return f"{source}: refused{reason}{_nearest_words(entry)}"


def _asks(entry: EntryPlan) -> str:
    """What consent is asked for."""
    if entry.drops:
        return "; ".join(map(visible, entry.drops))
    return _ASKS[entry.kind]


_ASKS: dict[Kind, str] = {
    "exact": "the numbers stay the same, but only with what stands beneath",
    "conditional": "the numbers stay the same only where what stands beneath holds",
    "lossy": "the numbers change",
    "none": "nothing here says that the numbers stay the same",
}


def details(entry: EntryPlan) -> tuple[str, ...]:
    """What the user must change and what must hold, for an entry that can be converted."""
    if entry.action == "refuse":
        return ()
    holds = tuple(visible(text) for text in entry.conditions)
    if entry.proof is not None:
        holds += (_proof_words(entry.proof),)
    return (*holds, *(f"but: {text}" for text in entry.breaks))


def _proof_words(proof: Proof) -> str:
    double = f"{percent(proof.value)} in value, {percent(proof.gradient)} in gradient"
    single = f"{percent(proof.value_float32)}, {percent(proof.gradient_float32)} in float32"
    return f"proved, the differences are {double} in float64; {single} ({proof.label})"


def call(loss: Loss) -> str:
    """A loss with its parameters, on one line."""
    params = ", ".join(f"{name}: {shown(value)}" for name, value in loss.params)
    name = loss.name or "(no name)"
    return visible(f"{name} {{{params}}}" if params else name)


def _differs(entry: EntryPlan) -> bool:
    """Whether the numbers are to be told of what was converted."""
    measured = entry.measured
    if measured is None:
        return entry.action == "consent"
    return max(measured.value, measured.gradient) >= _DIFFERENT


def _measured_words(entry: EntryPlan) -> str:
    """By how much the numbers change, as far as somebody measured it."""
    unknown = any(each.action == "refuse" and each.id not in MEASURED for each in _rows_of(entry))
    if entry.measured is None or unknown:
        return "nobody measured by how much the numbers change"
    value, gradient = percent(entry.measured.value), percent(entry.measured.gradient)
    if not _differs(entry):
        return f"measured: equal up to rounding, {value} off in value, {gradient} in gradient"
    return f"measured: {value} off in value, {gradient} in gradient"


def _rows_of(entry: EntryPlan) -> list[Equivalence]:
    return [find(row) for row in entry.rows]


def percent(share: float) -> str:
    """A share, of which 1.0 is the whole, as people read it."""
    if share == 0:
        return "0"
    if share < 0.001:
        return f"{share:.0e}"
    return f"{share * 100:.3g} %"


def _nearest_words(entry: EntryPlan) -> str:
    """Which loss comes nearest to one that is refused, and how far it is off."""
    if entry.nearest is not None:
        return f"; nearest is {_nearest_call(entry.nearest)}"
    if entry.target is not None and entry.rows:
        return f"; nearest is {call(entry.target)}; {_measured_words(entry)}"
    compared = next((each.compared for each in _rows_of(entry) if each.compared), "")
    if compared:
        return f"; the nearest that was tried is {compared}; {_measured_words(entry)}"
    return "; nobody measured which loss comes nearest" if entry.rows else ""


def _nearest_call(nearest: Nearest) -> str:
    loss = Loss("netspresso", nearest.name, nearest.params)
    activation = "" if nearest.activation == "none" else f" after {nearest.activation}"
    return (
        f"{call(loss)}{activation} on {nearest.labels} labels, of which at best "
        f"{percent(nearest.gradient_residual)} of the gradient is left unexplained"
    )


def summary(results: list[Conversion]) -> str:
    """One line over all files."""
    done = [result for result in results if result.status == "converted"]
    noted = sum(result.noted for result in done)
    consent = sum(result.status == "consent" for result in results)
    refused = sum(result.status == "refused" for result in results)
    parts = [f"{len(done)} converted" + (f" ({noted} with a note)" if noted else "")]
    if consent:
        parts.append(f"{consent} waiting for --lossy")
    if refused:
        parts.append(f"{refused} refused")
    return ", ".join(parts)
