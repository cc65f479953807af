"""Dry runs on Ray clusters of this machine: `pytest tests/dryrun/test_ray.py`, where Ray is."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from losslint.dryrun.cluster import RayCluster
from losslint.dryrun.collect_jobs import JobOptions, all_jobs
from losslint.dryrun.records import Job, Verdict
from tests.dryrun.ray_nodes import (
    NO_TORCH,
    STORE,
    command,
    dry_run,
    kill,
    processes_with,
    python_without_torch,
    ray_programs,
    wait_for,
    write_config,
)

pytestmark = [pytest.mark.slow, pytest.mark.torch]
pytest.importorskip("ray")
pytest.importorskip("torch")

_NPU = "rare-npu"


class _Nodes(NamedTuple):
    """A cluster of three: one with all, one without torch, one with a device of its own kind."""

    address: str
    cluster: Any
    session: str


def _add_special(nodes: _Nodes) -> Any:
    return nodes.cluster.add_node(
        node_name="special", num_cpus=1, object_store_memory=STORE, resources={_NPU: 2}
    )


@pytest.fixture(scope="module")
def without_torch(tmp_path_factory: pytest.TempPathFactory) -> str:
    return python_without_torch(tmp_path_factory.mktemp("bare"))


@pytest.fixture
def config(tmp_path: Path) -> str:
    return write_config(tmp_path)


@pytest.fixture(scope="module")
def nodes(without_torch: str) -> Iterator[_Nodes]:
    from ray.cluster_utils import Cluster

    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
    head = {"node_name": "head", "num_cpus": 1, "object_store_memory": STORE,
            "include_dashboard": False, "temp_dir": folder}  # fmt: skip
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        with ray_programs() as programs:
            found = _Nodes(cluster.address, cluster, folder)
            programs.start("--address", found.address, "--node-name", "bare", python=without_torch)
            _add_special(found)
            table = cluster.global_state.node_table
            assert wait_for(lambda: sum(node["Alive"] for node in table()) == 3), programs.logs()
            yield found
    finally:
        cluster.shutdown()
        for pid in processes_with(folder):
            kill(pid)
        shutil.rmtree(folder, ignore_errors=True)


def test_every_node_judges_with_what_it_has(nodes: _Nodes, config: str) -> None:
    done = dry_run(config, nodes.address, "--on", "ray")
    rows = [line.split() for line in done.stdout.splitlines()[1:7]]
    assert sorted(row[:5] for row in rows[:4]) == [
        ["cross_entropy", "head", "cpu", "float32", "ok"],
        ["cross_entropy", "special", "cpu", "float32", "ok"],
        ["focal_loss", "head", "cpu", "float32", "ok"],
        ["focal_loss", "special", "cpu", "float32", "ok"],
    ], done.stderr
    assert [row[:4] for row in rows[4:]] == [
        ["cross_entropy", "bare", "float32", "fails"],
        ["focal_loss", "bare", "float32", "fails"],
    ]
    assert done.stdout.count("(torch ") == 5  # four rows, and the machine below
    assert f"2 losses on bare: {NO_TORCH}" in done.stdout
    assert done.returncode == 1
    assert not Path(config).with_name("ran").exists()


def test_a_resource_chooses_the_nodes(nodes: _Nodes, config: str) -> None:
    named = ("--on", "ray", "--node-resource", _NPU, "--format", "json")
    done = dry_run(config, nodes.address, *named)
    found = json.loads(done.stdout)
    assert [(one["name"], one["node"], one["ok"]) for one in found] == [
        ("cross_entropy", "special", True),
        ("focal_loss", "special", True),
    ]
    assert done.returncode == 0


def _many(count: int) -> list[Job]:
    torch = [job for job in all_jobs(JobOptions()) if job.dialect == "netspresso"]
    return [torch[number % len(torch)]._replace(seed=number) for number in range(count)]


def test_a_node_that_is_killed_in_the_middle_costs_only_itself(
    nodes: _Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", nodes.address)
    (special,) = nodes.cluster.worker_nodes
    killed: list[str] = []

    def watch(verdict: Verdict, _: int) -> None:
        if verdict.node == "special" and not killed:
            killed.append(verdict.name)
            nodes.cluster.remove_node(special, allow_graceful=False)

    names: list[str] = []
    found = RayCluster("ray", "", names.extend).run(_many(200), "cpu", 60.0, watch).verdicts
    assert sorted(names) == ["bare", "head", "special"]
    assert [verdict.name for verdict in found[::3]] == [job.name for job in _many(200)]
    of = {name: [one for one in found if one.node == name] for name in names}
    assert [len(verdicts) for verdicts in of.values()] == [200] * 3
    assert all(verdict.ok for verdict in of["head"])
    judged = [verdict for verdict in of["special"] if verdict.ok]
    lost = [verdict for verdict in of["special"] if not verdict.ok]
    assert judged
    assert lost
    assert {verdict.problem for verdict in lost} == {"the node died"}
    _add_special(nodes)


def test_a_worker_that_dies_is_started_again(
    nodes: _Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", nodes.address)
    killed: list[int] = []

    def watch(verdict: Verdict, _: int) -> None:
        if not killed:
            killed.extend(processes_with(nodes.session, "ray::NodeJudge"))
            assert killed
            for pid in killed:
                kill(pid)

    found = RayCluster("ray", _NPU, lambda _: None).run(_many(60), "cpu", 60.0, watch).verdicts
    assert [verdict.problem for verdict in found] == [None] * 60


def test_a_node_that_hangs_is_given_up(nodes: _Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", nodes.address)
    stopped: list[int] = []

    def watch(verdict: Verdict, _: int) -> None:
        if not stopped:
            stopped.extend(processes_with(nodes.session, "ray::NodeJudge"))
            for pid in stopped:
                kill(pid, signal.SIGSTOP)

    cluster = RayCluster("ray", _NPU, lambda _: None, patience=7.0)
    try:
        found = cluster.run(_many(200), "cpu", 60.0, watch).verdicts
    finally:
        for pid in stopped:
            kill(pid)
    problems = {verdict.problem for verdict in found if not verdict.ok}
    assert problems
    assert all(problem and problem.startswith("no sign of life for ") for problem in problems)


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_whoever_leaves_leaves_no_task(nodes: _Nodes, tmp_path: Path, blow: signal.Signals) -> None:
    path = tmp_path / "model.yaml"
    entry = "    - {criterion: cross_entropy, label_smoothing: 0.%d, weight: ~}\n"
    path.write_text("model:\n  losses:\n" + "".join(entry % number for number in range(1, 9)))
    words = (str(path), "--on", "ray", "--node-resource", _NPU, "--batch", "512", "--classes",
             "4096", "--timeout", "600")  # fmt: skip
    program = subprocess.Popen(
        command(*words),
        env={**os.environ, "RAY_ADDRESS": nodes.address},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    def busy() -> list[int]:
        return processes_with(nodes.session, "ray::NodeJudge") + processes_with(
            nodes.session, "backend_main"
        )

    assert wait_for(lambda: len(busy()) >= 2)
    program.send_signal(blow)
    program.communicate(timeout=60)
    assert wait_for(lambda: not busy(), 30.0)
