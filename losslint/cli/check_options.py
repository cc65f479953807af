"""The options of `losslint check`, declared once: see `losslint.cli.declared`."""

from typing import Annotated, NamedTuple

from losslint.cli.declared import CliArgument, Option
from losslint.cli.options import Color, rule_offers, target_offers
from losslint.report import FORMATS

_FORMAT = (
    f"{', '.join(FORMATS)}; with =FILE into a file. Repeatable: "
    "--format full --format sarif=out.sarif."
)
_TARGET = "The release that trains, such as netspresso=1.4.1; repeatable."
_STDIN = "The name under which standard input is checked."
_WRITE_BASELINE = (
    "Take today's findings for known: write them into this file. With --baseline FILE, only drop"
    " those that are gone."
)
_CHANGED = (
    "Only files that git says changed: staged, unstaged, untracked; with REF, since it was left."
)
_EXCLUDE = "Pass over these, in place of the settings' exclude; repeatable, or with commas."
_CONFIG = "This settings file for all files; what it names is relative to the current folder."
_JOBS = "How many processes check; 0 takes as many as pay."

# What decides on what is found, for every command that finds the same.
Select = Annotated[
    list[str] | None,
    Option(
        "Only these rules: codes, their beginnings or names.",
        metavar="RULES",
        offers=rule_offers,
        joined=True,
    ),
]
Ignore = Annotated[
    list[str] | None,
    Option("Without these rules.", metavar="RULES", offers=rule_offers, joined=True),
]
Target = Annotated[list[str] | None, Option(_TARGET, metavar="NAME=RELEASE", offers=target_offers)]
Baseline = Annotated[
    str | None, Option("Only findings that are not in this file count.", metavar="FILE")
]
NoBaseline = Annotated[bool, Option("Use no baseline, whatever the settings name.")]
Exclude = Annotated[list[str] | None, Option(_EXCLUDE, metavar="GLOB")]
ExtendExclude = Annotated[
    list[str] | None, Option("Pass over these besides what is excluded.", metavar="GLOB")
]
Config = Annotated[str | None, Option(_CONFIG, metavar="FILE")]
Isolated = Annotated[bool, Option("Without any settings file.")]


class CheckOptions(NamedTuple):
    """What the command line asks for: a field an option."""

    paths: Annotated[
        list[str] | None, CliArgument("Files and folders; - is standard input.", metavar="PATH")
    ] = None
    format: Annotated[
        list[str] | None, Option(_FORMAT, "-f", metavar="NAME[=FILE]", offers=FORMATS)
    ] = None
    select: Select = None
    ignore: Ignore = None
    target: Target = None
    fix: Annotated[bool, Option("Apply the safe fixes.")] = False
    fix_only: Annotated[bool, Option("As --fix, and report nothing of what is left.")] = False
    add_ignore: Annotated[bool, Option("Silence each finding by a comment on its line.")] = False
    reason: Annotated[
        str | None, Option("What --add-ignore writes behind its comments.", metavar="TEXT")
    ] = None
    unsafe_fixes: Annotated[bool, Option("Count and, with --fix, apply unsafe ones too.")] = False
    diff: Annotated[bool, Option("Show what --fix would change; change nothing.")] = False
    statistics: Annotated[bool, Option("Count findings by rule instead of showing them.")] = False
    baseline: Baseline = None
    no_baseline: NoBaseline = False
    write_baseline: Annotated[str | None, Option(_WRITE_BASELINE, metavar="FILE")] = None
    exit_zero: Annotated[bool, Option("Leave with 0 even if there are findings.")] = False
    exit_non_zero_on_fix: Annotated[
        bool, Option("Leave with 1 if something was fixed, even if nothing is left.")
    ] = False
    stdin_filename: Annotated[str | None, Option(_STDIN, metavar="NAME")] = None
    changed: Annotated[str | None, Option(_CHANGED, metavar="[REF]", bare="")] = None
    exclude: Exclude = None
    extend_exclude: ExtendExclude = None
    force_exclude: Annotated[bool, Option("Leave out what is excluded even if it is named.")] = (
        False
    )
    show_files: Annotated[bool, Option("List the files that would be checked.")] = False
    config: Config = None
    isolated: Isolated = False
    color: Annotated[Color, Option("auto, always or never.", metavar="WHEN")] = "auto"
    verbose: Annotated[bool, Option("List the files without losses, too.", "-v")] = False
    quiet: Annotated[bool, Option("No summary line.", "-q")] = False
    watch: Annotated[bool, Option("Check again what changes, until Ctrl-C.", "-w")] = False
    jobs: Annotated[int, Option(_JOBS, "-j", metavar="N")] = 0
    no_cache: Annotated[bool, Option("Neither read nor write the cache.")] = False

    @property
    def fixes(self) -> bool:
        """Whether files are changed, or what would change is shown."""
        return self.fix or self.fix_only or self.diff or self.add_ignore

    @property
    def keeps_silent(self) -> bool:
        """Whether findings are to be kept silent, by a baseline or by comments."""
        asked = (self.baseline, self.write_baseline, self.reason)
        return self.add_ignore or self.no_baseline or any(each is not None for each in asked)

    @property
    def writes(self) -> bool:
        """Whether changes are written."""
        return self.fixes and not self.diff
