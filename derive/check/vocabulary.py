r"""What a project, a page and its comments say of their letters: kinds of symbols, macros, conventions.

>>> declared(r"\kappa", {"kind": "vector", "says": "Scores."})
Symbol(name='kappa', kind='vector', says='Scores.')
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derive.diagnostics import NotationError
from derive.glossary.conventions import CONVENTIONS
from derive.syntax.lex.tokens import Macro
from derive.syntax.sound.whole import whole

#: The kinds that a symbol may be declared to have, and those of the glossary that they are.
KIND_OF = {
    "policy": "policy", "state": "state", "action": "action", "reward": "reward", "distribution": "law", "function": "function", "index": "index",
    "count": "index", "scalar": "number", "constant": "number", "parameter-vector": "parameter", "vector": "vector", "matrix": "matrix",
    "increment": "small", "trajectory": "episode", "td-error": "error",
}  # fmt: skip
KEYS = ("kind", "says", "source")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol with a meaning of its own."""

    name: str
    kind: str
    says: str


class VocabularyError(ValueError):
    """A declaration that cannot be used; the message says what instead."""


def symbol_name(latex: str) -> str:
    r"""The name of the symbol that ``latex`` writes, without scripts and arguments.

    >>> symbol_name(r"\hat{w}_t"), symbol_name(r"\mathcal{B}(q)")
    ('w', 'mathcal:B')
    """
    try:
        row = whole(latex)
    except NotationError as error:
        raise VocabularyError(f"the symbol {latex!r} cannot be read: {error}") from None
    applied = len(row) == 2 and row[1].kind == "group"
    if row[0].kind != "atom" or len(row) > 1 + applied:
        raise VocabularyError(f"{latex!r} is not one symbol")
    return row[0].name


def declared(latex: str, what: object) -> Symbol:
    """The symbol that a declaration makes."""
    table: Mapping[str, Any] = {"kind": what} if isinstance(what, str) else what if isinstance(what, Mapping) else {}
    unknown = next((key for key in table if key not in KEYS), None)
    if not table or unknown is not None:
        raise VocabularyError(
            f'the symbol {latex!r} needs a kind, such as "vector", or a table with {", ".join(KEYS)}'
            + (f", not {unknown!r}" if unknown else "")
        )
    kind = table.get("kind", "scalar")
    if kind not in KIND_OF:
        raise VocabularyError(f"the symbol {latex!r} has no kind {kind!r}.{nearest(str(kind), KIND_OF)}")
    return Symbol(symbol_name(latex), kind, str(table.get("says") or f"A {kind.replace('-', ' ')}."))


def nearest(word: str, known: Mapping[str, object]) -> str:
    """A hint: the nearest of the known words, or all of them."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else f" Known: {', '.join(sorted(known))}."


def of_settings(macros: Mapping[str, str]) -> dict[str, Macro]:
    """A project's macros: a name without backslash, and the LaTeX it stands for with ``#1`` …"""
    bare = ((name.lstrip("\\"), body) for name, body in macros.items())
    return {name: Macro(name, arity_of(body), body) for name, body in bare}


def arity_of(body: str) -> int:
    """How many arguments a macro's body takes: its highest ``#n``."""
    return max((int(n) for n in re.findall(r"#(\d)", body)), default=0)


def checked_convention(name: str) -> str:
    """The name of a convention that the glossary knows."""
    if name not in CONVENTIONS:
        raise VocabularyError(f"there is no convention {name!r}.{nearest(name, CONVENTIONS)}")
    return name


SYMBOL = re.compile(
    r"(?P<latex>\$[^$]+\$|\S+?)(?:\s*:\s*|\s+(?:is\s+)?(?:an?\s+)?)(?P<kind>[a-z][a-z-]*)(?:\s*[:,.]\s*(?P<says>.*))?\Z", re.S
)


def from_comment(body: str) -> Symbol:
    r"""The symbol that a comment makes: ``derive: symbol \mu policy``, ``derive: symbol $w_t$: vector, the weights``.

    >>> from_comment(r"\mu policy").kind, from_comment("$w_t$ is a vector: the weights").says
    ('policy', 'the weights')
    """
    match = SYMBOL.match(body.strip())
    if match is None:
        raise VocabularyError("a symbol is declared as: symbol LATEX KIND, such as: symbol \\mu policy")
    what: dict[str, Any] = {"kind": match["kind"]}
    if match["says"]:
        what["says"] = match["says"].strip()
    return declared(match["latex"].strip("$"), what)
