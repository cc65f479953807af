"""The options of `losslint check`, declared once: see `losslint.cli.declared`."""

from __future__ import annotations

from losslint.cli.declared import Option

_FORMAT = (
    "full, concise, json, sarif, github, gitlab, junit; with =FILE into a file. Repeatable: "
    "--format full --format sarif=out.sarif."
)
_JOBS = "How many processes check; 0 takes as many as pay."

# The one declaration of the options; --help, completion and every error message are Typer's.
OPTIONS = (
    Option("paths", "paths", "Files and folders; - is standard input.", metavar="PATH"),
    Option("format", "texts", _FORMAT, ("--format", "-f"), metavar="NAME[=FILE]"),
    Option(
        "select",
        "texts",
        "Only these rules: codes, their beginnings or names.",
        ("--select",),
        metavar="RULES",
    ),
    Option("ignore", "texts", "Without these rules.", ("--ignore",), metavar="RULES"),
    Option(
        "target",
        "texts",
        "The release that trains, such as netspresso=1.4.1; repeatable.",
        ("--target",),
        metavar="NAME=RELEASE",
    ),
    Option("fix", "flag", "Apply the safe fixes.", ("--fix",), False),
    Option(
        "unsafe_fixes",
        "flag",
        "Count and, with --fix, apply unsafe ones too.",
        ("--unsafe-fixes",),
        False,
    ),
    Option("diff", "flag", "Show what --fix would change; change nothing.", ("--diff",), False),
    Option(
        "statistics",
        "flag",
        "Count findings by rule instead of showing them.",
        ("--statistics",),
        False,
    ),
    Option(
        "exit_zero", "flag", "Leave with 0 even if there are findings.", ("--exit-zero",), False
    ),
    Option(
        "stdin_filename",
        "text",
        "The name under which standard input is checked.",
        ("--stdin-filename",),
        metavar="NAME",
    ),
    Option(
        "force_exclude",
        "flag",
        "Leave out what is excluded even if it is named.",
        ("--force-exclude",),
        False,
    ),
    Option(
        "color",
        "text",
        "auto, always or never.",
        ("--color",),
        "auto",
        choices=("auto", "always", "never"),
        metavar="WHEN",
    ),
    Option("verbose", "flag", "List the files without losses, too.", ("--verbose", "-v"), False),
    Option("quiet", "flag", "No summary line.", ("--quiet", "-q"), False),
    Option("watch", "flag", "Check again what changes, until Ctrl-C.", ("--watch", "-w"), False),
    Option("jobs", "number", _JOBS, ("--jobs", "-j"), 0, metavar="N"),
    Option("no_cache", "flag", "Neither read nor write the cache.", ("--no-cache",), False),
)
