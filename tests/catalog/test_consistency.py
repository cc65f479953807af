"""What must be true of every loss in the catalog."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from losslint.catalog import keras, netspresso, platform
from losslint.catalog.model import (
    LossDef,
    Param,
    Spec,
    VersionKey,
    holds,
    params_at,
    version_key,
)
from losslint.dialects.keras import KERAS
from losslint.dialects.netspresso import NETSPRESSO
from losslint.dialects.registry import all_losses

EVERY = all_losses()
RELEASES = {
    "netspresso": netspresso.RELEASES,
    "keras": keras.RELEASES,
    "platform": keras.RELEASES[-1:],
}


def key(release: str) -> VersionKey:
    found = version_key(release)
    assert found is not None
    return found


def specs(spec: Spec) -> list[Spec]:
    """A spec with all that it holds."""
    found, todo = [], [spec]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += [*one.either, *([one.item] if one.item else []), *(f.spec for f in one.fields)]
    return found


def each_param() -> list[tuple[LossDef, Param]]:
    return [(loss, param) for loss in EVERY for param in loss.params]


def test_losses_are_unique() -> None:
    assert len({(loss.framework, loss.name) for loss in EVERY}) == len(EVERY) == 41
    counts = Counter(loss.framework for loss in EVERY)
    assert counts == {"netspresso": 17, "keras": 22, "platform": 2}


@pytest.mark.parametrize("framework", ["netspresso", "keras"])
def test_a_spelling_means_one_loss_at_a_release(framework: str) -> None:
    for release in RELEASES[framework]:
        names = [
            name.text
            for loss in EVERY
            if loss.framework == framework
            for name in loss.names
            if holds(name.since, name.until, key(release))
        ]
        assert len(names) == len(set(names)), release


@pytest.mark.parametrize("loss", EVERY, ids=lambda loss: f"{loss.framework}-{loss.name}")
def test_a_parameter_stands_once_at_a_release(loss: LossDef) -> None:
    for release in RELEASES[loss.framework]:
        names = [param.name for param in params_at(loss, key(release))]
        assert len(names) == len(set(names)), release


def test_ranges_are_releases_and_not_empty() -> None:
    spans = [(loss.since, loss.until) for loss in EVERY]
    spans += [(name.since, name.until) for loss in EVERY for name in loss.names]
    spans += [(param.since, param.until) for _, param in each_param()]
    for since, until in spans:
        assert since is None or version_key(since) is not None
        assert until is None or version_key(until) is not None
        assert since is None or until is None or key(since) < key(until)


def test_every_loss_says_what_it_is() -> None:
    for loss in EVERY:
        assert loss.summary.endswith("."), loss.name
        if loss.until is None:
            assert loss.contract is not None, loss.name
            assert loss.example, loss.name


def test_every_parameter_says_what_it_does() -> None:
    for loss, param in each_param():
        assert param.note.endswith("."), (loss.name, param.name)
        assert param.spec.types, (loss.name, param.name)


def test_specs_make_sense() -> None:
    for loss, param in each_param():
        for spec in specs(param.spec):
            where = (loss.name, param.name)
            assert not spec.otherwise.endswith("."), where
            assert not (spec.choices and "str" not in spec.types), where
            assert not (spec.item and "list" not in spec.types), where
            assert not (spec.fields and "mapping" not in spec.types), where
            if spec.low is not None and spec.high is not None:
                assert spec.low < spec.high, where


def test_what_a_parameter_needs_exists() -> None:
    for loss, param in each_param():
        if param.needs is not None:
            assert param.needs in {other.name for other in loss.params}


def test_a_replacement_exists_and_is_not_gone() -> None:
    for loss in EVERY:
        if loss.replacement is not None:
            found = netspresso.find(loss.replacement)
            assert found is not None
            assert found.until is None


def test_a_loss_that_is_gone_says_more() -> None:
    assert all(loss.replacement or loss.advice for loss in EVERY if loss.until is not None)


def test_the_newest_releases() -> None:
    assert NETSPRESSO.newest == "1.4.1"
    assert KERAS.newest == "3.15.1"


def test_one_style_does_not_import_the_other() -> None:
    code = (
        "import sys; from losslint.catalog import netspresso; "
        "assert 'losslint.catalog.keras' not in sys.modules; "
        "heavy = {'dataclasses', 'inspect', 'json', 'yaml', 'numpy'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_platform_spells_keras_parameters_in_upper_case() -> None:
    loss = keras.find_class("BinaryFocalCrossentropy")
    assert loss is not None
    params = {p.name: p for p in platform.native_params(loss, key(keras.NEWEST))}
    assert set(params) == {
        "APPLY_CLASS_BALANCING",
        "ALPHA",
        "GAMMA",
        "FROM_LOGITS",
        "LABEL_SMOOTHING",
        "AXIS",
        "REDUCTION",
        "DTYPE",
    }
    assert params["ALPHA"].needs == "APPLY_CLASS_BALANCING"


def test_each_loss_of_the_platform_belongs_to_a_model() -> None:
    assert set(platform.MODEL_OF) == {loss.name for loss in platform.LOSSES}
