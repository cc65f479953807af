"""`losslint schema`: print the JSON Schema of a style."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer


class Style(str, Enum):
    """The styles that have a schema."""

    keras = "keras"
    netspresso = "netspresso"


def schema(
    style: Annotated[Style, typer.Argument(help="The config style.")],
) -> None:
    """Print the JSON Schema (2020-12) of a config style, for editors and other tools."""
    from losslint import schemas

    typer.echo(schemas.text("keras" if style is Style.keras else "netspresso"), nl=False)
