"""What may stand where the cursor is, for the shells' scripts: a line each, with a tab what it is.

A value that ends with "=" goes on, and the line `:files` says that a file is to be named there,
behind what follows the tab. Options are read where they are declared, without Typer, and rules and
losses are only imported where they are asked for.
"""

import os
import sys
from collections.abc import Iterator
from typing import NamedTuple

from losslint.cli import COMMANDS, part_of
from losslint.cli.declared import Field, fields

# What the scripts set: "=" and the word up to the cursor. The words before it are arguments.
VARIABLE = "_LOSSLINT_COMPLETE"

FILES = ":files"

_ANYWHERE = (("--help", "Show the help."), ("-h", "Show the help."))
_ALONE = (("--version", "Show the version."), ("-V", "Show the version."), *_ANYWHERE)


class Offer(NamedTuple):
    """A value, and what it is."""

    value: str
    about: str = ""


def complete(words: list[str]) -> None:
    """Print the offers for the word that the environment holds, behind the words before it."""
    typed = os.environ[VARIABLE][1:]
    if not words:
        every: Iterator[Offer] = _first(typed)
    elif words[0] in COMMANDS:
        every = _behind(typed, words[1:], fields(part_of(*COMMANDS[words[0]][:2])))
    else:
        every = iter(())
    for offer in every:
        # A sentence that breaks the line would be an offer of its own.
        sys.stdout.write(f"{offer.value}\t{' '.join(offer.about.split())}\n")


def _first(typed: str) -> Iterator[Offer]:
    """The commands, or what stands in the place of one."""
    if typed.startswith("-"):
        yield from (Offer(*each) for each in _ALONE if each[0].startswith(typed))
        return
    from losslint.cli.pages import page_of

    for name, (_, _, module, function) in COMMANDS.items():
        if name.startswith(typed):
            yield Offer(name, page_of(part_of(module, function)).short)


def _behind(typed: str, words: list[str], every: list[Field]) -> Iterator[Offer]:
    """What may stand behind the words of a command."""
    known = {spelling: field for field in every for spelling in field.spellings}
    used: set[str] = set()
    arguments, left = 0, words[::-1]
    while left:
        word = left.pop()
        if word == "--":
            yield from _argument(typed, every, arguments + len(left))
            return
        spelling, equals, _ = word.partition("=")
        field = known.get(spelling)
        if field is None:
            arguments += not word.startswith("-") or word == "-"
            continue
        used.add(field.name)
        if not equals and field.needs_value:
            if not left:
                yield from _values(field, typed)
                return
            left.pop()
    spelling, equals, value = typed.partition("=")
    if equals and spelling in known and spelling.startswith("--"):
        yield from _values(known[spelling], value, spelling + "=")
    elif typed.startswith("-"):
        yield from _options(typed, known, used)
    else:
        yield from _argument(typed, every, arguments)


def _options(typed: str, known: dict[str, Field], used: set[str]) -> Iterator[Offer]:
    """The options that may still be written."""
    for spelling, field in known.items():
        again = field.takes_many or field.name not in used
        if again and spelling.startswith(typed):
            yield Offer(spelling, field.option.help)
    yield from (Offer(*each) for each in _ANYWHERE if each[0].startswith(typed))


def _argument(typed: str, every: list[Field], given: int) -> Iterator[Offer]:
    """What may stand as the next word that belongs to no option."""
    takers = [field for field in every if not field.spellings]
    for number, field in enumerate(takers):
        if field.takes_many or number == given:
            yield from _values(field, typed)
            return


def _values(field: Field, typed: str, before: str = "") -> Iterator[Offer]:
    """The values of an option, or of an argument, behind what is written of the word."""
    option = field.option
    if option.joined:
        head, comma, typed = typed.rpartition(",")
        before += head + comma
    offered = option.offers(typed) if callable(option.offers) else ()
    words = option.offers if not callable(option.offers) else ()
    for offer in (*offered, *((word, "") for word in (*field.choices, *words))):
        if offer[0].startswith(typed):
            yield Offer(before + offer[0], offer[1])
    metavar = option.metavar or ""
    name, equals, _ = typed.partition("=")
    if "[=FILE]" in metavar:
        if equals:
            yield Offer(FILES, before + name + "=")
    elif "FILE" in metavar or "PATH" in metavar:
        yield Offer(FILES, before)
