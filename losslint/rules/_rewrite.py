"""Fixes that several rules make: renaming a key or a value, removing a pair."""

from collections.abc import Container, Iterator, Sequence

from losslint.catalog.model import Spec
from losslint.diagnostics import Edit, Fix, Span
from losslint.dialects.netspresso.experiment import ORDER
from losslint.rules._values import ValueFault, in_range
from losslint.rules.base import Argument, Context, LossEntry, ResolvedNode, Site
from losslint.syntax.edits import insert_pair, pair_index, quoted_like
from losslint.syntax.interpolation import is_single
from losslint.syntax.member import Member
from losslint.syntax.nodes import Mapping, Scalar
from losslint.syntax.removals import remove_pair
from losslint.text import closest


def rename_value(view: ResolvedNode, new: str, *, safe: bool) -> Fix | None:
    """Write another string in the place of a scalar; None where it stands behind an alias."""
    if view.origin is not None or not isinstance(view.node, Scalar):
        return None
    start, end = view.node.start, view.node.end
    # The span of a block scalar holds its last line end, which stays.
    end -= len(view.text[start:end]) - len(view.text[start:end].rstrip("\r\n"))
    text = quoted_like(view.text, start, end, new)
    return Fix(f"write `{new}`", (Edit(start, end, text),), safe)


def suggestion(view: ResolvedNode, meant: str | None) -> tuple[str, Fix | None]:
    """The end of a message about an unknown word, and the fix that writes the word that is meant."""
    if meant is None:
        return "", None
    return f"; did you mean `{meant}`?", rename_value(view, meant, safe=False)


def closest_word(view: ResolvedNode, known: Sequence[str]) -> str | None:
    """The one of the known words that a text is closest to."""
    return closest(view.value, known) if isinstance(view.value, str) else None


def rename_key(argument: Argument, new: str, *, safe: bool) -> Fix | None:
    """Rename the key of an argument; None where the key comes from a merged mapping."""
    view = argument.view
    start, end = argument.key
    old = view.text[start:end]
    if argument.key == view.at:
        # By position it has no name.
        return None
    if view.origin is not None and old.strip("\"'") != argument.name:
        return None
    return Fix(
        f"rename it to `{new}`", (Edit(start, end, quoted_like(view.text, start, end, new)),), safe
    )


def remove_argument(owner: ResolvedNode, argument: Argument, *, safe: bool) -> Fix | None:
    """Remove an argument with its line; None where it comes from a merged mapping."""
    node = owner.node
    if (
        owner.origin is not None
        or not isinstance(node, Mapping)
        or argument.key == argument.view.at
    ):
        return None
    for pair in node.pairs:
        if isinstance(pair.key, Scalar) and pair.key.start == argument.key.start:
            edit = remove_pair(owner.text, node, pair_index(node, pair.key))
            return Fix(f"remove `{argument.name}`", (edit,), safe)
    return None


def unquoted(view: ResolvedNode, spec: Spec) -> Fix | None:
    """A quoted number or boolean without its quotes, where it then is what the spec wants."""
    node = view.node
    if not isinstance(node, Scalar) or view.origin is not None or not node.is_quoted:
        return None
    text = node.value.strip()
    if not view.language.has_plain_words and text.lower() in ("true", "false"):
        text = view.language.true if text.lower() == "true" else view.language.false
    value = view.reader.plain_value(text) if text else None
    if isinstance(value, bool):
        fits = "bool" in spec.types
    elif isinstance(value, (int, float)):
        kind = "int" if isinstance(value, int) else "float"
        fits = ("number" in spec.types or kind in spec.types) and in_range(value, spec)
    else:
        fits = False
    return Fix("remove the quotes", (Edit(node.start, node.end, text),)) if fits else None


def mended(fault: ValueFault, context: Context) -> Fix | None:
    """A value of a wrong type as what its text says: without quotes, or decoded."""
    if fault.view.is_of_environment or fault.view.is_environment_or_null:
        return _decoded(fault.at, context.source.text)
    return unquoted(fault.view, fault.spec) if not fault.file else None


def _decoded(at: Span, text: str) -> Fix | None:
    """Decode what an interpolation gives where it is read; None behind an alias."""
    start, end = at
    if text[start : start + 1] in ("'", '"'):
        start, end = start + 1, end - 1
    if not is_single(text[start:end]):
        return None
    edits = (Edit(start, start, "${oc.decode:"), Edit(end, end, "}"))
    return Fix("decode it with `oc.decode`", edits)


def behind_the_losses(site: Site, wanted: Container[str]) -> Iterator[tuple[Member, ResolvedNode]]:
    """Of some keys those at the top of the file that follow the losses, whose last entry lost them.

    Behind the next section of the trainer's nothing has slipped.
    """
    above = site.owner.parent
    last = [site.owner.member(name) for name in [*site.owner.names()][-1:]]
    if above is None or not last or last[0] is None or last[0][0].at != site.key:
        return
    for name in above.names():
        # A file may have a hundred thousand others.
        found = above.member(name) if name in wanted or name in ORDER else None
        if found is not None and found[0].at.start > site.key.end:
            if name in ORDER:
                return
            yield found


def is_nested(name: str, entry: LossEntry) -> bool:
    """Whether a key stands under `params`, from where nested-parameters moves it up."""
    nested = entry.argument("params")
    return nested is not None and nested.view.is_mapping and nested.view.get(name) is not None


def insert_argument(entry: LossEntry, key: str, value: str) -> Edit | None:
    """Insert a parameter behind the name of a loss; None where the entry stands behind an alias."""
    node = entry.view.node
    if entry.view.origin is not None or not isinstance(node, Mapping) or entry.name is None:
        return None
    for index, pair in enumerate(node.pairs):
        if isinstance(pair.key, Scalar) and pair.key.value == "criterion":
            quoted = pair.key.quote == '"'
            return insert_pair(entry.view.text, node, index, f'"{key}"' if quoted else key, value)
    return None
