r"""What a run of the elaborator knows: bound and free letters, their types, definitions of the page, families and joints."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from derive.core.terms import Core, Var
from derive.core.types import Binding, Type, TypeMismatch, hole
from derive.elaborate.knowledge.search import Misread, Oracle, holding
from derive.glossary.letters import letters
from derive.glossary.marks import BOLD, DISCOUNTS
from derive.glossary.row import Letter
from derive.glossary.row import Row as GlossaryRow
from derive.glossary.values import rows
from derive.syntax.flat import Item, Row, everywhere, is_mark, row_key, walk
from derive.syntax.row_reader import read


class WrongType(Misread):
    """Sides of types that no reading makes one: a finding of its own."""


class OfVectors(Misread):
    """What is given of numbers, where vectors stand: it speaks of something else."""


class Outside(Misread):
    """Something that no row reads: what, and where."""


class Premise(Outside):
    """Something given that cannot be used: what is said without it must not be said against the claim."""


class Unsure(Premise):
    """Something that is read but not settled here, and that must not be settled by less."""


Typed = tuple[Core, Type]


#: What stands with a letter where its members are independent draws.
SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Definition:
    r"""What a page says of a head: its pattern (``r_i``, ``f(x)``), the letters that stand for any argument, and the right side."""

    head: Item
    args: Row
    holes: tuple[Hashable, ...]
    body: Row
    #: What comes behind an index that fills a hole: -1 where the page says what :math:`Q_{n+1}` is, for any n.
    shifts: tuple[tuple[str, Row], ...] = ()

    def is_of(self, name: Item) -> bool:
        """Whether it says what a name is by itself, at no index and without arguments."""
        return len(self.args) == 1 and not self.holes and self.args[0].key == name.key


@dataclass(frozen=True, slots=True)
class Env:
    """Letters bound here, whether a process runs here, and the definitions being unfolded."""

    bound: dict[Hashable, Typed] = field(default_factory=dict)
    process: str = ""
    unfolding: tuple[int, ...] = ()
    random: bool = False

    def bind(self, key: Hashable, term: Core, type_: Type) -> Env:
        return replace(self, bound={**self.bound, key: (term, type_)})


@dataclass(slots=True)
class Knowledge:
    """State of one run."""

    oracle: Oracle
    binding: Binding = field(default_factory=Binding)
    free: dict[Hashable, Var] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    definitions: tuple[Definition, ...] = ()
    used: set[int] = field(default_factory=set)
    joints: dict[Hashable, tuple[Var, list[Hashable], list[Type]]] = field(default_factory=dict)
    next_number: int = 1
    order: int | None = None
    small: list[Var] = field(default_factory=list)
    clock: dict[str, str] = field(default_factory=dict)
    times: dict[Hashable, Var] = field(default_factory=dict)
    ended: bool = False
    sets: dict[str, str] = field(default_factory=dict)  # the letter of the states, and of the actions
    groups: list[tuple[Var, Hashable]] = field(default_factory=list)
    ranges: dict[int, tuple[Core, Core]] = field(default_factory=dict)
    between: list[tuple[Core, str, Core]] = field(default_factory=list)  # what must be so for a law to be one
    elided: dict[str, str] = field(default_factory=dict)  # the letter of values that name no policy, by what they are
    supports: dict[int, int] = field(default_factory=dict)
    letters: dict[int, str] = field(default_factory=dict)
    unranged: list[Var] = field(default_factory=list)
    ordered: set[int] = field(default_factory=set)
    finite: list[Var] = field(default_factory=list)
    lengths: list[Var] = field(default_factory=list)
    moving: dict[int, Var] = field(default_factory=dict)
    named_sorts: dict[Hashable, Type] = field(default_factory=dict)
    raised: set[tuple[str, str]] = field(default_factory=set)
    uneven: bool = False
    softly: bool = False  # whether the values of the claim are called soft
    steps: dict[str, str] = field(default_factory=dict)
    varied: Var | None = None  # the discount, where the claim differentiates by it

    def variable(self, type_: Type, name: str, moves: frozenset[int] = frozenset(), random: bool = False) -> Var:
        """A new variable."""
        made = Var(self.next_number, type_, moves, random)
        self.names[made.number] = name
        self.next_number += 1
        return made

    def raises(self, letter: str, what: str) -> None:
        """A letter above a name is a power or a transpose, and the same throughout a reading."""
        self.raised.add((letter, what))
        if len({w for name, w in self.raised if name == letter}) > 1:
            raise Misread("one letter for a power and for a transpose")

    def explained(self) -> frozenset[int]:
        """The free variables of which something speaks that the page defines and that was used."""
        spoken = {letter_key(i) for n in self.used for i in walk(self.definitions[n].body) if i.kind == "atom"}
        named = ((key[1] if isinstance(key, tuple) and key[0] == "function" else key, v) for key, v in self.free.items())
        return frozenset(v.number for key, v in named if key in spoken)

    def indexed(self) -> frozenset[int]:
        """The families whose members are written with a subscript."""
        return frozenset(v.number for key, v in self.free.items() if isinstance(key, tuple) and key[0] in ("sequence", "members"))

    def of_kind(self, kind: str) -> frozenset[int]:
        """The free letters that a text takes for something small, or for a positive coefficient."""

        def fits(key: Hashable) -> bool:
            if not (isinstance(key, tuple) and len(key) > 2 and isinstance(key[0], str)):
                return False
            plain = next((key[0].removeprefix(font) for font in BOLD if key[0].startswith(font)), key[0])
            return kind == "small" and "Delta" in key[1] or kind in kinds(plain) and not key[2]

        return frozenset(v.number for key, v in self.free.items() if fits(key))

    def free_variable(self, key: Hashable, name: str, type_: Type | None = None, random: bool = False) -> Var:
        """The free variable of a name, the same all through a claim."""
        known = self.free.get(key)
        if known is None:
            known = self.free[key] = self.variable(type_ if type_ is not None else hole(), name, random=random)
        elif type_ is not None:
            try:
                self.binding.unify(known.type, type_)
            except TypeMismatch as why:
                raise Misread(str(why)) from why
        return known


def letter_key(item: Item) -> Hashable:
    """What tells a letter from others: its name, accents, primes and scripts."""
    return (item.name, item.accents, item.primes, tuple(row_key(r) for r in item.subs), tuple(row_key(r) for r in item.sups))


@lru_cache(maxsize=1)
def letter_table() -> dict[str, tuple[Letter, ...]]:
    table: dict[str, list[Letter]] = {}
    for letter in letters():
        table.setdefault(letter.name, []).append(letter)
    return {name: tuple(found) for name, found in table.items()}


#: Kinds of letters that a page or its settings declare: in front of all others, for as long as one answer takes.
_DECLARED: ContextVar[Mapping[str, str]] = ContextVar("declared", default=MappingProxyType({}))


def declared(symbols: Mapping[str, str]) -> AbstractContextManager[None]:
    """Read letters by these kinds (``policy``, ``state``, ``law``, …) rather than by the glossary's."""
    return holding(_DECLARED, symbols)


