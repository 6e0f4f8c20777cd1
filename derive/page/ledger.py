"""What is known of the links of a page: verdicts of an earlier run, found again by all that they hang on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from derive.decide.judge import SEED
from derive.elaborate.knowledge.search import AGREED
from derive.elaborate.reading.statements import Statement
from derive.page.standing import Objection
from derive.syntax.flat import row_key
from derive.verify.links import LinkVerdict

#: What is kept of a verdict: what is said of it; its certificate was checked.
KEPT = tuple(f.name for f in fields(LinkVerdict) if f.name not in ("certificate", "repair"))
#: What is found of a link: the verdict, what is not read, and the objection to a refutation.
Found = tuple[LinkVerdict | None, str, Objection | None]


@dataclass(slots=True)
class Ledger:
    """Verdicts by what they hang on: those of an earlier run, and those of this one."""

    known: Mapping[str, Any] = field(default_factory=dict)
    used: dict[str, Any] = field(default_factory=dict)
    decided: int = 0

    def knows(self, key: str) -> bool:
        """Whether something is known under a key."""
        return key in self.used or key in self.known

    def found(self, key: str, decide: Callable[[], Found]) -> Found:
        """What is known under a key; decided now, and kept, where nothing is."""
        entry = self.used.get(key, self.known.get(key))
        if entry is None:
            self.decided += 1
            entry = packed(decide())
        self.used[key] = entry
        return unpacked(entry)

    def holds(self, key: str, decide: Callable[[], bool]) -> bool:
        """Whether what a key stands for holds; decided now, and kept, where nothing is known."""
        entry = self.used.get(key, self.known.get(key))
        if entry is None:
            self.decided += 1
            entry = decide()
        self.used[key] = entry
        return bool(entry)

    def kept(self) -> Iterator[tuple[str, Any]]:
        """What this run has used, to be kept for the next."""
        yield from self.used.items()


def key_of(kind: str, statement: Statement, givens: Iterable[Statement], *rest: object) -> str:
    """The name of a question about a statement: all that the answer hangs on, conventions too, and nothing of where it stands."""
    told = (SEED.get(), dict(AGREED.get()), kind, spelled(statement), *(spelled(g) for g in givens), rest)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def spelled(statement: Statement) -> object:
    """A statement as it is written, places left out."""
    rows = (*statement.terms, *statement.conditions)
    return (statement.rels, tuple(row_key(r) for r in rows), statement.joiner)


def packed(found: Found) -> dict[str, Any]:
    """What was found as JSON."""
    verdict, why, against = found
    return {
        "verdict": None if verdict is None else {name: plain(getattr(verdict, name)) for name in KEPT},
        "why": why,
        "against": None if against is None else asdict(against),
    }


def plain(value: Any) -> Any:
    """A field of a verdict as JSON has it."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, tuple | list) else value


def unpacked(entry: Mapping[str, Any]) -> Found:
    """What was found, from JSON."""
    verdict = entry["verdict"]
    made = None
    if verdict is not None:
        made = LinkVerdict(**{**verdict, "assumptions": tuple(verdict["assumptions"]), "readings": tuple(verdict["readings"])})
    against = entry["against"]
    return made, entry["why"], None if against is None else Objection(**against)


def placed(found: Found, start: int, end: int, lhs: str, rhs: str) -> Found:
    """What was found, where the link stands now."""
    verdict, why, against = found
    return (None if verdict is None else replace(verdict, start=start, end=end, lhs=lhs, rhs=rhs)), why, against


__all__ = ["Found", "Ledger", "key_of", "placed"]
