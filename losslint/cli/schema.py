"""`losslint schema`: print the JSON Schema of a style, or of the settings."""

import sys
from typing import Annotated, Literal, NamedTuple

from losslint.cli.declared import CliArgument
from losslint.cli.options import declarations_here
from losslint.dialects.declarations import schema_at
from losslint.dialects.registry import DIALECTS, dialect_named

_SUBJECTS = (*sorted(each.name for each in DIALECTS), "settings")


class SchemaOptions(NamedTuple):
    """What the command line asks for: a field an option."""

    subject: Annotated[
        Literal[_SUBJECTS],  # type: ignore[valid-type]
        CliArgument("keras, netspresso, or settings: those of losslint itself.", metavar="SCHEMA"),
    ]


def schema(request: SchemaOptions) -> None:
    """Print a JSON Schema (2020-12), for editors and other tools.

    It knows the losses that the settings of the current folder declare.

    Examples: losslint schema netspresso > netspresso.schema.json | losslint schema settings
    """
    if request.subject == "settings":
        from losslint.settings import schema as settings_schema

        sys.stdout.write(settings_schema.rendered())
        return
    from losslint.catalog import schemas
    from losslint.catalog.model import release_key

    dialect = dialect_named(request.subject)
    newest = release_key(dialect.newest)
    losses = declarations_here().losses_for(dialect)
    own = {each.name: schema_at(each, newest) for each in losses}
    sys.stdout.write(schemas.text(request.subject, own))