def declarations() -> Mapping[str, str]:
    """The kinds by which letters are read rather than by the glossary's."""
    return _DECLARED.get()


def letter_of_discount() -> str:
    """How the discount is written here."""
    own = next((name for name, kind in _DECLARED.get().items() if kind == "discount"), min(DISCOUNTS))
    return own if len(own) == 1 else "\\" + own


def also_declared(symbols: Mapping[str, str]) -> AbstractContextManager[None]:
    """Read these letters so as well."""
    return holding(_DECLARED, {**symbols, **_DECLARED.get()})


def kinds(name: str) -> dict[str, float]:
    """The kinds that a letter may be of, with their costs."""
    own = _DECLARED.get().get(name)
    if own is not None:
        return {own: 0.0, "process": 1.0} if own in ("state", "action", "reward") else {own: 0.0}
    return {letter.kind: letter.cost for letter in letter_table().get(name, ())}


def is_moved_parameter(sub: Row) -> bool:
    r"""Whether a parameter stands below a name, with a step or without: ``\pi_{\theta+\Delta\theta}``, ``\pi_{\theta+\alpha g}``."""
    named = bool(sub) and sub[0].kind == "atom" and "parameter" in kinds(sub[0].name)
    return named and (len(sub) == 1 or len(sub) > 2 and is_mark(sub[1], "+", "-"))


def is_episode(item: Item) -> bool:
    """Whether the letter of a whole trajectory stands here."""
    return item.kind == "atom" and "episode" in kinds(item.name) and not item.subs and not item.sups


@dataclass(frozen=True, slots=True)
class Compiled:
    """A glossary row with its pattern read."""

    row: GlossaryRow
    items: Row


@lru_cache(maxsize=1)
def compiled_rows() -> tuple[dict[str, tuple[Compiled, ...]], tuple[Compiled, ...]]:
    """Rows by the name of their head, and those whose head is a hole."""
    by_name: dict[str, list[Compiled]] = {}
    open_heads: list[Compiled] = []
    for row in (*rows(),):
        items = read(hole_text(row.pattern))
        made = Compiled(row, items)
        (open_heads if hole_name(items[0]) else by_name.setdefault(items[0].name, [])).append(made)
    return {name: tuple(found) for name, found in by_name.items()}, tuple(open_heads)


def hole_text(pattern: str) -> str:
    import re

    return re.sub(r"<(\w+)>", r"{\\text{hole \1}}", pattern)


def hole_name(item: Item) -> str:
    """The name of a hole, empty for what is none."""
    return item.word.removeprefix("hole ") if item.kind == "text" and item.word.startswith("hole ") else ""


def mentions(rows_: Iterable[Row], key: Hashable) -> bool:
    """Whether a letter occurs in rows."""
    return any(item.kind == "atom" and letter_key(item) == key for row in rows_ for item in walk(row))


def renamed(row: Row, letter: Item, other: Item) -> Row:
    """A row with another letter for one."""
    key = letter_key(letter)
    return everywhere(row, lambda part: tuple(other if i.kind == "atom" and letter_key(i) == key else i for i in part))
