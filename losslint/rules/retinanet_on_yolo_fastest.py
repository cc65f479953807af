"""retinanet_loss stands on yolo_fastest_head_v2, which has a loss of its own today.

## Why

yolo_fastest_head_v2 was shipped with retinanet_loss up to 1.0.2. Since 1.0.3 it gives another
output and has yolofastest_loss: retinanet_loss stops there at the first training step with
KeyError 'anchors'. The new loss needs the anchors of the head, and so does the postprocessor.

## Bad

```yaml
model:
  task: detection
  architecture:
    head:
      name: yolo_fastest_head_v2
      params:
        anchors: &anchors
          - [12., 18., 37., 49., 52., 132.]
          - [115., 73., 119., 199., 242., 238.]
  losses:
    - criterion: retinanet_loss
      weight: ~
```

## Good

```yaml
model:
  task: detection
  architecture:
    head:
      name: yolo_fastest_head_v2
      params:
        anchors: &anchors
          - [12., 18., 37., 49., 52., 132.]
          - [115., 73., 119., 199., 242., 238.]
  losses:
    - criterion: yolofastest_loss
      anchors: *anchors
      weight: ~
```

## Fix

Unsafe, because it is another loss: the criterion is renamed and the head's anchors are copied, or
referred to where they carry a YAML anchor. The postprocessor gets them as well where its
parameters lack them.

## No safe fix

yolofastest_loss computes other numbers.
"""

from losslint.diagnostics import Edit, Fix
from losslint.dialects.netspresso.model import descend, head_params, postprocessor_params
from losslint.rules._anchors import anchors_text
from losslint.rules._model import read_model, wants_yolofastest_loss
from losslint.rules._rewrite import insert_argument, rename_value
from losslint.rules.base import NETSPRESSO, Context, Findings, LossEntry, ResolvedNode, Rule, Site
from losslint.syntax.edits import insert_pair
from losslint.syntax.nodes import Mapping

RULE = Rule(
    "LL304",
    "retinanet-on-yolo-fastest",
    "error",
    NETSPRESSO,
    words=("retinanet_loss",),
    fix="unsafe",
    sources=("netspresso:losses/detection/retinanet.py", "netspresso:losses/detection/yolo.py"),
)


def check(site: Site, context: Context) -> Findings:
    """Each retinanet_loss on that head."""
    model = read_model(site, context)
    for entry in site.entries:
        if entry.name is None or not wants_yolofastest_loss(entry, model, context):
            continue
        anchors = descend(head_params(site), "anchors")
        taken = any(other.name_text == "yolofastest_loss" for other in site.entries)
        fix = None
        if anchors is not None and anchors.is_list and not taken:
            fix = _fix(entry, site, anchors)
        tail = "" if fix is not None else " (copy them from the head; they are not in this file)"
        yield RULE.at(
            entry.name,
            "`retinanet_loss` stops on `yolo_fastest_head_v2` since 1.0.3, at the first training "
            f"step; write `yolofastest_loss` with the head's `anchors`{tail}",
            fix=fix,
        )


def _fix(entry: LossEntry, site: Site, anchors: ResolvedNode) -> Fix | None:
    assert entry.name is not None
    renamed = rename_value(entry.name, "yolofastest_loss", safe=False)
    text = anchors_text(anchors, site.key.start)
    if renamed is None or text is None:
        return None
    edits = list(renamed.edits)
    if entry.argument("anchors") is None:
        inserted = insert_argument(entry, "anchors", text)
        if inserted is None:
            return None
        edits.append(inserted)
    edits += _postprocessor(site, anchors)
    return Fix("write `yolofastest_loss` with the anchors of the head", tuple(edits), safe=False)


def _postprocessor(site: Site, anchors: ResolvedNode) -> list[Edit]:
    """The anchors for the postprocessor, where its parameters stand in the file without them."""
    params = postprocessor_params(site)
    if params is None or not params.is_mapping or params.get("anchors") is not None:
        return []
    node = params.node
    if params.origin is not None or not isinstance(node, Mapping) or not node.pairs:
        return []
    text = anchors_text(anchors, node.start)
    if text is None:
        return []
    key = params.language.key("anchors")
    return [insert_pair(params.text, node, len(node.pairs) - 1, key, text)]
