"""The file is no text that losslint, or the framework, can read.

## Why

A config in an unknown encoding, a binary under the name of a config, a damaged `.keras` archive or
`.h5` file: no trainer can load it. losslint reads UTF-8, and UTF-16 and UTF-32 with a byte order
mark; NetsPresso Trainer opens its configs as UTF-8 and stops at any other encoding. Python's
`json`, and Keras with it, stops at a byte order mark, and at UTF-16 and UTF-32, where the file was
opened as text (`json.load(open(path))`, `model_from_json`, a model saved as a folder). The
`config.json` in a `.keras` archive is read as bytes, and there it may stand.

A file that is merely met in a folder is passed over where nothing in it reads like a loss; one that
is named, every archive, and every `.h5` file that has a `training_config`, is reported. A file that
the system does not give out is no finding: the run says so and ends with 2.

## No safe fix

What the bytes were meant to be is unknown.
"""

from losslint.diagnostics import Span
from losslint.rules.base import Context, File, Findings, Rule

RULE = Rule(
    "LL000",
    "unreadable-file",
    "error",
    when=("byte order mark",),
    sources=("netspresso:utils/engine_utils.py", "keras:src/saving/saving_lib.py"),
)


def check_file(file: File, context: Context) -> Findings:
    """Losses in an encoding, or behind a mark of it, that their framework does not read."""
    source = file.source
    if not source.mark or source.member is not None:
        return
    # utf-16-le → UTF-16
    name = "-".join(source.encoding.upper().split("-")[:2])
    loaded = {site.dialect.loads_whole_file for site in file.sites}
    start = Span(0, 1)
    if True in loaded and name != "UTF-8":
        yield RULE.at(
            start, f"the file is {name}; the trainer opens it as UTF-8 and cannot read it"
        )
    elif False in loaded and not file.tree.language.allows_mark:
        what = "starts with a byte order mark" if name == "UTF-8" else f"is {name}"
        message = f"the file {what}; json.load of a file that was opened as text stops there"
        yield RULE.at(start, message, hint="save it as UTF-8 without a byte order mark")
