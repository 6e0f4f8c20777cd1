r"""What letters are by where they stand, in texts that have letters of their own.

``\nabla_\xi\log p_\xi``: ξ is a parameter. ``\pi(u_t|x_t)``: u is an action, x a state. ``\mathbb{E}_{h\sim p_\theta}`` beside
``\pi_\theta(a_t|s_t)``: h is an episode. ``\mu_\theta(a|s)`` where no other policy stands, ``q(a|s)`` where q is of nothing else: they are policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import MARKS_OF_NAMES, VALUE_NAMES
from derive.syntax.flat import Item, Row, before_brackets, inner_rows, is_mark, row_key, walk

#: What stands below a name without being its parameter.
COUNTED = ("index", "time", "state", "action", "reward", "episode")


def implied(rows: Iterable[Row]) -> dict[str, str]:
    """Kinds of letters that the tables do not have them for, by where they stand; nothing for letters that are what they stand for."""
    rows = tuple(rows)
    found = dict.fromkeys(parameters(rows), "parameter")
    steps = list(choices(rows))
    for kind, item in [(k, i) for _, action, state in steps for k, i in (("action", action), ("state", state))] + [*valued(rows)]:
        if not kinds(item.name).keys() & {"state", "action"}:
            found[item.name] = kind
    if steps:
        found |= dict.fromkeys(episodes(rows), "episode")
        heads = {head.name for head, _, _ in steps}
        others = any("policy" in kinds(i.name) and i.name not in heads for row in rows for i in walk(row) if i.kind == "atom")
        if len(heads) == 1 and not others:
            found |= {name: "policy" for name in heads if kinds(name).get("policy") != 0}
    return found | dict.fromkeys(choosing(rows), "policy")


def choosing(rows: tuple[Row, ...]) -> set[str]:
    r"""Letters of distributions that are of an action in a state, and of nothing else: the ``q`` of ``\frac{\pi(a|s)}{q(a|s)}``."""
    applied: dict[str, list[Item]] = {}
    for head, group in before_brackets(rows):
        if kinds(head.name).get("law") == 0 and group.name == "()":
            applied.setdefault(head.name, []).append(group)

    def of_kind(row: Row, kind: str) -> bool:
        return len(row) == 1 and row[0].kind == "atom" and kinds(row[0].name).get(kind) == 0

    def chooses(group: Item) -> bool:
        above, *below = group.rows
        acted = of_kind(above, "action") or len(above) == 1 and above[0].kind == "placeholder"
        return group.seps == ("|",) and acted and of_kind(below[0], "state")

    named = {name for name, groups in applied.items() if any(of_kind(g.rows[0], "action") for g in groups)}
    return {name for name in named if all(map(chooses, applied[name]))}


def parameters(rows: tuple[Row, ...]) -> set[str]:
    """Letters by which something is differentiated below which they stand."""
    below: set[str] = set()
    moving: set[str] = set()
    for item in (i for row in rows for i in walk(row)):
        for sub in item.subs:
            if len(sub) == 1 and sub[0].kind == "atom" and not sub[0].word and not (sub[0].subs or sub[0].sups):
                (moving if item.kind == "nabla" else below if item.kind == "atom" else set()).add(sub[0].name)
    return {name for name in moving & below if not kinds(name).keys() & {"parameter", *COUNTED}}


def choices(rows: tuple[Row, ...]) -> Iterator[tuple[Item, Item, Item]]:
    """Policies at an action and a state of one time: the three items."""
    whole = any("episode" in kinds(i.name) for row in rows for i in walk(row) if i.kind == "atom")
    for part in (p for row in rows for p in inner_rows(row)):
        for head, group in pairwise(part):
            if head.kind != "atom" or "policy" not in kinds(head.name) or group.kind != "group" or group.seps != ("|",):
                continue
            if any(len(r) != 1 or r[0].kind != "atom" or len(r[0].subs) != 1 for r in group.rows):
                continue
            action, state = (r[0] for r in group.rows)
            time = action.subs[0]
            named = [kinds(i.name) for i in time if i.kind == "atom"]
            runs = any("time" in k or whole and "index" in k for k in named)
            if runs and row_key(time) == row_key(state.subs[0]) and action.name != state.name:
                yield head, action, state


def valued(rows: tuple[Row, ...]) -> Iterator[tuple[str, Item]]:
    r"""The state, and the action, at which the values of a policy, the best ones, or the rewards of a step stand: ``V^\pi(x)``, ``r(x_t,u_t)``."""
    for part in (p for row in rows for p in inner_rows(row)):
        for head, group in pairwise(part):
            if head.kind != "atom" or group.kind != "group" or group.name != "()" or set(group.seps) - {","}:
                continue
            scripts = [s[0] for s in (*head.subs, *head.sups) if len(s) == 1]
            of_policy = any(kinds(i.name).get("policy") == 0 or i.name in MARKS_OF_NAMES for i in scripts)
            values = head.name in VALUE_NAMES and of_policy and len(group.rows) <= 2
            letters = [r[0] for r in group.rows if len(r) == 1 and r[0].kind == "atom" and not r[0].word]
            if values and len(letters) == len(group.rows):
                yield from zip(("state", "action"), letters, strict=False)
            times = {row_key(s) for i in letters for s in i.subs if any("time" in kinds(j.name) for j in s if j.kind == "atom")}
            if (
                "reward" in kinds(head.name)
                and len(letters) == len(group.rows) == 2
                and len(times) == 1
                and all(i.subs for i in letters)
            ):
                yield from zip(("state", "action"), letters, strict=True)


def episodes(rows: tuple[Row, ...]) -> set[str]:
    """Letters that stand for whole episodes: alone below an expectation, drawn from a policy or from a law with parameters."""
    found = set()
    for item in (i for row in rows for i in walk(row) if i.kind == "atom" and i.name in EXPECTATIONS):
        for sub in item.subs:
            plain = len(sub) == 3 and all(i.kind == "atom" for i in sub[::2]) and is_mark(sub[1], r"\sim")
            if plain and not (sub[0].subs or sub[0].sups) and (sub[2].subs or kinds(sub[2].name).get("policy") == 0):
                found.add(sub[0].name)
    return {name for name in found if not kinds(name).keys() & {"episode", "state", "action", "reward"}}


__all__ = ["implied"]
