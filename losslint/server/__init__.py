"""The language server: what `check` says, and what the catalog knows, while a config is written.

`app` alone speaks the protocol's calls and `lsp_types` its types; the other modules compute on
texts and offsets: `documents` is what the editor has open, `project` what is found in it, `places`
where that stands in what the editor shows. Only the first two and `session` need the extra `lsp`.
"""
