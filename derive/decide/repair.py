r"""One-edit repairs: the smallest change of a refuted formula's own text that makes it hold.

Candidates are edits of the source (a lost or flipped sign, plus signs lost between lines, a factor, an index, a
prime, a label, a bound, a digit).  Each mended formula is read and decided like any other; a repair is offered when exactly
one candidate of the least cost holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Repair:
    """A one-edit variant that holds: the mended LaTeX, what was done, and the edit in the formula's own text."""

    latex: str
    what: str
    start: int = 0
    end: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An edit of a formula's text: replace ``start:end`` by ``text``; ``cost`` orders them, ``what`` tells a person."""

    cost: int
    start: int
    end: int
    text: str
    what: str

    def apply(self, latex: str) -> str:
        return latex[: self.start] + self.text + latex[self.end :]


SIGN = re.compile(r"(?<![_^{\\])[+-]")
#: What stands in indices and in words, where a sign is none of the formula's own.
WITHIN = re.compile(
    r"_\s*\{(?:[^{}]|\{[^{}]*\})*\}|\\(?:text[a-z]*|mathrm|operatorname\*?|begin|end|tag|label)\s*\{[^{}]*\}|\^\s*\{[A-Za-z][+-][^{}]*\}"
)
LITERAL = re.compile(r"(?<![_^{\d.\\a-zA-Z])\d+(?:\.\d+)?(?![\d.])")
SWAPS: tuple[tuple[str, str, str], ...] = (
    (r"\\frac\{1\}\{2\}|\\frac12|\\tfrac12|\\tfrac\{1\}\{2\}", "", "the factor ½ does not belong here"),
    (r"\\frac\{1\}\{3\}", r"\\frac{1}{2}", "⅓ should be ½"),
    (r"\^\{?3\}?(?!\d)", "^2", "the exponent should be 2"),
    (r"\\theta(?!_|\^)", r"\\theta_{old}", "θ should be θ_old"),
    (r"\\theta_\{\\?(?:text\{|mathrm\{)?old\}?\}", r"\\theta", "θ_old should be θ"),
    (r"n-1", "n", "n − 1 should be n"),
    (r"(?<![a-zA-Z\\])n(?![a-zA-Z-])", "n-1", "n should be n − 1"),
    (r"s_t(?!\w)", "s_{t+1}", "s_t should be s_{t+1}"),
    (r"s_\{t\+1\}", "s_t", "s_{t+1} should be s_t"),
    (r"(?<![a-zA-Z\\])s'", "s", "s' should be s"),
    (r"(?<![a-zA-Z\\])a'", "a", "a' should be a"),
    (r"(?<![a-zA-Z\\])s(?!['_a-zA-Z])", "s'", "s should be s'"),
    (r"\\gamma(?![a-zA-Z_^])\s*", "", "the discount γ does not belong here"),
    (r"\\(?:log|ln)(?![a-zA-Z_])\s*", "", "the logarithm does not belong here"),
    (r"1-\\(var)?epsilon\s*,\s*1\+\\(?:var)?epsilon", r"1+\\\1epsilon,1-\\\1epsilon", "the bounds of the clip are swapped"),
    (r"1\+\\(var)?epsilon\s*,\s*1-\\(?:var)?epsilon", r"1-\\\1epsilon,1+\\\1epsilon", "the bounds of the clip are swapped"),
    (r"\\top", "", "the transpose does not belong here"),
    (r"_\{t\+1\}", "_t", "the index t + 1 should be t"),
    (r"_t(?![a-zA-Z])", "_{t+1}", "the index t should be t + 1"),
)
INSERTIONS: tuple[tuple[str, str, str], ...] = (
    (
        r"(?=[VQvq](?:\^|_|\())|(?=\\max)|(?=\\mathbb\{E\})|(?=\\sum)|(?=[Gr]_\{t\+1\})|(?=\\hat\{?A\}?_\{t\+1\})",
        r"\gamma ",
        "the discount γ is missing",
    ),
    (
        r"(?<=\\nabla_\\theta )|(?<=\\nabla_\\theta)(?=\\?[a-zA-Z])",
        r"\log ",
        "the logarithm is missing: the gradient lacks the factor 1/π",
    ),
    (r"(?<=[=+(\[])\s*(?=\\|[a-zA-Z(\[])", "-", "a minus sign is missing"),
    (r"(?<=[=+(\[])\s*(?=\\|[a-zA-Z(\[])", r"\frac{1}{2}", "the factor ½ is missing"),
    (r"(?<=[=+(\[])\s*(?=\\|[a-zA-Z(\[])", "2", "the factor 2 is missing"),
)


