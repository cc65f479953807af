"""A page of losslint's: one HTML file that needs nothing from outside itself.

All pages have one template, one style and one script, which filters and draws. That script alone
may run: the page allows it by its digest, so that nothing of a config can.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
from importlib.util import find_spec
from typing import Any, NamedTuple

import losslint

_SCRIPT = "page.js"


def missing_report_packages() -> str | None:
    """None, or the line that says what to install before a page can be drawn."""
    absent = [name for name in ("matplotlib", "jinja2") if find_spec(name) is None]
    if not absent:
        return None
    return f"{' and '.join(absent)} not installed: pip install 'losslint[report]'"


def render(template: str, **values: Any) -> str:
    """A template as HTML, every value in it escaped.

    Raises:
        ImportError: matplotlib or jinja2 is not installed; see `missing_report_packages`.
    """
    from jinja2 import Environment, PackageLoader
    from markupsafe import Markup

    loader = PackageLoader("losslint.dryrun")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, loader=loader)
    style, script = (
        loader.get_source(environment, name)[0].strip() for name in ("page.css", _SCRIPT)
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template(template).render(
        version=losslint.__version__,
        date=datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        style=Markup(style),
        script=Markup(script),
        digest=digest,
        **values,
    )


class Column(NamedTuple):
    """A column of a table: its heading, and the text of each row; `right`: these are numbers."""

    heading: str
    texts: list[str]
    right: bool = False


def filled(columns: list[Column]) -> list[Column]:
    """The columns in which something stands."""
    return [column for column in columns if any(column.texts)]


class Facet(NamedTuple):
    """What rows can be filtered by: its key in the page, its label, each row's word or ""."""

    key: str
    label: str
    words: list[str]

    @property
    def choices(self) -> list[str]:
        """Each word once."""
        return sorted(set(self.words) - {""})


def useful(facets: list[Facet]) -> list[Facet]:
    """The facets that tell rows apart."""
    return [facet for facet in facets if len(set(facet.words)) > 1]
