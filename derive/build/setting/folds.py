"""What a page folds away until it is asked for, as each kind of page writes it: chapters write ``::: details TITLE`` … ``:::``."""

from __future__ import annotations

import re
from collections.abc import Callable

FOLD = re.compile(r"^::: details (?P<title>[^\n]*)\n(?P<body>.*?)^:::[ \t]*$", re.S | re.M)


def folded(text: str, write: Callable[[str, str], str]) -> str:
    """The text with each fold written from its title and its body."""
    return FOLD.sub(lambda match: write(match["title"].strip(), match["body"].strip()), text)


def vitepress(title: str, body: str) -> str:
    return f"::: details {title}\n\n{body}\n\n:::"


def mkdocs(title: str, body: str) -> str:
    """A collapsible block of pymdownx.details, whose body is indented."""
    inside = "\n".join(f"    {line}" if line else "" for line in body.split("\n"))
    return f'??? note "{title}"\n\n{inside}'


def myst(title: str, body: str) -> str:
    return f":::{{dropdown}} {title}\n\n{body}\n\n:::"


def quarto(title: str, body: str) -> str:
    return f'::: {{.callout-note collapse="true" title="{title}"}}\n\n{body}\n\n:::'


def element(title: str, body: str) -> str:
    """An element of HTML around what is written already, with blank lines, so that Markdown in it is read."""
    return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>"


#: How the kinds of Markdown write a fold.
WRITERS: dict[str, Callable[[str, str], str]] = {
    "markdown": vitepress, "mkdocs": mkdocs, "myst": myst, "docusaurus": element, "quarto": quarto,
}  # fmt: skip

__all__ = ["FOLD", "WRITERS", "element", "folded"]
