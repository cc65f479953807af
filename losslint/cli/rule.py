"""`losslint rule`: explain one rule, or list them all."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from losslint.cli.declared import CliArgument, Option
from losslint.cli.options import as_json, fail, no_rule, rule_offers
from losslint.cli.output import on_screen
from losslint.cli.output import width as screen_width

if TYPE_CHECKING:
    from losslint.rules import Registered


# As wide as a code and the blanks around the name.
_CODE = " " * 9


class RuleOptions(NamedTuple):
    """What the command line asks for: a field an option."""

    code: Annotated[
        str | None,
        CliArgument(
            "A code or a name, such as LL110; none lists all.", metavar="CODE", offers=rule_offers
        ),
    ] = None
    format: Annotated[
        Literal["text", "json", "markdown"],
        Option("text, json or markdown.", "-f", metavar="NAME"),
    ] = "text"


def rule(request: RuleOptions) -> None:
    """Explain one rule, or list them all.

    Examples: losslint rule | losslint rule LL110 | losslint rule unknown-parameter
    """
    from losslint.rules import load_rules
    from losslint.settings.rule_selectors import Vocabulary

    code, rules = request.code, load_rules()
    if code is not None:
        chosen = [r for r in rules if code in (r.code, r.name)]
        if not chosen:
            vocabulary = Vocabulary((r.code, r.name) for r in rules)
            problem = vocabulary.problem(code)
            several = (
                f"{code!r} stands for several rules: name one of those that losslint rule lists"
            )
            fail(no_rule(problem) if problem else several)
        rules = tuple(chosen)
    sys.stdout.write(_render(rules, request.format, single=code is not None))


def _render(rules: tuple[Registered, ...], format: str, *, single: bool) -> str:
    if format == "text" and not single:
        width = max(len(r.name) for r in rules)
        lines = (f"{r.code}  {r.name:{width}}  {r.summary}" for r in rules)
        return "".join(f"{on_screen(line, _CODE + ' ' * width)}\n" for line in lines)
    from losslint.cli.rule_examples import WIDTH, shown_at
    from losslint.rules.pages import page, table, with_addresses

    if format == "json":
        rows = [
            {
                "code": r.code,
                "name": r.name,
                "severity": r.rule.severity,
                "summary": r.summary,
                "fix": r.rule.fix,
                "since": r.rule.since,
                "explanation": page(r, shown_at(WIDTH)),
            }
            for r in rules
        ]
        return as_json(rows[0] if single else rows)
    if single:
        if format == "markdown" or not sys.stdout.isatty():
            return page(rules[0], shown_at(WIDTH))
        from losslint.report.fold import reflowed

        text = page(rules[0], shown_at(screen_width()))
        return reflowed(with_addresses(text), screen_width())
    return table(rules)
