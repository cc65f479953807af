"""What is said of a file in which no losses were found."""

from losslint.dialects.declarations import OwnSite
from losslint.dialects.text_marks import (
    LOOKED_FOR,
    is_broken_by_intent,
    telling_key,
    was_to_hold_losses,
)
from losslint.files import hdf5
from losslint.files.source import LineIndex
from losslint.linter.apply_rules import Checked

_NO_TRAINING_CONFIG = (
    "no losses: it has no training_config with a loss, as weights alone, a model that was saved "
    "before it was compiled, and the data of other programs have none"
)


def passed_over(checked: Checked) -> Checked:
    """What is said of a file that a walk came by.

    Other tools' files may be no valid YAML, or be larger than what is read of one. Only where the
    text shows that losses were meant to stand there is it worth a word; what rules found that know
    by other marks whose file it is stays in any case.
    """
    if any(not d.code.startswith("LL0") for d in checked.diagnostics):
        return checked
    spent = any(problem.is_budget for problem in checked.tree.problems)
    if checked.tree.problems and not spent and was_to_hold_losses(checked.source.text):
        return checked
    return checked._replace(diagnostics=())


def as_notes(checked: Checked) -> Checked:
    """The findings of a named file that is another tool's, as notes.

    A template or a file of another tool may be no valid YAML, and that is not our business: its
    own reader may take what `json.load` refuses, so that nothing of it is changed.
    """
    notes = tuple(d._replace(severity="info", fix=None) for d in checked.diagnostics)
    return checked._replace(diagnostics=notes)


def is_of_another(checked: Checked) -> bool:
    """Whether a file that cannot be parsed was never to be: a template, JSON lines, JSONC."""
    return bool(checked.tree.problems) and is_broken_by_intent(checked.source.text)


def why_no_losses(checked: Checked, declared: tuple[OwnSite, ...] = ()) -> str:
    """Why a named file holds no losses although a key of it reads so; empty where none does."""
    if declared and not checked.tree.problems:
        paths = ", ".join(f"`{each.path}`" for each in declared)
        return f"no losses: nothing stands at {paths}, where `sites` of the settings looks"
    if checked.source.member == hdf5.MEMBER and not checked.tree.problems:
        return _NO_TRAINING_CONFIG
    key = telling_key(checked.tree)
    if key is None:
        return ""
    row, _ = LineIndex(checked.source.text).position(key.start)
    return f"no losses, though line {row} has the key `{key.value}`; looked for: {LOOKED_FOR}"
