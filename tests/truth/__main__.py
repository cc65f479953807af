"""The command: generate, run, check, compare, list."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from losslint.dialects.release_targets import release_targets
from losslint.files.discovery import FoundFile
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import check_source
from losslint.linter.runner import Linter
from losslint.rules import load_rules
from losslint.settings.model import Overrides
from tests.test_behaviour import disagreement

from . import experiment_cases, keras_cases, model_cases, netspresso_cases

ROOT = Path(__file__).parent.parent.parent


_OF_THE_IMAGES = "Target 255 is out of bounds"


class Verdict(NamedTuple):
    """A text, what the framework made of it, and what `check` said."""

    text: str
    outcome: str
    detail: str
    findings: tuple[str, ...]
    disagreement: str | None
    number: int = 0


def judge(
    texts: Sequence[str], outcomes: Sequence[tuple[str, str]], name: str
) -> Iterator[Verdict]:
    """Compare each outcome with the findings on the same text."""
    rules, targets = load_rules(), release_targets()
    for text, (outcome, detail) in zip(texts, outcomes, strict=True):
        source = decode(name, text.encode())
        assert isinstance(source, Source)
        found = check_source(source, rules, targets).diagnostics
        said = tuple(f"{d.code} {d.severity} {d.message}" for d in found)
        reason = disagreement(outcome, {d.severity for d in found})
        yield Verdict(text, outcome, detail, said, reason)


def judge_models(found: Sequence[ModelOutcome]) -> Iterator[Verdict]:
    """Compare what Keras does with a compiled model with the findings on its archive's config."""
    rules, targets = load_rules(), release_targets()
    for number, (outcome, detail, text, is_bare) in enumerate(found):
        source = decode("config.json", text.encode())
        assert isinstance(source, Source)
        diagnostics = check_source(source, rules, targets).diagnostics
        said = tuple(f"{d.code} {d.severity} {d.message}" for d in diagnostics)
        severities: set[str] = {d.severity for d in diagnostics}
        reason: str | None = None
        if outcome == "either":
            # Keras pairs it as its author wrote it down; that it does so by chance may be said.
            reason = disagreement("accepted", severities - {"warning"})
        elif outcome == "accepted" or not (is_bare or outcome == "unseen"):
            # Without its model a compile config hides most faults, and own code hides the others.
            reason = disagreement(_AS.get(outcome, outcome), severities)
        yield Verdict(text, outcome, detail, said, reason, number)


# What stops for its metrics stops; what stops or goes wrong on TensorFlow alone is worth a warning.
_AS = {"metrics": "refused", "tensorflow": "wrong"}


def judge_experiments(
    cases: Sequence[experiment_cases.Experiment], found: Sequence[tuple[str, str]]
) -> Iterator[Verdict]:
    """Compare what the trainer does with an experiment with the findings in its folder."""
    with tempfile.TemporaryDirectory() as root:
        linter = Linter(Overrides())
        for number, (case, (outcome, detail)) in enumerate(zip(cases, found, strict=True)):
            folder = Path(root, str(number))
            folder.mkdir()
            for name, text in case.files.items():
                (folder / name).write_text(text, "utf-8")
            said = [
                diagnostic
                for name in case.files
                for diagnostic in linter.run(FoundFile(str(folder / name))).diagnostics
            ]
            severities = {d.severity for d in said}
            hinges = _OF_THE_IMAGES in detail or (
                "KeyError" in detail and any(d.code == "LL100" for d in said)
            )
            if hinges and "warning" in severities:
                # Other images may have no such pixel, and a variable may be set, so that no more
                # than a warning is due.
                severities.add("error")
            reason = disagreement(outcome, severities)
            text = "".join(f"--- {name}\n{each}" for name, each in case.files.items())
            told = tuple(f"{d.code} {d.severity} {d.message}" for d in said)
            yield Verdict(text, outcome, detail, told, reason)


def experiment_outcomes(
    python: str, cases: Sequence[experiment_cases.Experiment]
) -> list[tuple[str, str]]:
    """What the trainer does with each experiment."""
    return outcomes(python, "real_experiment", [json.dumps(case._asdict()) for case in cases])


class ModelOutcome(NamedTuple):
    """What Keras did, why, the config as it is saved, and whether the model is left out of it."""

    outcome: str
    detail: str
    text: str
    is_bare: bool


def model_outcomes(
    python: str, cases: Sequence[model_cases.Case], workers: int = 1
) -> list[ModelOutcome]:
    """What Keras does with each compiled model."""
    lines = [json.dumps(case.as_json()) for case in cases]
    shares = [lines[number::workers] for number in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(lambda share: _run(python, "real_model", share), shares))
    return [
        ModelOutcome(outcome, detail, text, case.form == "bare")
        for number, case in enumerate(cases)
        for outcome, detail, text in [parts[number % workers][number // workers]]
    ]


def outcomes(python: str, module: str, lines: Sequence[str]) -> list[tuple[str, str]]:
    """What the framework behind a Python does with each case."""
    return [(outcome, detail) for outcome, detail in _run(python, module, lines)]


def _run(python: str, module: str, lines: Sequence[str]) -> list[list[str]]:
    """The answers of a module, one for each line."""
    done = subprocess.run(
        [python, "-m", f"tests.truth.{module}"],
        input="\n".join(lines) + "\n",
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]


def main() -> int:
    # Before the frameworks take their time: the findings are those of the code as it is now.
    load_rules()
    parser = argparse.ArgumentParser(prog="python -m tests.truth")
    parser.add_argument("framework", choices=("netspresso", "experiments", "keras", "models"))
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--python", default=sys.executable, help="a Python that has the framework")
    parser.add_argument("--workers", type=int, default=1, help="how many processes run models")
    parser.add_argument("--dump", help="a file for the disagreements, as JSON lines")
    arguments = parser.parse_args()
    if arguments.framework == "models":
        made = model_cases.generate(arguments.cases, arguments.seed)
        found = model_outcomes(arguments.python, made, arguments.workers)
        return report(list(judge_models(found)), "models", arguments.dump)
    if arguments.framework == "experiments":
        experiments = experiment_cases.generate(arguments.cases, arguments.seed)
        found_out = experiment_outcomes(arguments.python, experiments)
        return report(
            list(judge_experiments(experiments, found_out)), "experiments", arguments.dump
        )
    if arguments.framework == "netspresso":
        configs = netspresso_cases.generate(arguments.cases, arguments.seed)
        texts, module, name = [case.text for case in configs], "trainer", "model.yaml"
        lines = [json.dumps(case._asdict()) for case in configs]
    else:
        texts = keras_cases.generate(arguments.cases, arguments.seed)
        module, name, lines = "real_keras", "config.json", [json.dumps(text) for text in texts]
    verdicts = list(judge(texts, outcomes(arguments.python, module, lines), name))
    return report(verdicts, arguments.framework, arguments.dump)


def report(verdicts: Sequence[Verdict], framework: str, dump: str | None) -> int:
    """Print the numbers; 1 where something is not explained."""
    wrong = [verdict for verdict in verdicts if verdict.disagreement]
    if dump:
        Path(dump).write_text("".join(json.dumps(v._asdict()) + "\n" for v in wrong), "utf-8")
    agree = len(verdicts) - len(wrong)
    counts = Counter(verdict.outcome for verdict in verdicts)
    print(f"{framework}: {agree} of {len(verdicts)} agree ({agree / len(verdicts):.2%})")
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.most_common()))
    for (reason, detail), count in Counter((v.disagreement, v.detail) for v in wrong).most_common():
        print(f"{count:5}  {reason}: {detail}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
