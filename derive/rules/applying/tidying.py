"""Terms taken to places and put in order: a subterm replaced, letters of the sort of their law, signs and ones that cancel gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.core.constants import AT_TIMES
from derive.core.terms import ONE, ZERO, Bind, Core, Num, Op, Var, below, num, op, rebuild, walk
from derive.core.terms import replace as replaced
from derive.core.types import ACTION_SORT, STATE_SORT, Type, element
from derive.elaborate.texts import folded
from derive.glossary.printed import BINDERS
from derive.rules.matching.keys import SCALAR, kind, summands, view, whole_number, without_opposites


def places(term: Core, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Core]]:
    """Every subterm with the way to it, the outermost first."""
    yield path, term
    for i, t in enumerate(below(term)):
        yield from places(t, (*path, i))


def all_places(term: Core) -> Iterator[tuple[Core, tuple[int, ...], Core]]:
    """Every subterm with the way to it in the term, and every part of a product whose order counts, in the term with that part by itself."""
    for path, target in places(term):
        yield term, path, target
        if not (isinstance(target, Op) and target.name == "mul"):
            continue
        parts = in_one_row(target)
        loose = [p for p in parts if kind(p) == SCALAR]
        tight = [p for p in parts if kind(p) != SCALAR]
        for start in range(len(tight)):
            for end in range(start + 2, len(tight) + (start > 0 or bool(loose))):
                own = op("mul", *tight[start:end])
                yield put(term, path, op("mul", *loose, *tight[:start], own, *tight[end:])), (*path, len(loose) + start), own


def in_one_row(t: Core) -> list[Core]:
    """The factors of a product, those of the products in it among them."""
    return [x for a in t.args for x in in_one_row(a)] if isinstance(t, Op) and t.name == "mul" else [t]


def put(term: Core, path: tuple[int, ...], new: Core) -> Core:
    """A term with another at the end of a way."""
    if not path:
        return new
    i = path[0]
    if isinstance(term, Bind):
        parts = [*term.args, *term.where, term.body]
        parts[i] = put(parts[i], path[1:], new)
        n, m = len(term.args), len(term.where)
        return Bind(term.name, term.vars, parts[-1], tuple(parts[:n]), tuple(parts[n : n + m]), term.info)
    assert isinstance(term, Op)
    return Op(term.name, tuple(put(a, path[1:], new) if j == i else a for j, a in enumerate(term.args)), term.info)


def sorted_out(t: Core, names: dict[int, str]) -> Core:
    """A term whose letters for outcomes of any law have the sort of the law's outcomes, and a name for it."""
    if not isinstance(t, Bind):
        return rebuild(t, lambda x: sorted_out(x, names))
    t = rebuild(t, lambda x: sorted_out(x, names))
    assert isinstance(t, Bind)
    table: dict[int, Core] = {}
    letters = []
    for v in t.vars:
        sort = outcomes_of(v, t) if v.type.name == "Elem" and v.type.args[0].name.startswith("Sort") else None
        made = v if sort is None else replace(v, type=element(sort))
        if sort is not None and sort != v.type.args[0]:
            names[v.number] = BINDERS.get(sort.name, names.get(v.number, "x"))
        table[v.number] = made
        letters.append(made)
    return Bind(t.name, tuple(letters), replaced(t.body, table), t.args, tuple(replaced(c, table) for c in t.where), t.info)


def outcomes_of(v: Var, t: Bind) -> Type | None:
    """The sort of what a letter is an outcome of."""
    for law in t.args:
        if isinstance(law, Op) and law.name in ("action_law", "next_law"):
            return ACTION_SORT if law.name == "action_law" else STATE_SORT
    for x in walk(t.body):
        if isinstance(x, Op) and x.name == "prob" and x.args[1] == v:
            return ACTION_SORT
        if isinstance(x, Op) and x.name == "transition" and x.args[0] == v:
            return STATE_SORT
        if isinstance(x, Op) and x.name == "mass" and x.args[1] == v:
            law = x.args[0].args[0] if isinstance(x.args[0], Op) and x.args[0].name == "at_parameter" else x.args[0]
            return law.type.args[0] if isinstance(law, Var) and law.type.args else None
    return None


def tidy(t: Core) -> Core:
    """Without factors 1, terms 0, and signs that cancel."""
    if isinstance(t, Bind):
        made = Bind(t.name, t.vars, tidy(t.body), tuple(map(tidy, t.args)), tuple(map(tidy, t.where)), t.info)
        return ZERO if t.name == "sum" and made.body == ZERO else made
    if not isinstance(t, Op):
        return t
    args = tuple(map(tidy, t.args))
    if t.name == "power" and args[1] in (num(0), num(1)) and kind(args[0]) == SCALAR:
        return ONE if args[1] == num(0) else args[0]
    if t.name == "add" and whole_number(Op("add", args)):
        count = without_opposites(Op("add", args))
        if not (isinstance(count, Op) and count.name == "add"):
            return count
        args = count.args if sum(isinstance(a, Num) for a in count.args) < 2 else tuple(summands(count))
    if t.name == "mul":
        if ZERO in args:
            return ZERO
        args = tuple(a for a in args if a != ONE) or (ONE,)
        signs = sum(isinstance(a, Op) and a.name == "neg" for a in args)
        if signs:
            body = tuple(a.args[0] if isinstance(a, Op) and a.name == "neg" else a for a in args)
            return tidy(op("neg", op("mul", *body)) if signs % 2 else op("mul", *body))
        args = tuple(b for a in args for b in (a.args if isinstance(a, Op) and a.name == "mul" else (a,)))
        if sum(kind(a) != SCALAR for a in args) < 2:
            args = tuple(sorted(args, key=reach))
    if t.name == "add":
        args = tuple(b for a in args if a != ZERO for b in (a.args if isinstance(a, Op) and a.name == "add" else (a,))) or (ZERO,)
        if all(isinstance(a, Num) or isinstance(a, Op) and a.name == "neg" and isinstance(a.args[0], Num) for a in args):
            return summands(Op("add", args))[0]
    if t.name in ("add", "mul") and len(args) == 1:
        return args[0]
    if t.name == "neg":
        (inner,) = args
        if isinstance(inner, Num):
            return num(-inner.value)
        return inner.args[0] if isinstance(inner, Op) and inner.name == "neg" else Op("neg", args)
    if t.name == "power" and args[1] in (num(-1), op("neg", num(1))) and not isinstance(args[0], Var):
        return op("div", ONE, args[0])
    if t.name == "div" and args[1] == ONE:
        return args[0]
    if t.name in AT_TIMES:
        args = (folded(args[0]),)
    return view(Op(t.name, args, t.info)) if t.name == "mass" else Op(t.name, args, t.info)


def reach(t: Core) -> int:
    """How far what stands in front of other factors would reach: numbers first, sums and derivatives last."""
    if isinstance(t, Num):
        return 0
    if isinstance(t, Bind):
        return 2 if t.name in ("sum", "prod", "max", "min", "limit") else 1
    return 3 if isinstance(t, Op) and t.name in ("gradient", "derivative", "partial") else 1
