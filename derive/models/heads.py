r"""What a symbol is called, apart from where it stands: name, labels, parameters, policy and indices.

``\pi_{\theta_{old}}`` is the policy with label ``old``; ``\hat A_{t+1}^{GAE(\gamma,\lambda)}`` is the advantage with a hat, the
label ``gae`` and the index ``t+1``; ``Q_{\theta^-}`` has the parameter θ with the label ``-``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from derive.notation.show import show
from derive.terms import Add, App, At, Delta, Grad, Label, Mul, Neg, Num, Op, Paren, Pow, Rel, Sym, Term, Transpose

PARAMETERS = frozenset(
    {"theta", "phi", "psi", "omega", "w", "vartheta", "varphi", "xi"}
    | {f"{font}:{letter}" for font in ("mathbf", "boldsymbol") for letter in ("w", "theta", "phi", "psi", "omega")}
)
POLICIES = frozenset({"pi", "varpi", "mathbf:pi", "boldsymbol:pi"})
#: Letters that name a distribution where one is compared with another.
DISTRIBUTIONS = frozenset({"P", "Q", "p", "q", "mu", "nu", "rho"})
FROZEN_LABELS = frozenset(
    {
        "old",
        "ref",
        "-",
        "target",
        "targ",
        "tgt",
        "k",
        "e",
        "expert",
        "b",
        "behavior",
        "behaviour",
        "data",
        "sft",
        "teacher",
        "sampler",
        "0",
        "init",
        "base",
        "prev",
        "new",
    }
)
INDICATORS = frozenset({"mathbb:1", "mathbf:1", "mathds:1", "mathbb:I", "mathbf:I", "boldsymbol:1", "I"})
CONNECTIVES = frozenset({r"\cap", r"\cup", r"\setminus", r"\land", r"\wedge", r"\lor", r"\vee"})
INDEX_NAMES = frozenset("ijklmn")
TIME_NAMES = frozenset({"t", "tau_t"})
ACCENT_KEYS = {"overline": "bar", "widehat": "hat", "widetilde": "tilde"}


@dataclass(frozen=True, slots=True)
class Head:
    """The parts of a symbol that decide its meaning; ``own`` are its parameters as they are printed (``theta_{i}``)."""

    name: str
    accents: tuple[str, ...] = ()
    labels: frozenset[str] = frozenset()
    params: tuple[str, ...] = ()
    param_labels: frozenset[str] = frozenset()
    policy: Term | None = None
    indices: tuple[Term, ...] = ()
    primes: int = 0
    own: tuple[str, ...] = ()
    #: The letter without its font: ``\\mathcal{L}`` is an L; a word stays a word unless it names a known function.
    base: str = field(init=False, compare=False, repr=False)
    #: A name for definitions and draws: everything but the indices and the parameters without label.
    key: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        font, _, letter = self.name.rpartition(":")
        plain = font != "text" or letter in ("KL", "H", "I", "CE")
        object.__setattr__(self, "base", letter if font and plain else self.name)
        parts = [self.name, *self.accents, *sorted(self.labels), *sorted(f"param-{label}" for label in self.param_labels)]
        if self.policy is not None:
            parts.append(f"@{policy_key(self.policy)}")
        object.__setattr__(self, "key", "_".join(parts) + "'" * self.primes)

    @property
    def frozen(self) -> bool:
        """Whether it is a copy that does not move with the parameters (old, reference, target)."""
        return bool((self.labels | self.param_labels) & FROZEN_LABELS)


def label_text(label: Label) -> str:
    """A label's text for comparison: lower case, no spaces."""
    text = label.text.strip().lower().replace(" ", "")
    return {"\\star": "*", "star": "*", "\\ast": "*", "ast": "*", "\\prime": "'", "targ": "target"}.get(text, text)


def is_policy(term: Term) -> bool:
    """Whether a script names a policy (``π``, ``π_θ``, ``π_{old}``)."""
    if isinstance(term, App):
        return False
    return isinstance(term, Sym) and term.name in POLICIES


