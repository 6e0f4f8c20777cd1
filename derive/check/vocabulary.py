r"""What a project, a page and its comments say of their letters: kinds of symbols, macros, conventions.

>>> from derive.notation import parse_term
>>> from derive.notation.show import show
>>> words = with_symbols(Lexicon(), {"c": "function", r"\kappa": {"kind": "vector", "says": "Scores."}}, "derive.toml")
>>> show(parse_term(r"c(x+1)\kappa^T", words)), words.entry("kappa").source
('(* (c (+ x 1)) (T kappa))', 'derive.toml')
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from derive.diagnostics import NotationError
from derive.glossary.conventions import CONVENTIONS
from derive.notation import Lexicon, parse_term
from derive.notation.glossary_data import KINDS as APPLICATION
from derive.notation.glossary_data import Entry
from derive.notation.trees.term_trees import App, Sym

#: The kinds that a symbol may be declared to have, and those of the glossary that they are.
KIND_OF = {
    "policy": "policy", "state": "state", "action": "action", "reward": "reward", "distribution": "law", "function": "function", "index": "index",
    "count": "index", "scalar": "number", "constant": "number", "parameter-vector": "parameter", "vector": "vector", "matrix": "matrix",
    "increment": "small", "trajectory": "episode", "td-error": "error",
}  # fmt: skip
KEYS = ("kind", "says", "applies", "source")
APPLIES = {True: "yes", False: "no", "yes": "yes", "no": "no", "either": "either"}


class VocabularyError(ValueError):
    """A declaration that cannot be used; the message says what instead."""


def symbol_name(latex: str) -> str:
    r"""The name of the symbol that ``latex`` writes, without scripts and arguments.

    >>> symbol_name(r"\hat{w}_t"), symbol_name(r"\mathcal{B}(q)")
    ('w', 'mathcal:B')
    """
    try:
        term = parse_term(latex)
    except NotationError as error:
        raise VocabularyError(f"the symbol {latex!r} cannot be read: {error}") from None
    if isinstance(term, App):
        term = term.head
    if not isinstance(term, Sym):
        raise VocabularyError(f"{latex!r} is not one symbol")
    return term.name


def declared(latex: str, what: object, where: str) -> Entry:
    """The glossary entry that a declaration makes."""
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
    applies = table.get("applies", APPLICATION[kind].applies)
    if applies not in APPLIES:
        raise VocabularyError(f'applies of the symbol {latex!r} must be true, false or "either"')
    says = str(table.get("says") or f"A {kind.replace('-', ' ')}.")
    return Entry(symbol_name(latex), kind, APPLIES[applies], says, str(table.get("source") or where))


def nearest(word: str, known: Mapping[str, object]) -> str:
    """A hint: the nearest of the known words, or all of them."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else f" Known: {', '.join(sorted(known))}."


def with_symbols(lexicon: Lexicon, symbols: Mapping[str, Any], where: str) -> Lexicon:
    """The lexicon with declared symbols on top."""
    for latex, what in symbols.items():
        lexicon = lexicon.with_entry(declared(latex, what, where))
    return lexicon


def with_macros(lexicon: Lexicon, macros: Mapping[str, str]) -> Lexicon:
    """The lexicon with a project's macros: a name without backslash, and the LaTeX it stands for with ``#1`` …"""
    for name, body in macros.items():
        lexicon = lexicon.with_macro(name, body, arity_of(body))
    return lexicon


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


def from_comment(body: str, where: str) -> Entry:
    r"""The entry that a comment makes: ``derive: symbol \mu policy``, ``derive: symbol $w_t$: vector, the weights``.

    >>> from_comment(r"\mu policy", "page.md:3").role, from_comment("$w_t$ is a vector: the weights", "page.md:4").says
    ('policy', 'the weights')
    """
    match = SYMBOL.match(body.strip())
    if match is None:
        raise VocabularyError("a symbol is declared as: symbol LATEX KIND, such as: symbol \\mu policy")
    what: dict[str, Any] = {"kind": match["kind"]}
    if match["says"]:
        what["says"] = match["says"].strip()
    return declared(match["latex"].strip("$"), what, where)
