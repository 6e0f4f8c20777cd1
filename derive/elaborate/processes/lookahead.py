r"""Transitions as operators: ``(PV)(s,a)`` is the mean of V over the state that follows, ``(P^\pi Q)(s,a)`` that over the action there too.

And as laws, in every spelling of a transition that leaves out what is drawn: ``s'\sim P_a(s,\cdot)``, ``s'\sim P(s,a)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.core.terms import Core, op
from derive.core.types import ACTION, REAL, STATE, STATE_SORT, Type
from derive.elaborate.knowledge.scope import Env, Typed
from derive.elaborate.processes.operators import ANY_PAIR, AT_PAIR, Operators
from derive.glossary.marks import ACTION_VALUES, MATRICES_OF_TRANSITIONS, OPERANDS, STATE_VALUES, TRANSITION_LETTERS
from derive.syntax.flat import Item, Row, is_mark

AT_NEXT = Item("group", "()", ((ANY_PAIR[0],),))


class Lookahead(Operators):
    """Functions of the state that follows, at a state and an action."""

    def group(self, row: Row, at: int, env: Env) -> tuple[Typed, int]:
        item, behind = row[at], row[at + 1] if at + 1 < len(row) else None
        inner = item.rows[0] if item.name in ("()", "[]") and len(item.rows) == 1 and not item.sups and not item.subs else ()
        if behind is not None and len(inner) == 2 and inner[0].name in MATRICES_OF_TRANSITIONS and self.at_action(behind):
            made = self.looked_ahead(*inner, behind, env)
            if made is not None:
                return self.raised((made, REAL), behind.sups, (), env), at + 2
        return super().group(row, at, env)

    def looked_ahead(self, head: Item, values: Item, place: Item, env: Env) -> Core | None:
        """What transitions make of values at a state and an action; None where something else stands in brackets."""
        scripts = (*head.subs, *head.sups)
        acts = len(scripts) == 1 and self.of_policy(scripts[0]) and values.kind == "atom" and values.name in ACTION_VALUES
        ahead = (values, AT_PAIR) if acts else at_next((values,)) if not scripts else None
        if ahead is None or head.primes or head.accents:
            return None
        state, action = self.element(place.rows[0], STATE, env), self.element(place.rows[1], ACTION, env)
        return self.mean_ahead(ahead, state, action, env, scripts[0] if acts else None)

    def law(self, row: Row, sort: Type, env: Env) -> Core:
        for spelled in self.completed(row) if row and row[0].name in TRANSITION_LETTERS else ():
            for compiled, holes, end, powers in self.fitting_rows(spelled, 0, env):
                if compiled.row.means == "transition" and end == len(spelled) and not powers:
                    self.unify(sort, STATE_SORT)
                    return op("next_law", self.element(holes["s"], STATE, env), self.element(holes["a"], ACTION, env))
        return super().law(row, sort, env)

    def completed(self, row: Row) -> Iterator[Row]:
        """A law with a letter for what is drawn: where a dot stands for it, or behind all that is given."""
        group = row[1] if len(row) == 2 and row[1].kind == "group" and row[1].name == "()" else None
        drawn = ANY_PAIR[:1]
        if group is not None and group.seps[:1] == ("|",) and len(group.rows[0]) == 1:
            yield row[0], replace(group, rows=(drawn, *group.rows[1:]))
        elif group is not None and any(map(self.is_placeholder, group.rows)):
            yield row[0], replace(group, rows=tuple(drawn if self.is_placeholder(r) else r for r in group.rows))
        elif group is not None and group.seps == (",",):
            yield row[0], replace(group, rows=(*group.rows, drawn), seps=(",", ","))
        elif len(row) == 1:
            yield row[0], Item("group", "()", (drawn,))


def at_next(row: Row) -> Row | None:
    """Values of states, and sums of such in brackets, at the state that follows; None for anything else."""
    out: list[Item] = []
    for item in row:
        if item.kind == "group" and item.name in ("()", "[]") and len(item.rows) == 1 and not item.sups:
            inside = at_next(item.rows[0])
            if inside is None:
                return None
            out.append(Item("group", "()", (inside,), start=item.start, end=item.end))
        elif is_mark(item, "+", "-"):
            out.append(item)
        elif item.kind == "atom" and (item.name in STATE_VALUES or item.name in OPERANDS):
            out += (item, AT_NEXT)
        else:
            return None
    return tuple(out)
