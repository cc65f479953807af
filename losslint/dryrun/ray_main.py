"""The entry point of the process that speaks with a Ray cluster.

One line of JSON on standard input says what is to be judged; when standard input ends, whoever
asked is gone, and what runs on the nodes is ended. Lines on standard output tell, in this order:
`{"nodes": […]}`, or `{"refused": …}`; then verdicts `{"node": …, "job": …, "turn": …, "verdict": …,
"expected": …}`, and `{"node": …, "gone": …}` for a node that can judge no more; between them
`{"beat": …}`, so that silence means that something hangs.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import losslint
from losslint.dryrun.backend_main import die_with_parent, private_output, say
from losslint.dryrun.ipc import to_line
from losslint.dryrun.ray_node import News, NodeJudge
from losslint.text import closest

CLIENT_PORT = 10001
_PROBE_SECONDS = 5.0
_START_SECONDS = 120.0  # Ray starts a worker and unpacks losslint there; its GPUs may be taken
_STOP_SECONDS = 3.0
_STORE_BYTES = 80_000_000  # verdicts are small; Ray would take a third of the memory


class Request(NamedTuple):
    """What is to be judged: the fields of the line on standard input.

    Attributes:
        address: "ray", or "ray://HOST:PORT".
        resource: judged by the nodes that have it, "" for all.
        jobs: each as a line of JSON.
        device, timeout: see `runner.run`.
        patience: seconds without a sign of life after which a node is given up.
    """

    address: str
    resource: str
    jobs: list[str]
    device: str
    timeout: float
    patience: float


class RefusedError(Exception):
    """Nothing can be judged there; the text says why, in one line."""


class _Node:
    """A node while it judges."""

    def __init__(self, identity: str, name: str, actor: Any) -> None:
        self.identity, self.name, self.actor = identity, name, actor
        self.heard = time.monotonic()
        self.has_begun = False
        self.known: list[tuple[int, int]] = []


def main() -> int:
    """Judge what standard input says; 0, or 3 where no cluster could be reached."""
    answers = private_output()
    die_with_parent()
    request = Request(**json.loads(sys.stdin.readline()))
    left = threading.Event()
    threading.Thread(target=_watch, args=(left,), daemon=True).start()

    def tell(**fields: Any) -> None:
        say(answers, to_line(fields))

    import ray  # type: ignore[import-not-found, unused-ignore]

    try:
        _connect(ray, request.address)
        chosen = chosen_nodes(ray.nodes(), request.resource)
    except Exception as error:  # Ray has no class for all that may go wrong
        tell(refused=_in_one_line(error))
        return 3
    tell(nodes=list(chosen.values()))
    try:
        _judge(ray, chosen, request, tell, left)
    finally:
        ray.shutdown()
    return 0


def _watch(left: threading.Event) -> None:
    sys.stdin.read()
    left.set()


def _connect(ray: Any, address: str) -> None:
    """Reach the cluster, or start one on this machine where none runs."""
    options = {
        "runtime_env": {"py_modules": [str(Path(losslint.__file__).parent)]},
        "log_to_driver": False,
        "logging_level": "error",
    }
    if address != "ray":
        _probe(address)
        try:
            ray.init(address, **options)
        except ConnectionError:
            # A busy head takes longer to start what answers a client than Ray waits for it.
            ray.init(address, **options)
        return
    told = os.environ.get("RAY_ADDRESS")  # Ray's own variable; "local" asks for a new cluster
    try:
        if told != "local":
            ray.init("auto", **options)
            return
    except ConnectionError:
        if told:
            raise
    own = {"num_cpus": 1, "object_store_memory": _STORE_BYTES, "include_dashboard": False}
    ray.init("local", **own, **options)


def _probe(address: str) -> None:
    """Find out at once that nothing listens there: Ray would try for minutes."""
    place = urlsplit(address)
    try:
        with socket.create_connection(
            (place.hostname or "", place.port or CLIENT_PORT), _PROBE_SECONDS
        ):
            return
    except OSError as error:
        raise RefusedError(f"nothing answers there: {error.strerror or error}") from None


def chosen_nodes(nodes: list[dict[str, Any]], resource: str) -> dict[str, str]:
    """The names of the nodes that are to judge, in their order, by the nodes' identities.

    Raises:
        RefusedError: none is alive and has the resource.
    """
    alive = [node for node in nodes if node["Alive"]]
    found = [node for node in alive if not resource or node["Resources"].get(resource)]
    if not found:
        known = sorted({name for node in alive for name in node["Resources"] if ":" not in name})
        meant = closest(resource, known)
        hint = f"did you mean {meant}?" if meant else f"there are {', '.join(known)}"
        raise RefusedError(f"no node that is alive has the resource {resource}; {hint}")
    names = [node["NodeName"] for node in found]
    # Several nodes of one machine may have one name.
    shown = {
        node["NodeID"]: name if names.count(name) == 1 else f"{name}#{node['NodeID'][:6]}"
        for node, name in zip(found, names, strict=True)
    }
    return dict(sorted(shown.items(), key=lambda pair: pair[1]))


def _judge(
    ray: Any,
    chosen: dict[str, str],
    request: Request,
    tell: Callable[..., None],
    left: threading.Event,
) -> None:
    """Have all nodes judge, and tell what comes of it."""
    from ray.util.scheduling_strategies import (  # type: ignore[import-not-found, unused-ignore]
        NodeAffinitySchedulingStrategy,
    )

    gpus = {node["NodeID"]: node["Resources"].get("GPU", 0) for node in ray.nodes()}
    nodes: list[_Node] = []
    for identity, name in chosen.items():
        actor = ray.remote(NodeJudge).options(
            scheduling_strategy=NodeAffinitySchedulingStrategy(identity, soft=False),
            num_cpus=0,
            # Ray hides from a process the GPUs that it does not hold.
            num_gpus=0 if request.device in ("cpu", "mps") else gpus[identity],
            # What is asked is asked again until Ray knows that the node is dead.
            max_restarts=1,
            max_task_retries=-1,
        )
        judge = actor.remote(request.jobs, request.device, request.timeout)
        nodes.append(_Node(identity, name, judge))
    asked = {node.actor.news.remote([]): node for node in nodes}
    while asked and not left.is_set():
        ready, _ = ray.wait(list(asked), timeout=1.0)
        tell(beat=True)
        for answer in ready:
            node = asked.pop(answer)
            if _is_on(ray, node, answer, tell):
                asked[node.actor.news.remote(node.known)] = node
        for answer, node in list(asked.items()):
            if reason := _given_up(node, request.patience):
                del asked[answer]
                tell(node=node.name, gone=reason)
    _stop(ray, nodes)


def _is_on(ray: Any, node: _Node, answer: Any, tell: Callable[..., None]) -> bool:
    """Tell what a node has answered; whether there is more to come."""
    try:
        news = News(*ray.get(answer))
    except Exception as error:  # whatever the node or Ray raised
        tell(node=node.name, gone=_why_gone(ray, node, error))
        return False
    node.heard, node.has_begun = time.monotonic(), True
    for job, turn, line in news.verdicts:
        node.known.append((job, turn))
        tell(node=node.name, job=job, turn=turn, verdict=json.loads(line), expected=news.expected)
    return not news.done


def _given_up(node: _Node, patience: float) -> str | None:
    """Why a node that is silent is waited for no longer; None while it is."""
    silent = time.monotonic() - node.heard
    if not node.has_begun:
        if silent <= max(_START_SECONDS, patience):
            return None
        return f"Ray started no worker there within {silent:.0f} s: its devices may be taken"
    return f"no sign of life for {silent:.0f} s" if silent > patience else None


def _why_gone(ray: Any, node: _Node, error: Exception) -> str:
    """Why a node can judge no more."""
    alive = {each["NodeID"] for each in ray.nodes() if each["Alive"]}
    if node.identity not in alive:
        return "the node died"
    if isinstance(error, ray.exceptions.RayActorError):
        return "Ray's worker there died, and once more when it was started again"
    return _in_one_line(error)


def _in_one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    own = isinstance(error, RefusedError)
    return (text if own else f"{type(error).__name__}: {text}")[:300]


def _stop(ray: Any, nodes: list[_Node]) -> None:
    """Leave nothing on the nodes: first in peace, then by force."""
    with contextlib.suppress(Exception):
        ray.wait(
            [node.actor.stop.remote() for node in nodes],
            num_returns=len(nodes),
            timeout=_STOP_SECONDS,
        )
    for node in nodes:
        with contextlib.suppress(Exception):
            ray.kill(node.actor)
