"""The name of a loss, as its dialect judges it: asked once for all rules."""

from losslint.catalog.model import LossDef
from losslint.dialects.naming import NameVerdict
from losslint.dialects.records import LossEntry
from losslint.rules._elsewhere import followed
from losslint.rules.base import Context, memoize_per_file


@memoize_per_file
def judge_name(entry: LossEntry, context: Context) -> NameVerdict | None:
    """The verdict on an entry's name, or None when it has none that can be judged."""
    named, _ = written_name(entry, context)
    return entry.dialect.judge_name(named, context.target(entry.dialect).version)


def written_name(entry: LossEntry, context: Context) -> tuple[LossEntry, str]:
    """An entry with the name that another file has for it, and how that file is called."""
    if entry.name is None or not context.neighbours:
        return entry, ""
    found = followed(entry.name, context)
    return (entry._replace(name=found.view), found.file) if found.file else (entry, "")


def find_loss(entry: LossEntry, context: Context) -> LossDef | None:
    """What the catalog knows under the entry's name at the target release."""
    verdict = judge_name(entry, context)
    if verdict is None or not (verdict.is_same or verdict.status == "known"):
        return None
    return verdict.loss
