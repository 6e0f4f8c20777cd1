"""The guides that come with the tool: Markdown pages whose commands and examples are run as tests.

>>> "author" in names()
True
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def names() -> dict[str, str]:
    """The name of each guide and its title."""
    found = {}
    for file in files(__name__).iterdir():
        if file.name.endswith(".md"):
            title = re.search(r"^# (.+)$", file.read_text(encoding="utf-8"), re.M)
            found[file.name.removesuffix(".md")] = title[1] if title else ""
    return dict(sorted(found.items()))


def text(name: str) -> str:
    """A guide's Markdown.

    Raises:
        KeyError: there is no guide of that name.
    """
    if name not in names():
        raise KeyError(name)
    return (files(__name__) / f"{name}.md").read_text(encoding="utf-8")
