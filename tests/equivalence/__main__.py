"""The command: measure every row of the catalog again, and print what differs."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence

from losslint.catalog.equivalences import ROWS

from .measure import measure
from .table import printed


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where a row's kind is contradicted, 0 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.equivalence", description=__doc__)
    parser.add_argument("rows", nargs="*", help="ids of rows; all without any")
    parser.add_argument("--dtype", choices=("float64", "float32"), default="float64")
    parser.add_argument("--cases", action="store_true", help="print every case too")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    every = list(dict.fromkeys(row.id for row in ROWS))
    unknown = [row for row in options.rows if row not in every]
    if unknown:
        parser.error(f"there is no row {unknown[0]}")
    report = measure(options.rows or every, options.dtype)
    print(printed(report, options.dtype, options.cases))
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
