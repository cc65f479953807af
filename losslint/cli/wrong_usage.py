"""What is said of a command line that says nothing that can be done: one sentence each."""

from collections.abc import Container, Iterable, Sequence

from losslint.cli.declared import Field
from losslint.text import closest


def choose(choices: Sequence[str], given: str = "") -> str:
    """What to choose in the place of a word that is none of the choices."""
    return f"choose {', '.join(choices[:-1])} or {choices[-1]}{did_you_mean(given, choices)}"


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The end of a sentence about a word that is close to a known one; else empty."""
    meant = closest(given, known)
    return f"; did you mean {meant}?" if meant is not None else ""


def allowed(field: Field) -> str:
    """The end of a sentence that a value is missing."""
    option = field.option
    if not field.spellings and not field.choices:
        return f": {option.help[0].lower()}{option.help[1:].rstrip('.')}"
    choices = field.choices or (() if callable(option.offers) else option.offers)
    if choices:
        return f": {choose(choices)}"
    return f": {field.called} {option.metavar}" if option.metavar else ""


def no_value(spelling: str, field: Field, word: str | None, known: Container[str]) -> str:
    """An option stands without its value: at the end, or before a word that looks like another."""
    missing = f"{spelling} needs a value{allowed(field)}"
    if word is None:
        return missing
    is_option = word.partition("=")[0] in known
    hint = "is an option" if is_option else f"is one if written {field.called}={word}"
    return f"{missing}; {word} {hint}"


def wrong_value(field: Field, text: str, number: type[int] | type[float] | None) -> str:
    """A text is none of the values of a field; `number` is the type of those that are numbers."""
    given = f"{field.called} {text}"
    if not text:
        return f"{field.called} needs a value{allowed(field)}"
    if field.choices:
        if not field.spellings:
            given = f"there is no {field.called.lower()} {text!r}"
        return f"{given}: {choose(field.choices, text)}"
    try:
        float(text) if number is float else int(text)
    except ValueError:
        return f"{given}: {'a whole number' if number is int else 'a number'} is needed"
    return f"{given}: it must be at least {field.option.least:g}"
