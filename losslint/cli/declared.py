"""Options declared once, as the fields of a record: a light parser and Typer both read them there.

Importing Typer takes longer than checking a hundred files. The light parser reads a plain command
line and says in one sentence what is wrong with it. Help, completion and letters that are written
together (`-vq`) it leaves to Typer. `losslint.cli.complete` reads what shells complete here.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

Record = TypeVar("Record", bound=tuple[Any, ...])

# What a shell completes to: words, or a function of what was typed, which explains each.
Offers = tuple[str, ...] | Callable[[str], list[tuple[str, str]]]

_REQUIRED: Any = object()


class WrongUsageError(Exception):
    """A command line that says nothing that can be done; the text is one sentence."""


class Option(NamedTuple):
    """What a field's type does not tell of an option; its name is the field's, with dashes.

    `metavar` stands for the value in --help, `least` is the smallest number, `long` another
    spelling than the field's name; `bare` is the value of an option that is written without one;
    `joined` says that one word may hold several values, with commas.
    """

    help: str
    short: str = ""
    metavar: str | None = None
    offers: Offers = ()
    least: float | None = None
    long: str = ""
    bare: str | None = None
    joined: bool = False


class CliArgument(Option):
    """The words of the command line that belong to no option."""


class NoOptions(NamedTuple):
    """The options of a command that has none."""


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
        long = self.option.long or "--" + self.name.replace("_", "-")
        return (long, self.option.short) if self.option.short else (long,)

    @property
    def written(self) -> tuple[str, ...]:
        """Each spelling by itself: `--amp/--no-amp` is two."""
        return tuple(each for spelling in self.spellings for each in spelling.split("/"))

    @property
    def needs_value(self) -> bool:
        """Whether the next word belongs to the option, whatever it is."""
        return self.type is not bool and self.option.bare is None

    @property
    def called(self) -> str:
        """How messages call it: `--format`, or the metavar of an argument."""
        return self.spellings[0] if self.spellings else self.option.metavar or self.name

    @property
    def choices(self) -> tuple[str, ...]:
        """All values that there are, where they are few."""
        literals = (kind for kind in self._kinds if get_origin(kind) is Literal)
        return get_args(next(literals, None))

    @property
    def takes_many(self) -> bool:
        """Whether each further value is added to those before."""
        return list[str] in self._kinds

    @property
    def _kinds(self) -> tuple[Any, ...]:
        """The type, and of a union the parts."""
        return (self.type, *get_args(self.type))

    @property
    def allowed(self) -> str:
        """The end of a sentence that a value is missing."""
        return f": {choose(self.choices)}" if self.choices else ""

    def read(self, text: str) -> Any:
        """The value of a text. Raises WrongUsageError."""
        if self.choices and text not in self.choices:
            raise WrongUsageError(f"{self.called} {text}: {choose(self.choices, text)}")
        number = next((kind for kind in (int, float) if kind in self._kinds), None)
        if number is None:
            return text
        try:
            value = number(text)
        except ValueError:
            what = "a whole number" if number is int else "a number"
            raise WrongUsageError(f"{self.called} {text}: {what} is needed") from None
        least = self.option.least
        if least is not None and not value >= least:
            raise WrongUsageError(f"{self.called} {text}: it must be at least {least:g}")
        return value


def choose(choices: Sequence[str], given: str = "") -> str:
    """What to choose in the place of a word that is none of the choices."""
    return f"choose {', '.join(choices[:-1])} or {choices[-1]}{_did_you_mean(given, choices)}"


def _did_you_mean(given: str, known: Iterable[str]) -> str:
    from losslint.text import closest

    meant = closest(given, known)
    return f"; did you mean {meant}?" if meant is not None else ""


def fields(record: type[Record]) -> list[Field]:
    """The options of a record whose fields are `Annotated[type, Option(...)] = default`."""
    defaults = record._field_defaults  # type: ignore[attr-defined]
    return [
        Field(name, kind.__origin__, defaults.get(name, _REQUIRED), kind.__metadata__[0])
        for name, kind in get_type_hints(record, include_extras=True).items()
    ]


def with_values(every: Iterable[Field], words: list[str]) -> list[str]:
    """A command line in which each option that may go without its value has one.

    The next word is the value, unless it is another option or names something that is there.
    """
    bare = {spelling: each.option.bare for each in every for spelling in each.spellings}
    found: list[str] = []
    left = words[::-1]
    while left:
        word = left.pop()
        if word == "--":
            return [*found, word, *reversed(left)]
        value = bare.get(word)
        if value is not None:
            next_word = left[-1] if left else ""
            if next_word and next_word[0] != "-" and not os.path.lexists(next_word):
                value = left.pop()
            word = f"{word}={value}"
        found.append(word)
    return found


def parse(record: type[Record], words: list[str], command: str) -> Record | None:
    """The values of a plain command line; None for one that only Typer understands.

    Raises WrongUsageError for one that nobody does.
    """
    every = fields(record)
    known = {spelling: field for field in every for spelling in field.spellings}
    values: dict[str, Any] = {}
    arguments: list[str] = []
    rest = iter(with_values(every, words))
    for word in rest:
        if word == "--":
            arguments += rest
        elif word == "-" or not word.startswith("-"):
            arguments.append(word)
        elif not _take(known, word, rest, values, command):
            return None
    _take_arguments([field for field in every if not field.spellings], arguments, values, command)
    for field in every:
        if field.default is _REQUIRED and field.name not in values:
            raise WrongUsageError(f"{command} needs {field.called}{field.allowed}")
    return record(**values)


def _take(
    known: dict[str, Field], word: str, rest: Iterator[str], values: dict[str, Any], command: str
) -> bool:
    """Read one option, and its value; false for what is not plain."""
    spelling, equals, text = word.partition("=")
    field = known.get(spelling)
    if field is None or (equals and not spelling.startswith("--")):
        if field is None and spelling.startswith("--") and not _is_typers(spelling, known):
            near = _did_you_mean(spelling, (each for each in known if each[:2] == "--"))
            raise WrongUsageError(f"{command} has no option {spelling}{near}")
        return False
    if field.type is bool:
        if equals:
            raise WrongUsageError(f"{spelling} takes no value")
        values[field.name] = True
        return True
    value = text if equals else next(rest, None)
    if value is None:
        raise WrongUsageError(f"{spelling} needs a value{field.allowed}")
    if not equals and value.startswith("-") and value != "-" and not value[1:].isdigit():
        # A value that looks like an option is more often one that was forgotten.
        return False
    read = field.read(value)
    values[field.name] = [*values.get(field.name, ()), read] if field.takes_many else read
    return True


def _is_typers(spelling: str, known: dict[str, Field]) -> bool:
    """Whether Typer knows an option that the record does not spell out."""
    return spelling == "--help" or any(spelling in each.split("/") for each in known)


def _take_arguments(
    takers: list[Field], arguments: list[str], values: dict[str, Any], command: str
) -> None:
    """Give the words that belong to no option to the field that takes them."""
    for field in takers:
        if arguments:
            values[field.name] = arguments if field.takes_many else field.read(arguments[0])
            arguments = [] if field.takes_many else arguments[1:]
    if arguments:
        raise WrongUsageError(f"{command} has no use for {arguments[0]!r}")


def typed(record: type[Record], command: Callable[[Record], None]) -> Callable[..., None]:
    """The function that Typer makes a command of: the same options, by annotations."""
    import inspect
    from typing import Annotated

    parameters = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is _REQUIRED else field.default,
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

    told = field.option
    shared: dict[str, Any] = {"help": told.help, "metavar": told.metavar}
    if isinstance(told, CliArgument):
        return typer.Argument(**shared)
    return typer.Option(*field.spellings, min=told.least, **shared)
