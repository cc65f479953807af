"""Read a settings file, with those that it extends, into one record.

Files are not merged, except where one says `extend = "path"`.
"""

import os

from losslint import __version__
from losslint.settings.declared import SettingsLayer
from losslint.settings.model import FileIgnore, Patterns, Selection, Settings, defaults
from losslint.settings.required_version import refusal
from losslint.settings.shapes import CheckCode, Json, Problems, Reading, SettingsProblem, T, below

_MAX_BYTES = 4 << 20
_MAX_CHAIN = 20


def load_settings(
    file: str, check_code: CheckCode | None = None, root: str | None = None
) -> Settings | Problems | None:
    """The settings of one file and those that it extends; else everything that is wrong.

    None for a pyproject.toml that says nothing of losslint. `check_code` judges the words that name
    rules. Paths are relative to each file's folder, or to `root`.
    """
    layers = read_layers(file, check_code)
    return _fold(layers, root) if isinstance(layers, list) else layers


def read_layers(
    file: str, check_code: CheckCode | None = None
) -> list[SettingsLayer] | Problems | None:
    """What a file says and then those that it extends, one after the other; see above."""
    table = read_table(file)
    if table is None:
        return None
    layers: list[SettingsLayer] = []
    readings: list[Reading] = []
    problems: Problems = ()
    while True:
        if isinstance(table, tuple):
            return (*problems, *table)
        reading = Reading(file, check_code)
        if wrong := refusal(table.get("required-version"), __version__):
            # Whatever else there is may be written for that release.
            reading.refuse("required-version", wrong)
            return tuple(reading.problems)
        layers.append(SettingsLayer(table, reading))
        readings.append(reading)
        _judge_releases(layers[-1], reading)
        _judge_places(layers[-1], reading)
        problems += tuple(reading.problems)
        extended = layers[-1].extend
        if extended is None:
            return problems or _declared_wrongly(layers, readings) or layers
        above = os.path.normpath(os.path.join(os.path.dirname(file), extended))
        wrong = ""
        if len(layers) == _MAX_CHAIN or any(layer.file == above for layer in layers):
            wrong = "`extend` leads in a circle"
        elif (read := read_table(above)) is None:
            wrong = f"`extend` names {above}, which holds no [tool.losslint]"
        elif isinstance(read, tuple) and not os.path.lexists(above):
            wrong = f"`extend` names {above}, which does not exist"
        if wrong or read is None:
            return (*problems, SettingsProblem(file, "extend", wrong))
        file, table = above, read


def _declared_wrongly(layers: list[SettingsLayer], readings: list[Reading]) -> Problems:
    """What is wrong with losses and sites that are declared, each table being as it must."""
    if not any(layer.losses or layer.sites for layer in layers):
        return ()
    from losslint.settings.own import refuse_wrong

    refuse_wrong(layers, readings)
    return tuple(problem for reading in readings for problem in reading.problems)


def _judge_releases(layer: SettingsLayer, reading: Reading) -> None:
    """Refuse the releases of a file that were never made."""
    from losslint.dialects.registry import dialect_named
    from losslint.dialects.release_targets import known_release

    for name, release in (layer.target or {}).items():
        problem = known_release(dialect_named(name), release)
        if isinstance(problem, str):
            reading.refuse(f"target.{name}", f": {problem}")


def _judge_places(layer: SettingsLayer, reading: Reading) -> None:
    """Refuse patterns of `per-file-ignores` behind whose colon no place stands."""
    for pattern in layer.per_file_ignores or {}:
        if ":" in pattern:
            from losslint.settings.places import is_place, split_place

            place = split_place(pattern)[1]
            if place is not None and not is_place(place):
                told = f": {place!r} is no place in a document, such as model.losses[1].weight"
                reading.refuse(below("per-file-ignores", pattern), told)


def _ignore(root: str, pattern: str, codes: tuple[str, ...]) -> FileIgnore:
    if ":" not in pattern:
        return FileIgnore(root, pattern, codes)
    from losslint.settings.places import split_place

    glob, place = split_place(pattern)
    return FileIgnore(root, glob, codes, place or "")


def read_table(file: str) -> Json | Problems | None:
    """A file's table; None for a pyproject.toml without one; else why it cannot be read."""
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
    return table


def _parse(raw: bytes) -> Json | str:
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


def _fold(layers: list[SettingsLayer], root: str | None) -> Settings:
    """One record of what the files say, the extended ones first."""
    settings = defaults(root or os.path.dirname(layers[0].file))
    for layer in reversed(layers):
        settings = _with_layer(settings, layer, root or os.path.dirname(layer.file))
    if any(layer.losses or layer.sites for layer in layers):
        from losslint.settings.own import declarations

        settings = settings._replace(declarations=declarations(layers, root))
    return settings._replace(files=tuple(layer.file for layer in layers))


def _with_layer(settings: Settings, layer: SettingsLayer, root: str) -> Settings:
    chosen = Selection(layer.select, layer.extend_select or (), layer.ignore or ())
    exclude = settings.exclude if layer.exclude is None else (Patterns(root, layer.exclude),)
    if layer.extend_exclude is not None:
        exclude = (*exclude, Patterns(root, layer.extend_exclude))
    ignores = (_ignore(root, *each) for each in (layer.per_file_ignores or {}).items())
    experiments = (
        None
        if layer.experiments is None
        else tuple(
            tuple(os.path.normpath(os.path.join(root, path)) for path in paths)
            for paths in layer.experiments
        )
    )
    return settings._replace(
        selections=(*settings.selections, *([chosen] if chosen != Selection() else [])),
        fixable=_given(layer.fixable, settings.fixable),
        unfixable=_given(layer.unfixable, settings.unfixable),
        exclude=exclude,
        per_file_ignores=(*settings.per_file_ignores, *ignores),
        target=tuple(sorted({**dict(settings.target), **(layer.target or {})}.items())),
        respect_gitignore=_given(layer.respect_gitignore, settings.respect_gitignore),
        force_exclude=_given(layer.force_exclude, settings.force_exclude),
        experiments=_given(experiments, settings.experiments),
        baseline=os.path.join(root, layer.baseline) if layer.baseline else settings.baseline,
    )


def _given(value: T | None, inherited: T) -> T:
    return inherited if value is None else value
