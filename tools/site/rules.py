"""The pages of the rules, their index, and the module that knows them before they are imported."""

from collections.abc import Iterable

from losslint.cli.rule_examples import WIDTH, shown_at
from losslint.rules import Registered, module_names, read_rule
from losslint.rules.pages import GROUPS, page, table

_INTRODUCTION = """\
# Rules

Each rule has a page: what it finds, what the framework does there, an example and what
`losslint check` says of it, how it is mended, and how it is silenced. The examples are run as
tests: each bad one is reported exactly as shown, each good one passes. `losslint rule CODE` prints
the same page.

A code or a name stands for its rule wherever rules are named, and the beginning of a code for all
that begin so: `LL1`. Errors and warnings set the exit code 1, infos do not. The last column says
what `--fix` does: *safe* always, *sometimes* where the file decides it, *unsafe* only with
`--unsafe-fixes`.
"""


def files() -> dict[str, str]:
    """Every file that is made from the rules."""
    rules = sorted(map(read_rule, module_names()))
    pages = {f"docs/rules/{r.rule.name}.md": page(r, shown_at(WIDTH)) for r in rules}
    return {
        **pages,
        "docs/rules/index.md": _index_page(rules),
        "losslint/rules/_index.py": _index_module(rules),
    }


def by_group(rules: Iterable[Registered]) -> dict[str, list[Registered]]:
    """The rules below the title of what they are about, in the order of their codes."""
    groups: dict[str, list[Registered]] = {}
    for each in rules:
        groups.setdefault(GROUPS[each.code[:3]], []).append(each)
    return groups


def _index_page(rules: list[Registered]) -> str:
    sections = [
        f"## {title} ({group[0].code[:3]})\n\n{table(group, folder='')}"
        for title, group in by_group(rules).items()
    ]
    return "\n".join([_INTRODUCTION, *sections])


def _index_module(rules: list[Registered]) -> str:
    rows = "".join(f"    {_literal(tuple(each))},\n" for each in rules)
    return (
        '"""Every rule, as its own module tells; made by `python -m tools.site`."""\n\n'
        "from typing import Any, Final\n\n# fmt: off\n"
        f"INDEX: Final[tuple[tuple[Any, ...], ...]] = (\n{rows})\n"
    )


def _literal(value: object) -> str:
    """A tuple of strings and tuples as Python writes it, in double quotes."""
    if not isinstance(value, tuple):
        return f'"{value}"'
    items = ", ".join(map(_literal, value))
    return f"({items},)" if len(value) == 1 else f"({items})"
