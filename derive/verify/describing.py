"""Readings and the glossary for people: what each name was taken for, why, and what else it could have been."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.core.terms import Bind, Op, Var, walk
from derive.diagnostics import NotationError
from derive.elaborate.claims import Reading, readings
from derive.elaborate.knowledge.scope import declared
from derive.glossary.letters import letters
from derive.glossary.row import DIALECTS
from derive.glossary.values import bare_rows, rows
from derive.verify.wording import described

#: What types are called in sentences.
CALLED = {
    "Real": "a number", "Nat": "a whole number", "Policy": "a policy", "Event": "an event", "Law": "a distribution", "Joint": "a joint distribution",
    "Function": "an unknown function", "Vector": "a vector", "Matrix": "a matrix",
}  # fmt: skip
SORTS = {"State": "a state", "Action": "an action", "RewardOutcome": "a reward"}


def describe_readings(latex: str, symbols: Mapping[str, str] | None = None, macros: Mapping[str, Any] | None = None) -> str:
    """The readings of each link of a formula, cheapest first: what its names are, what was chosen and what else there was."""
    out: list[str] = []
    try:
        with declared(symbols or {}):
            for read in readings(latex, [], macros):
                for i, reading in enumerate(read.readings, 1):
                    out.append(f"reading {i} of {read.relation!r}, cost {reading.cost:g}")
                    out += [f"  {line}" for line in reading_lines(reading)]
                if not read.readings:
                    out.append(
                        f"no reading of {read.relation!r}: {read.why}; 'derive: symbol LATEX KIND' on the page says what a name is"
                    )
    except NotationError:
        return ""
    return "\n".join(out) + ("\n" if out else "")


def reading_lines(reading: Reading) -> list[str]:
    """One line for each name of a reading, and one for each choice."""
    lines = []
    seen: set[int] = set()
    for part in reading.claim.parts():
        for t in walk(part):
            for v in t.vars if isinstance(t, Bind) else (t,) if isinstance(t, Var) else ():
                if v.number not in seen:
                    seen.add(v.number)
                    lines.append(f"{reading.names.get(v.number, v)}: {called(v)}")
    if any(isinstance(t, Op) and t.name == "discount" for part in reading.claim.parts() for t in walk(part)):
        lines.append(r"\gamma: the discount factor")
    for made in described(reading):
        other = f"; could be: {made['else']}" if "else" in made else ""
        lines.append(f"{made['name'].removeprefix('text:')} is taken for {made['taken']}{other}")
    return lines


def called(v: Var) -> str:
    if v.random:
        return "an event" if v.type.name == "Event" else "a random variable"
    if v.type.name == "Elem":
        return SORTS.get(v.type.args[0].name, "an element of a finite set")
    return CALLED.get(v.type.name, str(v.type))


def glossary_text(word: str = "") -> str:
    """The rows of the glossary, those that hold a word: spelling, meaning, dialects, source."""
    out = []
    for row in (*rows(), *bare_rows()):
        where = ", ".join(row.dialects) + (f"; {row.source}" if row.source else "") + (f"; cost {row.cost:g}" if row.cost else "")
        line = f"{row.pattern}  {row.says} ({where})"
        if word.lower() in line.lower():
            out.append(line)
    for letter in letters():
        line = f"{letter.name.replace('mathbf:', 'bold ')}  {letter.says}" + (f" (cost {letter.cost:g})" if letter.cost else "")
        if word.lower() in line.lower():
            out.append(line)
    if not word:
        out += ["", *(f"{name}: {says}" for name, says in DIALECTS.items())]
    return "\n".join(out) + "\n"