def policy_key(term: Term) -> str:
    """The name of the policy a term denotes, the same for π and π_θ."""
    assert isinstance(term, Sym)
    head = head_of(term)
    marks = sorted((head.labels | head.param_labels) - {""})
    index = [repr(i) for i in head.indices]
    return "_".join(["pi", *marks, *index]) + "'" * head.primes + "".join(a for a in head.accents)


@lru_cache(maxsize=4096)
def head_of(sym: Sym) -> Head:
    """The head of a symbol.

    >>> head_of(Sym("A", ("hat",), (Sym("t"),), (Label("GAE"),))).key
    'A_hat_gae'
    """
    labels: set[str] = set()
    params: list[str] = []
    own: list[str] = []
    param_labels: set[str] = set()
    policy: Term | None = None
    indices: list[Term] = []
    for place, scripts in (("sub", sym.subs), ("sup", sym.sups)):
        for script in scripts:
            item = script.body if isinstance(script, Paren) and place == "sub" else script
            if isinstance(item, Label):
                labels.add(label_text(item))
            elif isinstance(item, App) and isinstance(item.head, Label | Sym):
                labels.add(label_text(item.head) if isinstance(item.head, Label) else item.head.name.lower().split(":")[-1])
            elif isinstance(item, Sym) and item.name.startswith("text:") and item.name[5:6] != "·":  # no counter of our own
                labels.add(item.name[5:].strip().lower())
            elif is_policy(item) and sym.name not in POLICIES:
                policy = item
            elif isinstance(item, Sym) and item.name in PARAMETERS and sym.name not in PARAMETERS:
                inner = head_of(item)
                if inner.labels or inner.indices or inner.primes or inner.accents:
                    param_labels |= (
                        set(inner.labels)
                        | {repr(i) for i in inner.indices}
                        | ({"'"} if inner.primes else set())
                        | set(inner.accents)
                    )
                params.append(item.name)
                own.append(show(item))
            elif isinstance(item, Transpose):
                labels.add("T")
            elif place == "sup" and isinstance(item, Paren):
                indices.append(item)
            else:
                indices.append(item)
    accents = tuple(ACCENT_KEYS.get(a, a) for a in sym.accents)
    return Head(
        sym.name,
        accents,
        frozenset(labels),
        tuple(params),
        frozenset(param_labels),
        policy,
        tuple(indices),
        sym.primes,
        tuple(own),
    )


def barred(t: Sym) -> bool:
    """X̄: a random variable's letter with a bar."""
    return t.accents in (("bar",), ("overline",)) and len(t.name) == 1 and t.name.isupper() and not (t.subs or t.sups or t.primes)


def set_built(t: Term) -> bool:
    """Whether an argument is built of events: an intersection, a union, a complement."""
    if isinstance(t, Paren):
        return set_built(t.body)
    return isinstance(t, Op) and t.op in CONNECTIVES or complement(t) is not None


def complement(t: Term) -> Sym | None:
    """A of ``A^c`` or ``\\bar A``."""
    if isinstance(t, Pow):
        return t.base if isinstance(t.base, Sym) and t.base.name.isupper() and t.exp == Sym("c") else None
    if not isinstance(t, Sym) or not t.name.isupper() or len(t.name) != 1 or t.subs:
        return None
    if t.sups == (Sym("c"),) and not t.accents or t.accents in (("bar",), ("overline",)) and not t.sups:
        return Sym(t.name)
    return None


def event_letters(t: Term) -> Iterator[str]:
    """The capital letters that an event is built of."""
    if isinstance(t, Paren):
        yield from event_letters(t.body)
    elif isinstance(t, Op):
        for a in t.args:
            yield from event_letters(a)
    elif isinstance(t, Pow):
        yield from event_letters(t.base)
    elif isinstance(t, Sym):
        yield t.name


def kronecker(t: Sym) -> bool:
    """δ_{ij}: two letters as the subscripts of a δ."""
    return (
        t.name == "delta"
        and len(t.subs) == 2
        and not t.sups
        and all(isinstance(i, Sym) and i.name not in ("t", "T") for i in t.subs)
    )


