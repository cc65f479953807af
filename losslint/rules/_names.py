"""The name of a loss, as its dialect judges it: asked once for all rules."""

from losslint.catalog.model import LossDef
from losslint.dialects.naming import NameVerdict
from losslint.dialects.records import LossEntry
from losslint.rules.base import Context, memoize_per_file


@memoize_per_file
def judge_name(entry: LossEntry, context: Context) -> NameVerdict | None:
    """The verdict on an entry's name, or None when it has none that can be judged."""
    return entry.dialect.judge_name(entry, context.target(entry.dialect).version)


def find_loss(entry: LossEntry, context: Context) -> LossDef | None:
    """What the catalog knows under the entry's name at the target release."""
    verdict = judge_name(entry, context)
    if verdict is None or not (verdict.is_same or verdict.status == "known"):
        return None
    return verdict.loss
