"""Jobs and verdicts as lines of JSON, between the run and its backend processes.

The first line of a process says what it is: `{"label": …, "devices": {…}}`, or `{"missing": …}`
where its framework is not installed. Then it answers each job with one verdict, in order.
"""

from __future__ import annotations

import json
from typing import Any

from losslint.dryrun.nested_arrays import Opened, rebuilt
from losslint.dryrun.records import BatchSizes, Curve, Job, SourceLocation, Stress, Verdict


def to_line(record: Job | Verdict | dict[str, Any]) -> str:
    """A record on one line, with its line end. Numbers that are not finite stay so."""
    if isinstance(record, dict):
        return json.dumps(record) + "\n"
    fields = record._asdict()
    fields["params"] = _packed(record.params)
    fields["taken"] = dict(record.taken)
    if isinstance(record, Job):
        fields["places"] = [(name, place._asdict()) for name, place in record.places.items()]
    for name in ("sizes", "location", "curve", "stress"):
        part = fields.get(name)
        if part is not None and not isinstance(part, bool):  # as the `stress` of a job is
            fields[name] = part._asdict()
    return json.dumps(fields) + "\n"


def read_job(line: str | bytes) -> Job:
    """The job on a line; raises ValueError, KeyError or TypeError where there is none."""
    fields = json.loads(line)
    fields["params"] = _unpacked(fields["params"])
    fields["sizes"] = BatchSizes(**fields["sizes"])
    fields["location"] = _location(fields["location"])
    fields["places"] = {name: SourceLocation(**place) for name, place in fields["places"]}
    return Job(**fields)


def read_verdict(fields: dict[str, Any]) -> Verdict:
    """The verdict in a line's object; raises KeyError or TypeError where there is none."""
    curve, stress, sizes = fields["curve"], fields["stress"], fields["sizes"]
    return Verdict(
        **{
            **fields,
            "params": _unpacked(fields["params"]),
            "notes": tuple(fields["notes"]),
            "location": _location(fields["location"]),
            "curve": None if curve is None else Curve(**curve),
            "sizes": None if sizes is None else BatchSizes(**sizes),
            "stress": None if stress is None else Stress(**stress),
        }
    )


def _location(fields: dict[str, Any] | None) -> SourceLocation | None:
    return None if fields is None else SourceLocation(**fields)


def _packed(tree: Any) -> Any:
    """Plain data with each mapping as its pairs: as an object of JSON its keys would be text."""

    def pairs_of(node: dict[Any, Any]) -> Opened:
        pairs = [[key, None] for key in node]
        return {"pairs": pairs}, [(node[pair[0]], pair, 1) for pair in pairs]

    return rebuilt(tree, pairs_of)


def _unpacked(tree: Any) -> Any:
    """What `_packed` was given, tuples as lists."""

    def mapping_of(node: dict[Any, Any]) -> Opened:
        mapping: dict[Any, Any] = {key: None for key, _ in node["pairs"]}
        return mapping, [(child, mapping, key) for key, child in node["pairs"]]

    return rebuilt(tree, mapping_of)
