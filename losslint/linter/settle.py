"""What a rule found as the file allows it: whether its fix is safe, and the way to its place.

Imported for the first finding: a sound file does without.
"""

from collections.abc import Iterable

from losslint.diagnostics import Diagnostic, Edit, Fix, Related
from losslint.syntax.comments import comments, comments_within
from losslint.syntax.nodes import Tree
from losslint.syntax.whereabouts import whereabouts


def settled(tree: Tree, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics of a file as it allows them."""
    every = [*found]
    if tree.language.has_comments and any(each.fix is not None for each in every):
        # Found once, and not for each of five hundred fixes.
        tree = tree._replace(comments=comments(tree))
    return [_placed(tree, _lowered(tree, each)) for each in every]


def _lowered(tree: Tree, diagnostic: Diagnostic) -> Diagnostic:
    """A diagnostic as its file allows it: no fix where nothing is written that it could replace.

    A fix is unsafe where an edit would swallow a comment.
    """
    fix = diagnostic.fix
    if fix is None:
        return diagnostic
    if tree.frozen and any(_is_frozen(edit, tree) for edit in fix.edits):
        return diagnostic._replace(fix=None)
    if not fix.safe or not tree.language.has_comments:
        return diagnostic
    if any(e.start < e.end and comments_within(tree, e.start, e.end) for e in fix.edits):
        return diagnostic._replace(fix=Fix(fix.message, fix.edits, safe=False))
    return diagnostic


def _is_frozen(edit: Edit, tree: Tree) -> bool:
    """Whether an edit would write where nothing stands that it could replace."""
    return any(edit.start == at.start and edit.end == at.end for at in tree.frozen)


def _placed(tree: Tree, diagnostic: Diagnostic) -> Diagnostic:
    """A diagnostic with the way to its place; one at an alias tells what that stands for.

    Code has no such ways, and its own words for values.
    """
    if tree.language.is_code:
        told, hint = tree.language.told, diagnostic.hint
        return diagnostic._replace(
            message=told(diagnostic.message), hint=None if hint is None else told(hint)
        )
    path, anchor = whereabouts(tree, diagnostic.span)
    if anchor is None or diagnostic.related:
        return diagnostic._replace(path=path)
    related = (Related(anchor, "the alias stands for this"),)
    return diagnostic._replace(path=path, related=related)