def moved_policy(t: Term) -> Term | None:
    """The increment of ``\\pi_{\\theta+\\Delta\\theta}``: a policy a step away from its parameters."""
    if not isinstance(t, Sym) or t.name not in POLICIES or len(t.subs) != 1:
        return None
    inner = t.subs[0].body if isinstance(t.subs[0], Paren) else t.subs[0]
    if isinstance(inner, Add) and len(inner.terms) == 2 and isinstance(inner.terms[0], Sym) and inner.terms[0].name in PARAMETERS:
        step = inner.terms[1]
        return step if isinstance(step, Delta) or isinstance(step, Sym) and not step.subs else None
    return None


def narrowed(t: At) -> Term:
    """A bar after a product, put to its last factor where only that has the bar's variable."""
    where = t.where[0] if len(t.where) == 1 else None
    if not isinstance(t.body, Mul) or not isinstance(where, Rel):
        return t
    *before, last = t.body.factors
    if any(x == where.lhs for f in before for x in f.walk()):
        return t
    return Mul((*before, At(last, t.where)), t.body.ops)


def local_gradient(t: At) -> At | None:
    """The gradient that a bar evaluates at a place of its own, with the bar; None where there is none."""
    inner = narrowed(t)
    last = inner.factors[-1] if isinstance(inner, Mul) else inner
    return last if isinstance(last, At) and evaluated_at(last) is not None else None


def evaluated_at(t: At) -> Term | None:
    """Where ``\\nabla_a Q(s,a)|_{a=\\mu(s)}`` is differentiated, if the bar names a place of the gradient's own variable."""
    if len(t.where) != 1 or not isinstance(t.where[0], Rel) or t.where[0].op != "=" or not isinstance(t.body, Grad):
        return None
    lhs, rhs = t.where[0].lhs, t.where[0].rhs
    if not isinstance(lhs, Sym) or t.body.wrt != lhs or isinstance(rhs, Sym) and rhs.name == lhs.name or t.body.order != 1:
        return None
    return rhs


OPERATORS = frozenset({"T", "mathcal:T", "mathcal:B", "mathbb:T", "mathbf:T"})
FUNCTIONS_OF_STATES = frozenset({"V", "v", "U", "u", "W", "Q", "q"})


def operator_like(t: Term) -> bool:
    """T^π, T^*, \\mathcal{T}: a Bellman operator by its letter and marks."""
    if not isinstance(t, Sym) or t.name not in OPERATORS or t.accents or t.primes:
        return False
    h = head_of(t)
    return not h.indices and h.labels <= {"*"} and not h.params


def operator_reading(t: Term) -> str:
    """Which Bellman operator a product speaks of, ``policy``, ``optimal`` or ``bare``; empty where it has none."""
    if isinstance(t, Mul):
        for f, g in zip(t.factors, t.factors[1:], strict=False):
            operand = g.head if isinstance(g, App) else g.body.terms[0] if isinstance(g, Paren) and isinstance(g.body, Add) else g
            if operator_like(f) and (
                operator_like(g) or isinstance(operand, Sym) and head_of(operand).base in FUNCTIONS_OF_STATES
            ):
                assert isinstance(f, Sym)
                h = head_of(f)
                return "policy" if h.policy is not None else "optimal" if h.labels else "bare"
    if isinstance(t, Sym) and t.name in ("P", "mathcal:P", "mathbf:P") and head_of(t).policy is not None:
        return "policy"
    return ""


def index_key(term: Term) -> Term | None:
    """An index that is a range or a condition (``<t``, ``1:T``) rather than a value; None for a plain one."""
    if isinstance(term, Rel) or isinstance(term, Op) and term.op == ":":
        return term
    return None


def offset_of(index: Term) -> tuple[Term | None, int]:
    """Split ``t+1`` into (t, 1), ``3`` into (None, 3); (index, 0) for anything else.

    >>> offset_of(Add((Sym("t"), Neg(Num(__import__("fractions").Fraction(1), "1")))))[1]
    -1
    """
    if isinstance(index, Paren):
        return offset_of(index.body)
    if isinstance(index, Num) and index.value.denominator == 1:
        return None, int(index.value)
    if isinstance(index, Add) and len(index.terms) == 2:
        first, second = index.terms
        if isinstance(second, Num):
            return first, int(second.value)
        if isinstance(second, Neg) and isinstance(second.body, Num):
            return first, -int(second.body.value)
    return index, 0
