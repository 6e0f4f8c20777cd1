"""Chapters: found by the templates that a folder holds, each of which says its title, a line about it, and its language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import jinja2

from derive.build.slots import BuildError
from derive.build.templates import environment, folder, source_of
from derive.library.respelling import dialects

SUFFIX = ".md.j2"
#: What a template may say of its chapter, and what is taken where it does not.
DEFAULTS: dict[str, Any] = {"title": "", "says": "", "language": "en", "order": 100, "dialect": "course"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its template's name, its title, a line about it, its language, its place among the others, whose notation it is in."""

    name: str
    title: str
    says: str
    language: str = "en"
    order: int = 100
    dialect: str = "course"


def names_of(root: Path | None = None) -> list[str]:
    """The names of the chapters of a folder of templates, or of the shipped one.

    Raises:
        BuildError: it holds none.
    """
    place = (root or folder()) / "chapters"
    names = sorted(path.name.removesuffix(SUFFIX) for path in place.glob(f"*{SUFFIX}")) if place.is_dir() else []
    if not names:
        raise BuildError(f"{place}: there are no chapters here: a chapter is a file NAME{SUFFIX}")
    return names


def chapters(root: Path | None = None) -> list[Chapter]:
    """The chapters of a folder of templates, or of the shipped one, in order.

    Raises:
        BuildError: it holds none, or one says no title.
    """
    return sorted((read(name, root) for name in names_of(root)), key=lambda chapter: (chapter.order, chapter.name))


def titles(root: Path | None = None) -> dict[str, str]:
    """The titles of the chapters that can be read: what is wrong in another is said where that one is built."""
    found = {}
    for name in names_of(root):
        try:
            found[name] = read(name, root).title
        except BuildError:
            continue
    return found


def read(name: str, root: Path | None = None) -> Chapter:
    """A chapter as the first lines of its template have it: ``{% set title = "…" %}``."""
    template = f"chapters/{name}{SUFFIX}"
    made = environment(root=root)
    try:
        body = made.parse(source_of(made, template)).body
    except jinja2.TemplateSyntaxError as error:
        raise BuildError(f"templates/{template}:{error.lineno}: {error.message}") from error
    said = dict(DEFAULTS)
    for node in body:
        if isinstance(node, jinja2.nodes.Assign) and isinstance(node.target, jinja2.nodes.Name) and node.target.name in said:
            try:
                assert isinstance(node.node, jinja2.nodes.Expr)
                said[node.target.name] = node.node.as_const()
            except jinja2.nodes.Impossible:
                raise BuildError(f"templates/{template}:{node.lineno}: {node.target.name} must be written out") from None
    if not said["title"]:
        raise BuildError(f'templates/{template}: the chapter has no title; begin it with {{% set title = "…" %}}')
    known_dialect(said["dialect"])
    return Chapter(name, **said)


def known_dialect(name: str) -> str:
    """The name of a dialect.

    Raises:
        BuildError: there is none of that name.
    """
    if name not in dialects():
        raise BuildError(f"there is no dialect {name!r}; there are {', '.join(dialects())}")
    return name


def chosen(names: Iterable[str], root: Path | None = None) -> list[Chapter]:
    """The chapters named; all of them where none is.

    Raises:
        BuildError: a name that no chapter has.
    """
    known, wanted = names_of(root), list(dict.fromkeys(names))
    for name in wanted:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise BuildError(f"no chapter is called {name!r}; there are {', '.join(known)}{hint}")
    return [read(name, root) for name in wanted] or chapters(root)


__all__ = ["Chapter", "chapters", "chosen", "known_dialect", "titles"]
