"""A file's bytes as text, where files are found, and the atomic way back."""
