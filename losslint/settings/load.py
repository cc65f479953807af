"""Read a settings file, with those that it extends, into one record.

Files are not merged, except where one says `extend = "path"`.
"""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from losslint.settings.model import (
    FileIgnore,
    Patterns,
    Selection,
    Settings,
    defaults,
)

if TYPE_CHECKING:
    from losslint.files.cache import Cache
    from losslint.settings.schema import Json

_MAX_BYTES = 4 << 20
_MAX_CHAIN = 20
_RULE_KEYS = ("select", "extend-select", "ignore", "fixable", "unfixable")

# A word → None where it names rules, else the clause that says it does not.
CheckCode = Callable[[str], "str | None"]


class SettingsProblem(NamedTuple):
    """What is wrong with a settings file: the key (empty: the file), and a sentence."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


Problems = tuple[SettingsProblem, ...]


class _Layer(NamedTuple):
    """One file's table."""

    file: str
    table: "Json"


def load_settings(
    file: str, *, check_code: CheckCode | None = None, verdicts: "Cache | None" = None
) -> Settings | Problems:
    """The settings of one file and those that it extends; else everything that is wrong.

    `check_code` judges the words that name rules. `verdicts` remembers which contents are valid, so
    that `jsonschema` is imported only for what was never judged before.
    """
    file = os.path.abspath(file)
    table = read_table(file, verdicts)
    if table is None:
        return (SettingsProblem(file, "", "holds no [tool.losslint]"),)
    return resolve(file, table, check_code, verdicts)


def resolve(
    file: str, table: "Json | Problems", check_code: CheckCode | None, verdicts: "Cache | None"
) -> Settings | Problems:
    """The settings of a file whose table was read, with those that it extends."""
    layers: list[_Layer] = []
    while True:
        if isinstance(table, tuple):
            return table
        layers.append(_Layer(file, table))
        if "extend" not in table:
            break
        above = os.path.normpath(os.path.join(os.path.dirname(file), table["extend"]))
        if len(layers) == _MAX_CHAIN or any(layer.file == above for layer in layers):
            return (SettingsProblem(file, "extend", "`extend` leads in a circle"),)
        read = read_table(above, verdicts)
        if read is None:
            why = f"`extend` names {above}, which holds no [tool.losslint]"
            return (SettingsProblem(file, "extend", why),)
        if isinstance(read, tuple) and not os.path.isfile(above):
            why = f"`extend` names {above}, which does not exist"
            return (SettingsProblem(file, "extend", why),)
        file, table = above, read
    if check_code is not None:
        wrong = tuple(each for layer in layers for each in _wrong_words(layer, check_code))
        if wrong:
            return wrong
    return _fold(layers)


def read_table(file: str, verdicts: "Cache | None") -> "Json | Problems | None":
    """A file's table, judged; None for a pyproject.toml without one; else what is wrong."""
    try:
        with open(file, "rb") as opened:
            raw = opened.read(_MAX_BYTES + 1)
    except OSError as error:
        reason = f"cannot be read: {(error.strerror or 'unknown reason').lower()}"
        return (SettingsProblem(file, "", reason),)
    section = os.path.basename(file) == "pyproject.toml"
    # An escape may spell the name too; without either there is no need to parse.
    if section and b"losslint" not in raw and b"\\" not in raw:
        return None
    if len(raw) > _MAX_BYTES:
        return (SettingsProblem(file, "", f"is larger than {_MAX_BYTES >> 20} MiB"),)
    table = _parse(raw)
    if isinstance(table, str):
        # What is broken in a pyproject.toml that is none of losslint's business, others will say.
        foreign = section and b"[tool.losslint" not in raw
        return None if foreign else (SettingsProblem(file, "", table),)
    if section:
        tools = table.get("tool")
        inner = tools.get("losslint") if isinstance(tools, dict) else None
        if inner is None:
            return None
        if not isinstance(inner, dict):
            return (SettingsProblem(file, "tool.losslint", "`tool.losslint` must be a table"),)
        table = inner
    return _judged(file, raw, table, verdicts)


def _parse(raw: bytes) -> "Json | str":
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(raw.decode())
    except UnicodeDecodeError as error:
        return f"is not UTF-8: byte {error.start + 1} cannot be read"
    except RecursionError:
        return "is nested too deeply"
    except ValueError as error:
        return f"is not valid TOML: {error}"


def _judged(file: str, raw: bytes, table: "Json", verdicts: "Cache | None") -> "Json | Problems":
    key = b""
    if verdicts is not None:
        from losslint import __version__
        from losslint.files.cache import Keys
        from losslint.settings.schema import rendered

        key = Keys(b"settings", __version__.encode(), rendered().encode()).key(
            raw, os.path.basename(file).encode()
        )
        if verdicts.get(key) is not None:
            return table
    from losslint.settings.validate import faults

    found = tuple(SettingsProblem(file, *fault) for fault in faults(table))
    if found:
        return found
    if verdicts is not None:
        verdicts.put(key, b"")
    return table


def _wrong_words(layer: _Layer, check_code: CheckCode) -> Iterator[SettingsProblem]:
    lists = [(key, layer.table.get(key, ())) for key in _RULE_KEYS]
    ignores = layer.table.get("per-file-ignores", {})
    lists.extend((f'per-file-ignores."{glob}"', words) for glob, words in ignores.items())
    for key, words in lists:
        for word in words:
            clause = check_code(word)
            if clause is not None:
                yield SettingsProblem(layer.file, key, f"`{key}`: {clause}")


def _fold(layers: list[_Layer]) -> Settings:
    """One record of the tables, the extended ones first."""
    settings = defaults(os.path.dirname(layers[0].file))
    for layer in reversed(layers):
        settings = _with_layer(settings, layer)
    return settings._replace(files=tuple(layer.file for layer in layers))


def _with_layer(settings: Settings, layer: _Layer) -> Settings:
    table, root = layer.table, os.path.dirname(layer.file)
    chosen = Selection(
        tuple(table["select"]) if "select" in table else None,
        tuple(table.get("extend-select", ())),
        tuple(table.get("ignore", ())),
    )
    exclude = settings.exclude
    if "exclude" in table:
        exclude = (Patterns(root, tuple(table["exclude"])),)
    if "extend-exclude" in table:
        exclude = (*exclude, Patterns(root, tuple(table["extend-exclude"])))
    ignores = table.get("per-file-ignores", {})
    return settings._replace(
        selections=(*settings.selections, *([chosen] if chosen != Selection() else [])),
        fixable=tuple(table["fixable"]) if "fixable" in table else settings.fixable,
        unfixable=tuple(table.get("unfixable", settings.unfixable)),
        exclude=exclude,
        per_file_ignores=(
            *settings.per_file_ignores,
            *(FileIgnore(root, glob, tuple(words)) for glob, words in ignores.items()),
        ),
        target=tuple(sorted({**dict(settings.target), **_target(table)}.items())),
        respect_gitignore=table.get("respect-gitignore", settings.respect_gitignore),
        force_exclude=table.get("force-exclude", settings.force_exclude),
        experiments=_experiments(table, root, settings.experiments),
    )


def _target(table: "Json") -> dict[str, str]:
    target = table.get("target", {})
    if isinstance(target, dict):
        return target
    return dict(each.split("=", 1) for each in target)


def _experiments(
    table: "Json", root: str, inherited: tuple[tuple[str, ...], ...]
) -> tuple[tuple[str, ...], ...]:
    if "experiments" not in table:
        return inherited
    return tuple(
        tuple(os.path.normpath(os.path.join(root, path)) for path in paths)
        for paths in table["experiments"]
    )
