"""What the field's customs say of a formula: which quantities are known, what states a law, what needs a premise."""

from __future__ import annotations

import flint

from derive.check.shapes import CERTAIN, SMALL, definable, symbol_of, without_brackets, wrt_of
from derive.models.core import INTERVALS
from derive.models.heads import PARAMETERS, POLICIES, head_of
from derive.models.kernel import ORDERS
from derive.models.masses import summed_to_one
from derive.models.scope import Scope
from derive.models.trial import TROUBLE, Claim, prepare, run_trial
from derive.statements import Statement
from derive.terms import (
    Add,
    App,
    Big,
    Delta,
    Deriv,
    Expect,
    Fence,
    Func,
    Grad,
    Num,
    Op,
    Paren,
    Rel,
    Seq,
    Sym,
    Term,
    strip,
)
from derive.values.algebra import Vec
from derive.values.arith import Redraw
from derive.values.budget import Budget
from derive.values.jets import constant

#: Letters of functions that mean nothing until a page says so.
UNKNOWN_FUNCTIONS = frozenset({"f", "g", "h", "u", "q", "k", "F", "phi", "psi", "Phi", "varphi", "L", "ell", "U", "T"})
WEAK = frozenset({"J", "G", "delta", "d", "rho", "r", "eta", "p"})

#: Relations that state nothing to decide, and those that do.
SILENT = frozenset({
    r"\to", r"\mapsto", r"\longmapsto", r"\rightarrow", r"\longrightarrow", r"\in", r"\notin", r"\subset", r"\subseteq",
    r"\sim", r"\implies", r"\iff", r"\Rightarrow", r"\Leftrightarrow", r"\succ", r"\prec", r"\perp", r"\mid", r"\xrightarrow",
    r"\ll", r"\gg", r"\cong", r"\leftrightarrow", r"\Longrightarrow", r"\uparrow", r"\downarrow", r"\succeq", r"\preceq",
    r"\rightsquigarrow", r"\supset", r"\supseteq",
})  # fmt: skip
COMPARED = frozenset({"=", r"\approx", r"\simeq", r"\approxeq", r"\ne", r"\neq", r"\propto", *ORDERS})


def known(t: Term) -> str:
    """``certain`` for heads whose meaning no page changes, ``weak`` for those with conventions, empty for the rest."""
    t = without_brackets(t)
    sym = symbol_of(t)
    h = head_of(sym)
    if sym.accents:
        return ""
    applied = isinstance(t, App)
    if (
        h.base in CERTAIN
        and applied
        and (h.policy is not None or "*" in h.labels)
        and not h.params
        and not (h.labels - {"*"})
        and not h.indices
    ):
        return "certain"
    if h.base in ("V", "v") and not applied and h.policy is not None and not (h.params or h.labels or h.indices):
        return "weak"
    if applied and isinstance(t, App) and h.base == "H" and any(isinstance(a, Sym) and a.name in POLICIES for a in t.args):
        return "weak"
    if (
        applied
        and isinstance(t, App)
        and (
            h.base in ("H", "I", "KL")
            and not h.indices
            and not h.labels
            or h.base in ("D", "KL")
            and h.labels <= {"kl"}
            and (h.labels or t.sep == r"\|")
        )
    ):
        return "certain"
    if applied and isinstance(t, App) and any(isinstance(a, Rel) for a in t.args):
        return (
            "certain"
            if h.base in ("P", "Pr", "p") and not h.labels and all(isinstance(a, Rel) and a.op == "=" for a in t.args)
            else ""
        )
    if (
        applied
        and isinstance(t, App)
        and h.base in ("P", "p")
        and len(t.args) == 1
        and isinstance(t.args[0], Sym)
        and t.args[0].name == "tau"
        and not h.labels
    ):
        return "certain"
    if applied and h.base in ("P", "p", "Pr") and not h.params and not h.labels and not h.primes:
        return "certain"
    if sym.name in POLICIES and applied:
        return "weak" if not (h.labels - {"old", "ref"} or h.indices or h.primes) else ""
    if h.base in CERTAIN and applied and not h.labels and not h.params and not h.indices:
        return "weak"
    if h.base in WEAK and not h.labels and not h.accents:
        if h.base in ("r", "rho"):
            return "weak" if applied and h.indices and isinstance(t, App) and len(t.args) == 1 else ""
        if h.base == "G" and not applied and windowed_return(sym):
            return "weak"
        if h.base in ("G", "delta"):
            return (
                "weak"
                if len(h.indices) == 1
                and not applied
                and isinstance(h.indices[0], Sym | Add)
                and any(isinstance(x, Sym) and x.name == "t" for x in h.indices[0].walk())
                else ""
            )
        if h.base == "d":
            return "weak" if applied and h.policy is not None else ""
        if h.base == "p":
            return "weak" if applied else ""
        return "weak"
    return ""


