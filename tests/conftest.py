"""What all tests share: a text in, diagnostics out, by the way that the command goes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from losslint.diagnostics import Diagnostic
from losslint.dialects.release_targets import release_targets
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import Checked, check_source
from losslint.rules import Registered, load_rules
from tests.dryrun.chromium import PROGRAM, Browser, browser
from tests.examples import EVERYDAY

Lint = Callable[..., tuple[Diagnostic, ...]]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background with Ctrl-C ignored, and every process that a test
    # starts would inherit that and never hear the interrupt that the test sends.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """Tells the properties, and the processes that run them, that this is the everyday run."""
    if config.getoption("markexpr") == "not slow":
        os.environ[EVERYDAY] = "1"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out of the everyday run, unread, the files that import a framework at their top."""
    is_everyday = config.getoption("markexpr") == "not slow"
    return True if is_everyday and collection_path.name.endswith("_real.py") else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What computes by a framework takes long: ten seconds for each process that imports it."""
    for item in items:
        if item.get_closest_marker("keras") or item.get_closest_marker("torch"):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps the tests, and the commands that they start, out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOSSLINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def rules() -> tuple[Registered, ...]:
    return load_rules()


@pytest.fixture(scope="session")
def check_text(rules: tuple[Registered, ...]) -> Callable[..., Checked]:
    """Check a text as a file of the given name, for the given releases."""

    def run(text: str, name: str = "model.yaml", **targets: str) -> Checked:
        source = decode(name, text.encode("utf-8"))
        assert isinstance(source, Source)
        return check_source(source, rules, release_targets(targets))

    return run


@pytest.fixture(scope="session")
def lint(check_text: Callable[..., Checked]) -> Lint:
    """The diagnostics of a text."""

    def run(text: str, name: str = "model.yaml", **targets: str) -> tuple[Diagnostic, ...]:
        return check_text(text, name, **targets).diagnostics

    return run


# A shared machine pauses; a slow example is no finding. CI should fail twice on the same example.
hypothesis.settings.register_profile(
    "losslint", deadline=None, derandomize=bool(os.environ.get("CI"))
)
hypothesis.settings.load_profile("losslint")


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium for the tests of one file."""
    if not os.path.exists(PROGRAM):
        pytest.skip("no Chromium here")
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened
