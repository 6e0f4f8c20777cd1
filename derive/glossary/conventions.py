"""Conventions that a project or a page may state by a name: each is something given, as LaTeX.  Data only."""

from __future__ import annotations

#: Name ↦ what it gives.
CONVENTIONS: dict[str, str] = {
    "undiscounted": r"\gamma=1",
    "on-policy": r"\theta=\theta_{old}",
    "monte-carlo": r"\lambda=1",
    "one-step": r"\lambda=0",
}
