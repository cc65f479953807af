"""PIDNet's three old criteria stand in the list, which one pidnet_loss replaced.

## Why

Up to 0.0.10 PIDNet was trained with pidnet_cross_entropy, boundary_loss and
pidnet_cross_entropy_with_boundary. NetsPresso Trainer 0.1.0 made one criterion of them, with
fixed proportions: both cross entropies once, the boundary 20 times. The old names are a KeyError
when the losses are built.

## Bad

```yaml
model:
  task: segmentation
  name: pidnet_s
  losses:
    - criterion: pidnet_cross_entropy
      weight: ~
      ignore_index: 255
    - criterion: boundary_loss
      weight: 20.0
    - criterion: pidnet_cross_entropy_with_boundary
      weight: ~
      ignore_index: 255
```

## Good

```yaml
model:
  task: segmentation
  name: pidnet_s
  losses:
    - criterion: pidnet_loss
      weight: ~
      ignore_index: 255
```

## Fix

Safe where the three compute what pidnet_loss computes: the cross entropies have one weight a and
one `ignore_index`, and the boundary has the weight 20·a. Otherwise there is no fix, and the
message says what is in the way.
"""

from losslint.diagnostics import Fix, Related
from losslint.rules._names import own_names
from losslint.rules._rewrite import rename_value
from losslint.rules._values import ignored_index, shown
from losslint.rules.base import NETSPRESSO, Context, Findings, LossEntry, Rule, Site
from losslint.syntax.nodes import Sequence
from losslint.syntax.removals import remove_items

RULE = Rule(
    "LL203",
    "pidnet-triple",
    "error",
    NETSPRESSO,
    fix="sometimes",
    words=("pidnet_cross_entropy", "boundary_loss"),
    sources=("netspresso:losses/segmentation/pidnet.py", "netspresso:losses/registry.py"),
)

_FIRST = "pidnet_cross_entropy"
_BOUNDARY = "boundary_loss"
_SECOND = "pidnet_cross_entropy_with_boundary"
_TRIPLE = (_FIRST, _BOUNDARY, _SECOND)
_SINCE = "0.1.0"
_FACTOR = 20
_DEFAULT_INDEX = -100


def check(site: Site, context: Context) -> Findings:
    """The members of the triple, all in one finding at the first of them."""
    if not context.netspresso.since(_SINCE):
        return
    own = own_names(site.dialect, context)
    members = [e for e in site.entries if e.name_text in _TRIPLE and e.name_text not in own]
    places = [entry.name.at for entry in members if entry.name is not None]
    if not places:
        return
    obstacle = _obstacle(members, site, context)
    message = (
        f"{_listed(members)} {'was' if len(members) == 1 else 'were'} removed in NetsPresso Trainer "
        f"{_SINCE}, use one `pidnet_loss`"
    )
    if obstacle is not None:
        message += f"; it does not compute the same here, because {obstacle}"
    yield RULE.at(
        places[0],
        message,
        fix=_fix(members, site) if obstacle is None else None,
        related=[Related(place, "and this one") for place in places[1:]],
    )


def _listed(members: list[LossEntry]) -> str:
    names = [f"`{name}`" for name in dict.fromkeys(str(m.name_text) for m in members)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _obstacle(members: list[LossEntry], site: Site, context: Context) -> str | None:
    """Why the members are not what pidnet_loss computes; None where they are."""
    names = [member.name_text for member in members]
    for name in _TRIPLE:
        if names.count(name) != 1:
            return f"`{name}` " + ("is missing" if name not in names else "stands twice")
    if any(entry.name_text == "pidnet_loss" for entry in site.entries):
        return "a `pidnet_loss` stands in the list already"
    first, boundary, second = (members[names.index(name)] for name in _TRIPLE)
    for member in members:
        allowed = set() if member is boundary else {"ignore_index"}
        if member.view.is_open or not {a.name for a in member.arguments} <= allowed:
            return f"`{member.name_text}` has keys that it never took"
    a, b, c = (_weight(member) for member in (first, boundary, second))
    if a is None or b is None or c is None:
        return "not all three weights are numbers in this file"
    if a != c or b != _FACTOR * a:
        return (
            f"the weights are {a:g}, {b:g} and {c:g}, and its proportions are fixed at "
            f"1, {_FACTOR} and 1: decide which of the weights counts"
        )
    indices = [ignored_index(member, _DEFAULT_INDEX, context) for member in (first, second)]
    if None in indices or indices[0] != indices[1]:
        return f"the cross entropies leave out different labels ({_indices(first, second)})"
    return None


def _weight(entry: LossEntry) -> float | None:
    """The weight as the trainer counts it: null is 1.0."""
    view = entry.weight_view
    if view is None or view.kind not in ("null", "int", "float"):
        return None
    return 1.0 if view.number is None else float(view.number)


def _indices(*entries: LossEntry) -> str:
    arguments = [entry.argument("ignore_index") for entry in entries]
    return " and ".join(shown(a.view) if a else f"{_DEFAULT_INDEX} by default" for a in arguments)


def _fix(members: list[LossEntry], site: Site) -> Fix | None:
    """The first cross entropy renamed, the other two entries removed."""
    node = site.view.node if site.view is not None else None
    if site.view is None or site.view.origin is not None or not isinstance(node, Sequence):
        return None
    kept = next(member for member in members if member.name_text == _FIRST)
    renamed = rename_value(kept.name, "pidnet_loss", safe=True) if kept.name is not None else None
    if renamed is None:
        return None
    gone = [i for i, e in enumerate(site.entries) if e.name_text in (_BOUNDARY, _SECOND)]
    runs = [(gone[0], gone[1])] if gone[1] == gone[0] + 1 else [(i, i) for i in gone]
    edits = [remove_items(site.root.text, node, *run) for run in runs]
    return Fix("write one `pidnet_loss`", (*renamed.edits, *edits))
