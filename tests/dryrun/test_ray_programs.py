"""Dry runs on clusters that Ray's own programs have started, where Ray is."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from losslint.dryrun.cluster import ClusterError, RayCluster
from losslint.dryrun.records import Job
from tests.dryrun.ray_nodes import (
    NO_TORCH,
    RayPrograms,
    alive_nodes,
    dry_run,
    processes_with,
    python_without_torch,
    ray_programs,
    wait_for,
    write_config,
)

pytestmark = [pytest.mark.slow, pytest.mark.torch]
pytest.importorskip("ray")
pytest.importorskip("torch")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def config(tmp_path: Path) -> str:
    return write_config(tmp_path)


@pytest.fixture
def programs() -> Iterator[RayPrograms]:
    with ray_programs() as started:
        yield started


def test_real_programs_of_ray_reached_by_their_client(
    programs: RayPrograms, tmp_path_factory: pytest.TempPathFactory, config: str
) -> None:
    pytest.importorskip("grpc")
    without_torch = python_without_torch(tmp_path_factory.mktemp("bare"))
    port, client = _free_port(), _free_port()
    programs.start(
        "--head", "--port", str(port), "--ray-client-server-port", str(client),
        "--include-dashboard", "false", "--temp-dir", programs.folder, "--node-name", "one",
    )  # fmt: skip
    address = f"127.0.0.1:{port}"
    assert wait_for(lambda: alive_nodes(address)), programs.logs()
    programs.start("--address", address, "--node-name", "two", python=without_torch)
    assert wait_for(lambda: len(alive_nodes(address)) == 2), programs.logs()
    done = dry_run(config, None, "--on", f"ray://127.0.0.1:{client}", "--format", "json")
    assert done.returncode == 1, (done.stderr, programs.logs())
    found = json.loads(done.stdout)
    assert [(one["name"], one["node"], one["ok"]) for one in found] == [
        ("cross_entropy", "one", True),
        ("cross_entropy", "two", False),
        ("focal_loss", "one", True),
        ("focal_loss", "two", False),
    ], done.stderr
    assert {one["problem"] for one in found} == {None, NO_TORCH}


def test_where_none_runs_one_is_started_and_ended(
    config: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster that others run on this machine is not to be found."""
    with ray_programs() as programs:
        monkeypatch.setenv("RAY_TMPDIR", programs.folder)
        monkeypatch.setenv("HOME", programs.folder)  # where Ray writes a token
        done = dry_run(config, "local", "--on", "ray")
        assert done.returncode == 0, done.stderr
        assert done.stdout.count(" ok ") == 2
        assert wait_for(lambda: not processes_with(programs.folder), 30.0)


def test_an_address_that_does_not_answer_is_one_sentence() -> None:
    def run(address: str, jobs: list[Job]) -> None:
        RayCluster(address, "", lambda _: None).run(jobs, "cpu", 60.0, None)

    with pytest.raises(ClusterError, match="nothing answers there: Connection refused"):
        run(f"ray://127.0.0.1:{_free_port()}", [Job("cross_entropy", "netspresso", {})])
