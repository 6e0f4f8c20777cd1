r"""Core terms as LaTeX, but for what is of the field or binds: arithmetic, vectors, functions, derivatives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from derive.core.constants import CONSTANTS
from derive.core.terms import Bind, Core, Num, Op, Var, num, op
from derive.elaborate.texts import ATOM, FACTOR, PRODUCT, SUM, Text, bracketed, folded, joined, number, shared_letters
from derive.glossary.marks import VALUE_NAMES
from derive.glossary.printed import AFTER, APPLIED, BETWEEN, COMPARISONS, LAWS, NAMED, SETS, TIMED


class Unwritable(Exception):
    """A term that the glossary has no spelling for: which."""


#: 1 − γ.
REST = op("add", num(1), op("neg", op("discount")))


def share_of_visits(product: Op) -> tuple[Op, list[Core]] | None:
    """The visits of a product and its other factors, where 1 − γ makes one distribution of them; None where it does not."""
    visits = next((a for a in product.args if isinstance(a, Op) and a.name == "visitation"), None)
    if visits is None or REST not in product.args:
        return None
    others = [*product.args]
    others.remove(REST)
    others.remove(visits)
    return visits, others


@dataclass(slots=True)
class TermWriter:
    """Writes terms with one set of names in one dialect; ``indexed`` are the families written with a subscript."""

    names: Mapping[int, str]
    dialect: str = "course"
    indexed: frozenset[int] = frozenset()
    own: dict[int, str] = field(default_factory=dict)

    # --- text ----------------------------------------------------------------------------------

    def at(self, term: Core, level: int, closed: bool = False) -> str:
        """A term that holds at least so tightly, in brackets where it does not."""
        made = self.text(term)
        if made.level < level or closed and made.open:
            return bracketed(made.latex)
        return made.latex

    def text(self, term: Core) -> Text:
        match term:
            case Num():
                return number(term)
            case Var():
                return self.variable(term)
            case Op():
                return self.operation(term)
            case Bind():
                return self.binder(term)
        raise Unwritable(type(term).__name__)

    def name(self, v: Var) -> str:
        found = self.own.get(v.number) or self.names.get(v.number)
        if found is None:
            raise Unwritable(f"a variable without a name ({v})")
        return found

    def variable(self, v: Var) -> Text:
        name = self.name(v)
        return Text(name, FACTOR if "^" in name or name.endswith("'") else ATOM)

    # --- operations ----------------------------------------------------------------------------

    def operation(self, term: Op) -> Text:
        own = getattr(self, "op_" + term.name, None)
        if own is not None:
            made: Text = own(term)
            return made
        args = term.args
        if term.name in NAMED and not args:
            return Text(NAMED[term.name])
        if term.name in CONSTANTS and term.name not in LAWS:
            return self.constant(term)
        if term.name in APPLIED:
            return Text(rf"{APPLIED[term.name]}\left({self.listed(args)}\right)")
        if term.name in BETWEEN:
            left, right = BETWEEN[term.name]
            return Text(left + self.listed(args) + right)
        if term.name in COMPARISONS:
            return Text(f"{self.at(args[0], SUM)}{COMPARISONS[term.name]}{self.at(args[1], SUM)}", SUM)
        if term.name in AFTER:
            return Text(self.at(args[0], ATOM) + AFTER[term.name], FACTOR)
        if term.name in TIMED:
            row = TIMED[term.name]
            letter = row.get(self.dialect, row["course"])
            time = op("add", args[0], num(1)) if letter.endswith("+1") else args[0]
            return Text(f"{letter.removesuffix('+1')}_{{{self.at(folded(time), SUM)}}}")
        raise Unwritable(term.name)

    def listed(self, args: Iterable[Core]) -> str:
        return ",".join(self.at(a, SUM) for a in args)

    def op_add(self, term: Op) -> Text:
        first, *rest = term.args
        out = self.at(first, SUM)
        tail = self.text(first).open
        for a in rest:
            sign, body = ("-", a.args[0]) if isinstance(a, Op) and a.name == "neg" else ("+", a)
            if isinstance(a, Num) and a.value < 0:
                sign, body = "-", num(-a.value)
            made = self.at(body, PRODUCT)
            if made.startswith("-"):
                made = bracketed(made)
            if tail and shared_letters(out, made):
                out = bracketed(out)
            out += sign + made
            tail = self.text(body).open
        return Text(out, SUM, tail)

    def op_neg(self, term: Op) -> Text:
        made = self.text(term.args[0])
        return Text("-" + (made.latex if made.level >= PRODUCT else bracketed(made.latex)), SUM, made.open)

    def op_stop(self, term: Op) -> Text:
        if isinstance(term.args[0], Var):
            raise Unwritable("a parameter that is held fixed")
        return Text(rf"\operatorname{{sg}}\left({self.at(term.args[0], SUM)}\right)", FACTOR)

    def op_visitation(self, term: Op) -> Text:
        raise Unwritable("visits that are no distribution")

    def op_mul(self, term: Op) -> Text:
        share = share_of_visits(term)
        if share is not None:
            first, *rest = [self.constant(share[0]), *map(self.text, share[1])]
        else:
            first, *rest = map(self.text, term.args)
        out, tail = first.latex if first.level >= PRODUCT and not first.open else bracketed(first.latex), False
        if not rest:
            return first
        for made in rest:
            body = made.latex if made.level >= FACTOR else bracketed(made.latex)
            out = joined(bracketed(out) if tail else out, body)
            tail = made.open and made.level >= FACTOR
        return Text(out, PRODUCT, tail)

    def op_dot(self, term: Op) -> Text:
        a, b = (self.text(x).latex for x in term.args)
        return Text(rf"\left\langle {a},{b}\right\rangle", FACTOR)

    def op_div(self, term: Op) -> Text:
        a, b = (self.at(x, SUM) for x in term.args)
        return Text(rf"\frac{{{a}}}{{{b}}}", FACTOR)

    def op_power(self, term: Op) -> Text:
        return Text(f"{self.at(term.args[0], ATOM)}^{{{self.at(term.args[1], SUM)}}}", FACTOR)

    def op_exp(self, term: Op) -> Text:
        if term.args[0] == num(1):
            return Text("e")
        return Text(rf"\exp\left({self.at(term.args[0], SUM)}\right)")

    def op_root(self, term: Op) -> Text:
        index = "" if term.args[1] == num(2) else f"[{self.at(term.args[1], SUM)}]"
        return Text(rf"\sqrt{index}{{{self.at(term.args[0], SUM)}}}")

    def op_binomial(self, term: Op) -> Text:
        return Text(rf"\binom{{{self.at(term.args[0], SUM)}}}{{{self.at(term.args[1], SUM)}}}")

    def op_coerce(self, term: Op) -> Text:
        return self.text(term.args[0])

    def op_transpose(self, term: Op) -> Text:
        inner = term.args[0]
        if isinstance(inner, Op) and inner.name == "inverse":
            return Text(f"{self.at(inner.args[0], ATOM)}^{{-\\top}}", FACTOR)
        return Text(f"{self.at(inner, ATOM)}^\\top", FACTOR)

    def op_vector(self, term: Op) -> Text:
        return Text(r"\begin{pmatrix}" + r"\\".join(self.at(a, SUM) for a in term.args) + r"\end{pmatrix}")

    def op_matrix(self, term: Op) -> Text:
        n, m = term.info
        cells = [self.at(a, SUM) for a in term.args]
        body = r"\\".join("&".join(cells[i * m : (i + 1) * m]) for i in range(n))
        return Text(rf"\begin{{pmatrix}}{body}\end{{pmatrix}}")

    def op_component(self, term: Op) -> Text:
        head, *indices = term.args
        if not isinstance(head, Var):
            raise Unwritable("a component of what has no name")
        name = self.name(head)
        bold = re.fullmatch(r"\\(?:mathbf|boldsymbol)\{(.*)\}", name)
        numbered = any(isinstance(i, Num) for i in indices)
        return self.subscripted(
            bold[1] if bold and numbered else name, indices
        )  # a number below a bold letter tells vectors apart

    def op_norm(self, term: Op) -> Text:
        below = {2: "", 1: "_1", 0: r"_\infty"}[term.info[0]]
        return Text(rf"\left\|{self.at(term.args[0], SUM)}\right\|{below}", FACTOR)

    def op_cardinality(self, term: Op) -> Text:
        sort = term.info[0].name
        if sort not in SETS:
            raise Unwritable(f"the number of elements of {sort}")
        return Text(rf"\left|{SETS[sort]}\right|")

    def op_indicator(self, term: Op) -> Text:
        return Text(rf"\mathbb{{1}}\left[{self.listed(term.args)}\right]")

    def op_and(self, term: Op) -> Text:
        parts = [a for a in term.args if isinstance(a, Op) and a.name in COMPARISONS]
        if not parts and all(isinstance(a, Var) for a in term.args):
            return Text(r"\cap ".join(self.at(a, PRODUCT) for a in term.args), SUM)
        if len(parts) != len(term.args) or any(a.args[1] != b.args[0] for a, b in pairwise(parts)):
            raise Unwritable("conditions that are no chain")
        chain = self.at(parts[0].args[0], SUM)
        for part in parts:
            chain += COMPARISONS[part.name] + self.at(part.args[1], SUM)
        return Text(chain, SUM)

    def op_cases(self, term: Op) -> Text:
        lines = []
        for condition, value in zip(term.args[::2], term.args[1::2], strict=True):
            always = isinstance(condition, Op) and condition.name == "true"
            lines.append(self.at(value, SUM) + "&" + (r"\text{otherwise}" if always else r"\text{if }" + self.at(condition, SUM)))
        return Text(r"\begin{cases}" + r"\\".join(lines) + r"\end{cases}", FACTOR)

    def op_call(self, term: Op) -> Text:
        head, *args = term.args
        family = head.args[0] if isinstance(head, Op) and head.name == "at_parameter" else head
        name = self.head(head)
        if isinstance(family, Var) and family.number in self.indexed:
            return self.subscripted(name, args)
        if name in VALUE_NAMES:
            raise Unwritable(f"a function that is called {name} as the values of the field are")
        name += "'" * (term.info[0] if term.info and term.name == "call" else 0)
        return Text(rf"{name}\left({self.listed(args)}\right)")

    op_call_vector = op_call

    def op_member(self, term: Op) -> Text:
        return self.subscripted(self.head(term.args[0]), term.args[1:])

    def subscripted(self, name: str, indices: Iterable[Core]) -> Text:
        if "_" in name:
            raise Unwritable(f"an index beside the one of {name}")
        return Text(f"{name}_{{{self.listed(indices)}}}")

    def head(self, term: Core) -> str:
        r"""A policy, a law or a function: its name, with the parameter that it is at."""
        if isinstance(term, Var):
            return self.name(term)
        if isinstance(term, Op) and term.name == "at_parameter":
            name = self.head(term.args[0])
            if "_" in name:
                raise Unwritable(f"a parameter beside the label of {name}")
            return f"{name}_{{{self.at(term.args[1], SUM)}}}"
        raise Unwritable("a head that is no name")

    def op_at_parameter(self, term: Op) -> Text:
        return Text(self.head(term))

    def op_derivative(self, term: Op) -> Text:
        return Text(rf"\frac{{d}}{{d{self.at(term.args[1], ATOM)}}}\left({self.at(term.args[0], SUM)}\right)", FACTOR, open=True)

    def op_partial(self, term: Op) -> Text:
        body, v, index = term.args
        assert isinstance(v, Var)
        by = self.subscripted(self.name(v), [index]).latex
        return Text(rf"\frac{{\partial}}{{\partial {by}}}\left({self.at(body, SUM)}\right)", FACTOR, open=True)

    def op_gradient(self, term: Op) -> Text:
        body, v = term.args
        order, inner = 1, body
        while isinstance(inner, Op) and inner.name == "gradient" and inner.args[1] == v:
            order, inner = order + 1, inner.args[0]
        if order != 2:
            order, inner = 1, body
        made = self.text(inner)
        latex = made.latex if made.level == ATOM and not made.open else bracketed(made.latex)
        return Text(rf"\nabla_{{{self.at(v, SUM)}}}{'^2' if order == 2 else ''} {latex}", FACTOR, open=True)

    def op_at(self, term: Op) -> Text:
        body, v, point = term.args
        return Text(rf"\left.{self.at(body, FACTOR)}\right|_{{{self.at(v, SUM)}={self.at(point, SUM)}}}", FACTOR)

    # --- constants of the field ----------------------------------------------------------------

    def constant(self, term: Op) -> Text:
        raise NotImplementedError

    def binder(self, term: Bind) -> Text:
        raise NotImplementedError


__all__ = ["TermWriter", "Unwritable"]
