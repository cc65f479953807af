"""rtmcc_loss knows one input size and one split ratio, and the head has others.

## Why

rtmcc_loss of NetsPresso Trainer has the input 256 x 256 and the split ratio 2.0 written into its
code, so that it compares 512 bins a side, whatever the head's `target_size` and
`simcc_split_ratio` say. Another number of bins stops the first training step. 512 x 512 with
ratio 1.0 has the same number of bins and runs: key points beyond 256 pixels are dropped, with
loss and gradient zero.

## Bad

```yaml
model:
  task: pose_estimation
  architecture:
    head:
      name: rtmcc
      params:
        simcc_split_ratio: 2.
        target_size: [192, 256]
  losses:
    - criterion: rtmcc_loss
      weight: ~
```

## Good

```yaml
model:
  task: pose_estimation
  architecture:
    head:
      name: rtmcc
      params:
        simcc_split_ratio: 2.
        target_size: [256, 256]
  losses:
    - criterion: rtmcc_loss
      weight: ~
```

## No safe fix

Another input size changes the augmentation and the data as well.
"""

from collections.abc import Iterator

from losslint.diagnostics import Related
from losslint.dialects.netspresso.model import descend, head_params, postprocessor_params
from losslint.rules._model import fitting
from losslint.rules._values import shown
from losslint.rules.base import NETSPRESSO, Context, Findings, ResolvedNode, Rule, Site
from losslint.syntax.plain import holds_unknown, plain

RULE = Rule(
    "LL308",
    "rtmcc-fixed-input",
    "error",
    NETSPRESSO,
    words=("rtmcc_loss",),
    sources=("netspresso:losses/pose_estimation/rtmcc.py",),
)

_SIZE = 256
_RATIO = 2.0


def check(site: Site, context: Context) -> Findings:
    """Each rtmcc_loss against the numbers of the head and the postprocessor."""
    for _, loss in fitting(site, "rtmcc_loss", context):
        for where, view in _wrong(site):
            wanted = f"[{_SIZE}, {_SIZE}]" if where == "target_size" else f"{_RATIO}"
            yield RULE.at(
                view,
                f"`{where}` is {shown(view)}, but rtmcc_loss computes with {wanted}, which it has "
                "in its code",
                related=[Related(loss.at, "the loss")],
            )


def _wrong(site: Site) -> Iterator[tuple[str, ResolvedNode]]:
    """The values that rtmcc_loss does not follow, by their keys."""
    head, processor = head_params(site), postprocessor_params(site)
    size = descend(head, "target_size")
    if size is not None and size.is_list:
        numbers = plain(size)
        if not holds_unknown(numbers) and numbers != [_SIZE, _SIZE]:
            yield "target_size", size
    for params in (head, processor):
        ratio = descend(params, "simcc_split_ratio")
        if ratio is not None and ratio.number not in (None, _RATIO):
            yield "simcc_split_ratio", ratio
