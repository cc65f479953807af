"""What a file tells of the model around its losses, as far as the equivalences ask for it."""

from __future__ import annotations

from losslint.convert.model import Facts
from losslint.dialects.records import Site


def facts_of(site: Site) -> Facts:
    """The facts that a site's document tells."""
    found = site.dialect.model_info(site)
    return Facts(found.known, found.classes)
