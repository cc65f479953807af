"""Where the toy's losses stand: in the table `[loss]` of a file."""

from __future__ import annotations

from typing import Final

from losslint.dialects.toy import TOY

from losslint.dialects.records import Argument, EntryStyle, LossEntry, Site
from losslint.syntax.resolved_node import ResolvedNode

TABLE: Final = EntryStyle("loss", own_keys=("name",))


def find_sites(root: ResolvedNode) -> list[Site]:
    """The site of one document."""
    found = root.member("loss")
    if found is None or not found[1].is_mapping or found[1].get("name") is None:
        return []
    key, table = found
    arguments = tuple(
        Argument(member.name, member.at, value)
        for member, value in table.pairs()
        if member.name != "name"
    )
    entry = LossEntry(TOY, TABLE, table, table.get("name"), arguments)
    return [Site(TOY, "toy", root, root, key.at, table, (entry,))]
