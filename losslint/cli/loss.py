"""`losslint loss`: what the catalog knows of a loss."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from losslint.cli.declared import CliArgument, Option
from losslint.cli.options import as_json, fail
from losslint.cli.output import on_screen
from losslint.text import visible

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef


_INDENT = " " * 12


def _offers(typed: str) -> list[tuple[str, str]]:
    """The losses, each with its summary."""
    return [(each.name, each.summary) for each in _every(strict=False)]


def _every(*, strict: bool = True) -> list[LossDef]:
    """The losses of the catalog, and those that the settings of the current folder declare."""
    from losslint.cli.options import declarations_here
    from losslint.dialects.declarations import told
    from losslint.dialects.registry import all_losses

    return [*all_losses(), *map(told, declarations_here(strict=strict).losses)]


class LossOptions(NamedTuple):
    """What the command line asks for: a field an option."""

    name: Annotated[
        str | None,
        CliArgument("A loss, class or criterion; none lists all.", metavar="NAME", offers=_offers),
    ] = None
    format: Annotated[Literal["text", "json"], Option("text or json.", "-f", metavar="NAME")] = (
        "text"
    )


def loss(request: LossOptions) -> None:
    """Show what is known of a loss, or list them all.

    Parameters, ranges, defaults, and what it expects of model and data.

    Examples: losslint loss | losslint loss focal_loss | losslint loss Huber
    """
    from losslint.dialects.declarations import spellings

    name = request.name
    every = losses = _every()
    if name is not None:
        losses = [each for each in losses if name in spellings(each)]
        if not losses:
            fail(_unknown(name, set[str]().union(*map(spellings, every))))
    if request.format == "json":
        from losslint.catalog.describe import as_data

        sys.stdout.write(as_json([as_data(each) for each in losses]))
    else:
        sys.stdout.write(_listed(losses) if name is None else _pages(losses))


def _listed(losses: list[LossDef]) -> str:
    return "".join(f"{_row(each)}\n" for each in losses)


def _row(loss: LossDef) -> str:
    """One line; where the terminal is too narrow for it, the summary stands beneath the name."""
    # A loss of one's own is named and described by a file.
    head = visible(f"{loss.framework:10}  {loss.name}")
    summary = visible(" ".join(loss.summary.split()))
    row = on_screen(f"{head:50}  {summary}", indent=_INDENT)
    return f"{head}\n{on_screen(_INDENT + summary, indent=_INDENT)}" if "\n" in row else row


def _pages(losses: list[LossDef]) -> str:
    from losslint.catalog.describe import as_text

    text = "\n".join(as_text(each) for each in losses)
    return "\n".join(_folded(line) for line in text.split("\n"))


def _folded(line: str) -> str:
    """A line of a page, continued a little further in."""
    return on_screen(visible(line), indent=" " * (len(line) - len(line.lstrip()) + 4))


def _unknown(name: str, names: set[str]) -> str:
    from losslint.text import closest

    meant = closest(name, sorted(names))
    hint = f"; did you mean {meant!r}?" if meant else "; `losslint loss` lists them all"
    return f"no loss is named {name!r}{hint}"
