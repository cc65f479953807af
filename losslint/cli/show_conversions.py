"""What `losslint convert` shows: the results, the diffs, and what is to be known of them."""

from __future__ import annotations

import sys
from typing import TextIO

from losslint.cli.options import tell, use_color, write_bytes
from losslint.cli.output import width
from losslint.convert.console import beneath, together
from losslint.convert.conversion import Conversion
from losslint.convert.output import Delivered, Output
from losslint.convert.report import lines, summary, whole


def print_texts(done: list[Delivered], goal: Output) -> None:
    """The results that go to standard output."""
    shown = [each for each in done if each.path is None and each.result.text is not None]
    if goal.in_place:
        return
    if len(shown) == 1 and not shown[0].result.place:
        # Alone, a changed file keeps its encoding and its byte order mark.
        (result,) = (each.result for each in shown)
        text, file = result.text or "", result.after
        write_bytes(file.encode() if file else text.encode("utf-8", "backslashreplace"))
        return
    sys.stdout.write(together([each.result for each in shown]))


def print_diffs(done: list[Delivered], stream: TextIO) -> None:
    """What would be written, as diffs."""
    from losslint.report.difference import unified_diff

    for each in done:
        before, after = each.result.before, each.result.after
        if before is not None and after is not None:
            print(unified_diff(before, after), end="", file=stream)


def tell_outcomes(results: list[Conversion], lossy: bool) -> None:
    """What happened, on standard error: a table on a terminal, lines elsewhere."""
    if sys.stderr.isatty():
        from losslint.report.conversion_table import conversion_table
        from losslint.report.paint import Painter

        if any(result.plan.entries for result in results):
            paint = Painter(use_color("auto", stream_is_terminal=True))
            sys.stderr.writelines(conversion_table(results, lossy, width(sys.stderr), paint))
        for line in beneath(results, lossy):
            tell(line)
        told = [line for result in results for line in whole(result)]
    else:
        told = [line for result in results for line in lines(result, lossy)]
    for line in told:
        tell(line)
    if results:
        tell(summary(results))
