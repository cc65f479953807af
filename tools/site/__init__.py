"""The site: its generated pages, and what is drawn when it is built.

`python -m tools.site` writes what is made from rules and catalog into docs/ and
losslint/rules/_index.py; a test fails when that would change anything. `mkdocs build` draws the
curves, by `tools.site.hooks`.
"""
