r"""What the shape of a claim tells of its symbols, and the setting its worlds are drawn from.

Numbers and names: a symbol that stands in arithmetic is a number; one that only stands as an argument names an element
of a finite set.  Parameters: what gradients are taken in.  Increments: what a Taylor claim expands in.  Sizes: what
sums run up to.  All of it is read from the claim and the definitions it uses, none of it from where it was published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derive.models.core import ClaimFacts
from derive.models.expansions import base_function, divided_order, increments_of, remainder_order
from derive.models.heads import (
    INDICATORS,
    PARAMETERS,
    POLICIES,
    event_letters,
    head_of,
    kronecker,
    local_gradient,
    moved_policy,
    operator_reading,
    policy_key,
    set_built,
)
from derive.models.limits import limits_in, limits_order
from derive.models.moving import moving_heads
from derive.models.scope import Scope, ends
from derive.models.symbols import time_like
from derive.models.world import Setting
from derive.notation.show import show
from derive.terms import (
    Add,
    App,
    At,
    Big,
    Cases,
    Decor,
    Delta,
    Deriv,
    Div,
    Expect,
    Fence,
    Func,
    Grad,
    Label,
    Mul,
    Neg,
    Num,
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
STATE_FIRST = frozenset({"V", "v", "Q", "q", "A", "pi", "r", "R", "d", "b", "mu"})
MAX_ORDER = 5
ONE = Num(Fraction(1), "1")


def closure(terms: tuple[Term, ...], scope: Scope) -> list[Term]:
    """The terms and the bodies of the definitions they use."""
    out: list[Term] = []
    seen: set[int] = set()

    def visit(t: Term) -> None:
        out.append(t)
        if not scope.definitions:
            return
        for x in t.walk():
            if isinstance(x, Sym | App):
                found = scope.find(x)
                if found is not None and id(found[0]) not in seen:
                    seen.add(id(found[0]))
                    visit(found[0].body)

    for t in terms:
        visit(t)
    return out


def numbers_and_names(terms: list[Term]) -> tuple[set[Term], set[Term]]:
    """Symbols used in arithmetic, and symbols used as arguments."""
    numbers: set[Term] = set()
    names: set[Term] = set()
    for t in terms:
        if isinstance(t, Sym):
            numbers.add(t)
        for x in t.walk():
            if isinstance(x, App):
                for a in (*x.args, *x.given):
                    if isinstance(a, Sym):
                        names.add(a)
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
    lengths = {x.args[0] for t in terms for x in t.walk() if isinstance(x, Fence) and x.kind == "abs" and x.args[0] in names}
    return numbers - lengths, names


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


def derivative_variables(terms: list[Term]) -> tuple[list[Term], list[Term]]:
    """(variables of ∇, variables of d/dx) in order of appearance."""
    grads: dict[Term, None] = {}
    derivs: dict[Term, None] = {}
    bars = [local_gradient(x) for t in terms for x in t.walk() if isinstance(x, At)]
    local = {id(bar.body) for bar in bars if bar is not None}
    for t in terms:
        for x in t.walk():
            if id(x) in local:
                continue
            if isinstance(x, Grad) and x.wrt is not None:
                for v in x.wrt.items if isinstance(x.wrt, Seq) else (x.wrt,):
                    grads.setdefault(v)
            elif isinstance(x, Deriv):
                for v, _ in x.wrt:
                    derivs.setdefault(v)
    return list(grads), list(derivs)


def default_parameter(terms: list[Term]) -> list[Term]:
    """What a bare ∇ differentiates in: the arguments of its function, the parameter printed elsewhere, or θ."""
    found: dict[Term, None] = {}
    for t in terms:
        for x in t.walk():
            if isinstance(x, Grad) and x.wrt is None and x.body is not None:
                body = x.body
                while isinstance(body, Paren | Transpose):
                    body = body.body
                if (
                    isinstance(body, App)
                    and body.args
                    and isinstance(body.head, Sym)
                    and not body.given
                    and head_of(body.head).base not in ("log", "pi", "V", "Q")
                ):
                    for a in body.args:
                        if isinstance(a, Sym):
                            found.setdefault(a)
                    if any(isinstance(a, Num) for a in body.args):
                        continue
                if found:
                    continue
                for y in x.walk():
                    if isinstance(y, Sym):
                        for p in head_of(y).params:
                            found.setdefault(Sym(p))
    return list(found)


def gradient_depth(t: Term, scope: Scope, level: int = 0) -> int:
    """How many derivatives are nested along the deepest path, definitions included."""
    if level > 12:
        return 0
    here = 0
    if isinstance(t, Grad):
        here = t.order
    elif isinstance(t, Deriv):
        here = sum(n for _, n in t.wrt)
    elif isinstance(t, App) and isinstance(t.head, Sym) and t.head.primes and len(t.args) == 1 and t.head.name not in POLICIES:
        here = t.head.primes
    below = max((gradient_depth(c, scope, level) for c in t.children()), default=0)
    if isinstance(t, Sym | App) and scope.definitions:
        found = scope.find(t)
        if found is not None:
            below = max(below, gradient_depth(found[0].body, scope, level + 3))
    return here + below


def facts_of(
    lhs: Term, rhs: Term, scope: Scope, extra: tuple[Term, ...] = (), expand: bool = False, dim: int = 2
) -> tuple[ClaimFacts, Setting]:
    """The facts of a claim and the setting of its worlds; ``expand`` reads increments as formal (a Taylor claim)."""
    terms = closure((lhs, rhs, *extra), scope)
    numbers, names = numbers_and_names(terms)
    bound = bound_variables(terms)
    numbers -= {v for v in bound if v in names} | event_values(terms)
    grads, derivs = derivative_variables(terms)
    if any(isinstance(x, Grad) and x.wrt is None for t in terms for x in t.walk()) and not grads:
        grads = default_parameter(terms) or [Sym("theta")]
    if not grads and any(moved_policy(x) is not None for t in terms for x in t.walk()):
        grads = [Sym("theta")]
    grads = [c for g in grads for c in components(g, terms)]
    increments, order_written = increments_of(lhs, rhs) if expand else ([], 0)
    if expand:
        remainder = remainder_order(rhs, increments) or remainder_order(lhs, increments)
        order_written = max(order_written, (remainder or 1) - 1)
    depth = max((gradient_depth(t, scope) for t in (lhs, rhs)), default=0)
    expanded = base_function(lhs, rhs, increments) if expand else None
    if expanded is not None and any(isinstance(x, Sym) and x.name in ("H", "mathbf:H") for x in rhs.walk()):
        depth = max(depth, 2)
        if not grads:
            grads = [a for a in expanded.args if isinstance(a, Sym)]  # type: ignore[attr-defined]
    variables: list[str] = []
    scalars: set[str] = set()
    vectors = {show(g) for g in grads}
    parameters = [g.name for g in grads if isinstance(g, Sym) and g.name in PARAMETERS]

    def allot(t: Term, scalar: bool) -> None:
        name = show(t)
        if any(v.split("[")[0] == name for v in variables):
            return
        if scalar:
            scalars.add(name)
            variables.append(name)
        else:
            variables.extend(f"{name}[{j}]" for j in range(dim))

    several = len(grads) > 1 and all(isinstance(g, Sym) and (g.subs or g.name not in PARAMETERS) for g in grads)
    for g in grads:
        allot(g, several or isinstance(g, Sym) and scalar_usage(g, terms, derivs))
    for d in derivs:
        allot(d, True)
    for u, v in increments:
        vector = (
            isinstance(u, Delta)
            and (bool(vectors) or any(isinstance(x, Transpose) for t in terms for x in t.walk()))
            or v is not None
            and bool(vectors)
        )
        allot(u, not vector)
        if v is not None and isinstance(u, Sym) and u.name in PARAMETERS and u.name not in parameters:
            parameters.append(u.name)
    for limit in limits_in(terms):
        variables.append(limit)
        scalars.add(limit)
    places = max((slots_needed(x) for t in terms for x in t.walk()), default=0)
    variables.extend("slot" if i == 0 else f"slot{i}" for i in range(places))
    lost = max(divided_order(t, increments) for t in (lhs, rhs)) if increments else 0
    order = depth + order_written + lost + limits_order(terms)
    old_is_base = any(v is not None for _, v in increments) or any(
        isinstance(x, Rel)
        and x.op == "="
        and isinstance(x.lhs, Sym)
        and isinstance(x.rhs, Sym)
        and x.lhs.name == x.rhs.name
        and head_of(x.rhs).labels & {"old"}
        for t in terms
        for x in t.walk()
    )
    capitals = random_letters(terms)
    if speaks_of_time(terms):
        capitals.append("time")
    sizes = size_names(terms)
    bandit = is_bandit(terms)
    operators = operators_of(terms)
    policies = [x for t in terms for x in t.walk() if isinstance(x, App) and isinstance(x.head, Sym) and x.head.name in POLICIES]
    shape = "action"
    if (
        not policies
        and not any(isinstance(x, Grad | Expect) for t in terms for x in t.walk())
        and not any(isinstance(x, Sym) and x.name in POLICIES and x.subs for t in terms for x in t.walk())
    ):
        shape = (
            "number"
            if any(isinstance(x, Sym) and x.name == "pi" for x in numbers)
            and not any(head_of(x).policy for x in numbers if isinstance(x, Sym))
            else "action"
        )
    elif any(x.given and isinstance(x.given[0], Sym) and head_of(x.given[0]).base == "x" for x in policies):
        shape = "y"
    facts = ClaimFacts(
        numbers=frozenset(numbers),
        sequences=frozenset(sequence_letters(terms)),
        sorts=sorts_of(terms),
        increments=tuple(increments),
        old_is_base=old_is_base,
        size_names=tuple(sizes),
        capitals=tuple(capitals),
        words=tuple(
            dict.fromkeys(
                x.name for t in terms for x in t.walk() if isinstance(x, Sym) and x.name.startswith("text:") and x in names
            )
        ),
        policy_args=shape,
        actions=frozenset(
            a
            for t in terms
            for x in t.walk()
            if isinstance(x, App)
            for g in (*x.args, *x.given)
            for a in ((g.lhs,) if isinstance(g, Rel) else (g,))
            if isinstance(a, Sym) and a.name == "A"
        ),
        joints=joints_of(terms, capitals),
        events=events_of(terms),
        parameters=tuple(parameters) or (("theta",) if vectors else ()),
        defaults=tuple(show(g) for g in grads),
        moving=moving_heads(terms, scope) if 0 not in (literal(lhs), literal(rhs)) else frozenset(),
        variables=tuple(variables),
        log_base=log_base(terms),
        expanded=expanded,
        shapes=shapes_of(terms),
        dataset=any(
            isinstance(x, Expect) and any(isinstance(y, Sym) and head_of(y).base == "D" for u in x.under for y in u.walk())
            for t in terms
            for x in t.walk()
        ),
        names=frozenset(names | bound),
        families=frozenset(x.name for x in numbers if isinstance(x, Sym) and x.subs),
        times=frozenset(counters_of_time(terms)),
        ratio=speaks_of_ratio(terms),
        soft_optimum=any(
            isinstance(x, Func) and x.name in ("log", "ln", "exp") or isinstance(x, Sym) and x.name in ("alpha", "beta", "eta", "tau", "e")
            for t in terms
            for x in t.walk()
        ),
        bandit=bandit,
        from_zero=any(isinstance(x, Rel) and x.op == "=" and literal(x.rhs) == 0 for t in terms for b in t.walk() if isinstance(b, Big) for x in b.under),
        operators=operators,
        free_state=Sym("s") in names - bound,
        critic=critic_of(terms),
        compares=any(compares(x) for t in terms for x in t.walk())
        and not any(isinstance(c, Rel) and c.op in (r"\ne", r"\neq") for c in scope.conditions),
        bootstraps=any(
            isinstance(x, App) and isinstance(x.head, Sym) and x.head.name in ("V", "v") and any(ends(a) for a in x.args)
            for t in terms
            for x in t.walk()
        ),
        value_head=next(
            (
                x.head
                for t in terms
                for x in t.walk()
                if isinstance(x, App)
                and isinstance(x.head, Sym)
                and x.head.name in ("V", "v")
                and len(x.args) == 1
                and x.args[0] == Sym("s", primes=1)
            ),
            None,
        ),
    )
    shift = scope.reward_shift if scope.reward_shift is not None else reward_shift(terms)
    setting = Setting(
        states=1
        if bandit
        else 3 + (min(1, max(0, time_offset(terms) - 1)) if enumerates(terms) else max(0, time_offset(terms) - 1)),
        actions=max(4 if numbered_elements(terms, names) else 2, len(facts.words)),
        outcomes=2 if len(bound) > 2 or len(set(capitals) - {"time"}) > 2 else 4 if numbered_elements(terms, names) else 3,
        dim=dim,
        reward_shift=shift or 0,
        endless=bool(operators),
        certain=frozenset() if grads or derivs else functions_of_state(policies),
        reward_palette=any(isinstance(v, Sym) and v.name == "r" and not v.subs for v in bound),
        variables=tuple(variables),
        order=min(order, MAX_ORDER if len(variables) > 2 else MAX_ORDER + 3),
        scalars=frozenset(scalars),
        taylor=bool(increments),
    )
    return facts, setting


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
    if not found or any(isinstance(x, Expect) or isinstance(x, Sym) and any(time_like(i) for i in x.subs) for t in terms for x in t.walk()):
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


def literal(t: Term) -> Fraction | None:
    """The number that a side is, if it is one."""
    return t.value if isinstance(t, Num) else None


def critic_of(terms: list[Term]) -> Term | None:
    """The value function that a claim writes at the states of an episode, where it is just one: δ_t is built from it."""
    heads = {
        x.head
        for t in terms
        for x in t.walk()
        if isinstance(x, App)
        and isinstance(x.head, Sym)
        and head_of(x.head).base in ("V", "v")
        and len(x.args) == 1
        and isinstance(x.args[0], Sym)
        and x.args[0].name in ("s", "S")
        and x.args[0].subs
    }
    found = heads.pop() if len(heads) == 1 else None
    return found if isinstance(found, Sym) and not (found.subs or found.sups) else None


def functions_of_state(policies: list[App]) -> frozenset[str]:
    """Keys of the policies written as functions of the state, ``a = π(s)``: those are deterministic."""
    found = set()
    for x in policies:
        state = x.args[0] if len(x.args) == 1 and not x.given else None
        if isinstance(x.head, Sym) and isinstance(state, Sym) and head_of(state).base in ("s", "S"):
            found.add(policy_key(Sym(x.head.name, x.head.accents, x.head.subs, x.head.sups, x.head.primes)))
    return frozenset(found)


def components(g: Term, terms: list[Term]) -> list[Term]:
    """θ_1, θ_2, … where the claim writes out the components of what it differentiates in; else θ itself."""
    if isinstance(g, Sym) and not g.subs:
        parts = {
            x: None
            for t in terms
            for x in t.walk()
            if isinstance(x, Sym) and x.name == g.name and len(x.subs) == 1 and isinstance(x.subs[0], Num) and not x.sups
        }
        if len(parts) > 1:
            return sorted(parts, key=lambda x: x.subs[0].value)  # type: ignore[attr-defined]
    return [g]


def slots_needed(x: Term) -> int:
    """Nilpotents for derivatives taken in a function's own arguments: f'(3), ∇J(0,0)."""
    if isinstance(x, App) and isinstance(x.head, Sym) and x.head.primes and len(x.args) == 1:
        return 1
    if isinstance(x, At) and local_gradient(x) is not None:
        return 1
    if (
        isinstance(x, Grad)
        and isinstance(x.body, App)
        and x.body.args
        and not any(isinstance(y, Sym) for a in x.body.args for y in a.walk())
    ):
        return len(x.body.args)
    return 0


def numbered_elements(terms: list[Term], names: set[Term]) -> bool:
    """Whether samples a_1 … a_K stand as arguments: then sets must be large enough to tell them apart."""
    return any(isinstance(x, Sym) and x.subs and isinstance(x.subs[-1], Sym) and x.subs[-1].name in "ijkl" for x in names)


def scalar_usage(g: Sym, terms: list[Term], derivs: list[Term]) -> bool:
    """Whether a parameter is one number: differentiated by d/dθ, or added to and multiplied with plain numbers."""
    if g in derivs:
        return True
    for t in terms:
        for x in t.walk():
            if isinstance(x, Add) and g in x.terms and any(isinstance(y.body if isinstance(y, Neg) else y, Num) for y in x.terms):
                return True
            if isinstance(x, Pow) and x.base == g:
                return True
    return False


def counters_of_time(terms: list[Term]) -> Iterator[str]:
    """Letters that count steps of time: bound by a sum that starts at t or ends at T."""
    for t in terms:
        for x in t.walk():
            if isinstance(x, Big) and x.op in ("sum", "prod"):
                for u in x.under:
                    if isinstance(u, Rel) and u.op == "=" and isinstance(u.lhs, Sym):
                        ends = (u.rhs,) if x.upper is None else (u.rhs, x.upper)
                        if any(isinstance(y, Sym) and y.name in ("t", "T") for e in ends for y in e.walk()):
                            yield u.lhs.name


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


MATRIX_FUNCTIONS = frozenset({"tr", "trace", "det", "diag", "rank"})


def shapes_of(terms: list[Term]) -> dict[str, tuple[int, ...]]:
    """Letters that must be vectors or matrices: transposed, traced, inverted as a product, or set bold."""
    linear = False
    tall = False
    transposed: set[str] = set()
    capitals: set[str] = set()
    lower: set[str] = set()
    for t in terms:
        for x in t.walk():
            if isinstance(x, Transpose):
                inner = x.body
                while isinstance(inner, Paren):
                    inner = inner.body
                plain = (
                    [y for y in inner.walk() if isinstance(y, Sym)]
                    if not any(isinstance(y, Grad | Delta | App) for y in inner.walk())
                    else []
                )
                if plain:
                    linear = True
                    transposed.update(y.name for y in plain)
            elif (
                isinstance(x, Fence)
                and x.kind == "norm"
                and any(
                    isinstance(y, Mul) and isinstance(y.factors[0], Sym) and head_of(y.factors[0]).base.isupper()
                    for y in x.walk()
                )
            ):
                linear = True
                transposed.update(y.factors[0].name for y in x.walk() if isinstance(y, Mul) and isinstance(y.factors[0], Sym))
                transposed.update(y.name for y in x.walk() if isinstance(y, Sym) and y.name.islower())
            elif (
                isinstance(x, Func)
                and x.name in MATRIX_FUNCTIONS
                and any(isinstance(y, Sym) for a in x.args for y in a.walk())
                or (
                    isinstance(x, Pow)
                    and isinstance(x.exp, Neg)
                    and isinstance(x.base, Paren)
                    and any(isinstance(y, Mul) for y in x.base.walk())
                    and any(isinstance(y, Sym) and len(head_of(y).base) == 1 and head_of(y).base.isupper() for y in x.base.walk())
                )
                or (
                    isinstance(x, Add)
                    and any((y.body if isinstance(y, Neg) else y) == Sym("I") for y in x.terms)
                    and any(
                        isinstance(y, Sym) and y.name != "I" and len(y.name) == 1 and y.name.isupper()
                        for z in x.terms
                        for y in z.walk()
                    )
                )
            ):
                linear = True
            elif isinstance(x, Mul):
                for a, b in zip(x.factors, x.factors[1:], strict=False):
                    inverse = isinstance(a, Pow) and isinstance(a.base, Sym) and a.base.name.isupper() and isinstance(a.exp, Neg)
                    if inverse and isinstance(b, Sym) and b.name.islower() and len(b.name) == 1 and b.name not in ("c", "k"):
                        linear = True
            if isinstance(x, Sym) and not x.subs and not x.sups and not x.primes:
                name = head_of(x).base
                if x.name.startswith(("mathbf:", "boldsymbol:")):
                    linear = linear or len(name) == 1
                if len(name) == 1 and name.isupper() and name not in ("T", "N", "E", "J", "L", "V", "Q"):
                    capitals.add(x.name)
                elif len(name) == 1 and name.islower():
                    lower.add(x.name)
    if not linear:
        return {}
    out: dict[str, tuple[int, ...]] = {}
    tall = "X" in transposed or "Phi" in transposed
    for name in capitals:
        out[name] = (3, 2) if tall and name in ("X", "Phi") else (2, 2)
    for t in terms:
        for x in t.walk():
            if isinstance(x, Mul):
                for a, b in zip(x.factors, x.factors[1:], strict=False):
                    near = [y.name for y in a.walk() if isinstance(y, Sym)]
                    if isinstance(b, Sym) and b.name in lower and any(n in capitals or n in transposed for n in near):
                        transposed.add(b.name)
            if isinstance(x, Fence) and x.kind in ("norm", "inner"):
                for y in x.walk():
                    if isinstance(y, Sym) and y.name in lower:
                        transposed.add(y.name)
    for name in transposed & lower:
        out[name] = (3,) if tall and name in ("y", "r", "t") else (2,)
    for name in lower:
        if name.startswith(("mathbf:", "boldsymbol:")):
            out.setdefault(name, (2,))
    return out


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


def speaks_of_time(terms: list[Term]) -> bool:
    """Whether time-indexed variables, returns or a discount occur."""
    return any(
        isinstance(x, Sym)
        and (x.name in ("gamma", "tau") or any(time_like(i) for i in x.subs) or x.name in ("G", "delta") and x.subs)
        for t in terms
        for x in t.walk()
    )


def size_names(terms: list[Term]) -> list[str]:
    """Letters that sums, products and dotted lists run up to."""
    out: dict[str, None] = {}
    for t in terms:
        for x in t.walk():
            if isinstance(x, Big) and x.upper is not None and x.op in ("sum", "prod"):
                for y in x.upper.walk():
                    if (
                        isinstance(y, Sym)
                        and y.name not in ("infty", "T", "t")
                        and not y.subs
                        and len(head_of(y).base) == 1
                        and isinstance(x.upper, Sym | Add)
                    ):
                        out.setdefault(y.name)
            if isinstance(x, Seq | Add | Func | App) and not isinstance(x, App):
                items = list(x.children())
                for i, y in enumerate(items):
                    if type(y).__name__ == "Dots" and i + 1 < len(items):
                        last = items[i + 1]
                        if (
                            isinstance(last, Sym)
                            and last.subs
                            and isinstance(last.subs[-1], Sym)
                            and last.subs[-1].name not in ("t", "T")
                        ):
                            out.setdefault(last.subs[-1].name)
    return list(out)


def sequence_letters(terms: list[Term]) -> Iterator[str]:
    """Letters with a token range (``y_{<t}``) or a length that a sum runs up to (``|a|``): sequences."""
    for t in terms:
        for x in t.walk():
            if isinstance(x, Big) and isinstance(x.upper, Fence) and x.upper.kind == "abs" and isinstance(x.upper.args[0], Sym):
                yield x.upper.args[0].name
            if (
                isinstance(x, Sym)
                and any(isinstance(i, Rel) and i.op == "<" or isinstance(i, Op) and i.op == ":" for i in x.subs)
                and x.name not in ("rho", "prod")
            ):
                yield x.name


def log_base(terms: list[Term]) -> int:
    """2 where the claim writes log_2 or bits, else 0 for natural."""
    for t in terms:
        for x in t.walk():
            if isinstance(x, Func) and x.name == "log" and isinstance(x.sub, Num):
                return int(x.sub.value)
            if isinstance(x, Decor) and x.kind == "unit" and "bit" in getattr(x.note, "text", ""):
                return 2
    return 0


def reward_shift(terms: list[Term]) -> int | None:
    """1 where rewards are written one step later than their action (R_{t+1}, R_t given A_{t-1}), 0 where r_t stands."""
    plain = later = False
    if any(acts_before(x) for t in terms for x in t.walk()) and not any(acts_now(x) for t in terms for x in t.walk()):
        return 1
    for t in terms:
        for x in t.walk():
            if isinstance(x, Sym) and x.name in ("r", "R") and len(x.subs) == 1 and not x.sups and not x.accents:
                index = x.subs[0]
                if isinstance(index, Sym) and index.name == "t":
                    plain = True
                elif isinstance(index, Add) and index.terms[0] == Sym("t") and isinstance(index.terms[1], Num):
                    later = True
    if later and not plain:
        return 1
    return 0 if plain else None


def acts_before(x: Term) -> bool:
    """A_{t-1}: an action one step before t."""
    return isinstance(x, Sym) and x.name in ("a", "A") and x.subs == (Add((Sym("t"), Neg(ONE))),)


def acts_now(x: Term) -> bool:
    """A_t, or a reward of another step: then R_t alone tells nothing."""
    return isinstance(x, Sym) and (
        x.name in ("a", "A") and x.subs == (Sym("t"),)
        or x.name in ("r", "R") and len(x.subs) == 1 and isinstance(x.subs[0], Add)
    )


def enumerates(terms: list[Term]) -> bool:
    """Whether episodes are enumerated: an expectation, an objective or a sum over trajectories."""
    return any(isinstance(x, Expect) or isinstance(x, Sym) and x.name in ("J", "eta", "tau") for t in terms for x in t.walk())


def time_offset(terms: list[Term]) -> int:
    """How many steps after t the claim looks."""
    best = 0
    for t in terms:
        for x in t.walk():
            if isinstance(x, Sym):
                for i in x.subs:
                    if isinstance(i, Add) and i.terms[0] == Sym("t") and isinstance(i.terms[-1], Num):
                        best = max(best, int(i.terms[-1].value))
                    elif isinstance(i, Add) and i.terms[0] == Sym("t") and isinstance(i.terms[-1], Sym):
                        best = max(best, 4)  # t+k with k up to a group's size: still before the end
                    elif isinstance(i, Num) and x.name in ("r", "G", "s", "a", "R", "delta") and i.value.denominator == 1:
                        best = max(best, min(int(i.value), 6))
    return min(best, 6)


def at_order(setting: Setting, order: int) -> Setting:
    return replace(setting, order=order)


__all__ = ["Fraction", "Label", "facts_of"]
