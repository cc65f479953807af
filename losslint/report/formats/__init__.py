"""One module an output format, found by its name."""
