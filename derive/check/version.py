"""The tool's version, from the installed package."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """The version as installed; ``0+unknown`` from a bare checkout."""
    try:
        return installed("derive")
    except PackageNotFoundError:
        return "0+unknown"
