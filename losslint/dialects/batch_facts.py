"""What a model and its data say of the batches that reach a loss: a dry run makes such ones."""

from typing import Literal, NamedTuple

from losslint.diagnostics import Span

# "classes": the units of the output, or the classes of the data. "rank": the axes of the output,
# with the batch's. "image": the side that training images have. "mixed": whether it is trained
# with mixed precision. "head": NetsPresso's name of it. "reg_max": the numbers a box has for each
# side. "anchors": levels, and anchors a level.
FactName = Literal["classes", "rank", "image", "mixed", "head", "reg_max", "anchors"]


class BatchFact(NamedTuple):
    """One fact, and where it stands: in another file where `path` names one.

    `at` is None where it follows from several places of the file.
    """

    name: FactName
    value: int | str | bool | tuple[int, int]
    at: Span | None
    path: str | None = None
