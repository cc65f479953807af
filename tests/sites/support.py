"""A document as JSON and as YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def spellings(data: Any) -> Iterator[tuple[str, str]]:
    """The name of a file, and its text: JSON, JSON read as YAML, and YAML in block style."""
    from ruamel.yaml import YAML
    from ruamel.yaml.compat import StringIO

    yield "a.json", json.dumps(data)
    yield "flow.yaml", json.dumps(data)
    out = StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    # Round-trip through JSON, so that no part is shared and becomes an anchor.
    yaml.dump(json.loads(json.dumps(data)), out)
    yield "block.yaml", out.getvalue()
