"""What holds for a path, and where each part of it comes from: for `losslint config`."""

import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from losslint.dialects.registry import DIALECTS, dialect_named
from losslint.dialects.release_targets import newer_note
from losslint.files.discovery import DEFAULT_EXCLUDE
from losslint.files.excluded import is_excluded
from losslint.linter.selection import RunSettings
from losslint.settings.declared import SETTINGS, SettingsLayer
from losslint.settings.load import read_layers
from losslint.settings.model import Overrides, Settings, ignored_in_file
from losslint.settings.shapes import Shape

DEFAULT = "default"
COMMAND_LINE = "command line"

# What files say that extend one another is added up; a setting that starts anew ends that.
_ADDED_UP = {
    "extend": "",
    "extend-select": "select",
    "ignore": "select",
    "extend-exclude": "exclude",
    "per-file-ignores": "",
    "target": "",
    "losses": "",
    "sites": "",
}
_DEFAULTS: dict[str, Any] = {
    "select": ["ALL"],
    "fixable": ["ALL"],
    "exclude": list(DEFAULT_EXCLUDE),
}
_EMPTY: dict[str, Any] = {"array": [], "object": {}, "": {}, "string": None}


class Said(NamedTuple):
    """One value of a setting; `source` is a file, the command line, or the default."""

    value: Any
    source: str


class Effective(NamedTuple):
    """What holds for a path.

    `settings` has, of each setting, every voice that counts, the weakest first. `on` and `off` are
    rules by code and name, `ignored` the codes that are not reported of this very file; `notes` are
    sentences about releases that are newer than what is known.
    """

    path: str
    files: tuple[str, ...]
    settings: dict[str, list[Said]]
    targets: dict[str, Said]
    on: list[tuple[str, str]]
    off: list[tuple[str, str]]
    ignored: list[str]
    excluded: bool
    notes: list[str]


def effective(path: str, overrides: Overrides) -> Effective | tuple[str, ...]:
    """What holds for a file or a folder; sentences where its settings cannot be used."""
    run = RunSettings(overrides)
    words = (*(overrides.select or ()), *overrides.ignore)
    problems = (run.selection.vocabulary.problem(word) for word in words)
    if wrong := tuple(filter(None, problems)):
        return wrong
    whole = os.path.abspath(path)
    is_folder = os.path.isdir(path)
    settings = run.store.for_folder(whole) if is_folder else run.store.for_file(path)
    if not isinstance(settings, Settings):
        return tuple(map(str, settings))
    layers = read_layers(settings.files[0]) if settings.files else []
    # They were good a moment ago.
    said = dict(_voices(layers if isinstance(layers, list) else [], overrides))
    running = {rule.code for rule in run.selection.rules_for(settings)}
    rules = [(rule.code, rule.name) for rule in run.selection.rules]
    ignored = () if is_folder else ignored_in_file(settings, whole)
    return Effective(
        whole,
        settings.files,
        said,
        _targets(run, settings, said["target"]),
        [rule for rule in rules if rule[0] in running],
        [rule for rule in rules if rule[0] not in running],
        sorted(frozenset[str]().union(*map(run.selection.vocabulary.codes_of, ignored))),
        is_excluded(path, run.store.excluder, respect_gitignore=settings.respect_gitignore),
        list(_notes(said["target"])),
    )


def _voices(layers: list[SettingsLayer], overrides: Overrides) -> Iterator[tuple[str, list[Said]]]:
    """Each setting with its voices, the weakest first."""
    asked: dict[str, Any] = {
        "select": overrides.select,
        "ignore": overrides.ignore or None,
        "target": dict(overrides.target) or None,
    }
    for name, shape in SETTINGS.items():
        voices: list[Said] = []
        if asked.get(name) is not None:
            voices.append(Said(asked[name], COMMAND_LINE))
        anew = _ADDED_UP.get(name)
        stops = (anew is None and bool(voices)) or asked.get(anew or "") is not None
        for layer in () if stops else layers:
            if name in layer.values:
                voices.append(Said(layer.values[name], layer.file))
            if anew in layer.values or (anew is None and voices):
                break
        yield name, voices[::-1] or [Said(_default(name, shape), DEFAULT)]


def _default(name: str, shape: Shape[Any]) -> Any:
    if shape.kind == "boolean":
        return shape.limits()["default"]
    return _DEFAULTS.get(name, _EMPTY[shape.kind])


def _targets(run: RunSettings, settings: Settings, said: list[Said]) -> dict[str, Said]:
    """The release that each framework's configs are judged by."""
    releases = run.releases(settings)
    found: dict[str, Said] = {}
    for each in DIALECTS:
        sources = [voice.source for voice in said if each.name in (voice.value or ())]
        label = each.newest if isinstance(releases, str) else releases.of(each).label
        found[each.name] = Said(label, sources[-1] if sources else DEFAULT)
    return found


def _notes(said: list[Said]) -> Iterator[str]:
    for voice in said:
        for name, release in voice.value.items():
            if note := newer_note(dialect_named(name), release):
                yield f"{voice.source}: target.{name}: {note}"
