"""Which files git says changed: for `--changed`."""

import os
import subprocess

# Names from the top, whatever the user's settings say; git before 2.28 knows no option for that.
_FROM_THE_TOP = ("-c", "diff.relative=false")
_NOT_DELETED = (*_FROM_THE_TOP, "diff", "--name-only", "-z", "--no-renames", "--diff-filter=d")
_UNTRACKED = ("ls-files", "--others", "--exclude-standard", "-z", "--full-name", ":/")


def changed_files(ref: str = "") -> frozenset[str] | str:
    """The absolute paths of the files that are staged, unstaged or untracked.

    With a ref, also those that differ from where this branch left it. A sentence where git cannot
    tell.
    """
    top = _run("rev-parse", "--show-toplevel")
    if isinstance(top, str):
        return top
    base = _base(ref)
    if isinstance(base, str):
        return base
    names: set[bytes] = set()
    for command in ((*_NOT_DELETED, base[0]), _UNTRACKED):
        listed = _run(*command)
        if isinstance(listed, str):
            return listed
        names.update(name for name in listed.split(b"\0") if name)
    # Git writes one line end behind the path, which may hold others.
    root = os.path.realpath(os.fsdecode(top[:-1]))
    return frozenset(os.path.normpath(os.path.join(root, os.fsdecode(name))) for name in names)


def _base(ref: str) -> tuple[str] | str:
    """What the files are compared with; a sentence where there is no such commit."""
    if ref:
        named = f"{ref}^{{commit}}"
        if isinstance(_run("rev-parse", "--verify", "--quiet", "--end-of-options", named), str):
            return f"git knows no commit {ref!r}"
        found = _run("merge-base", ref, "HEAD")
        if isinstance(found, str):
            return f"{ref!r} and the current branch have no commit in common"
        return (found.decode("ascii").strip(),)
    if isinstance(_run("rev-parse", "--verify", "--quiet", "HEAD"), str):
        # Before the first commit, everything is new: git's own name of the tree that holds nothing.
        found = _run("hash-object", "-t", "tree", os.devnull)
        return found if isinstance(found, str) else (found.decode("ascii").strip(),)
    return ("HEAD",)


def _run(*arguments: str) -> bytes | str:
    """What git prints, or why it does not."""
    try:
        # In English, because one of its reasons is told in other words here.
        spoken = {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(["git", *arguments], capture_output=True, check=False, env=spoken)
    except OSError:
        return "git is not installed"
    if done.returncode == 0:
        return done.stdout
    told = done.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = told[0].removeprefix("fatal: ") if told else "it gives no reason"
    return "this is no git repository" if "not a git repository" in reason else f"git: {reason}"
