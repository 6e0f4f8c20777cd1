r"""What the shape of a claim tells of its symbols, and the setting its worlds are drawn from.

Numbers and names: a symbol that stands in arithmetic is a number; one that only stands as an argument names an element
of a finite set.  Parameters: what gradients are taken in.  Increments: what a Taylor claim expands in.  Sizes: what
sums run up to.  All of it is read from the claim and the definitions it uses, none of it from where it was published.
"""

from __future__ import annotations

from derive.models.core import ClaimFacts
from derive.models.differentiated import (
    components,
    default_parameter,
    derivative_variables,
    gradient_depth,
    scalar_usage,
    slots_needed,
)
from derive.models.draws import Setting
from derive.models.expansions import base_function, divided_order, increments_of, remainder_order
from derive.models.heads import (
    DISTRIBUTIONS,
    PARAMETERS,
    POLICIES,
    head_of,
    moved_policy,
)
from derive.models.letters import (
    behaviours_of,
    bound_variables,
    compares,
    critic_of,
    data_policy,
    event_values,
    events_of,
    functions_of_state,
    is_bandit,
    joints_of,
    numbered_elements,
    numbers_and_names,
    operators_of,
    random_letters,
    sorts_of,
    speaks_of_flow,
    speaks_of_quantiles,
    speaks_of_ratio,
)
from derive.models.limits import limits_in, limits_order
from derive.models.masses import masses_of
from derive.models.moving import moving_heads
from derive.models.scope import Scope, closure
from derive.models.shapes import components_of, shapes_of, vector_functions, with_normed
from derive.models.soft import temperature_of
from derive.models.timeline import at_the_end, discounted_shift, timeline
from derive.models.times import (
    counts_rounds,
    enumerates,
    literal,
    log_base,
    reward_shift,
    sequence_letters,
    size_names,
    speaks_of_time,
    time_offset,
)
from derive.notation.show import show
from derive.terms import (
    Add,
    App,
    Big,
    Delta,
    Expect,
    Fence,
    Func,
    Grad,
    Mul,
    Neg,
    Rel,
    Sym,
    Term,
    Transpose,
)

MAX_ORDER = 5


