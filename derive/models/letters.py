r"""What the letters of a claim are, by where they stand: numbers, names of elements, outcomes, events, arms of a bandit."""

from __future__ import annotations

from collections.abc import Iterator

from derive.models.elements import time_like
from derive.models.heads import (
    INDICATORS,
    PARAMETERS,
    POLICIES,
    event_letters,
    head_of,
    kronecker,
    operator_reading,
    policy_key,
    set_built,
)
from derive.terms import (
    Add,
    App,
    Big,
    Cases,
    Decor,
    Deriv,
    Div,
    Expect,
    Fence,
    Func,
    Grad,
    Mul,
    Neg,
    Op,
    Paren,
    Pos,
    Pow,
    Rel,
    Seq,
    Sym,
    Term,
    Transpose,
)

ARITHMETIC = (Add, Neg, Pos, Mul, Div, Pow, Func, Fence, Transpose, Op)
WRAPPERS = (Paren, Decor, Grad, Deriv)
PROBABILITY = frozenset({"P", "p", "q", "Q", "Pr", "mu", "nu", "b"})


def numbers_and_names(terms: list[Term]) -> tuple[set[Term], set[Term]]:
    """Symbols used in arithmetic, and symbols used as arguments."""
    numbers: set[Term] = set()
    names: set[Term] = set()
    sized: set[Term] = set()
    for t in terms:
        if isinstance(t, Sym):
            numbers.add(t)
        for x in t.walk():
            if isinstance(x, App):
                for a in (*x.args, *x.given):
                    if isinstance(a, Sym):
                        names.add(a)
            elif isinstance(x, Fence) and x.kind == "abs" and isinstance(x.args[0], Sym):
                sized.add(x.args[0])  # |u|: the length of a name, the size of a number
            elif isinstance(x, ARITHMETIC):
                for c in x.children():
                    if isinstance(c, Sym):
                        numbers.add(c)
            elif isinstance(x, WRAPPERS):
                body = x.body
                if isinstance(body, Sym):
                    numbers.add(body)
            elif isinstance(x, Big | Expect):
                if isinstance(x.body, Sym):
                    numbers.add(x.body)
            elif isinstance(x, Rel) and x.op in ("<", ">", r"\le", r"\ge", r"\leq", r"\geq"):
                for c in (x.lhs, x.rhs):
                    if isinstance(c, Sym):
                        numbers.add(c)
            elif isinstance(x, Seq) and x.fences == "[]":
                for c in x.items:
                    if isinstance(c, Sym):
                        numbers.add(c)
    uses = [(x.head, a) for t in terms for x in t.walk() if isinstance(x, App) for a in (*x.args, *x.given) if isinstance(a, Sym)]
    sigmoid = {
        a for head, a in uses if isinstance(head, Sym) and head.name == "sigma" and not head.subs and a.name in ("x", "z", "u")
    }
    numbers |= {
        a for a in sigmoid if all(isinstance(h, Sym) and h.name == "sigma" for h, b in uses if b == a)
    }  # σ(x): of a number
    return numbers | sized - names, names


def bound_variables(terms: list[Term]) -> set[Term]:
    """Variables bound without a numeric range, by Σ_x, E_{x~p}."""
    out: set[Term] = set()
    for t in terms:
        for x in t.walk():
            if isinstance(x, Big | Expect):
                for u in x.under:
                    for item in u.items if isinstance(u, Seq) else (u,):
                        if isinstance(item, Rel) and item.op in (r"\sim", r"\in"):
                            out.update(
                                v for v in (item.lhs.items if isinstance(item.lhs, Seq) else (item.lhs,)) if isinstance(v, Sym)
                            )
                        elif isinstance(item, Sym):
                            out.add(item)
    return out