def windowed_return(sym: Sym) -> bool:
    """G_{t:t+n}, G_t^{(n)} and G_t^λ, by what is written."""
    first, second = (*head_of(sym).indices, None, None)[:2]
    if isinstance(first, Op) and first.op == ":":
        return second is None
    return first is not None and (isinstance(second, Paren) or second == Sym("lambda")) and len(head_of(sym).indices) == 2


#: What an n-step return or a λ-return is built of, where it is the one of the values of states and of one policy.
RETURN = frozenset(
    {"G", "R", "r", "V", "v", "gamma", "lambda", "S", "s", "t", "T", "n", "k", "h", "l", "i", "j", "w", "theta", "infty"}
)


def plain_return(t: Term) -> bool:
    """Whether a right side has rewards and values of states only: no weights, no policy, no action values, no mean over actions."""
    return all(
        not isinstance(x, Sym) or x.name.split(":")[-1] in RETURN and not (set(x.accents) - {"hat"}) and head_of(x).policy is None
        for x in t.walk()
    ) and not any(isinstance(x, Expect | Func) for x in t.walk())


def plain(t: Term) -> bool:
    """A right side that speaks the same dialect: no entropy bonus, no temperature, no numbers of an example."""
    for x in t.walk():
        if isinstance(x, Sym) and x.name in ("alpha", "beta", "tau", "mathcal:H", "eta", "H"):
            return False
        if isinstance(x, Num) and x.value not in SMALL:
            return False
    return True


def conditions_in(statement: Statement) -> list[Rel]:
    """What a statement beside others assumes: an order of plain quantities (``A > 0``), a family that sums to one."""
    if not statement.terms:
        return []
    if not statement.rels:
        inner = strip(statement.terms[0])
        return [inner] if isinstance(inner, Rel) and plain_order(inner) else []
    links = [Rel(rel.op, a, b) for a, rel, b in statement.links()]
    if all(plain_order(c) for c in links) or len(links) == 1 and summed_to_one(links[0]):
        return links
    return []


def plain_order(c: Rel) -> bool:
    return c.op in (*ORDERS, r"\ne", r"\neq") and not law_like(c.lhs, c.rhs) and not isinstance(c.lhs, Num)


def law_like(lhs: Term, rhs: Term) -> bool:
    """Whether an inequality states a law rather than a condition: it averages, sums, compares entropies, norms or extremes."""
    bounds = [[x for x in t.walk() if isinstance(x, Func) and x.name in ("min", "max", "clip")] for t in (lhs, rhs)]
    if any(bounds[i] and not isinstance(strip(other), Sym | Num) for i, other in ((0, rhs), (1, lhs))):
        return True
    if all(any(isinstance(x, Fence) and x.kind in ("norm", "abs", "inner") for x in t.walk()) for t in (lhs, rhs)):
        return True
    for t in (lhs, rhs):
        for x in t.walk():
            if (
                isinstance(x, Expect | Big)
                or isinstance(x, Func)
                and x.name in ("log", "Var", "KL", "H", "exp")
                or isinstance(x, App)
                and isinstance(x.head, Sym)
                and head_of(x.head).base in ("H", "I", "D", "KL")
            ):
                return True
    return False


def windowed(body: Term, lhs: Term) -> bool:
    """Whether a definition sums over a window that moves with its index: from t to t+n."""
    index = {i for x in lhs.walk() if isinstance(x, Sym) for i in x.subs if isinstance(i, Sym)}
    return any(
        isinstance(x, Big)
        and isinstance(x.upper, Add)
        and any(y in index for y in x.upper.walk())
        and any(isinstance(y, Sym) and y not in index for y in x.upper.walk())
        for x in body.walk()
    )