def facts_of(
    lhs: Term, rhs: Term, scope: Scope, extra: tuple[Term, ...] = (), expand: bool = False, dim: int = 2
) -> tuple[ClaimFacts, Setting]:
    """The facts of a claim and the setting of its worlds; ``expand`` reads increments as formal (a Taylor claim)."""
    terms = closure((lhs, rhs, *extra), scope)
    numbers, names = numbers_and_names(terms)
    masses = masses_of(terms, scope.conditions)
    numbers |= {letter for letter, _ in masses.values()}
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

    columns = {
        show(u)
        for u, v in increments
        if (isinstance(u, Delta) or column(u, terms))
        and (bool(vectors) or any(isinstance(x, Transpose) for t in terms for x in t.walk()))
        or v is not None
        and bool(vectors)
    }
    stepped = {
        x for u, v in increments if v is None and not isinstance(u, Delta) and show(u) not in columns for x in places_of(u, terms)
    }
    several = len(grads) > 1 and all(isinstance(g, Sym) and (g.subs or g.name not in PARAMETERS) for g in grads)
    for g in grads:
        allot(g, several or isinstance(g, Sym) and (g in stepped or scalar_usage(g, terms, derivs)))
    for d in derivs:
        allot(d, True)
    for u, v in increments:
        allot(u, show(u) not in columns)
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
    sizes = size_names([*terms, *(c for c in scope.conditions if masses)])
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
    shift = next((x for x in (scope.reward_shift, reward_shift(terms), discounted_shift(terms)) if x is not None), None)
    line = timeline(terms, shift or 0)
    shapes = with_normed(terms, shapes_of(terms, [(lhs, rhs), *((d.pattern, d.body) for d in scope.definitions)]))
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
        masses=masses,
        quantiles=speaks_of_quantiles(terms),
        parameters=tuple(parameters) or (("theta",) if vectors else ()),
        policy_parameters=policy_parameters(terms),
        defaults=tuple(show(g) for g in grads),
        moving=moving_heads(terms, scope) if 0 not in (literal(lhs), literal(rhs)) else frozenset(),
        variables=tuple(variables),
        log_base=log_base(terms),
        expanded=expanded,
        shapes=shapes,
        components=components_of(terms, shapes),
        dataset=any(
            isinstance(x, Expect) and any(isinstance(y, Sym) and head_of(y).base == "D" for u in x.under for y in u.walk())
            for t in terms
            for x in t.walk()
        ),
        names=frozenset(names | bound),
        families=frozenset(x.name for x in numbers if isinstance(x, Sym) and x.subs),
        times=line.counters,
        lasts=line.lasts,
        ends=line.ends,
        beyond=max(line.beyond, scope.beyond),
        rounds=counts_rounds(terms),
        ratio=speaks_of_ratio(terms),
        soft_optimum=any(
            isinstance(x, Func)
            and x.name in ("log", "ln", "exp")
            or isinstance(x, Sym)
            and x.name in ("alpha", "beta", "eta", "tau", "e")
            for t in terms
            for x in t.walk()
        ),
        bandit=bandit,
        temperature=temperature_of(terms),
        behaviours=behaviours_of(terms),
        data_policy=data_policy(terms),
        vector_functions=vector_functions(terms),
        from_zero=any(
            isinstance(x, Rel) and x.op == "=" and literal(x.rhs) == 0
            for t in terms
            for b in t.walk()
            if isinstance(b, Big)
            for x in b.under
        ),
        operators=operators,
        free_state=Sym("s") in names - bound,
        flow=speaks_of_flow(terms),
        divergent=frozenset(
            a
            for t in terms
            for x in t.walk()
            if isinstance(x, App) and isinstance(x.head, Sym) and x.sep == r"\|" and len(x.args) == 2
            for a in x.args
            if isinstance(a, Sym) and a not in bound and a.name in DISTRIBUTIONS
        ),
        critic=critic_of(terms),
        compares=any(compares(x) for t in terms for x in t.walk())
        and not any(isinstance(c, Rel) and c.op in (r"\ne", r"\neq") for c in scope.conditions),
        bootstraps=any(
            isinstance(x, App)
            and isinstance(x.head, Sym)
            and x.head.name in ("V", "v")
            and any(at_the_end(a, line.lasts) for a in x.args)
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
    looks_ahead = max(0, time_offset(terms) - 1)
    some_steps = (2 if enumerates(terms) else 6) if line.lengths else 0  # n steps and what comes after them
    setting = Setting(
        states=1 if bandit else 3 + max(facts.beyond, some_steps, min(1, looks_ahead) if enumerates(terms) else looks_ahead),
        first=line.first,
        actions=max(4 if numbered_elements(names, line.counters) else 2, len(facts.words)),
        outcomes=2
        if len(bound) > 2 or len(set(capitals) - {"time"}) > 2
        else 4
        if numbered_elements(names, line.counters)
        else 3,
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


def policy_parameters(terms: list[Term]) -> frozenset[str]:
    """What the claim's policy moves with, where it says so: π_θ stands still while a critic's w is differentiated."""
    heads = (head_of(x) for t in terms for x in t.walk() if isinstance(x, Sym))
    return frozenset(p for h in heads if h.name in POLICIES and not h.frozen for p in h.params)


def column(u: Term, terms: list[Term]) -> bool:
    """Whether an increment is a column: transposed itself, after a transpose, in a scalar product with a gradient, or with a norm."""
    for t in terms:
        for x in t.walk():
            if (
                isinstance(x, Transpose)
                and x.body == u
                or isinstance(x, Fence)
                and x.kind in ("inner", "norm")
                and u in x.children()
            ):
                return True
            if isinstance(x, Mul) and any(
                b == u and (isinstance(a, Transpose) or isinstance(a, Grad) and op == r"\cdot")
                for a, b, op in zip(x.factors, x.factors[1:], x.ops, strict=False)
            ):
                return True
    return False


def places_of(u: Term, terms: list[Term]) -> set[Term]:
    """The x of f(x + u): a number where its increment is one."""
    return {
        x.args[0].terms[0]
        for t in terms
        for x in t.walk()
        if isinstance(x, App)
        and len(x.args) == 1
        and isinstance(x.args[0], Add)
        and u in (y.body if isinstance(y, Neg) else y for y in x.args[0].terms[1:])
    }