def sorts_of(terms: list[Term]) -> dict[str, str]:
    """Letter or word ↦ the set it names elements of, by where it stands."""
    sorts: dict[str, str] = dict.fromkeys(like_actions(terms), "action")
    arguments: dict[Term, str] = {}

    def put(a: Term, sort: str) -> None:
        if isinstance(a, Sym):
            if a.name.startswith("text:") or len(a.name) == 1 and a.name.isupper():
                sorts.setdefault(a.name, sort)

    for t in terms:
        for x in t.walk():
            if (
                isinstance(x, Rel)
                and x.op in (r"\ne", r"\neq", "=")
                and isinstance(x.lhs, Sym)
                and isinstance(x.rhs, Sym)
                and len(x.rhs.name) == 1
                and not x.rhs.subs
                and x.lhs.name in ("x", "y", "z")
                and x.rhs.name in ("x", "y", "z")
            ):
                sorts.setdefault(x.rhs.name, x.lhs.name)
            if not (isinstance(x, App) and isinstance(x.head, Sym)):
                continue
            name = head_of(x.head).base
            if name in POLICIES:
                if x.args:
                    put(x.args[0], "action")
                if x.given:
                    put(x.given[0], "state")
                if x.given and isinstance(x.given[0], Sym) and x.args and isinstance(x.args[0], Sym):
                    g, a = head_of(x.given[0]).base, head_of(x.args[0]).base
                    if g not in ("s", "S") and a not in ("a", "A") and x.args[0].name != "text:":
                        sorts.setdefault("policy of " + g, a)
            elif name in ("V", "v") and len(x.args) == 1:
                put(x.args[0], "state")
            elif name in ("Q", "q", "A", "r", "R") and len(x.args) >= 2:
                put(x.args[0], "state")
                put(x.args[1], "action")
            elif name in PROBABILITY:
                for arg in (*x.args, *x.given):
                    if isinstance(arg, Sym) and len(arg.name) == 1 and arg.name.isupper() and arg.name != "S" and not arg.subs:
                        sorts.setdefault(arg.name, arg.name)
                if len(x.args) == 1 and isinstance(x.args[0], Sym) and not x.given:
                    letter = head_of(x.args[0]).base
                    sorts.setdefault("argument of " + x.head.name, letter)
                    if letter in "ijkl" and not x.args[0].subs:
                        sorts.setdefault(letter, letter)
            elif (
                name in ("f", "g", "h", "u")
                and len(x.args) == 1
                and isinstance(x.args[0], Sym)
                and x.args[0].name in ("x", "y", "z")
            ):
                first = arguments.setdefault(x.head, x.args[0].name)
                if first != x.args[0].name:
                    sorts.setdefault(x.args[0].name, first)  # f(x), f(y): x and y are of one set
    return sorts


