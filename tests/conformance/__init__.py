"""The public test suites of YAML and JSON against losslint's readers.

Run where LOSSLINT_SUITES names the file that export.mjs writes; skipped elsewhere.
"""
