"""What was decided before: verdicts by a digest of all that they hang on.

A claim is decided in the part of its page that can matter to it (:func:`pertinent`), so that changing one formula decides again
only what depends on it.  What is kept is what was reported: a verdict from here is never a certificate, and makes no theorem.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from derive.models.heads import head_of
from derive.models.kernel import Proposal, Verdict
from derive.models.scope import Definition, closure
from derive.models.trial import Claim
from derive.terms import Rel, Seq, Sym, Term

#: Entries that no claim of the page asked for are kept beside so many times the others: an edit is often taken back.
SPARE = 3

#: Letters of the decision process, and those that the models bring in themselves where one of them occurs.
PROCESS = frozenset(
    {"V", "v", "Q", "q", "A", "G", "J", "eta", "delta", "R", "r", "s", "S", "a", "pi", "P", "p", "d", "rho", "tau", "mu"}
)
IMPLIED = frozenset({"delta", "gamma", "G", "J", "eta", "A", "r", "R", "V", "Q", "P", "pi", "d", "theta", "T", "lambda"})


@dataclass(frozen=True, slots=True)
class Settled:
    """A verdict that the kernel has admitted, now or in an earlier run; beside a proposal, which it has yet to see."""

    verdict: Verdict


Found = Proposal | Settled


@dataclass(slots=True)
class Ledger:
    """Verdicts by key, each with the steps it took: those of earlier runs, and those that this run has used or made."""

    known: dict[str, tuple[int, Verdict]] = field(default_factory=dict)
    used: dict[str, tuple[int, Verdict]] = field(default_factory=dict)
    decided: int = 0

    def find(self, key: str) -> tuple[int, Verdict] | None:
        entry = self.used.get(key) or self.known.get(key)
        if entry is not None:
            self.used[key] = entry
        return entry

    def keep(self, key: str, steps: int, verdict: Verdict) -> None:
        self.decided += 1
        self.used[key] = (steps, verdict)

    def kept(self) -> Iterator[tuple[str, tuple[int, Verdict]]]:
        """What is worth remembering: all that was used, and some of what was not."""
        yield from self.used.items()
        spare = max(200, SPARE * len(self.used))
        for key, entry in self.known.items():
            if key not in self.used and (spare := spare - 1) >= 0:
                yield key, entry


# --- what a claim hangs on -----------------------------------------------------------------------


def pertinent(claim: Claim) -> Claim:
    """The claim in the part of its scope that can matter to it; where that was said on the page does not.

    A definition is looked up by its letter, so one whose letter neither the claim nor anything that it uses has cannot matter.
    What is given with a single claim is kept whole.
    """
    scope = claim.scope
    placeless = tuple(Definition(d.pattern, d.body) for d in scope.definitions)
    if scope.trusting:
        return replace(claim, scope=replace(scope, definitions=placeless))
    names = letters(claim)
    definitions = tuple(d for d in placeless if d.sym.name in names)
    data = {k: v for k, v in scope.data.items() if letters_of(k) & names or isinstance(v, Seq)}
    conditions = tuple(c for c in scope.conditions if not (isinstance(c, Rel) and c.op == r"\sim") or letters_of(c) & names)
    made = replace(scope, definitions=definitions, data=data, conditions=conditions)
    if scope.restricted:
        heads = {head_of(x).key for t in closure((claim.lhs, claim.rhs), made) for x in t.walk() if isinstance(x, Sym)}
        made = replace(made, restricted=scope.restricted & heads)
    return replace(claim, scope=replace(made, symmetric=frozenset(x for x in scope.symmetric if x in names)))


def letters(claim: Claim) -> frozenset[str]:
    """The letters of a claim and of everything in its scope that these lead to."""
    scope = claim.scope
    names = set(letters_of(claim.lhs) | letters_of(claim.rhs))
    for condition in scope.conditions:
        if not (isinstance(condition, Rel) and condition.op == r"\sim"):
            names |= letters_of(condition)
    links = [(d.sym.name, letters_of(d.pattern) | letters_of(d.body)) for d in scope.definitions]
    links += [(name, letters_of(k) | letters_of(v)) for k, v in scope.data.items() for name in letters_of(k)]
    size = -1
    while size != len(names):
        size = len(names)
        if names & PROCESS:
            names |= IMPLIED
        for name, more in links:
            if name in names:
                names |= more
    return frozenset(names)


_LETTERS: dict[int, tuple[Term, frozenset[str]]] = {}


def letters_of(t: Term) -> frozenset[str]:
    """The letters in a term; remembered by the term itself, which is held so that no other can take its place."""
    found = _LETTERS.get(id(t))
    if found is None or found[0] is not t:
        if len(_LETTERS) > 20_000:
            _LETTERS.clear()
        found = _LETTERS[id(t)] = (t, frozenset(x.name for x in t.walk() if isinstance(x, Sym)))
    return found[1]


# --- keys ----------------------------------------------------------------------------------------


def key_of(claim: Claim, **terms: object) -> str:
    """A digest of a claim, its scope and the terms on which it is decided; the same in every process.

    >>> from derive.notation import parse_term
    >>> one, other = (Claim(parse_term("x"), parse_term(y)) for y in ("y", "z"))
    >>> key_of(one) == key_of(one), key_of(one) == key_of(other), key_of(one) == key_of(one, brief=True)
    (True, False, False)
    """
    seen = hashlib.sha256()
    for part in _spelled((claim, sorted(terms.items()))):
        seen.update(part.encode("utf-8", "surrogatepass"))
    return seen.hexdigest()[:40]


def _spelled(value: Any) -> Iterator[str]:
    """A value in parts that tell it from every other of its kind; places in the source are left out."""
    if value is None or isinstance(value, bool | int | Fraction | float):
        yield f"{type(value).__name__}:{value};"
    elif isinstance(value, str):
        yield f"{len(value)}:{value};"
    elif is_dataclass(value):
        yield f"{type(value).__name__}("
        for one in fields(value):
            if one.name != "span":
                yield from _spelled(getattr(value, one.name))
        yield ")"
    elif isinstance(value, tuple | list):
        yield "["
        for item in value:
            yield from _spelled(item)
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        for key, item in value.items():
            yield from _spelled(key)
            yield from _spelled(item)
        yield "}"
    elif isinstance(value, frozenset):
        yield "<"
        yield from sorted("".join(_spelled(item)) for item in value)
        yield ">"
    else:
        raise TypeError(f"a {type(value).__name__} has no spelling")
