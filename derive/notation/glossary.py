r"""What the letters of the field conventionally stand for, and whether ``x(`` applies x or multiplies by it.

>>> lexicon = Lexicon()
>>> lexicon.applies("pi"), lexicon.applies("gamma")
('yes', 'no')
>>> lexicon.with_scalar("k").applies("k")
'no'
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType

from derive.notation.glossary_data import ENTRIES, Entry
from derive.syntax.lex.tokens import Macro

#: Roles whose superscripts name a variant (a policy, an iteration) rather than a power.
LABELLED_ROLES = frozenset(
    ("policy", "value-function", "q-function", "advantage", "objective", "state", "action", "observation", "function", "reward",
     "return", "operator", "parameter-vector", "expectation", "transition", "distribution")
)  # fmt: skip
VECTOR_ROLES = frozenset(("parameter-vector", "vector", "matrix"))
BY_NAME = MappingProxyType({entry.name: entry for entry in ENTRIES})
FONTLESS = ("mathbf:", "boldsymbol:", "mathcal:", "mathscr:", "mathrm:", "mathsf:", "mathit:", "mathfrak:")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The glossary with a page's own definitions and macros on top; every ``with_…`` returns a new one."""

    functions: frozenset[str] = frozenset()
    scalars: frozenset[str] = frozenset()
    macros: tuple[Macro, ...] = ()
    own: tuple[Entry, ...] = field(default=())

    def with_function(self, name: str) -> Lexicon:
        """``name(`` is an application from here on."""
        return replace(self, functions=self.functions | {name}, scalars=self.scalars - {name})

    def with_scalar(self, name: str) -> Lexicon:
        """``name(`` is a product from here on, unless a comma or a bar says otherwise."""
        return replace(self, scalars=self.scalars | {name}, functions=self.functions - {name})

    def with_macro(self, name: str, body: str, arity: int = 0, default: str | None = None) -> Lexicon:
        r"""``\name`` expands to ``body``; with a ``default`` its first argument is optional."""
        return replace(self, macros=(*self.macros, Macro(name.lstrip("\\"), arity, body, default)))

    def with_entry(self, entry: Entry) -> Lexicon:
        """A symbol with a meaning of its own; a declared number is never applied."""
        scalars = self.scalars | {entry.name} if entry.role == "scalar" else self.scalars - {entry.name}
        return replace(self, own=(*self.own, entry), scalars=scalars)

    def entry(self, name: str) -> Entry | None:
        """What is known of a name; a font is looked through where the font alone is unknown."""
        for entry in reversed(self.own):
            if entry.name == name:
                return entry
        found = BY_NAME.get(name)
        if found is None:
            for font in FONTLESS:
                if name.startswith(font):
                    return BY_NAME.get(name[len(font) :])
        return found

    def applies(self, name: str) -> str:
        """``yes``, ``no`` or ``either``."""
        if name in self.functions:
            return "yes"
        if name in self.scalars:
            return "no"
        entry = self.entry(name)
        return entry.applies if entry else "either"

    def role(self, name: str) -> str:
        """The role of a name, empty when nothing is known."""
        if name in self.functions:
            known = self.entry(name)
            return known.role if known else "function"
        entry = self.entry(name)
        return entry.role if entry else ""

    def labels(self, name: str) -> bool:
        """Whether a superscript on the name is a label."""
        return name in self.functions or self.role(name) in LABELLED_ROLES

    def is_vector(self, name: str) -> bool:
        """Whether ``name^T`` reads as a transpose."""
        return (
            name.startswith(("mathbf:", "boldsymbol:"))
            or self.role(name) in VECTOR_ROLES
            or (len(name) == 1 and name in "xyzuvwgXYWHMBUFCK")
        )
