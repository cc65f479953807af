"""Declared options as Typer takes them: for help, which is all that is left to it."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand

from losslint.cli.declared import REQUIRED, CliArgument, Field, Record, fields


def before_commands(
    version: Annotated[bool, typer.Option("--version", "-V", help="Show the version.")] = False,
) -> None:
    """What may stand before a command; it is read without Typer."""


class PlainCommand(TyperCommand):
    """A command whose help names its arguments without the types that Python has for them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for each in self.params:
            if isinstance(each, TyperArgument):
                # Of no release of Typer but the newer ones, which show a type behind the name.
                setattr(each, "display_type_rich", lambda **_: None)  # noqa: B010


def typed(record: type[Record], command: Callable[[Record], None]) -> Callable[..., None]:
    """The function that Typer makes a command of: the same options, by annotations."""
    parameters = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is REQUIRED else field.default,
            annotation=Annotated[field.type, _told_typer(field)],
        )
        for field in fields(record)
    ]

    def function(**values: Any) -> None:
        command(record(**values))

    function.__name__, function.__doc__ = command.__name__, command.__doc__
    function.__annotations__ = {each.name: each.annotation for each in parameters}
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return function


def _told_typer(field: Field) -> Any:
    """What Typer is told of an option beside its type."""
    told = field.option
    shared: dict[str, Any] = {"help": told.help, "metavar": told.metavar}
    if isinstance(told, CliArgument):
        return typer.Argument(**shared)
    spellings = [told.long, told.short] if field.denied else field.spellings
    return typer.Option(*filter(None, spellings), min=told.least, **shared)
