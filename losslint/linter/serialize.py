"""What was found in a file as bytes, and back: for the cache.

JSON, because nothing that is read back from a disk may be more than data.
"""

from typing import Any

from losslint.diagnostics import Diagnostic, Edit, Fix, Related, Span
from losslint.linter.outcome import FileOutcome


def pack(outcome: FileOutcome) -> bytes:
    """An outcome as bytes; of a file without findings no more than the number of its sites."""
    if not outcome.diagnostics and not outcome.note:
        return b"%d" % outcome.sites
    import json

    # NamedTuples become lists; the order of their fields is part of the losslint release.
    fields = (outcome.sites, outcome.note, outcome.diagnostics)
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def unpack(path: str, packed: bytes) -> FileOutcome:
    """The outcome of a path, without its text, from `pack`. Raises ValueError for other bytes."""
    if packed.isdigit():
        return FileOutcome(path, sites=int(packed))
    import json

    try:
        sites, note, found = json.loads(packed)
        diagnostics = tuple(map(_diagnostic, found))
        return FileOutcome(path, diagnostics=diagnostics, sites=int(sites), note=str(note))
    except (TypeError, IndexError, KeyError) as error:
        raise ValueError("no packed outcome") from error


def _diagnostic(fields: list[Any]) -> Diagnostic:
    code, name, severity, message, span, fix, related, hint, path = fields
    return Diagnostic(
        code,
        name,
        severity,
        message,
        Span(*span),
        None if fix is None else Fix(fix[0], tuple(Edit(*edit) for edit in fix[1]), fix[2]),
        tuple(Related(Span(*place), text) for place, text in related),
        hint,
        path,
    )
