"""What a dry run on a cluster says and keeps, without one: Ray's answers are made here."""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from losslint.dryrun import cluster, ray_node
from losslint.dryrun.cluster import ClusterError, RayCluster, is_address, missing_ray
from losslint.dryrun.devices import UnknownDeviceError
from losslint.dryrun.ipc import to_line
from losslint.dryrun.ray_main import RefusedError, chosen_nodes
from losslint.dryrun.ray_node import News, NodeJudge
from losslint.dryrun.records import Job, Verdict, uncomputed
from losslint.dryrun.runner import queues_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ray's nodes are on Linux")

_JOBS = [Job("a", "keras", {}), Job("b", "keras", {})]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ray", True),
        ("ray://10.0.0.1:10001", True),
        ("ray://head", True),
        ("ray://head.ray.svc.cluster.local:10001/", True),
        ("ray://[::1]:10001", True),
        ("ray://", False),
        ("ray://head:port", False),
        ("ray://head:123456", False),
        ("ray://user@head:1", False),
        ("head:6379", False),
        ("Ray", False),
        ("", False),
    ],
)
def test_addresses(text: str, is_one: bool) -> None:
    assert is_address(text) == is_one


def test_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    present = {"ray"}
    monkeypatch.setattr(cluster, "find_spec", lambda name: name if name in present else None)
    assert missing_ray("ray") is None
    assert missing_ray("ray://a:1") == "grpc is not installed: pip install 'losslint[ray]'"
    present.clear()
    assert missing_ray("ray") == "ray is not installed: pip install 'losslint[ray]'"


def _node(identity: str, name: str, alive: bool = True, **resources: float) -> dict[str, Any]:
    own = {"CPU": 1.0, f"node:{name}": 1.0, **resources}
    return {"NodeID": identity, "NodeName": name, "Alive": alive, "Resources": own}


def test_the_nodes_that_judge_are_alive_and_have_the_resource() -> None:
    nodes = [_node("2", "b", npu_of_ours=2), _node("1", "a"), _node("3", "c", alive=False)]
    assert list(chosen_nodes(nodes, "").items()) == [("1", "a"), ("2", "b")]
    assert chosen_nodes(nodes, "npu_of_ours") == {"2": "b"}
    with pytest.raises(
        RefusedError, match="no node that is alive has the resource npu_of_our; did"
    ):
        chosen_nodes(nodes, "npu_of_our")
    with pytest.raises(RefusedError, match="there are CPU, npu_of_ours"):
        chosen_nodes(nodes, "tpu")


def test_nodes_of_one_name_are_told_apart() -> None:
    nodes = [_node("1234567", "a"), _node("abcdefg", "a"), _node("3", "c")]
    assert list(chosen_nodes(nodes, "").values()) == ["a#123456", "a#abcdef", "c"]


_TALK = """
import json, sys
sys.stdin.readline()
for line in sys.argv[1:]:
    if line != "{}":
        print(line, flush=True)
if sys.argv[-1] != "{}":
    sys.exit("the head is gone")
sys.stdin.read()
"""


def _told(name: str, node: str, job: int, turn: int = 0, expected: int = 2) -> dict[str, Any]:
    verdict = uncomputed(Job(name, "keras", {}), "keras 3", "cpu")._replace(ok=True)
    line = json.loads(to_line(verdict))
    return {"node": node, "job": job, "turn": turn, "verdict": line, "expected": expected}


def _run(
    monkeypatch: pytest.MonkeyPatch, *lines: dict[str, Any], device: str = "auto"
) -> tuple[list[Verdict], list[str], list[int]]:
    """What a run makes of these lines of the process that speaks with Ray; after {} it stays."""
    command = (sys.executable, "-c", _TALK, *map(json.dumps, lines))
    monkeypatch.setattr(cluster, "own_command", lambda module: command)
    nodes: list[str] = []
    counts: list[int] = []
    found = RayCluster("ray", "", nodes.extend).run(
        _JOBS, device, 60.0, lambda verdict, expected: counts.append(expected)
    )
    assert found.missing == []
    return found.verdicts, nodes, counts


def _shown(verdicts: list[Verdict]) -> list[tuple[str, str | None, str | None]]:
    return [(one.name, one.node, one.problem) for one in verdicts]


def test_verdicts_stand_as_the_jobs_and_the_nodes_do(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts, nodes, counts = _run(
        monkeypatch,
        {"nodes": ["n", "m"]},
        _told("b", "m", 1),
        {"beat": True},
        _told("a", "m", 0),
        _told("a", "n", 0, 1, 4),
        _told("a", "n", 0, 0, 4),
        _told("b", "n", 1, 0, 4),
        _told("b", "n", 1, 1, 4),
        {},
    )
    assert nodes == ["n", "m"]
    assert [(one.name, one.node) for one in verdicts] == [
        ("a", "n"), ("a", "n"), ("a", "m"), ("b", "n"), ("b", "n"), ("b", "m")
    ]  # fmt: skip
    assert counts == [4, 4, 6, 6, 6, 6]


def test_a_node_that_is_gone_costs_what_it_has_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts, _, _ = _run(
        monkeypatch,
        {"nodes": ["n", "m"]},
        _told("a", "m", 0),
        {"node": "m", "gone": "the node died"},
        _told("a", "n", 0),
        _told("b", "n", 1),
        {},
    )
    assert _shown(verdicts) == [
        ("a", "n", None), ("a", "m", None), ("b", "n", None), ("b", "m", "the node died")
    ]  # fmt: skip
    assert verdicts[3].device == ""


def test_a_cluster_that_is_lost_costs_what_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ({"nodes": ["n"]}, _told("a", "n", 0))
    verdicts, _, _ = _run(monkeypatch, *lines)
    gone = "the cluster was lost: the process ended with status 1: the head is gone"
    assert _shown(verdicts) == [("a", "n", None), ("b", "n", gone)]


def test_what_is_refused_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClusterError, match=r"^nothing answers there$"):
        _run(monkeypatch, {"refused": "nothing answers there"})
    with pytest.raises(ClusterError, match="ended with status 1: the head is gone"):
        _run(monkeypatch)
    with pytest.raises(UnknownDeviceError):
        _run(monkeypatch, device="gpu")


def test_an_address_that_says_nothing_is_waited_for_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.5)
    with pytest.raises(ClusterError, match=r"no answer within 0\.5 s"):
        _run(monkeypatch, {})


def test_a_node_tells_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again after it was started again, it judges once more, and tells what is missing."""
    pytest.importorskip("numpy")
    fake = str(Path(__file__).with_name("fake_backend.py"))
    monkeypatch.setattr(
        ray_node, "queues_of", partial(queues_of, command=lambda dialect: (sys.executable, fake))
    )

    async def ask() -> list[News]:
        judge = NodeJudge([to_line(job._replace(id=at)) for at, job in enumerate(_JOBS)], "cpu", 60)
        known = [(0, 0)]
        answers: list[News] = []
        while not answers or not answers[-1].done:
            answers.append(News(*await judge.news(known)))
            known += [(job, turn) for job, turn, _ in answers[-1].verdicts]
        await judge.stop()
        return answers

    answers = asyncio.run(ask())
    told = [(job, turn) for answer in answers for job, turn, _ in answer.verdicts]
    assert told == [(1, 0)]
    assert answers[-1][1:] == (2, True)
