"""`losslint config`: the settings that hold for a path, and where each comes from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from losslint.cli.check_options import Config, Ignore, Isolated, Select, Target
from losslint.cli.declared import CliArgument, Option
from losslint.cli.options import (
    as_json,
    fail,
    no_rule,
    read_targets,
    refuse_absent,
    settings_file,
    shown_path,
    split_codes,
    split_rules,
    tell,
)
from losslint.cli.output import on_screen
from losslint.settings.model import Overrides
from losslint.text import visible

if TYPE_CHECKING:
    from losslint.linter.effective import Effective, Said


class ConfigOptions(NamedTuple):
    """What the command line asks for: a field an option."""

    path: Annotated[
        str | None, CliArgument("A config or a folder; default: the current one.", metavar="PATH")
    ] = None
    format: Annotated[Literal["text", "json"], Option("text or json.", "-f", metavar="NAME")] = (
        "text"
    )
    select: Select = None
    ignore: Ignore = None
    target: Target = None
    config: Config = None
    isolated: Isolated = False


def config(request: ConfigOptions) -> None:
    """Show the settings that hold for a path, and where each of them comes from.

    With the releases that configs there are judged by, and the rules that run.

    Examples: losslint config | losslint config models/a.json | losslint config --format json
    """
    from losslint.linter.effective import Effective, effective

    path = request.path or "."
    refuse_absent(path)
    overrides = Overrides(
        select=split_rules("--select", request.select),
        ignore=split_codes(request.ignore),
        target=read_targets(request.target),
        config=settings_file(request.config, isolated=request.isolated),
        isolated=request.isolated,
    )
    found = effective(path, overrides)
    if not isinstance(found, Effective):
        fail("\n".join(map(no_rule, found)))
    for note in found.notes:
        tell(f"losslint: {note}")
    sys.stdout.write(as_json(_as_data(found)) if request.format == "json" else _as_text(found))


def _as_data(found: Effective) -> dict[str, Any]:
    return {
        "path": found.path,
        "files": found.files,
        "settings": {
            name: [{"value": each.value, "from": each.source} for each in voices]
            for name, voices in found.settings.items()
        },
        "targets": {
            name: {"release": each.value, "from": each.source}
            for name, each in found.targets.items()
        },
        "rules": {
            "on": [code for code, _ in found.on],
            "off": [code for code, _ in found.off],
            "ignored": found.ignored,
        },
        "excluded": found.excluded,
    }


def _as_text(found: Effective) -> str:
    return "".join(f"{on_screen(line, '  ')}\n" for line in _lines(found))


def _lines(found: Effective) -> Iterator[str]:
    from losslint.linter.effective import DEFAULT

    yield visible(found.path)
    files = ", which extends ".join(map(shown_path, found.files))
    yield f"settings file: {visible(files) or 'none'}"
    if found.excluded:
        yield "excluded: checked only where it is named"
    yield ""
    for name, voices in found.settings.items():
        for each in voices:
            yield f"{name} = {visible(_written(each.value))}  # {_source(each)}"
    yield ""
    for name, each in found.targets.items():
        told = "the newest known" if each.source == DEFAULT else _source(each)
        yield f"{name} is judged by {each.value} ({told})"
    yield ""
    yield f"{len(found.on)} of {len(found.on) + len(found.off)} rules run"
    # The shorter list tells as much; JSON has both.
    word, listed = ("off", found.off) if len(found.off) < len(found.on) else ("on", found.on)
    yield from (f"{word}: {code} {name}" for code, name in listed)
    if found.ignored:
        yield f"ignored in this file: {', '.join(found.ignored)}"


def _written(value: Any) -> str:
    """A value in one line, as in JSON; nothing is what is not set."""
    import json

    return '""' if value is None else json.dumps(value, ensure_ascii=False)


def _source(said: Said) -> str:
    return visible(shown_path(said.source))
