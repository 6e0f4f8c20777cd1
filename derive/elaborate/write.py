r"""Core terms as LaTeX: the glossary's rows, read the other way.

A term, the names of its variables and a dialect give LaTeX; elaborating that gives the term again.  What no row and no
node says (a slope at a point, an order of what is left out) raises :class:`Unwritable`, and nothing is printed in its place.

>>> from derive.core.terms import Var, num, op
>>> from derive.core.types import REAL
>>> write(op("mul", op("add", Var(1, REAL), num(1)), Var(2, REAL)), {1: "x", 2: "y"})
'\\left(x+1\\right)y'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from derive.core.terms import Bind, Core, CoreClaim, Op, Var, free_variables, op, walk
from derive.elaborate.texts import ATOM, FACTOR, PRODUCT, SUM, Text, folded
from derive.elaborate.written_terms import TermWriter, Unwritable
from derive.glossary.printed import BINDERS, LAWS, PRIMED, TIMED
from derive.glossary.row import Row
from derive.glossary.values import rows


@dataclass(slots=True)
class Writer(TermWriter):
    """Writes terms with one set of names in one dialect; ``indexed`` are the families written with a subscript."""

    def constant(self, term: Op) -> Text:
        """By the row of the dialect, or else the first that every argument has a place in."""
        for row in candidates(term.name, self.dialect):
            fill = dict(zip(row.takes, term.args, strict=True))
            held = any(is_held(t) for t in term.args)
            if any(name.startswith("?") for name in fill) != held or held and "?policy" not in fill:
                continue
            fill = {name: t for name, t in fill.items() if not name.startswith("?")}
            holes = {name: self.filling(t) for name, t in fill.items()}
            latex = re.sub(r"<(\w+)>", lambda m: holes[m[1]], row.pattern)  # noqa: B023  (used at once)
            return Text(latex, ATOM if latex.endswith(")") else FACTOR)
        raise Unwritable(term.name)

    def filling(self, term: Core) -> str:
        if isinstance(term, Op) and term.name == "at_parameter" or isinstance(term, Var) and term.type.name == "Policy":
            return self.head(term)
        return self.at(term, SUM)

    def op_prob(self, term: Op) -> Text:
        return self.constant(term)

    def op_objective(self, term: Op) -> Text:
        policy = term.args[0]
        return Text(rf"J({self.at(policy.args[1], SUM) if isinstance(policy, Op) else self.head(policy)})")

    def op_n_step_return(self, term: Op) -> Text:
        _, time, count = term.args
        return Text(f"G_{{{self.at(folded(time), SUM)}}}^{{({self.at(count, SUM)})}}", FACTOR)

    def op_lambda_return(self, term: Op) -> Text:
        _, time, decay = term.args
        return Text(f"G_{{{self.at(folded(time), SUM)}}}^{{{self.at(decay, SUM)}}}", FACTOR)

    def op_backup(self, term: Op) -> Text:
        return Text(rf"\mathcal{{T}}^{{{self.filling(term.args[0])}}}{self.at(term.args[1], FACTOR)}", FACTOR)

    def op_optimal_backup(self, term: Op) -> Text:
        return Text(rf"\mathcal{{T}}{self.at(term.args[0], FACTOR)}", FACTOR)

    def op_chosen(self, term: Op) -> Text:
        return Text(f"{self.head(term.args[0])}({self.at(term.args[1], SUM)})")

    def op_mass(self, term: Op) -> Text:
        return Text(f"{self.head(term.args[0])}({self.at(term.args[1], SUM)})")

    def op_joint(self, term: Op) -> Text:
        law, *args = term.args
        cut = len(term.info[0])
        given = "|" + self.listed(args[cut:]) if args[cut:] else ""
        return Text(f"{self.head(law)}({self.listed(args[:cut])}{given})")

    def op_entropy_of(self, term: Op) -> Text:
        cut = term.info[0]
        given = "|" + self.listed(term.args[cut:]) if term.args[cut:] else ""
        return Text(f"H({self.listed(term.args[:cut])}{given})")

    def law(self, term: Core) -> str:
        """A distribution, as it stands behind ∼ and in a divergence."""
        if isinstance(term, Op) and term.name in LAWS:
            holes = [self.filling(a) for a in term.args]
            return LAWS[term.name].format(*holes)
        return self.head(term)

    def op_divergence(self, term: Op) -> Text:
        return Text(rf"D_{{\mathrm{{KL}}}}\left({self.law(term.args[0])}\,\|\,{self.law(term.args[1])}\right)")

    def op_total_variation(self, term: Op) -> Text:
        return Text(rf"D_{{\mathrm{{TV}}}}\left({self.law(term.args[0])},{self.law(term.args[1])}\right)")

    def op_entropy(self, term: Op) -> Text:
        return Text(rf"H\left({self.law(term.args[0])}\right)")

    def op_cross_entropy(self, term: Op) -> Text:
        return Text(rf"H\left({self.law(term.args[0])},{self.law(term.args[1])}\right)")

    def op_action_law(self, term: Op) -> Text:
        return Text(self.law(term))

    def op_next_law(self, term: Op) -> Text:
        return Text(self.law(term))

    def op_path_mass(self, term: Op) -> Text:
        policy = term.args[0]
        below = policy.args[1] if isinstance(policy, Op) else policy
        return Text(rf"p_{{{self.filling(below)}}}(\tau)")

    def op_path_function(self, term: Op) -> Text:
        return Text(rf"{self.head(term.args[0])}(\tau)")

    # --- binders -------------------------------------------------------------------------------

    def binder(self, term: Bind) -> Text:
        self.fresh(term)
        if term.name in ("sum", "prod", "max", "min", "argmax", "argmin"):
            return self.big(term)
        if term.name == "limit":
            under = rf"{self.name(term.vars[0])}\to {self.at(term.args[0], SUM)}"
            return Text(rf"\lim_{{{under}}}{self.at(term.body, PRODUCT)}", FACTOR, open=True)
        if term.name == "integral":
            low, high = (self.at(a, SUM) for a in term.args)
            return Text(rf"\int_{{{low}}}^{{{high}}}{self.at(term.body, PRODUCT)}\,d{self.name(term.vars[0])}", FACTOR)
        if term.name == "expect":
            return self.average(f"{self.name(term.vars[0])}\\sim {self.law(term.args[0])}", term)
        if term.name == "mean":
            return self.mean(term)
        if term.name == "episode" and isinstance(term.body, Op) and term.body.name == "indicator":
            given = [self.head(term.args[0]), *(self.condition(c) for c in term.where)]
            return Text(rf"\Pr({self.listed(term.body.args)}\mid {','.join(given)})")
        if term.name == "episode":
            law = self.filling(term.args[0])
            whole = any(isinstance(t, Op) and t.name in ("path_mass", "path_function") for t in walk(term.body))
            return self.average(rf"\tau\sim {law}" if whole else law, term)
        if term.name == "all_paths":
            return Text(rf"\sum_{{\tau}}{self.at(term.body, PRODUCT)}", FACTOR, open=True)
        if term.name == "slope":
            head = term.body
            if isinstance(head, Op) and head.name in PRIMED and head.args == term.vars:
                return Text(PRIMED[head.name] + "'" * term.info[0] + rf"\left({self.at(term.args[0], SUM)}\right)")
            by = op("derivative", term.body, *term.vars)
            for _ in range(1, term.info[0]):
                by = op("derivative", by, *term.vars)
            return self.op_at(Op("at", (by, term.vars[0], term.args[0])))
        raise Unwritable(term.name)

    def fresh(self, term: Bind) -> None:
        """Names of what is bound here: their own, unless something free in the body has it."""
        taken = {self.own.get(v.number) or self.names.get(v.number, "") for v in free_variables(term)}
        for v in term.vars:
            wanted = self.names.get(v.number) or BINDERS.get(v.type.args[0].name if v.type.args else v.type.name, "k")
            while wanted in taken:
                wanted += "'"
            self.own[v.number] = wanted
            taken.add(wanted)

    def big(self, term: Bind) -> Text:
        (v,) = term.vars
        name, above = self.name(v), ""
        under = name
        if term.args and term.name in ("sum", "prod"):
            low, high = (self.at(a, SUM) for a in term.args)
            under, above = f"{name}={low}", f"^{{{high}}}"
        for condition in term.where:
            under += "," + self.at(condition, SUM)
        sign = {"argmax": r"\arg\max", "argmin": r"\arg\min"}.get(term.name, "\\" + term.name)
        body = self.at(term.body, FACTOR if term.name == "prod" else PRODUCT)
        space = " " if not above and not under else ""
        return Text(rf"{sign}_{{{under}}}{above}{space}{body}", FACTOR, open=True)

    def average(self, under: str, term: Bind) -> Text:
        given = ",".join(self.condition(c) for c in term.where)
        bar = rf"\,\middle|\,{given}" if given else ""
        below = f"_{{{under}}}" if under else ""
        return Text(rf"\mathbb{{E}}{below}\left[{self.at(term.body, SUM)}{bar}\right]")

    def mean(self, term: Bind) -> Text:
        """E of random variables; P of what happens."""
        if not (isinstance(term.body, Op) and term.body.name == "indicator"):
            return self.average("", term)
        given = "|" + ",".join(self.condition(c) for c in term.where) if term.where else ""
        return Text(rf"\mathrm{{Pr}}({self.listed(term.body.args)}{given})")

    def op_not(self, term: Op) -> Text:
        return Text(f"{self.at(term.args[0], ATOM)}^c", FACTOR)

    def op_or(self, term: Op) -> Text:
        return Text(r"\cup ".join(self.at(a, PRODUCT) for a in term.args), SUM)

    def condition(self, term: Core) -> str:
        if isinstance(term, Op) and term.name == "same":
            return self.at(term.args[0], SUM)
        return self.at(term, SUM)


@lru_cache(maxsize=256)
def candidates(means: str, dialect: str) -> tuple[Row, ...]:
    """Rows for a constant: the nearest to the dialect first."""
    return tuple(sorted((r for r in rows() if r.means == means), key=lambda r: r.distance(dialect)))


def is_held(term: Core) -> bool:
    """Whether a policy is held fixed at its parameters: what values without its name are of."""
    return isinstance(term, Op) and term.name == "at_parameter" and isinstance(term.args[1], Op) and term.args[1].name == "stop"


def write(term: Core, names: Mapping[int, str], dialect: str = "course", indexed: frozenset[int] = frozenset()) -> str:
    """The LaTeX of a term in a dialect.

    Raises: Unwritable.
    """
    return Writer(names, dialect, indexed).text(term).latex


#: Relations of claims as they are written.
SIGNS = {"=": "=", "<": "<", ">": ">", "<=": r"\le ", ">=": r"\ge ", "!=": r"\ne ", "~": r"\approx ", "propto": r"\propto "}


def write_claim(
    claim: CoreClaim, names: Mapping[int, str], dialect: str = "course", indexed: frozenset[int] = frozenset()
) -> str:
    """The LaTeX of a claim, without what is given.

    Raises: Unwritable.
    """
    parts = [t for p in claim.parts() for t in walk(p)]
    if TIMED["state_at"].get(dialect, "s").islower() and not any(
        isinstance(t, Bind) or isinstance(t, Op) and t.name in ("reward_at", "outcome_at", "return_from") for t in parts
    ):
        if any(isinstance(t, Op) and t.name == "state_at" for t in parts):
            raise Unwritable("a state at a time that nothing tells from an element")
    free = {v for p in claim.parts() for v in free_variables(p)}
    called: dict[str, set[int]] = {}
    for v in free:
        called.setdefault(names.get(v.number, ""), set()).add(v.number)
    if any(len(numbers) > 1 for numbers in called.values()):
        raise Unwritable("two things of one name")
    ops = {t.name for p in claim.parts() for t in walk(p) if isinstance(t, Op)}
    binds = {t.name for p in claim.parts() for t in walk(p) if isinstance(t, Bind)}
    steps = ops & {"state_at", "action_at"}
    if (
        steps
        and not ops & {"reward_at", "outcome_at", "return_from"}
        and not binds
        and any(TIMED[s].get(dialect, "s").islower() for s in steps)
    ):
        raise Unwritable("steps of an episode in small letters, which nothing else tells from states and actions")
    writer = Writer(names, dialect, indexed)
    rest = ""
    if claim.order is not None:
        if len(claim.small) != 1:
            raise Unwritable("an order in several variables")
        small = writer.name(claim.small[0])
        small = rf"\left\|{small}\right\|" if claim.small[0].type.name == "Vector" else small
        rest = f"+O({small}{'' if claim.order == 1 else f'^{{{claim.order}}}'})"
    return f"{writer.text(claim.lhs).latex}{SIGNS[claim.relation]}{writer.text(claim.rhs).latex}{rest}"


__all__ = ["Text", "Unwritable", "Writer", "walk", "write", "write_claim"]
