"""`losslint loss`: what the catalog knows of a loss."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from losslint.cli.options import OK, fail

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef


def loss(
    name: Annotated[
        str | None, typer.Argument(help="A loss, class or criterion; none lists all.")
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text or json.")] = "text",
) -> None:
    """Show what is known of a loss: parameters, ranges, what it expects of model and data.

    Examples: losslint loss | losslint loss focal_loss | losslint loss Huber
    """
    from losslint.catalog import all_losses

    if format not in ("text", "json"):
        fail(f"--format {format}: choose text or json")
    losses = list(all_losses())
    if name is not None:
        losses = [each for each in losses if name in _spellings(each)]
        if not losses:
            fail(_unknown(name))
    if format == "json":
        import json

        from losslint.catalog.describe import as_data

        data = [as_data(each) for each in losses]
        sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    elif name is None:
        for each in losses:
            sys.stdout.write(f"{each.framework:10}  {each.name:38}  {each.summary}\n")
    else:
        from losslint.catalog.describe import as_text

        sys.stdout.write("\n".join(as_text(each) for each in losses))
    raise typer.Exit(OK)


def _spellings(loss: LossDef) -> set[str]:
    return {loss.name, loss.class_name or loss.name, *(each.text for each in loss.names)}


def _unknown(name: str) -> str:
    from losslint.catalog import all_losses
    from losslint.rules._values import closest

    meant = closest(name, sorted(set().union(*map(_spellings, all_losses()))))
    hint = f"; did you mean {meant!r}?" if meant else "; `losslint loss` lists them all"
    return f"no loss is named {name!r}{hint}"
