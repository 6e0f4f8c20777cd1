r"""Types of core terms, and unification over them.

A type is a name with arguments: ``Real``, ``Elem(State)``, ``Vector(n)``, ``Function(Elem(State), Real)``.  A :class:`Hole`
stands for a type (or a sort, or a dimension) that is not yet known; :class:`Binding` solves holes and can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count


class TypeMismatch(Exception):
    """Two types that cannot be one; both are named."""

    def __init__(self, found: Type, wanted: Type):
        super().__init__(f"{found} where {wanted} is needed")
        self.found, self.wanted = found, wanted


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its name and arguments (types, sorts and dimensions alike)."""

    name: str
    args: tuple[Type, ...] = ()

    def __str__(self) -> str:
        return self.name + (f"[{', '.join(map(str, self.args))}]" if self.args else "")


@dataclass(frozen=True, slots=True)
class Hole(Type):
    """A type not yet known, told from others by its number."""

    number: int = 0

    def __str__(self) -> str:
        return f"?{self.number}"


_NUMBERS = count(1)


def hole() -> Hole:
    """A new type to be found."""
    return Hole("?", (), next(_NUMBERS))


REAL, BOOL, NAT, EVENT = Type("Real"), Type("Bool"), Type("Nat"), Type("Event")
STATE_SORT, ACTION_SORT, REWARD_SORT = Type("State"), Type("Action"), Type("RewardOutcome")
#: What may follow the beginning of a response.
TOKEN_SORT = Type("Token")
POLICY, TRAJECTORY = Type("Policy"), Type("Trajectory")


def element(sort: Type) -> Type:
    """An element of a finite sort."""
    return Type("Elem", (sort,))


STATE, ACTION = element(STATE_SORT), element(ACTION_SORT)


def vector(n: Type) -> Type:
    return Type("Vector", (n,))


def matrix(n: Type, m: Type) -> Type:
    return Type("Matrix", (n, m))


def function(*args: Type) -> Type:
    """Arguments, then the result."""
    return Type("Function", args)


def law(sort: Type) -> Type:
    """A distribution over a finite sort."""
    return Type("Law", (sort,))


class Binding:
    """Solutions of holes."""

    def __init__(self) -> None:
        self.found: dict[int, Type] = {}

    def solve(self, t: Type) -> Type:
        """The type as far as it is known at its head."""
        while isinstance(t, Hole) and t.number in self.found:
            t = self.found[t.number]
        return t

    def full(self, t: Type) -> Type:
        """The type with every known hole filled."""
        t = self.solve(t)
        return Type(t.name, tuple(self.full(a) for a in t.args)) if t.args else t

    def unify(self, found: Type, wanted: Type) -> None:
        """Make the two types one.

        Raises: TypeMismatch.
        """
        a, b = self.solve(found), self.solve(wanted)
        if a == b:
            return
        if isinstance(a, Hole):
            self._occurs(a, b)
            self.found[a.number] = b
            return
        if isinstance(b, Hole):
            self._occurs(b, a)
            self.found[b.number] = a
            return
        if a.name != b.name or len(a.args) != len(b.args):
            raise TypeMismatch(self.full(a), self.full(b))
        for x, y in zip(a.args, b.args, strict=True):
            self.unify(x, y)

    def _occurs(self, h: Hole, t: Type) -> None:
        t = self.solve(t)
        if t == h:
            return
        for a in t.args:
            if self.solve(a) == h:
                raise TypeMismatch(h, t)
            self._occurs(h, a)
