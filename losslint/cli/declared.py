"""Options declared once, as data: a light parser reads them, and Typer is built from them.

Importing Typer takes longer than checking a hundred files. The light parser knows the plain
spellings of a command line; whatever else there is (help, completion, a misspelt option, a missing
value) it leaves to Typer, which then says what is wrong.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

# "flag" is true when written; "texts" may be repeated; "paths" are the arguments.
Kind = Literal["flag", "text", "texts", "number", "paths"]
Value = bool | int | str | list[str] | None


class Option(NamedTuple):
    """One option or, for `paths`, the arguments. `spellings` are such as `--format` and `-f`.

    `metavar` is what stands for the value in --help.
    """

    name: str
    kind: Kind
    help: str
    spellings: tuple[str, ...] = ()
    default: Value = None
    choices: tuple[str, ...] = ()
    metavar: str | None = None


def parse(options: tuple[Option, ...], words: list[str]) -> dict[str, Value] | None:
    """The values of a plain command line; None for one that only Typer understands."""
    values: dict[str, Value] = {option.name: option.default for option in options}
    known = {spelling: option for option in options for spelling in option.spellings}
    paths: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            paths += rest
        elif word == "-" or not word.startswith("-"):
            paths.append(word)
        elif not _take(known, word, rest, values):
            return None
    values.update((option.name, paths or None) for option in options if option.kind == "paths")
    return values


def _take(known: Mapping[str, Option], word: str, rest: Any, values: dict[str, Value]) -> bool:
    """Read one option, and its value; false for what is not plain."""
    spelling, equals, text = word.partition("=")
    option = known.get(spelling)
    if option is None or (equals and not spelling.startswith("--")):
        return False
    if option.kind == "flag":
        values[option.name] = True
        return not equals
    value = text if equals else next(rest, None)
    # A value that looks like an option is more often one that was forgotten.
    if value is None or (not equals and value.startswith("-") and value != "-"):
        return False
    if option.choices and value not in option.choices:
        return False
    if option.kind == "number":
        values[option.name] = int(value) if value.isascii() and value.isdigit() else None
        return values[option.name] is not None
    if option.kind == "texts":
        before = values[option.name]
        values[option.name] = [*(before if isinstance(before, list) else []), value]
    else:
        values[option.name] = value
    return True


def _one_of(choices: tuple[str, ...]) -> Callable[[str], list[str]]:
    """What a shell completes to."""

    def completed(incomplete: str) -> list[str]:
        return [choice for choice in choices if choice.startswith(incomplete)]

    return completed


def _info(option: Option) -> Any:
    """What Typer is told of an option beside its type."""
    import typer

    if option.kind == "paths":
        return typer.Argument(help=option.help, metavar=option.metavar)
    completed = _one_of(option.choices) if option.choices else None
    return typer.Option(
        *option.spellings, help=option.help, metavar=option.metavar, autocompletion=completed
    )


def typed(options: tuple[Option, ...], command: Callable[..., None]) -> Callable[..., None]:
    """The function that Typer makes a command of: the same options, by annotations."""
    import inspect
    from typing import Annotated

    types: dict[Kind, Any] = {
        "flag": bool,
        "text": str,
        "texts": list[str] | None,
        "number": int,
        "paths": list[str] | None,
    }
    parameters: list[inspect.Parameter] = []
    for option in options:
        info = _info(option)
        kind = types[option.kind]
        if option.kind in ("text", "number") and option.default is None:
            kind = kind | None
        parameters.append(
            inspect.Parameter(
                option.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=option.default,
                annotation=Annotated[kind, info],
            )
        )

    def function(**values: Value) -> None:
        command(**values)

    function.__name__, function.__doc__ = command.__name__, command.__doc__
    function.__annotations__ = {each.name: each.annotation for each in parameters}
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return function
