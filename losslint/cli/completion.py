"""`losslint completion`: print what a shell needs to complete losslint's command line.

The scripts stand in `shells/`. They ask `losslint.cli.complete`.
"""

import os
import sys
from typing import Annotated, Literal, NamedTuple

from losslint.cli.declared import CliArgument

_FOLDER = os.path.join(os.path.dirname(__file__), "shells")


class CompletionOptions(NamedTuple):
    """What the command line asks for: a field an option."""

    shell: Annotated[
        Literal["bash", "zsh", "fish", "powershell"],
        CliArgument("bash, zsh, fish or powershell.", metavar="SHELL"),
    ]


def completion(request: CompletionOptions) -> None:
    """Print the script that lets a shell complete commands, options and their values.

    bash and zsh: add `eval "$(losslint completion bash)"` to ~/.bashrc, or the same with zsh to
    ~/.zshrc. Its head says how fish and PowerShell load it.

    Examples: losslint completion zsh | losslint completion fish | losslint completion powershell
    """
    with open(os.path.join(_FOLDER, f"losslint.{request.shell}"), encoding="utf-8") as file:
        sys.stdout.write(file.read())
