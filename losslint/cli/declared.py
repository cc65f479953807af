"""Options declared once, as the fields of a record: a light parser and Typer both read them there.

Importing Typer takes longer than checking a hundred files: the light parser reads every command
line, and Typer makes the help. What shells complete is read here by `losslint.cli.complete`.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

Record = TypeVar("Record", bound=tuple[Any, ...])

# What a shell completes to: words, or a function of what was typed, which explains each.
Offers = tuple[str, ...] | Callable[[str], list[tuple[str, str]]]

REQUIRED: Any = object()

# What asks for help, wherever it stands.
HELP = ("--help", "-h")


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
        return tuple(each for each in (*long.split("/"), self.option.short) if each)

    @property
    def denied(self) -> str:
        """How a switch is written that is to be off: of `--amp/--no-amp`, the second."""
        return self.option.long.partition("/")[2]

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

    def read(self, text: str) -> Any:
        """The value of a text. Raises WrongUsageError."""
        number = next((kind for kind in (int, float) if kind in self._kinds), None)
        if number is None and (not self.choices or text in self.choices):
            return text
        if number is not None:
            with suppress(ValueError):
                value = number(text)
                if self.option.least is None or value >= self.option.least:
                    return value
        from losslint.cli.wrong_usage import wrong_value

        raise WrongUsageError(wrong_value(self, text, number))


def fields(record: type[Record]) -> list[Field]:
    """The options of a record whose fields are `Annotated[type, Option(...)] = default`."""
    defaults = record._field_defaults  # type: ignore[attr-defined]
    return [
        Field(name, kind.__origin__, defaults.get(name, REQUIRED), kind.__metadata__[0])
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
    """The values of a command line; None for one that asks for help.

    Raises WrongUsageError for one that says nothing that can be done.
    """
    every = fields(record)
    line = _Line(every, with_values(every, words), command)
    if not line.read():
        return None
    _take_arguments([each for each in every if not each.spellings], line, command)
    for field in every:
        if field.default is REQUIRED and field.name not in line.values:
            from losslint.cli.wrong_usage import allowed

            raise WrongUsageError(f"{command} needs {field.called}{allowed(field)}")
    return record(**line.values)


class _Line:
    """A command line on its way into values; `arguments` are the words that belong to no option."""

    def __init__(self, every: list[Field], words: list[str], command: str) -> None:
        self._known = {spelling: field for field in every for spelling in field.spellings}
        self._rest = iter(words)
        self._command = command
        self.values: dict[str, Any] = {}
        self.arguments: list[str] = []

    def read(self) -> bool:
        """Read all words; false where one of them asks for help."""
        for word in self._rest:
            if word == "--":
                self.arguments += self._rest
            elif word == "-" or not word.startswith("-"):
                self.arguments.append(word)
            elif word in HELP:
                return False
            elif word.startswith("--"):
                spelling, equals, text = word.partition("=")
                self._take(spelling, text if equals else None)
            elif not self._letters(word):
                return False
        return True

    def _letters(self, word: str) -> bool:
        """Read letters written together: `-vq`, `-fjson`; false where one asks for help."""
        if len(word) > 2 and f"-{word}" in self._known:
            raise WrongUsageError(f"{self._command} has no option {word}; did you mean -{word}?")
        for at, letter in enumerate(word[1:], 2):
            spelling = f"-{letter}"
            if spelling in HELP:
                return False
            field = self._known.get(spelling)
            if field is not None and field.type is not bool:
                self._take(spelling, word[at:].removeprefix("=") or None)
                return True
            if field is None and at > 2:
                spelling = f"{spelling} (in {word})"
            self._take(spelling, None)
        return True

    def _take(self, spelling: str, text: str | None) -> None:
        """Read one option, and its value, which is the next word where there is no `text`."""
        field = self._known.get(spelling)
        if field is None:
            from losslint.cli.wrong_usage import did_you_mean

            near = did_you_mean(spelling, (each for each in self._known if each[:2] == "--"))
            near = near or f"; losslint {self._command} --help lists them"
            raise WrongUsageError(f"{self._command} has no option {spelling}{near}")
        if field.type is bool:
            if text is not None:
                raise WrongUsageError(f"{spelling} takes no value")
            self.values[field.name] = spelling != field.denied
            return
        value = self._next(spelling, field) if text is None else text
        read = field.read(value)
        before = self.values.get(field.name, ())
        self.values[field.name] = [*before, read] if field.takes_many else read

    def _next(self, spelling: str, field: Field) -> str:
        """The next word as a value; one that looks like an option tells that it was forgotten."""
        value = next(self._rest, None)
        if value is None or (len(value) > 1 and value[0] == "-" and not value[1].isdigit()):
            from losslint.cli.wrong_usage import no_value

            raise WrongUsageError(no_value(spelling, field, value, self._known))
        return value


def _take_arguments(takers: list[Field], line: _Line, command: str) -> None:
    """Give the words that belong to no option to the field that takes them."""
    arguments = line.arguments
    for field in takers:
        if arguments:
            line.values[field.name] = arguments if field.takes_many else field.read(arguments[0])
            arguments = [] if field.takes_many else arguments[1:]
    if arguments:
        takes = " and ".join(f"one {field.called}" for field in takers) or "no arguments"
        raise WrongUsageError(f"{command} takes {takes}: {arguments[0]} is too much")
