"""Options declared once, as the fields of a record: a light parser and Typer both read them there.

Importing Typer takes longer than checking a hundred files. The light parser knows the plain
spellings of a command line; whatever else there is (help, completion, a misspelt option, a missing
value) it leaves to Typer, which then says what is wrong.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin

Record = TypeVar("Record", bound=tuple[Any, ...])


class Option(NamedTuple):
    """What a field's type does not tell of an option; its name is the field's, with dashes.

    `metavar` is what stands for the value in --help, `offers` what a shell completes to.
    """

    help: str
    short: str = ""
    metavar: str | None = None
    offers: tuple[str, ...] = ()


class CliArgument(Option):
    """The words of the command line that belong to no option."""


class Field(NamedTuple):
    """A field of a record of options."""

    name: str
    type: Any
    default: Any
    option: Option

    @property
    def spellings(self) -> tuple[str, ...]:
        """How the option is written: `--format` and `-f`."""
        if isinstance(self.option, CliArgument):
            return ()
        long = "--" + self.name.replace("_", "-")
        return (long, self.option.short) if self.option.short else (long,)

    @property
    def choices(self) -> tuple[str, ...]:
        """All values that there are, where they are few."""
        return get_args(self.type) if get_origin(self.type) is Literal else ()

    def read(self, text: str, before: Any) -> Any:
        """The value of a text, after those of earlier ones; None for what is not plain."""
        if self.type is int:
            return int(text) if text.isascii() and text.isdigit() else None
        if self.choices and text not in self.choices:
            return None
        return [*(before or ()), text] if list[str] in get_args(self.type) else text


def fields(record: type[Record]) -> list[Field]:
    """The options of a record whose fields are `Annotated[type, Option(...)] = default`."""
    defaults = record._field_defaults  # type: ignore[attr-defined]
    return [
        Field(name, kind.__origin__, defaults[name], kind.__metadata__[0])
        for name, kind in record.__annotations__.items()
    ]


def parse(record: type[Record], words: list[str]) -> Record | None:
    """The values of a plain command line; None for one that only Typer understands."""
    known = {spelling: field for field in fields(record) for spelling in field.spellings}
    values: dict[str, Any] = {}
    arguments: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            arguments += rest
        elif word == "-" or not word.startswith("-"):
            arguments.append(word)
        elif not _take(known, word, rest, values):
            return None
    for field in fields(record):
        if isinstance(field.option, CliArgument) and arguments:
            values[field.name] = arguments
    return record(**values)


def _take(known: dict[str, Field], word: str, rest: Iterator[str], values: dict[str, Any]) -> bool:
    """Read one option, and its value; false for what is not plain."""
    spelling, equals, text = word.partition("=")
    field = known.get(spelling)
    if field is None or (equals and not spelling.startswith("--")):
        return False
    if field.type is bool:
        values[field.name] = True
        return not equals
    value = text if equals else next(rest, None)
    # A value that looks like an option is more often one that was forgotten.
    if value is None or (not equals and value.startswith("-") and value != "-"):
        return False
    values[field.name] = field.read(value, values.get(field.name))
    return values[field.name] is not None


def typed(record: type[Record], command: Callable[[Record], None]) -> Callable[..., None]:
    """The function that Typer makes a command of: the same options, by annotations."""
    import inspect
    from typing import Annotated

    parameters = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
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
    import typer

    told, offers = field.option, field.option.offers
    if isinstance(told, CliArgument):
        return typer.Argument(help=told.help, metavar=told.metavar)

    def completed(incomplete: str) -> list[str]:
        return [offer for offer in offers if offer.startswith(incomplete)]

    return typer.Option(
        *field.spellings,
        help=told.help,
        metavar=told.metavar,
        autocompletion=completed if offers else None,
    )
