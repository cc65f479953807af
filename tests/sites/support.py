"""A document as JSON and as YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def spellings(data: Any) -> Iterator[tuple[str, str]]:
    """The name of a file, and its text: JSON, JSON read as YAML, and YAML in block style."""
    import yaml

    yield "a.json", json.dumps(data)
    yield "flow.yaml", json.dumps(data)
    # Round-trip through JSON, so that no part is shared and becomes an anchor.
    apart = json.loads(json.dumps(data))
    yield "block.yaml", yaml.safe_dump(apart, default_flow_style=False, sort_keys=False)