def names_an_element(t: Term) -> bool:
    """Whether a symbol is applied to a state or action with a name of its own: V(A), V(s_1), Q(2, left)."""
    t = without_brackets(t)
    if not (isinstance(t, App) and isinstance(t.head, Sym) and head_of(t.head).base in (*CERTAIN, "J")):
        return False
    return any(
        isinstance(a, Num)
        or isinstance(a, Sym)
        and (
            a.name.startswith("text:")
            or len(a.name) == 1
            and a.name.isupper()
            and not a.subs
            or len(a.subs) == 1
            and isinstance(a.subs[0], Num)
        )
        for a in (*t.args, *t.given)
    )


def names_a_place(lhs: Term, rhs: Term) -> bool:
    """Whether ``\\theta = \\theta_{old}`` says where something is looked at: a parameter and a copy of it."""
    a, b = strip(lhs), strip(rhs)
    if not (isinstance(a, Sym) and isinstance(b, Sym) and a.name == b.name and a.name in PARAMETERS and a != b):
        return False
    return not (a.subs or a.sups or a.primes)


def ranges_over(lhs: Term, rhs: Term) -> bool:
    """Whether ``x \\in`` an interval or a list of numbers says which values a letter takes."""
    interval = isinstance(rhs, Seq) and rhs.fences in INTERVALS and len(rhs.items) == 2
    return isinstance(lhs, Sym) and (interval or is_listed(rhs)) and all(isinstance(x, Num) for x in rhs.children())


def lasts(c: Term) -> bool:
    """Whether a condition says what a letter is, beyond its own formula: the interval it lies in, the sum of its members."""
    return isinstance(c, Rel) and (c.op == r"\in" and ranges_over(c.lhs, c.rhs) or summed_to_one(c))


def is_listed(t: Term) -> bool:
    return isinstance(t, Seq) and t.fences == "{}"


def same_quantities(lhs: Term, rhs: Term) -> bool:
    """Whether one side of an order speaks of nothing that the other does not: no requirement on a size, no bound by a constant."""
    left, right = ({head_of(x).key for x in t.walk() if isinstance(x, Sym)} for t in (lhs, rhs))
    return bool(left and right) and (left <= right or right <= left) and not (definable(lhs) or definable(rhs))


def speaks_of_values(lhs: Term, rhs: Term) -> bool:
    """Whether values of states or actions stand in a claim."""
    return any(
        isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in CERTAIN for t in (lhs, rhs) for x in t.walk()
    )


def states_a_property(lhs: Term, rhs: Term, scope: Scope) -> bool:
    """Whether an equation speaks of a function that nothing defines, at several places, with plain algebra only.

    ``f(x+y)=f(x)+f(y)`` says what a linear function is; a law (of derivatives, of expectations) has more in it than algebra.
    """
    places: dict[Term, set[Term]] = {}
    for t in (lhs, rhs):
        for x in t.walk():
            if isinstance(x, Grad | Deriv | Expect | Big | Delta) or isinstance(x, Sym) and x.primes:
                return False
            if (
                isinstance(x, App)
                and isinstance(x.head, Sym)
                and head_of(x.head).base in UNKNOWN_FUNCTIONS
                and scope.find(x) is None
            ):
                places.setdefault(x.head, set()).update([x])
    return any(len(found) > 1 for found in places.values())


def mixes_times(lhs: Term, rhs: Term) -> bool:
    """Whether one side speaks of s only and the other of s_t only: a text may mean the same state by both; E[… | S_t = s] does not."""
    timed, bare = (
        [
            any(isinstance(x, Sym) and x.name in ("s", "S") and bool(x.subs) == with_time and not x.primes for x in t.walk())
            for t in (lhs, rhs)
        ]
        for with_time in (True, False)
    )
    return timed[0] and bare[1] and not (timed[1] or bare[0]) or timed[1] and bare[0] and not (timed[0] or bare[1])


def needs_premise(lhs: Term, rhs: Term, scope: Scope) -> bool:
    """Whether an order speaks of what a page restricts in words: values of policies, functions, sizes and constants, many variables."""
    variables = set()
    for t in (lhs, rhs):
        heads = {x.head for x in t.walk() if isinstance(x, App)}
        if any(isinstance(a, Rel) and a.op in ORDERS for x in t.walk() if isinstance(x, App) for a in x.args):
            return True  # the probability of a tail: of a variable that the words make positive, bounded, independent
        for x in t.walk():
            if not isinstance(x, Sym):
                continue
            if len(x.name) == 1 and x.name.isupper() and x not in heads:
                variables.add(x.name)
            if scope.find(x) is None and (
                head_of(x).base in ("V", "v", "Q", "q", "A", "J", "eta", "G")
                and (x in heads or head_of(x).policy is not None)
                or x.name in ("f", "g", "h", "phi", "psi", "F", "ell", "L")
                and x in heads
                or x.name in ("n", "N", "m", "M", "k", "K", "d", "T", "c", "C", "L", "B", "delta", "epsilon", "varepsilon")
                and x not in heads
                or x.name.startswith("mathcal:")
                and x not in heads
            ):
                return True
    return len(variables) > 2


