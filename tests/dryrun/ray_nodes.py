"""Ray clusters on this machine, for the tests: nodes of several kinds, and what is left of them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STORE = 80_000_000
NO_TORCH = "torch is not installed: pip install 'losslint[torch]'"
_CONFIG = """\
model:
  task: classification
  losses:
    - {criterion: cross_entropy, label_smoothing: 0.1, weight: ~}
    - {criterion: focal_loss, alpha: 0.25, gamma: 2.0, weight: ~}
"""
_HIDDEN = ("torch", "functorch")
_WAIT = 180.0


def python_without_torch(folder: Path) -> str:
    """The interpreter of an environment that has what this one has, but torch."""
    venv.create(folder, with_pip=False, symlinks=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    for place in [Path(path) for path in sys.path if path.endswith("site-packages")]:
        for entry in place.iterdir():
            hidden = entry.name.startswith(_HIDDEN) or entry.suffix == ".pth"
            if not hidden and not (site / entry.name).exists():
                (site / entry.name).symlink_to(entry)
    return str(folder / "bin" / "python")


class RayPrograms:
    """Programs of Ray, each started by `ray start`; all that they have begun ends with them."""

    def __init__(self) -> None:
        # The name of a socket may have a hundred characters: pytest's folders are too deep.
        self.folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str, python: str = sys.executable) -> subprocess.Popen[bytes]:
        """A node of its own, which is there when the cluster lists it."""
        with open(Path(self.folder, f"{len(self._running)}.log"), "wb") as log:
            program = subprocess.Popen(
                [python, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus", "1",
                 "--object-store-memory", str(STORE), "--disable-usage-stats", *words],
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True, cwd=self.folder,
                # Else Ray writes a token into the home of whoever runs the tests.
                env={**without_address(), "RAY_AUTH_MODE": "disabled"},
            )  # fmt: skip
        self._running.append(program)
        return program

    def logs(self) -> str:
        """What they have printed."""
        return "\n".join(path.read_text() for path in Path(self.folder).glob("*.log"))

    def end(self) -> None:
        """End them and what is left of them."""
        for program in self._running:
            program.terminate()
        for program in self._running:
            try:
                program.wait(20)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        for pid in processes_with(self.folder):
            kill(pid)
        shutil.rmtree(self.folder, ignore_errors=True)


def without_address() -> dict[str, str]:
    """The environment, as where nobody has said which cluster is meant."""
    return {key: text for key, text in os.environ.items() if key != "RAY_ADDRESS"}


@contextmanager
def ray_programs() -> Iterator[RayPrograms]:
    """For as long as it is needed."""
    programs = RayPrograms()
    try:
        yield programs
    finally:
        programs.end()


def kill(pid: int, blow: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to a process that may be gone."""
    try:
        os.kill(pid, blow)
    except ProcessLookupError:
        return


def processes_with(words: str, other: str = "") -> list[int]:
    """The processes in whose command line or environment these words stand, but this one."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and int(place.name) != os.getpid():
            try:
                text = (place / "cmdline").read_bytes()
                both = text + (place / "environ").read_bytes()
            except OSError:
                continue
            if words.encode() in both and other.encode() in text:
                found.append(int(place.name))
    return found


def wait_for(condition: Callable[[], Any], seconds: float = _WAIT) -> Any:
    """What a condition gives as soon as that is something; what it gives at the end."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.2)
    return found


def alive_nodes(address: str) -> Sequence[str]:
    """The names of a cluster's nodes, asked for by a process of its own."""
    code = (
        "import ray, sys\n"
        "ray.init(sys.argv[1], logging_level='error', log_to_driver=False)\n"
        "print(*(node['NodeName'] for node in ray.nodes() if node['Alive']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, address], capture_output=True, text=True, check=False
    )
    return done.stdout.split()


def write_config(folder: Path) -> str:
    """A config of two criteria, in a folder full of what must not be run, here or there."""
    for name in ("ray", "torch", "numpy", "losslint", "json"):
        (folder / f"{name}.py").write_text(f"open({str(folder / 'ran')!r}, 'w')")
    path = folder / "model.yaml"
    path.write_text(_CONFIG)
    return str(path)


def command(*words: str) -> list[str]:
    """`losslint dry-run` on the CPU, without the current folder among the modules."""
    alone = "-P" if sys.version_info >= (3, 11) else "-s"
    return [sys.executable, alone, "-m", "losslint", "dry-run", "--device", "cpu", *words]


def dry_run(config: str, address: str | None, *words: str) -> subprocess.CompletedProcess[str]:
    """What it says of a config, where RAY_ADDRESS is this."""
    environment = without_address()
    if address is not None:
        environment["RAY_ADDRESS"] = address
    return subprocess.run(
        command(config, *words),
        capture_output=True,
        text=True,
        env=environment,
        cwd=Path(config).parent,
        check=False,
    )
