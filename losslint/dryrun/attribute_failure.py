"""Which of its parameters a loss fails for, where that can be told for certain."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable

from losslint.dryrun.records import Job, Verdict

_MOST_TRIALS = 10  # Keras saves nine parameters of its largest loss; each trial is a run

# A name alone does not tell: parameters are called `name`, `axis` or `dtype`, which are words of
# the messages about others, and a KeyError quotes what was not there. These say that it was given.
_NAMED = re.compile(r"\bargument ['\"`](\w+)['\"`]|(?<![\w.])(\w+)`?(?:\.\w+)* must\b")


async def attribute_failure(
    job: Job, verdict: Verdict, evaluate_variant: Callable[[Job], Awaitable[Verdict]]
) -> Verdict:
    """The verdict, at the parameter that it comes from where that is certain.

    It is where the problem names exactly one of the job's written parameters, or where the loss
    computes without exactly one of them.

    Args:
        job: what was evaluated.
        verdict: what came of it.
        evaluate_variant: evaluates a variant of the job; what it raises passes through.
    """
    if verdict.ok or verdict.problem is None or not verdict.fits:
        return verdict
    if (name := named_parameter(verdict.problem, job.places)) is not None:
        return verdict._replace(location=job.places[name])
    if len(job.places) > _MOST_TRIALS:
        return verdict
    remedies = [name for name in job.places if (await evaluate_variant(_without(job, name))).ok]
    if len(remedies) != 1:
        return verdict
    problem = f"{verdict.problem.rstrip('.')}; it computes without {remedies[0]}"
    return verdict._replace(location=job.places[remedies[0]], problem=problem)


def named_parameter(problem: str, params: Iterable[str]) -> str | None:
    """The one parameter that a problem speaks of, None where it is none or several."""
    found = {quoted or plain for quoted, plain in _NAMED.findall(problem)}.intersection(params)
    return found.pop() if len(found) == 1 else None


def _without(job: Job, name: str) -> Job:
    params = {key: value for key, value in job.params.items() if key != name}
    return job._replace(params=params, points=0, stress=False)
