"""The report as text of 80 columns."""

from __future__ import annotations

from textwrap import wrap

from losslint.catalog.equivalences_model import Nearest

from .judge import Difference, Verdict, Word
from .measure import Report
from .nearest import Finding
from .records import Case

_WIDTH = 80


def printed(report: Report, dtype: str, cases: bool = False) -> str:
    """Every row with its numbers, and under it what is wrong."""
    keras, netspresso = report.labels
    lines = [f"Keras:      {keras}", f"NetsPresso: {netspresso}"]
    if not netspresso.startswith("netspresso-trainer"):
        lines += wrap(
            "These are losslint's own criteria; LOSSLINT_TRAINER_PYTHON may name a Python that "
            "has NetsPresso Trainer.",
            _WIDTH,
        )
    lines += ["", f"worst relative difference of value and gradient, {dtype}", _HEAD]
    for one in report.verdicts:
        lines += _rows(one)
        if cases:
            lines += [_case(*each) for each in report.found if each[0].row == one.row]
    if report.nearest:
        lines += ["", *wrap(_NEAREST, _WIDTH)]
    for finding in report.nearest:
        lines += _finding(finding)
    words = [one.word for one in report.verdicts] + [one.word for one in report.nearest]
    counts = {word: words.count(word) for word in _WORDS}
    total = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return "\n".join([*lines, "", f"{len(words)} rows: {total}"])


_WORDS: tuple[Word, ...] = ("same", "differs", "CONTRADICTED")
_HEAD = f"{'row':<9}{'kind':<12}{'recorded':<17}{'measured':<17}{'held/broke':<11}verdict"


def _rows(one: Verdict) -> list[str]:
    recorded = _numbers(one.recorded) if one.recorded is not None else "-"
    drawn = f"{one.held}/{one.broken}"
    line = f"{one.kind:<12}{recorded:<17}{_numbers(one.measured):<17}{drawn:<11}{one.word}"
    lines = [f"{one.row:<9}{line}"] if len(one.row) < 9 else [one.row, f"{'':<9}{line}"]
    for text in one.wrong:
        lines += wrap(text, _WIDTH, initial_indent=" " * 11, subsequent_indent=" " * 11)
    return lines


_NEAREST = (
    "what came nearest where no criterion computes it: the share of the gradient that is left "
    "over, and of the value's range"
)


def _finding(finding: Finding) -> list[str]:
    lines = [] if len(finding.row) < 9 else [finding.row]
    name = finding.row if len(finding.row) < 9 else ""
    lines.append(f"{name:<9}{'recorded':<10}{_setting(finding.recorded)}")
    lines.append(f"{'':<9}{'measured':<10}{_setting(finding.nearest)}")
    return [*lines, f"{'':<9}{' '.join(filter(None, (finding.word, finding.problem)))}"]


def _setting(one: Nearest) -> str:
    params = ", ".join(f"{name} {value}" for name, value in one.params)
    where = f"{one.activation}, {one.labels}"
    return f"{one.gradient_residual:.2g} {one.value_residual:.2g}  {one.name} ({params}) {where}"


def _case(case: Case, found: Difference) -> str:
    told = found.problem or _numbers((found.value, found.gradient))
    return f"{'':<11}{told:<26}{case.breaks}"


def _numbers(pair: tuple[float, float]) -> str:
    return " ".join(f"{number:.1e}" if number == number else "none" for number in pair)
