r"""Rows without what is only notation: two that differ in nothing else are written alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import ALIKE
from derive.syntax.flat import Item, Row, everywhere, is_mark, row_key, stacked, walk

MARK = "·"
#: Signs between a bound variable and what it is bound to.
BINDING = ("=", r"\in", r"\sim", r"\ne")
#: Signs that print nothing, or a product as letters side by side do.
SILENT = ("*", "x", r"\quad", "&", r"\\")


def normal(row: Row) -> tuple[object, ...]:
    r"""What a row says: brackets around the whole, fonts of labels, signs of multiplication and names of bound variables aside.

    >>> from derive.syntax.row_reader import read
    >>> normal(read(r"(x\cdot y_{\text{old}})")) == normal(read("xy_{old}"))
    True
    >>> normal(read(r"\sum_i r_i c_j")) == normal(read(r"\sum_k r_k c_j"))
    True
    """
    plain = everywhere(row, lambda part: renamed(tuple(unwrapped(part))))
    while (
        len(plain) == 1 and plain[0].kind == "group" and plain[0].name == "()" and len(plain[0].rows) == 1 and not plain[0].sups
    ):
        plain = plain[0].rows[0]
    return row_key(plain)


def unwrapped(row: Row) -> Iterator[Item]:
    """The items of a row without braces, and without signs that print nothing; a label as its letters."""
    for item in row:
        if item.kind == "group" and item.name == "row" and len(item.rows) == 1 and not (item.subs or item.sups):
            yield from item.rows[0]
        elif not is_mark(item, *SILENT):
            subs, sups = (tuple(tuple(spelled(script)) for script in scripts) for scripts in (item.subs, item.sups))
            name = "" if item.kind == "frac" else item.name
            yield replace(item, name=str(item.value) if item.kind == "number" else name, subs=subs, sups=sups)


def spelled(script: Row) -> Iterator[Item]:
    """A script with its words letter by letter, and without commas: ``ij`` is ``i,j``, and ``old`` a word in any font."""
    for item in script:
        if item.word and not (item.subs or item.sups):
            yield from (Item("atom", letter.lower()) for letter in item.word)
        elif not is_mark(item, ","):
            yield item


def renamed(row: Row) -> Row:
    """A row with the bound variables of its operators called by their kind and their depth."""
    out = list(row)
    for at in reversed(range(len(row))):
        head = out[at]
        taken = head.kind == "atom" and head.name in EXPECTATIONS
        if not (taken or head.kind == "big") or not head.subs:
            continue
        end = at + 2 if taken else next((n for n in range(at + 1, len(out)) if is_mark(out[n], "+", "-", "=")), len(out))
        inside = [i.name for part in (head.subs[0], *((item,) for item in out[at + 1 : end])) for i in walk(part)]
        depth = 1 + max((int(name.rsplit("·", 1)[1]) for name in inside if name.startswith(MARK)), default=0)
        names: dict[str, str] = {}
        for n, variable in enumerate(bound(head, not taken)):
            kind = next((n for n, row in enumerate(ALIKE) if variable.name in row), None)
            if kind is not None and not (variable.subs or variable.sups or variable.accents):
                names[variable.name] = f"{MARK}{kind}·{depth + n}"
        out[at] = replace(head, subs=tuple(put(sub, names) for sub in head.subs))
        out[at + 1 : end] = put(tuple(out[at + 1 : end]), names)
    return tuple(out)


def bound(head: Item, alone: bool) -> Iterator[Item]:
    """The variables that stand below an operator before a sign that binds them; ``alone``: or by themselves."""
    for sub in head.subs:
        waiting: list[Item] = []
        for part in stacked(sub):
            cut = next((n for n, item in enumerate(part) if is_mark(item, *BINDING)), None)
            waiting += part[:1] if cut in (None, 1) and part[0].kind == "atom" else ()
            if cut is not None:
                yield from waiting
                waiting = []
        yield from waiting if alone else ()


def put(row: Row, names: dict[str, str]) -> Row:
    """A row with its variables called otherwise."""
    return everywhere(
        row, lambda part: tuple(replace(i, name=names[i.name]) if i.kind == "atom" and i.name in names else i for i in part)
    )