def joints_of(terms: list[Term], capitals: list[str]) -> dict[str, tuple[str, ...]]:
    """Probability letters used with several signatures, or beside random variables, over plain outcomes ↦ their joint's sorts."""
    uses: dict[str, set[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for t in terms:
        for x in t.walk():
            if (
                isinstance(x, App)
                and isinstance(x.head, Sym)
                and head_of(x.head).base in PROBABILITY | {"Pr"}
                and head_of(x.head).base not in ("Q", "q")
            ):
                letters = [tuple(outcome_letter(a, capitals) for a in side if isinstance(a, Sym)) for side in (x.args, x.given)]
                if len(letters[0]) != len(x.args) or len(letters[1]) != len(x.given):
                    continue
                if any(n in ("s", "a", "S", "tau", "r", "t") for side in letters for n in side):
                    continue
                uses.setdefault(head_of(x.head).key, set()).add((letters[0], letters[1]))
    joints = {k: tuple(sorted({n for args, given in v for n in (*args, *given)})) for k, v in uses.items()}
    return {k: v for k, v in joints.items() if len(uses[k]) > 1 or any(n.upper() in capitals for n in v)}


def outcome_letter(a: Sym, capitals: list[str]) -> str:
    """The letter of an outcome: x for x and for the random variable X."""
    letter = head_of(a).base
    return letter.lower() if letter in capitals else letter


def events_of(terms: list[Term]) -> dict[str, tuple[str, ...]]:
    """Probability letters of events built by ∩, ∪ and complement ↦ the letters of those events."""
    letters: dict[str, set[str]] = {}
    built: set[str] = set()
    for t in terms:
        for x in t.walk():
            if isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in PROBABILITY:
                sides = (*x.args, *x.given)
                key = head_of(x.head).key
                letters.setdefault(key, set()).update(n for a in sides for n in event_letters(a) if n.isupper() and len(n) == 1)
                if any(set_built(a) for a in sides):
                    built.add(key)
    return {k: tuple(sorted(letters[k])) for k in built}


def like_actions(terms: list[Term]) -> Iterator[str]:
    """Letters that stand where ``a`` stands: the b of Σ_b e^{θ_b} beside θ_a, of q(b) beside q(a)."""
    places: dict[tuple[str, int], set[str]] = {}
    for t in terms:
        for x in t.walk():
            name = x.name if isinstance(x, Sym) else x.head.name if isinstance(x, App) and isinstance(x.head, Sym) else ""
            scripts = x.subs if isinstance(x, Sym) else (*x.args, *x.given) if isinstance(x, App) else ()
            for i, y in enumerate(scripts):
                if isinstance(y, Sym) and len(y.name) == 1 and not y.subs:
                    places.setdefault((name, i), set()).add(y.name)
    for found in places.values():
        if "a" in found:
            yield from found & {"b", "c", "x", "k", "j", "i"}


def event_values(terms: list[Term]) -> set[Term]:
    """The x of P(X = x) and 1[X = x]: outcomes, although they may be multiplied."""
    return {
        x.rhs
        for t in terms
        for x in t.walk()
        if isinstance(x, Rel)
        and x.op in ("=", r"\ne", r"\neq")
        and isinstance(x.lhs, Sym)
        and isinstance(x.rhs, Sym)
        and x.rhs.name == x.lhs.name.lower() != x.lhs.name
        and not (x.lhs.subs or x.rhs.subs)
    }


def compares(x: Term) -> bool:
    """Whether it matters if two names are the same: an indicator or a case asks, or one of many variables is differentiated in."""
    inside: tuple[Term, ...] = ()
    if isinstance(x, Sym) and kronecker(x) or isinstance(x, Deriv) and any(isinstance(v, Sym) and v.subs for v, _ in x.wrt):
        return True
    if isinstance(x, App) and isinstance(x.head, Sym) and x.head.name in INDICATORS:
        inside = x.args
    elif isinstance(x, Sym) and x.name in INDICATORS:
        inside = x.subs
    elif isinstance(x, Cases):
        inside = tuple(c for _, c in x.rows if c is not None)
    return any(isinstance(y, Rel) and y.op in ("=", r"\ne", r"\neq") for c in inside for y in c.walk())


def operators_of(terms: list[Term]) -> str:
    """How Bellman operators and transition matrices are meant; empty where none is, or where episodes are spoken of."""
    applied = {x.head for t in terms for x in t.walk() if isinstance(x, App)}
    found = {operator_reading(x) for t in terms for x in t.walk() if x not in applied} - {""}
    if not found or any(
        isinstance(x, Expect) or isinstance(x, Sym) and any(time_like(i) for i in x.subs) for t in terms for x in t.walk()
    ):
        return ""
    stars = any(isinstance(x, Sym) and "*" in head_of(x).labels for t in terms for x in t.walk())
    compared = any(isinstance(x, Fence) and x.kind == "norm" for t in terms for x in t.walk())
    if found == {"bare"}:
        return "optimal" if stars or compared else "bare"
    return "optimal" if "optimal" in found else "policy"


def is_bandit(terms: list[Term]) -> bool:
    """Whether actions have values and probabilities of their own: π(a), q_*(a), with no state in sight."""
    alone = False
    for t in terms:
        for x in t.walk():
            if isinstance(x, Sym) and head_of(x).base in ("s", "S", "tau", "P"):
                return False
            if isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in (*POLICIES, "q", "Q", "r"):
                letters = [head_of(a).base for a in (*x.args, *x.given) if isinstance(a, Sym)]
                alone = alone or letters in (["a"], ["A"], ["b"]) and not x.given
    return alone


def critic_of(terms: list[Term]) -> Term | None:
    """The value function that a claim writes at the states of an episode, where it is just one: δ_t is built from it.

    V̂ for V̂(S_t); the whole application for v̂(S_t, w), of which the state is the first argument.
    """
    found: dict[Term, Term] = {}
    for t in terms:
        for x in t.walk():
            if not (isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in ("V", "v") and x.args):
                continue
            state, rest = x.args[0], x.args[1:]
            parameters = all(isinstance(a, Sym) and a.name in PARAMETERS for a in rest)
            if parameters and isinstance(state, Sym) and state.name in ("s", "S") and state.subs and not x.given:
                found[App(x.head, (Sym("s"), *rest))] = x if rest else x.head
    critic = next(iter(found.values())) if len(found) == 1 else None
    head = critic.head if isinstance(critic, App) else critic
    return critic if isinstance(head, Sym) and not (head.subs or head.sups) else None


def functions_of_state(policies: list[App]) -> frozenset[str]:
    """Keys of the policies written as functions of the state, ``a = π(s)``: those are deterministic."""
    found = set()
    for x in policies:
        state = x.args[0] if len(x.args) == 1 and not x.given else None
        if isinstance(x.head, Sym) and isinstance(state, Sym) and head_of(state).base in ("s", "S"):
            found.add(policy_key(Sym(x.head.name, x.head.accents, x.head.subs, x.head.sups, x.head.primes)))
    return frozenset(found)


def behaviours_of(terms: list[Term]) -> frozenset[str]:
    """Keys of the other letters that stand for a policy, ``b(a|s)``: data may come from them."""
    return frozenset(
        head_of(x.head).key
        for t in terms
        for x in t.walk()
        if isinstance(x, App)
        and isinstance(x.head, Sym)
        and head_of(x.head).base in ("b", "mu", "beta", "nu")
        and [head_of(y).base for y in (*x.args, *x.given) if isinstance(y, Sym)] in (["a", "s"], ["A", "S"])
        and len(x.given) == 1
    ) | frozenset(named_policies(terms))


def data_policy(terms: list[Term]) -> str:
    """The behaviour policy where a claim speaks of no other: E[G_t | S_t=s] = v_b(s) averages over its data."""
    found = behaviours_of(terms)
    spoken = any(isinstance(x, Sym) and x.name in POLICIES for t in terms for x in t.walk())
    return next(iter(found)) if len(found) == 1 and not spoken else ""


def named_policies(terms: list[Term]) -> Iterator[str]:
    """Letters that values and expectations name a policy by: v_b, q_μ, E_b."""
    for t in terms:
        for x in t.walk():
            if isinstance(x, Sym) and head_of(x).base in ("V", "v", "Q", "q") and not x.accents:
                yield from (i.name for i in x.subs if i in (Sym("b"), Sym("mu")) and isinstance(i, Sym))
            elif isinstance(x, Expect) and x.under == (Sym("b"),):
                yield "b"


def numbered_elements(names: set[Term], steps: frozenset[str]) -> bool:
    """Whether samples a_1 … a_K stand as arguments: then sets must be large enough to tell them apart.  Steps number nothing."""
    return any(
        isinstance(x, Sym)
        and x.subs
        and isinstance(x.subs[-1], Sym)
        and x.subs[-1].name in "ijkl"
        and x.subs[-1].name not in steps
        for x in names
    )


def random_letters(terms: list[Term]) -> list[str]:
    """Capital letters used as random variables by E, Var, Cov, H, I."""
    out: dict[str, None] = {}
    for t in terms:
        for x in t.walk():
            inside: tuple[Term, ...] = ()
            if isinstance(x, Expect) and not x.under:
                inside = (x.body, *x.given)
            elif (
                isinstance(x, Func)
                and x.name in ("Var", "Cov", "H", "I")
                or isinstance(x, App)
                and isinstance(x.head, Sym)
                and x.head.name in ("H", "I")
            ):
                inside = (*x.args, *x.given)
            elif isinstance(x, App) and isinstance(x.head, Sym) and head_of(x.head).base in PROBABILITY:
                inside = tuple(r.lhs for r in (*x.args, *x.given) if isinstance(r, Rel))
            for y in inside:
                for z in y.walk():
                    if (
                        isinstance(z, Sym)
                        and len(z.name) == 1
                        and z.name.isupper()
                        and not z.subs
                        and not z.sups
                        and z.name not in ("P", "Q", "V", "A", "E", "S")
                    ):
                        out.setdefault(z.name)
    return sorted(out)


def speaks_of_ratio(terms: list[Term]) -> bool:
    """Whether r_t is the probability ratio here: written r_t(θ), differentiated or clipped, with no discount or value beside it."""
    hint = False
    for t in terms:
        for x in t.walk():
            if isinstance(x, Sym) and x.name in ("gamma", "G", "V", "delta"):
                return False
            if (
                isinstance(x, App)
                and isinstance(x.head, Sym)
                and x.head.name == "r"
                and x.head.subs
                and len(x.args) == 1
                and isinstance(x.args[0], Sym)
                and x.args[0].name in PARAMETERS
            ):
                hint = True
            inner = x.body if isinstance(x, Grad) else x.args[0] if isinstance(x, Func) and x.name == "clip" and x.args else None
            if isinstance(inner, Sym) and inner.name == "r" and inner.subs:
                hint = True
    return hint


def speaks_of_flow(terms: list[Term]) -> bool:
    """Whether a claim moves a distribution of states by one transition with no discount: d(s') = Σ_s d(s) P_π(s'|s)."""
    spoken = {head_of(x).base for t in terms for x in t.walk() if isinstance(x, Sym)}
    return bool(spoken & {"P", "p", "T"}) and not spoken & {"gamma", "J", "V", "v", "Q", "q", "A"}


def speaks_of_quantiles(terms: list[Term]) -> bool:
    """Whether a level τ is compared with an indicator: |τ − 1{u < 0}|, as in quantile and expectile losses."""
    return any(
        isinstance(x, Add)
        and any(isinstance(y, Sym) and y.name == "tau" for y in x.terms)
        and any(isinstance(y, App) and isinstance(y.head, Sym) and y.head.name in INDICATORS for z in x.terms for y in z.walk())
        for t in terms
        for x in t.walk()
    )