def definable_information(t: Term) -> bool:
    return isinstance(t, App) and known(t) == "certain" and head_of(symbol_of(t)).base in ("H", "D", "KL", "I")


def free_elements(t: Term) -> set[Term]:
    """Elements that stand free as arguments: the samples a term speaks of."""
    bound = {
        v
        for x in t.walk()
        if isinstance(x, Big | Expect)
        for u in x.under
        for w in (u.items if isinstance(u, Seq) else (u,))
        for v in ((w.lhs,) if isinstance(w, Rel) else (w,))
    }
    bound |= {v for b in bound if isinstance(b, Seq) for v in b.items}
    bound |= {
        a  # KL(p(x,y)‖q(x,y)) sums over x and y
        for x in t.walk()
        if isinstance(x, App) and definable_information(x)
        for y in x.walk()
        if isinstance(y, App) and y is not x
        for a in y.args
    }
    return {
        a
        for x in t.walk()
        if isinstance(x, App)
        for a in (*x.args, *x.given)
        if isinstance(a, Sym) and a not in bound and a.name not in POLICIES and not (len(a.name) == 1 and a.name.isupper())
    }


def constant_side(claim: Claim, budget: Budget) -> bool:
    """Whether the left side is the same number in every world: 0 for an averaged score, 1 for a sum of probabilities."""
    return constant_in(claim, "modular", budget) or constant_in(claim, "balls", budget)


def constant_in(claim: Claim, arithmetic: str, budget: Budget) -> bool:
    """The same in three worlds of an arithmetic; where roots or logarithms take balls, to thirty digits."""
    values = []
    seeds = range(12) if arithmetic == "balls" else range(3)
    for seed in seeds:
        try:
            outcome = run_trial(prepare(claim), arithmetic, seed, claim.scope.assumptions, budget)
        except Redraw:
            continue
        except TROUBLE:
            return False
        value = constant(outcome.lhs)
        if isinstance(value, Vec):
            value = value.items[0] if all(str(x) == str(value.items[0]) for x in map(constant, value.items)) else None
        if value is None:
            return False
        values.append(constant(value))
        if len(values) == 3:
            break
    if len(values) < 3:
        return False
    if arithmetic == "balls":
        return all(
            isinstance(x, flint.arb) and bool((x - values[0]).contains(0)) and bool(x.rad() < flint.arb("1e-30")) for x in values
        )
    return len({str(x) for x in values}) == 1


def unnamed(t: Term, scope: Scope) -> bool:
    """Whether a side is a bare symbol that nothing defines: a chain may just give its value another name."""
    return definable(t) and scope.find(without_brackets(t)) is None and known(t) != "certain"


def new_numbers(lhs: Term, rhs: Term, scope: Scope) -> bool:
    """Whether one side shows decimals that the other lacks, and lacks symbols that the other shows: numbers put for symbols."""
    numbers = [{x.value for x in t.walk() if isinstance(x, Num) and x.value not in SMALL} for t in (lhs, rhs)]
    names = [{x for x in t.walk() if isinstance(x, Sym)} - wrt_of(t) - defined_heads(t, scope) for t in (lhs, rhs)]
    return bool(numbers[1] - numbers[0] and names[0] - names[1]) or bool(numbers[0] - numbers[1] and names[1] - names[0])


def defined_heads(t: Term, scope: Scope) -> set[Sym]:
    """Heads of applications that the page defines by a formula: their values are computed, not put in."""
    found: set[Sym] = set()
    for x in t.walk():
        if isinstance(x, App) and isinstance(x.head, Sym):
            head = x.head
            plain_head = Sym(head.name, head.accents, head.subs, head.sups, 0)
            if scope.find(App(plain_head, x.args, x.given)) is not None or scope.find(x) is not None:
                found |= {head}
        elif isinstance(x, Sym) and scope.find(x) is not None:
            found.add(x)
    return found
