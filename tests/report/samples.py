"""Findings as the linter hands them over, on configs like the real ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from losslint.diagnostics import Diagnostic, Edit, Fix, Related, Severity, Span
from losslint.files.source import Source
from losslint.linter.outcome import FileOutcome
from losslint.report import render
from losslint.report.model import ReportOptions, RuleInfo
from losslint.report.statistics import Count, RuleCounts
from losslint.report.summary import Tally

BASE = "/home/user/project"

MODEL = """\
model:
  task: segmentation
  name: pidnet_s

  # The head's losses.
  losses:
    - criterion: cross_entropi
      label_smoothing: 1.5
      weight: ~
    - criterion: boundary_loss
      ignore_index: 255
      weight: 0
    - criterion: boundary_loss
      ignore_index: 254
      weight: 1.0
  # After the losses.
"""

KOREAN = """\
model:
\tlosses: [{criterion: "손실함수", weight: 1.0}, {criterion: cross_entropy}]
"""

KERAS = """\
{
  "compile_config": {
    "loss": "categorical_crossentrop"
  }
}
"""


def span(text: str, part: str, nth: int = 0) -> Span:
    """The span of the nth occurrence of a part."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    return Span(start, start + len(part))


def replace(text: str, part: str, new: str, nth: int = 0) -> Edit:
    """An edit that replaces the nth occurrence of a part."""
    return Edit(*span(text, part, nth), new)


def source(path: str, text: str, member: str | None = None) -> Source:
    """A source of a text."""
    return Source(path, text, text.encode("utf-8", "surrogatepass"), member=member)


def _model() -> FileOutcome:
    text = MODEL
    rename = Fix("Write `cross_entropy`", (replace(text, "cross_entropi", "cross_entropy"),))
    entry = "    - criterion: boundary_loss\n      ignore_index: 255\n      weight: 0\n"
    drop = Fix("Remove the first `boundary_loss`", (replace(text, entry, ""),), safe=False)
    first = Related(span(text, "boundary_loss"), "the first one stands here")
    diagnostics = (
        Diagnostic(
            "LL101",
            "unknown-loss",
            "error",
            "NetsPresso Trainer 1.4.1 has no criterion `cross_entropi`",
            span(text, "cross_entropi"),
            rename,
            hint="did you mean `cross_entropy`?",
        ),
        Diagnostic(
            "LL114",
            "value-out-of-range",
            "error",
            "`label_smoothing` is 1.5; it must lie between 0 and 1",
            span(text, "1.5"),
            path="model.losses[0].label_smoothing",
        ),
        Diagnostic(
            "LL203",
            "zero-weight",
            "warning",
            "`weight` is 0: this loss has no effect",
            span(text, entry.strip()),
        ),
        Diagnostic(
            "LL201",
            "duplicate-criterion",
            "error",
            "Two losses are named `boundary_loss`; the trainer keeps only the last",
            span(text, "boundary_loss", 1),
            drop,
            (first,),
        ),
        Diagnostic(
            "LL210",
            "losses-shape",
            "info",
            "Three losses are summed here",
            Span(text.index("- criterion"), text.index("  # After")),
        ),
    )
    return FileOutcome("configs/model.yaml", source("configs/model.yaml", text), diagnostics)


def _korean() -> FileOutcome:
    text = KOREAN
    found = Diagnostic(
        "LL101", "unknown-loss", "error", "No criterion `손실함수`", span(text, '"손실함수"')
    )
    path = f"{BASE}/구성/손실.yaml"
    return FileOutcome(path, source(path, text), (found,))


def _archive() -> FileOutcome:
    text = KERAS
    edit = replace(text, "crossentrop", "crossentropy")
    found = Diagnostic(
        "LL101",
        "unknown-loss",
        "error",
        "Keras 3.15.1 has no loss `categorical_crossentrop`",
        span(text, '"categorical_crossentrop"'),
        Fix("Write `categorical_crossentropy`", (edit,)),
        path="compile_config.loss",
    )
    return FileOutcome("out/model.keras", source("out/model.keras", text, "config.json"), (found,))


def _unreadable() -> FileOutcome:
    found = Diagnostic(
        "LL001", "syntax-error", "error", "not UTF-8: byte 12 cannot be read", Span(0, 0)
    )
    return FileOutcome("/srv/data/broken.yaml", None, (found,))


def sample() -> list[FileOutcome]:
    """The reports of one run: findings of every kind, a clean file, an archive, a broken file."""
    clean = FileOutcome("configs/clean.yaml", source("configs/clean.yaml", "a: 1\n"), ())
    return [_model(), clean, _korean(), _archive(), _unreadable()]


def rule(code: str, name: str, summary: str, severity: Severity = "error") -> RuleInfo:
    """The metadata of a rule."""
    markdown = f"# {name} ({code})\n\n{summary}.\n"
    return RuleInfo(code, name, severity, summary, markdown)


RULES = {
    info.code: info
    for info in (
        rule("LL001", "syntax-error", "The file cannot be parsed"),
        rule("LL101", "unknown-loss", "A loss that the framework does not have"),
        rule("LL114", "value-out-of-range", "A value outside its range"),
        rule("LL201", "duplicate-criterion", "Two losses of one name"),
        rule("LL203", "zero-weight", "A weight that switches a loss off", "warning"),
    )
}


def text_of(name: str, reports: Iterable[FileOutcome], **options: Any) -> str:
    """A whole report."""
    return "".join(render(name, reports, ReportOptions(RULES, **{"base": BASE, **options})))


def summary(
    reports: Iterable[FileOutcome], files: int, with_losses: int, fixed: int = 0, **options: Any
) -> str:
    """The line below the reports of a run."""
    tally = Tally()
    for report in reports:
        tally.add(report)
    shown = {"unsafe_fixes": False, "color": False, **options}
    return tally.line(files, with_losses, fixed, **shown)


def one(text: str, place: Span, message: str = "m", path: str = "a.yaml") -> FileOutcome:
    """A file with one finding."""
    found = Diagnostic("LL101", "unknown-loss", "error", message, place)
    return FileOutcome(path, source(path, text), (found,))


def counts(reports: Iterable[FileOutcome]) -> list[Count]:
    """How often each rule spoke, as a run counts it."""
    counted = RuleCounts()
    list(counted.passing(reports))
    return counted.rows()
