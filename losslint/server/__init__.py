"""The language server: what `check` says, and what the catalog knows, while a config is written.

`app` alone speaks the protocol's calls and `wire` its types; the other modules compute on texts and
offsets. Everything but `app` and `wire` works without the extra `lsp`.
"""
