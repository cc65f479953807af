"""The JSON Schemas of both styles, generated from the catalog for the newest releases.

`python -m losslint.catalog.schemas` writes them to `schemas/`; nobody edits them by hand. Each
`$defs` of a loss stands for one entry and can be used alone (`entry_schema`). What a schema
refuses, a rule reports, and the other way round; two things are left to the rules, because JSON
Schema cannot tell them: 255 from 255.0, and an odd number of items in a list of more than sixty.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal, get_args

from losslint.catalog.schemas import keras, netspresso
from losslint.catalog.schemas.values import DIALECT, NO_OWN, OwnSchemas, Schema

SchemaStyle = Literal["keras", "netspresso"]

STYLES: tuple[SchemaStyle, ...] = get_args(SchemaStyle)
_BUILDERS = {"keras": keras.schema, "netspresso": netspresso.schema}
FOLDER = Path(__file__).resolve().parents[3] / "schemas"


def build(style: SchemaStyle, own: OwnSchemas = NO_OWN) -> Schema:
    """The schema of whole files of a style; `own` are losses of one's own, by name."""
    return _BUILDERS[style](own)


def text(style: SchemaStyle, own: OwnSchemas = NO_OWN) -> str:
    """The schema as text; without losses of one's own as the checked-in file holds it."""
    return json.dumps(build(style, own), indent=2, ensure_ascii=False) + "\n"


def entry_schema(style: SchemaStyle, name: str) -> Schema:
    """The schema of one entry: a criterion, a Keras class, or `platform.` and a loss's name."""
    return {"$schema": DIALECT, "$ref": f"#/$defs/{name}", "$defs": build(style)["$defs"]}


def write(folder: Path = FOLDER) -> None:
    """Write both schemas where the repository keeps them."""
    folder.mkdir(exist_ok=True)
    for name in STYLES:
        path = folder / f"{name}.schema.json"
        path.write_text(text(name), encoding="utf-8", newline="\n")
