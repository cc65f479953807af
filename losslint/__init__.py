"""losslint: a linter and migrator for the loss section of training configs."""

from __future__ import annotations

__version__ = "0.1.0"
