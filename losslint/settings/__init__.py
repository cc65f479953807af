"""The settings of a run: read, checked, and what is asked of them."""
