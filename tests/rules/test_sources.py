"""What a rule's page says of where it comes from: the release, and the framework's own source."""

from __future__ import annotations

import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

import losslint
from losslint.catalog.model import release_key
from losslint.rules import load_rules
from losslint.rules.sources import FRAMEWORKS, source_link

RULES = load_rules()
TRAINER = os.environ.get("LOSSLINT_TRAINER_PYTHON", "")
# What losslint itself decides, and what the platform documents on pages that change.
_OF_NO_CODE = re.compile(r"LL123|LL201|LL34\d|LL9\d\d")


def files_of(framework: str) -> set[str]:
    """The files of a framework that the rules name."""
    each = (source for r in RULES for source in r.rule.sources)
    return {path for name, _, path in (s.partition(":") for s in each) if name == framework}


@pytest.mark.parametrize("code", [r.code for r in RULES])
def test_a_rule_names_its_sources_and_release(code: str) -> None:
    (rule,) = (r.rule for r in RULES if r.code == code)
    assert release_key(rule.since) <= release_key(losslint.__version__)
    assert bool(rule.sources) != bool(_OF_NO_CODE.fullmatch(code))
    for source in rule.sources:
        assert re.fullmatch(r"\[[^\]]+\]\(https://[^)\s]+\)|<https://[^>\s]+>", source_link(source))


def test_links_lead_to_the_newest_release_known() -> None:
    assert source_link("keras:src/losses/loss.py") == (
        "[Keras 3.15.1, `src/losses/loss.py`]"
        "(https://github.com/keras-team/keras/blob/v3.15.1/keras/src/losses/loss.py)"
    )
    assert source_link("netspresso:losses/builder.py") == (
        "[NetsPresso Trainer 1.4.1, `losses/builder.py`](https://github.com/Nota-NetsPresso/"
        "netspresso-trainer/blob/v1.4.1/src/netspresso_trainer/losses/builder.py)"
    )
    assert source_link("keras#19330") == (
        "[Keras #19330](https://github.com/keras-team/keras/issues/19330)"
    )


@pytest.mark.keras
def test_keras_has_the_files() -> None:
    found = find_spec("keras")
    if found is None or found.origin is None:
        pytest.skip("Keras is not installed")
    package = Path(found.origin).parent
    version = re.findall(r'__version__ = "([^"]+)"', (package / "src/version.py").read_text())
    if version != [FRAMEWORKS["keras"].release]:
        pytest.skip("another release than the pages name")
    assert len(files_of("keras")) > 10
    assert [path for path in sorted(files_of("keras")) if not (package / path).is_file()] == []


@pytest.mark.skipif(not TRAINER, reason="LOSSLINT_TRAINER_PYTHON names no Python with the trainer")
def test_the_trainer_has_the_files() -> None:
    where = "import importlib.util as u; print(u.find_spec('netspresso_trainer').origin)"
    done = subprocess.run([TRAINER, "-c", where], stdout=subprocess.PIPE, text=True, check=True)
    package = Path(done.stdout.strip()).parent
    assert len(files_of("netspresso")) > 10
    assert [path for path in sorted(files_of("netspresso")) if not (package / path).is_file()] == []