def candidates(latex: str, start: int, end: int) -> Iterator[Candidate]:
    """Edits of the text between two offsets, cheapest first, each at most once."""
    part = latex[start:end]
    found: list[Candidate] = []
    breaks = lost_plus(latex, start, end)
    if breaks is not None:
        found.append(breaks)
    covered = WITHIN.sub(lambda m: " " * len(m.group()), part)
    for m in SIGN.finditer(covered):
        flipped = "-" if m.group() == "+" else "+"
        name = "minus" if flipped == "-" else "plus"
        found.append(Candidate(1, start + m.start(), start + m.end(), flipped, f"the sign should be {name}"))
        if m.group() == "-":
            found.append(Candidate(2, start + m.start(), start + m.end(), "", "the minus sign does not belong here"))
    for pattern, text, what in SWAPS:
        for m in re.finditer(pattern, part):
            found.append(Candidate(2, start + m.start(), start + m.end(), m.expand(text), what))
    for pattern, text, what in INSERTIONS:
        for m in re.finditer(pattern, part):
            at = start + m.end()
            found.append(Candidate(3, at, at, text, what))
    seen: set[str] = set()
    for c in sorted(found, key=lambda c: (c.cost, c.start)):
        made = c.apply(latex)
        if made not in seen and made != latex:
            seen.add(made)
            yield c


def lost_plus(latex: str, start: int, end: int) -> Candidate | None:
    """Plus signs lost at line starts: one edit that puts ``+`` before every line that carries on a product.

    A line that starts after a line's end without an operator between was a new summand.
    """
    part = latex[start:end]
    out: list[str] = []
    changed = 0
    for i, line in enumerate(part.split("\n")):
        body = line.strip()
        before = next((x.strip() for x in reversed(out) if x.strip()), "")
        fresh = i > 0 and body and not re.match(r"[+\-=&}\])]|\\(?:cdot|times|approx|le|ge|right|end|quad|,|;)", body)
        if (
            fresh
            and before
            and not re.search(r"(?:[+\-=(\[{,&]|\\(?:cdot|times|approx|left.|frac|log|nabla\S*|top\s*\())$", before)
        ):
            indent = len(line) - len(line.lstrip())
            out.append(line[:indent] + "+" + line[indent:])
            changed += 1
        else:
            out.append(line)
    if not changed:
        return None
    signs = "plus sign" if changed == 1 else "plus signs"
    return Candidate(0, start, end, "\n".join(out), f"the {signs} between the lines {'is' if changed == 1 else 'are'} missing")


def mend(latex: str, start: int, end: int, holds: Callable[[str], bool | None], most: int = 120) -> Repair | None:
    """The unique cheapest candidate that holds; None when there is none, or several, or the search cannot be finished.

    ``holds`` says None where nothing more can be tried: then nobody knows whether a candidate is the only one.
    """
    best: list[Candidate] = []
    for tried, c in enumerate(candidates(latex, start, end)):
        if tried >= most or best and c.cost > best[0].cost:
            break
        held = holds(c.apply(latex))
        if held is None:
            return None
        if held:
            best.append(c)
            if len(best) > 1:
                return None
    if not best:
        return None
    c = best[0]
    text, at, stop = c.text, c.start, c.end
    # A sentence that begins with a symbol keeps it: Θ is not θ.
    said = f"{c.what[0].upper()}{c.what[1:]}" if c.what.startswith("the ") else c.what
    return Repair(c.apply(latex), f"{said}.", at, stop, text)


def mend_number(latex: str, start: int, end: int, right: str) -> Repair | None:
    """The last literal of a side replaced by the value that the other side has."""
    literals = list(LITERAL.finditer(latex[start:end]))
    if not literals or not right:
        return None
    m = literals[-1]
    at, stop = start + m.start(), start + m.end()
    return Repair(latex[:at] + right + latex[stop:], f"{m.group()} should be {right}.", at, stop, right)


__all__ = ["Candidate", "Repair", "candidates", "mend", "mend_number"]
