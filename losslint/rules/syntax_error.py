"""The file cannot be read as the reader of its format reads it.

## Why

NetsPresso Trainer loads its files with OmegaConf and the Keras platform loads JSON with
`json.load`. Both stop at the first character that they cannot read: a comment or a trailing comma
in JSON, an alias without its anchor in YAML. Where it is clear what was meant (commas, single
quotes and comments in JSON), losslint reads on as if it had been written right, and still checks
the losses in the rest of the file. Anything else ends the reading there.

## Bad

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "mae",}}}}
```

```yaml
model:
  losses:
    - criterion: cross_entropy: 0.1
      weight: ~
```

## Good

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "mae"}}}}
```

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Fix

Safe where the rest of the file is sound: a trailing comma of JSON is removed, a missing one added,
and single quotes become double ones. A comment in JSON is left to you, because only you know where
it should go.
"""

from losslint.diagnostics import Edit, Fix
from losslint.dialects.records import MAX_ARGUMENTS, MAX_ENTRIES
from losslint.rules.base import Context, File, Findings, Rule

RULE = Rule(
    "LL001",
    "syntax-error",
    "error",
    when=("problem",),
    fix="sometimes",
    sources=("netspresso:utils/engine_utils.py",),
)


def check_file(file: File, context: Context) -> Findings:
    """A diagnostic for each problem that the parser met."""
    for problem in file.tree.problems:
        fix = None
        if problem.fix:
            fix = Fix("write it as JSON has it", tuple(Edit(*edit) for edit in problem.fix))
        if problem.is_budget:
            # The trainer may read such a file.
            message = f"{problem.message}; what follows is not checked"
            yield RULE.at(problem.span, message, severity="warning")
        else:
            how, where = problem.severity, problem.related
            yield RULE.at(problem.span, problem.message, severity=how, fix=fix, related=where)
    for site in file.sites:
        if len(site.entries) >= MAX_ENTRIES:
            message = f"more than {MAX_ENTRIES - 1} losses in one place; the others are not checked"
            yield RULE.at(site.key, message)
        for entry in site.entries:
            if len(entry.arguments) >= MAX_ARGUMENTS:
                what = f"more than {MAX_ARGUMENTS - 1} parameters; the others are not checked"
                yield RULE.at((entry.name or entry.view).at, what)
