"""`python -m losslint.catalog.schemas` rewrites the checked-in schemas."""

from __future__ import annotations

from losslint.catalog.schemas import write

if __name__ == "__main__":
    write()
