"""Losses and sites that the settings declare: what one table alone does not tell of them.

Their shapes stand in `declared`; here is what they say of each other and of the catalog.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from losslint.dialects.declarations import Declarations, OwnLoss, OwnSite, base_of, spellings
from losslint.dialects.registry import DIALECTS
from losslint.settings.json_schema import faults_of
from losslint.settings.shapes import Reading, below
from losslint.text import closest

if TYPE_CHECKING:
    from losslint.settings.declared import SettingsLayer

Tables = dict[str, dict[str, dict[str, Any]]]

_BUILT_IN = {each.name: each for each in DIALECTS}
_INLINE = "inline"


def declarations(layers: list[SettingsLayer], root: str | None) -> Declarations:
    """What the layers declare, the extended ones first; of equal names the last counts.

    Patterns are relative to `root`; without it, to the file that they stand in.
    """
    losses: dict[tuple[str, str], OwnLoss] = {}
    sites: tuple[OwnSite, ...] = ()
    for layer in reversed(layers):
        losses |= {(each.framework, each.name): each for each in _losses(layer)}
        sites += tuple(_sites(layer, root or os.path.dirname(layer.file)))
    return Declarations(tuple(losses.values()), sites)


def _losses(layer: SettingsLayer) -> Iterator[OwnLoss]:
    file = os.path.basename(layer.file)
    for framework, table in (layer.losses or {}).items():
        for name, said in table.items():
            schema = json.dumps(said.get("schema", True), default=str)
            yield OwnLoss(framework, name, schema, said.get("extends"), file)


def _sites(layer: SettingsLayer, root: str) -> Iterator[OwnSite]:
    for said in layer.sites or ():
        where = said.get("parameters", _INLINE)
        yield OwnSite(
            root,
            said["files"],
            said["path"],
            said.get("dialect", ""),
            said.get("name", ""),
            "" if where == _INLINE else where,
        )


def refuse_wrong(layers: list[SettingsLayer], readings: list[Reading]) -> None:
    """Refuse, in the reading of its layer, each declaration that could do nothing."""
    tables: list[Tables] = [layer.losses or {} for layer in layers]
    forms = {site.get("dialect", "") for layer in layers for site in layer.sites or ()}
    declared = {name for table in tables for name in table}
    for layer, reading in zip(layers, readings, strict=True):
        for framework, table in (layer.losses or {}).items():
            # Where no dialect is named, the losses of all tables may stand.
            if "" not in forms:
                _refuse_framework(framework, forms, reading)
            for name, said in table.items():
                key = below(below("losses", framework), name)
                _refuse_loss(OwnLoss(framework, name, "", said.get("extends")), said, key, reading)
        for index, site in enumerate(layer.sites or ()):
            _refuse_site(site, f"sites[{index}]", declared, reading)


def _refuse_framework(framework: str, forms: set[str], reading: Reading) -> None:
    if framework not in _BUILT_IN and framework not in forms:
        reading.refuse(
            below("losses", framework),
            f" is no dialect{_meant(framework, _BUILT_IN)}; one of your own needs a site with"
            f' `dialect = "{framework}"`',
        )


def _refuse_loss(own: OwnLoss, said: dict[str, Any], key: str, reading: Reading) -> None:
    if own.extends is not None and base_of(own) is None:
        whose = _BUILT_IN.get(own.framework)
        if whose is None:
            told = ": only a loss of keras or netspresso can be extended"
        else:
            names = sorted(set[str]().union(*map(spellings, whose.losses())))
            told = f' is "{own.extends}", which is no loss of {whose.framework}'
            told += _meant(own.extends, names)
        reading.refuse(f"{key}.extends", told)
    for way, fault in faults_of(said.get("schema", True)):
        reading.refuse(f"{key}.schema{way}", fault)


def _refuse_site(site: dict[str, Any], key: str, declared: set[str], reading: Reading) -> None:
    whose, name = site.get("dialect"), site.get("name")
    if "parameters" in site and name is None:
        reading.refuse(f"{key}.parameters", " says nothing without `name`")
    elif whose is None and name is None:
        reading.refuse(
            key,
            " does not say how losses are written there: `dialect` is keras or netspresso, or"
            " `name` the key of a loss's name",
        )
    elif whose is None and not declared:
        reading.refuse(key, " has no losses: `losses` declares none, and no `dialect` is named")
    elif whose is not None and whose not in (*_BUILT_IN, *declared):
        reading.refuse(
            f"{key}.dialect",
            f' is "{whose}", which is none of {", ".join(_BUILT_IN)}'
            f"{_meant(whose, (*_BUILT_IN, *declared))}; a dialect of your own has its losses in"
            f" `{below('losses', whose)}`",
        )
    elif whose is not None and whose not in _BUILT_IN and name is None:
        reading.refuse(key, f' needs `name`, as "{whose}" is a dialect of your own')


def _meant(word: str, known: Iterable[str]) -> str:
    near = closest(word, known)
    return f', did you mean "{near}"?' if near else ""
