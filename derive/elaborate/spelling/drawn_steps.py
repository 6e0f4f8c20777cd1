r"""What an expectation draws step by step: a whole episode, ``(s_0,a_0,\dots)\sim\pi``, or what is left of one, ``\mathbb{E}_{a_t,s_{t+1},\dots}``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.spelling.parameters import CALLED
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import ADVANTAGES, PATH_LETTER, REWARD_LETTERS, TRANSITION_LETTERS
from derive.syntax.flat import Item, Row, everywhere, inner_rows, is_mark, numeral, walk


def on_the_way(rows: Iterable[Row]) -> Callable[[Row], Row]:
    r"""How a row is read: with ``r(s,a,s')`` for a bare reward that is weighed with what follows, ``\sum_{s'}p(s'|s,a)[r+\gamma V(s')]``.

    As it is where such a reward stands elsewhere, too, or something draws or counts it.
    """
    rows = tuple(rows)
    weighed = [group for row in rows for part in inner_rows(row) for _, group in steps_weighed(part)]
    inside = {id(i) for group in weighed for r in group.rows for i in walk(r)}
    bare = [i for row in rows for part in inner_rows(row) for i in bare_rewards(part)]
    if not bare or any(id(i) not in inside for i in bare) or len({i.key for i in bare}) > 1:
        return lambda row: row

    def change(part: Row) -> Row:
        out = list(part)
        for at, group in steps_weighed(part):
            arrived, *left = part[at].rows
            place = Item("group", "()", (*left, arrived), (",",) * len(left))

            def placed(row: Row, place: Item = place) -> Row:
                here = {id(i) for i in bare_rewards(row)}
                return tuple(x for i in row for x in ((i, place) if id(i) in here else (i,)))

            out[at + 1] = replace(group, rows=tuple(everywhere(r, placed) for r in group.rows))
        return tuple(out)

    return lambda row: everywhere(row, change)


def steps_weighed(part: Row) -> list[tuple[int, Item]]:
    r"""Where ``p(s'|s,a)`` stands before brackets: the place of its arguments, and the brackets."""
    found = []
    for at, (head, group, behind) in enumerate(zip(part, part[1:], part[2:], strict=False)):
        chance = head.kind == "atom" and head.name in TRANSITION_LETTERS and group.kind == "group" and group.seps == ("|", ",")
        letters = [r[0] for r in group.rows if len(r) == 1 and r[0].kind == "atom"] if chance else []
        if len(letters) == 3 and behind.kind == "group" and behind.name in CALLED and "state" in kinds(letters[0].name):
            found.append((at + 1, behind))
    return found


def bare_rewards(part: Row) -> list[Item]:
    """The letters for a reward in a row that say nothing of when or where it is earned."""
    ends = (*part[1:], Item("mark", ""))
    return [
        i for i, behind in zip(part, ends, strict=False)
        if i.kind == "atom" and i.name in REWARD_LETTERS and not (i.subs or i.sups or i.primes or i.accents) and behind.kind != "group"
    ]  # fmt: skip


def drawn_by_name(row: Row) -> Row:
    r"""A row in which ``(s_0,a_0,\dots)\sim\pi`` below a mean is ``\tau\sim\pi``, and ``\mathbb{E}_{a_t,s_{t+1},\dots}[x]`` is ``\mathbb{E}[x|s_t]``."""

    def change(part: Row) -> Row:
        out = list(part)
        for at, item in enumerate(part):
            if item.kind != "atom" or item.name not in EXPECTATIONS or not item.subs:
                continue
            steps, law = steps_below(item.subs[0])
            following = part[at + 1] if at + 1 < len(part) else None
            given = (
                before_rest(steps) if following is not None and following.kind == "group" and "|" not in following.seps else ()
            )
            if given and following is not None:
                out[at] = replace(item, subs=(law[1:], *item.subs[1:]) if law else item.subs[1:])
                seps = (*following.seps, "|", *("," for _ in given[1:]))
                out[at + 1] = replace(following, rows=(*following.rows, *((i,) for i in given)), seps=seps)
            elif law and is_episode_of(steps):
                letter = Item("atom", PATH_LETTER, start=steps[0].start, end=steps[-1].end)
                out[at] = replace(item, subs=((letter, *law), *item.subs[1:]))
        return tuple(out)

    return everywhere(row, change)


def steps_below(under: Row) -> tuple[Row, Row]:
    """What is drawn below an expectation, without brackets and commas, and its law with the sign before it, if one is written."""
    sign = next((at for at, item in enumerate(under) if is_mark(item, r"\sim")), len(under))
    drawn = under[:sign]
    if len(drawn) == 1 and drawn[0].kind == "group" and drawn[0].name in CALLED:
        drawn = tuple(i for r in drawn[0].rows for i in r)
    return tuple(i for i in drawn if not is_mark(i, ",")), under[sign:]


def is_range(item: Item) -> bool:
    """``s_{1:T}``."""
    return any(is_mark(j, ":") for s in item.subs for j in s)


def is_timed(item: Item) -> bool:
    return item.kind == "atom" and "process" in kinds(item.name) and len(item.subs) == 1 and bool(item.subs[0])


def is_listed(steps: Row) -> bool:
    """Whether steps of a process go on: with dots behind the first of them, or each as a range."""
    timed = [i for i in steps if i.kind != "dots"]
    return bool(timed) and all(map(is_timed, timed)) and (len(timed) < len(steps) or all(map(is_range, timed)))


def is_episode_of(steps: Row) -> bool:
    """Whether a list of steps is an episode."""
    return is_listed(steps) and any("state" in kinds(i.name) for i in steps)


def before_rest(steps: Row) -> Row:
    r"""What is held where the rest of an episode is drawn: ``s_t`` where its action comes first, ``s_t, a_t`` where the next state does; empty elsewhere."""
    if not is_listed(steps):
        return ()
    firsts: list[tuple[Item, Row, int]] = []
    for kind in ("state", "action"):
        of_kind = [i for i in steps if i.kind == "atom" and kind in kinds(i.name)]
        found = step_of(of_kind[0]) if of_kind else None
        if found is None:
            return ()
        firsts.append((of_kind[0], *found))
    (state, base, after), (action, same, acted) = firsts
    if [i.key for i in base] != [i.key for i in same] or after != 1 or after == acted and not base:
        return ()  # of numbers, s_1, a_1, … may be a whole episode
    held = (replace(state, subs=(base or (numeral(0),),)), replace(action, subs=(base or (numeral(0),),)))
    return held if after == acted else held[:1]


def step_of(item: Item) -> tuple[Row, int] | None:
    """The first step below a name, as a letter and how many steps it is behind it; None where it is something else."""
    row = item.subs[0]
    cut = next((at for at, i in enumerate(row) if is_mark(i, ":")), len(row))
    row = row[:cut]
    if len(row) == 1 and row[0].kind == "number" and row[0].value in (0, 1):
        return (), int(row[0].value)
    if len(row) == 1 and row[0].kind == "atom":
        return row, 0
    if len(row) == 3 and row[0].kind == "atom" and is_mark(row[1], "+") and row[2].value == 1:
        return row[:1], 1
    return None


def advantages_of_steps(rows: Iterable[Row]) -> Callable[[Row], Row] | None:
    r"""What writes ``A_t`` as ``\hat A_t`` where the actions of the same rows are small letters, ``a_t``: it is no action there; None elsewhere.

    Beside a state in capitals it is what is done, and ``a_t`` what that may be: ``A_t=a_t``, ``S_t=s_t``.
    """
    timed = [i for row in rows for i in walk(row) if i.kind == "atom" and len(i.subs) == 1 and has_time(i.subs[0])]
    acts = any(i.name.islower() and "action" in kinds(i.name) for i in timed)
    drawn = any(i.name.isupper() and "state" in kinds(i.name) for i in timed)
    named = [i for i in timed if i.name in ADVANTAGES]
    if not acts or drawn or not named or any(i.accents for i in named):
        return None

    def hatted(part: Row) -> Row:
        return tuple(replace(i, accents=("hat",)) if is_advantage(part, at) else i for at, i in enumerate(part))

    def is_advantage(part: Row, at: int) -> bool:
        item, behind = part[at], part[at + 1] if at + 1 < len(part) else None
        plain = item.kind == "atom" and item.name in ADVANTAGES and not (item.sups or item.primes or item.accents)
        return plain and len(item.subs) == 1 and has_time(item.subs[0]) and (behind is None or behind.kind != "group")

    return lambda row: everywhere(row, hatted)


def has_time(sub: Row) -> bool:
    """Whether a time stands below a letter, or one that is counted from it."""
    return bool(sub) and sub[0].kind == "atom" and "time" in kinds(sub[0].name) and not sub[0].subs


__all__ = ["advantages_of_steps", "drawn_by_name"]
