"""Tables of any width: no cell is cut, and what is left out is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.dryrun.records import Verdict
from losslint.report.columns import Cell, Column, Columns
from losslint.report.paint import Painter
from losslint.report.verdict_table import VerdictTable
from losslint.text import width_of

PLAIN = Painter()
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "Nd", "Zs", "Pc")), max_size=40)


def verdict(name: str, dtype: str, value: float, error: float) -> Verdict:
    return Verdict(
        name, "keras", {}, "keras 3", "cpu", "cpu", dtype, False, True, value=value,
        gradient_norm=1.5e-7, reference_error=error, gradient_error=7e-16, seconds=0.5,
    )  # fmt: skip


@pytest.mark.parametrize("width", [0, 60, 80, 100, 120])
@pytest.mark.parametrize("types", [["float32"], ["bfloat16+amp", "float32+amp"]])
def test_no_number_of_a_verdict_is_shortened(width: int, types: list[str]) -> None:
    name = "sparse_categorical_crossentropy"
    table = VerdictTable([name], types, width, PLAIN, several_devices=False)
    shown = "".join(
        table.row(verdict(name, kind, value, error))
        for kind in types
        for value, error in ((-1.234567e-5, 7e-16), (123456.7, 1.25e-13), (0.5, 0.0))
    )
    lines = (shown + table.end()).splitlines()
    assert not width or all(len(line) <= width for line in lines)
    for number in ("7.0e-16", "1.2e-13", "0.0e+00"):
        assert number in shown.split()
    # What tells the rows of a loss apart is there at any width.
    assert len(types) == 1 or set(types) <= set(shown.split())
    headings = {"value", "gradient", "seconds", "device"}
    left_out = {each for each in headings if each not in shown.split()}
    assert not left_out or all(each in table.end() for each in left_out)
    assert "-1.23457e-05" in shown.split() or "value" in left_out
    assert ("seconds" in left_out) == (0 < width < 100)


@given(
    rows=st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 10**12)), max_size=4),
    width=st.integers(30, 100),
)
def test_nothing_is_cut_and_nothing_is_wider(rows: list[tuple[str, str, int]], width: int) -> None:
    texts = [(first, second, str(number)) for first, second, number in rows]
    first, second, third = (max((width_of(row[at]) for row in texts), default=0) for at in range(3))
    columns = Columns(
        [
            Column("first", first, 8),
            Column("second one", second, 8),
            Column("a number", third, rank=1, right=True),
        ],
        width,
        PLAIN,
    )
    shown = [columns.header(), *(columns.row(list(map(Cell, row))) for row in texts)]
    assert all(width_of(line) <= width for each in shown for line in each.splitlines())
    for row, drawn in zip(texts, shown[1:], strict=True):
        kept = row if "number" in shown[0] else row[:2]
        assert sorted("".join("".join(kept).split())) == sorted("".join(drawn.split()))
    assert ("number" in shown[0]) != ("a number" in columns.note("elsewhere"))


def test_long_names_break_behind_underscores() -> None:
    columns = Columns([Column("loss", 31, 12), Column("n", 3)], 24, PLAIN)
    drawn = columns.row([Cell("sparse_categorical_crossentropy"), Cell("1e3")])
    assert [line.split()[0] for line in drawn.splitlines()] == [
        "sparse_categorical_", "crossentropy",
    ]  # fmt: skip
    assert drawn.splitlines()[0].split()[1:] == ["1e3"]
