"""`losslint schema`: print the JSON Schema of a style, or of the settings."""

import sys
from typing import Annotated, Literal, NamedTuple

from losslint.cli.declared import CliArgument
from losslint.dialects.registry import DIALECTS

_SUBJECTS = (*sorted(each.name for each in DIALECTS), "settings")


class SchemaOptions(NamedTuple):
    """What the command line asks for: a field an option."""

    subject: Annotated[
        Literal[_SUBJECTS],  # type: ignore[valid-type]
        CliArgument("A config style, or losslint's own settings.", metavar="SCHEMA"),
    ]


def schema(request: SchemaOptions) -> None:
    """Print a JSON Schema (2020-12), for editors and other tools.

    Examples: losslint schema netspresso > netspresso.schema.json | losslint schema settings
    """
    if request.subject == "settings":
        from losslint.settings import schema as settings_schema

        sys.stdout.write(settings_schema.rendered())
        return
    from losslint.catalog import schemas

    sys.stdout.write(schemas.text(request.subject))
