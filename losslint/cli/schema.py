"""`losslint schema`: print the JSON Schema of a style, or of the settings."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Annotated

import typer


class Subject(str, Enum):
    """What there is a schema of."""

    keras = "keras"
    netspresso = "netspresso"
    settings = "settings"


def schema(
    subject: Annotated[Subject, typer.Argument(help="A config style, or losslint's own settings.")],
) -> None:
    """Print a JSON Schema (2020-12), for editors and other tools.

    Examples: losslint schema netspresso > netspresso.schema.json | losslint schema settings
    """
    if subject is Subject.settings:
        from losslint.settings import schema as settings_schema

        sys.stdout.write(settings_schema.rendered())
        return
    from losslint.catalog import schemas

    sys.stdout.write(schemas.text("keras" if subject is Subject.keras else "netspresso"))
