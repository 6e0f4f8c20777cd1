r"""Parameters below the names that move with them, however a text writes it.

``\pi(a|s;\theta)`` and ``\pi(a|s,\theta)`` are ``\pi_\theta(a|s)``; behind a bare ∇ the one parameter of a claim is what it
differentiates by; behind ``\nabla_\theta``, ``\pi(a|s)``, ``V^\pi(s)`` and ``p(\tau)`` are those of ``\pi_\theta``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.glances import parameter_below
from derive.elaborate.knowledge.scope import Outside, kinds, letter_key
from derive.elaborate.knowledge.shapes import stem
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import MARKS_OF_NAMES, VALUE_NAMES
from derive.syntax.flat import Item, Row, before_brackets, everywhere, inner_rows, is_mark, row_key, walk

#: What may stand in brackets behind a head that is applied.
CALLED = ("()", "[]")


def parametrised(head: Item, group: Item) -> Row | None:
    r"""The parameter that stands last in the brackets of a head: behind ``;``, or behind the state of a policy or of a value."""
    if head.kind != "atom" or group.kind != "group" or group.name not in CALLED or len(group.rows) < 2:
        return None
    last, sep = group.rows[-1], group.seps[-1]
    if len(last) != 1 or last[0].kind != "atom" or "parameter" not in kinds(last[0].name):
        return None
    if any("parameter" in kinds(i.name) for s in head.subs for i in s if i.kind == "atom"):
        return None
    before = [kinds(i.name) for r in group.rows[:-1] for i in r if i.kind == "atom"]
    of_policy = kinds(head.name).get("policy") == 0 and "|" in group.seps[:-1]
    of_value = head.name in VALUE_NAMES and bool(before) and all(may.keys() & {"state", "action"} for may in before)
    return last if sep == ";" or sep == "," and (of_policy or of_value) else None


def not_moved(rows: Iterable[Row]) -> frozenset[Hashable]:
    """Heads that have something else behind a semicolon too: what stands there is no parameter, or a point of its own."""
    found: set[Hashable] = set()
    for row in rows:
        for part in (row, *(r for i in walk(row) for r in (*i.rows, *i.subs, *i.sups))):
            for head, group in pairwise(part):
                if head.kind == "atom" and group.kind == "group" and ";" in group.seps and parametrised(head, group) is None:
                    found.add(stem(head))
    return frozenset(found)


def bound_letters(rows: Iterable[Row]) -> frozenset[Hashable]:
    """Letters that a sum or an expectation runs through: no parameters."""
    found: set[Hashable] = set()
    for item in (i for row in rows for i in walk(row) if i.kind in ("big", "atom")):
        for sub in item.subs:
            found |= {stem(i) for i in sub if i.kind == "atom" and item.kind == "big"}
            found |= {stem(i) for i, behind in pairwise(sub) if i.kind == "atom" and is_mark(behind, r"\sim")}
    return frozenset(found)


def moved_below(row: Row, fixed: frozenset[Hashable]) -> Row:
    """A row with the parameters of its heads below them."""

    def move(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            parameter = parametrised(out[-1], item) if out and stem(out[-1]) not in fixed else None
            if parameter is not None and stem(parameter[0]) not in fixed:
                out[-1] = replace(out[-1], subs=(*out[-1].subs, parameter))
                item = replace(item, rows=item.rows[:-1], seps=item.seps[:-1])
            out.append(item)
        return tuple(out)

    return everywhere(row, move)


#: What a name with a parameter below it may be that is no number: a distribution, a policy.
NO_NUMBER = frozenset(("law", "policy", "visitation", "parameter", "vector", "state", "action", "episode"))


def applied_to_parameters(rows: list[Row]) -> list[Row]:
    r"""Rows in which a number that moves is a function of its parameter: ``\nabla_\theta Z_\theta`` is ``\nabla_\theta Z(\theta)``.

    That is a name which is never applied, below a gradient by what stands below it.
    """
    parts = [part for row in rows for part in inner_rows(row)]
    by = {row_key(s) for part in parts for i in part if i.kind == "nabla" for s in i.subs if len(s) == 1 and s[0].kind == "atom"}
    applied = {a.name for part in parts for a, b in pairwise(part) if b.kind == "group" and b.name in CALLED}

    def moves(item: Item) -> bool:
        if item.kind != "atom" or item.name in applied or not parameter_below(item) or row_key(item.subs[0]) not in by:
            return False
        return not (item.word or item.name in VALUE_NAMES or item.name in EXPECTATIONS or kinds(item.name).keys() & NO_NUMBER)

    def change(part: Row) -> Row:
        out: list[Item] = []
        for item in part:
            if moves(item):
                below = Item("group", "()", item.subs, sups=item.sups, start=item.start, end=item.end)
                out += [replace(item, subs=(), sups=()), below]
            else:
                out.append(item)
        return tuple(out)

    return [everywhere(row, change) for row in rows] if by else rows


def with_priors(rows: list[Row]) -> list[Row]:
    r"""Rows in which the prior of a model has its parameter: beside ``p_\theta(x\mid z)``, ``p(z)`` is ``p_\theta(z)``.

    That is the law of a letter on which the model conditions, but not everywhere, and of which it says nothing alone.

    Raises: Outside where a gradient may move the prior or not, and beside two models.
    """
    models: dict[Hashable, list[Item]] = {}
    behind: dict[Hashable, list[set[Hashable]]] = {}
    own: dict[Hashable, set[Hashable]] = {}
    for head, group in before_brackets(rows):
        may = kinds(head.name)
        if "law" not in may or may.get("policy") == 0 or not parameter_below(head) or group.name not in CALLED:
            continue
        bar = group.seps.index("|") + 1 if "|" in group.seps else len(group.rows)
        models.setdefault((head.name, head.accents), []).append(head)
        behind.setdefault((head.name, head.accents), []).append({row_key(r) for r in group.rows[bar:]})
        own.setdefault((head.name, head.accents), set()).update(row_key(r) for r in group.rows[:1] if len(group.rows) == 1)

    def is_prior(head: Item, letter: Row) -> bool:
        name = (head.name, head.accents)
        plain = not (head.subs or head.sups or head.primes) and len(letter) == 1 and letter[0].kind == "atom"
        conditioned = [row_key(letter) in rows for rows in behind.get(name, ())]
        return plain and any(conditioned) and not all(conditioned) and row_key(letter) not in own[name]

    def model(head: Item) -> Item:
        labels = {row_key(s) for m in models[head.name, head.accents] for s in m.subs}
        if len(labels) > 1 or any(i.kind == "nabla" for row in rows for i in walk(row)):
            raise Outside("a prior that may have the parameters of a model, or not")
        return replace(head, subs=models[head.name, head.accents][0].subs)

    def change(part: Row) -> Row:
        out: list[Item] = []
        for at, item in enumerate(part):
            group = part[at + 1] if at + 1 < len(part) and part[at + 1].kind == "group" else None
            if group is not None and len(group.rows) == 1 and is_prior(item, group.rows[0]):
                item = model(item)
            elif group is None and at > 1 and is_mark(part[at - 1], r"\sim") and is_prior(item, part[at - 2 : at - 1]):
                out.append(model(item))
                item = Item("group", "()", (part[at - 2 : at - 1],), start=item.start, end=item.end)
            out.append(item)
        return tuple(out)

    return [everywhere(row, change) for row in rows] if models else rows


def moved_copy(rows: Iterable[Row]) -> Item | None:
    """The one parameter, or copy of it (θ_t), that heads behind a bare ∇ have below them; None where there are two, or one stands alone there."""
    found: dict[Hashable, Item] = {}
    bare = False
    for item in (i for row in rows for i in walk(row)):
        bare = bare or item.kind == "nabla" and not item.subs
        for sub in item.subs if item.kind == "atom" else ():
            if len(sub) == 1 and sub[0].kind == "atom" and "parameter" in kinds(sub[0].name):
                found[letter_key(sub[0])] = sub[0]
    return next(iter(found.values())) if bare and len(found) == 1 else None


def with_variables(row: Row, letter: Item) -> Row:
    """A row with the parameter below each bare ∇ behind which a head stands that has it."""

    def name(part: Row) -> Row:
        out: list[Item] = []
        for at, item in enumerate(part):
            behind = part[at + 1 : at + 4] if item.kind == "nabla" and not item.subs else ()
            moves = any(letter_key(i) == letter_key(letter) for b in behind for i in walk((b,)) if i.kind == "atom")
            out.append(replace(item, subs=((letter,),)) if moves else item)
        return tuple(out)

    return everywhere(row, name)


# --- parameters that are left out ------------------------------------------------------------------


def unnamed_movers(rows: list[Row]) -> dict[Hashable, Item]:
    r"""Policies, and laws of episodes, that a gradient differentiates without the parameter by which it does: by their name, that parameter."""
    found: dict[Hashable, Item] = {}
    for part in (p for row in rows for p in inner_rows(row)):
        for at, item in enumerate(part):
            letter = item.subs[0][0] if item.kind == "nabla" and len(item.subs) == 1 and len(item.subs[0]) == 1 else None
            if letter is None or letter.kind != "atom" or "parameter" not in kinds(letter.name):
                continue
            operand = differentiated(part, at + 1)
            key = letter_key(replace(letter, sups=()))
            if not any(i.kind == "atom" and letter_key(replace(i, sups=())) == key for i in walk(operand)):
                for head in movers(operand):
                    if others_move(head, letter, rows):
                        return {}
                    if letter_key(found.setdefault(stem(head), letter)) != letter_key(letter):
                        return {}
    return found | {key: letter for key, letter in laws_of_episodes(rows).items() if key not in found}


def others_move(head: Item, letter: Item, rows: list[Row]) -> bool:
    """Whether a name stands with another parameter below it than the one by which something is differentiated."""
    below = (j for row in rows for i in walk(row) if i.kind == "atom" and i.name == head.name for s in i.subs for j in s)
    return any(j.kind == "atom" and "parameter" in kinds(j.name) and j.name != letter.name for j in below)


def laws_of_episodes(rows: list[Row]) -> dict[Hashable, Item]:
    r"""Laws that episodes are drawn from by their bare name, ``\tau\sim p``, where they are applied with one parameter, and never without."""
    found: dict[Hashable, dict[Hashable, Item | None]] = {}
    for part in (p for row in rows for p in inner_rows(row)):
        for head, group in pairwise(part):
            if head.kind == "atom" and "law" in kinds(head.name) and group.kind == "group" and of_episode(group.rows[0]):
                below = head.subs[0] if len(head.subs) == 1 and not head.sups else ()
                moving = len(below) == 1 and below[0].kind == "atom" and "parameter" in kinds(below[0].name)
                key = stem(replace(head, subs=()))
                found.setdefault(key, {})[letter_key(below[0]) if moving else None] = below[0] if moving else None
    return {key: letter for key, at in found.items() if len(at) == 1 for letter in at.values() if letter is not None}


def differentiated(row: Row, at: int) -> Row:
    """What stands behind a gradient: up to the end of the first application, and all that a sum, an integral or an average goes over."""
    for end in range(at, len(row)):
        item = row[end]
        if is_mark(item, "+", "-") and end > at:
            return row[at:end]
        if item.kind == "big" or item.kind == "atom" and item.name in EXPECTATIONS:
            stop = next((n for n in range(end, len(row)) if is_mark(row[n], "+", "-")), len(row))
            return row[at:stop]
        if item.kind in ("group", "frac"):
            return row[at : end + 1]
    return row[at:]


def movers(operand: Row) -> list[Item]:
    """The policies and laws of episodes in what is differentiated, those without scripts, primes and accents."""
    return [a for part in inner_rows(operand) for at, a in enumerate(part) if may_move(part, at)]


def may_move(row: Row, at: int) -> bool:
    """Whether a bare policy, or a law at an episode or behind its ∼, stands at a place."""
    item = row[at]
    if item.kind != "atom" or item.subs or item.sups or item.primes or item.accents:
        return False
    behind = row[at + 1] if at + 1 < len(row) else None
    if kinds(item.name).get("policy") == 0:
        times = "circle-constant" in kinds(item.name) and at > 0 and row[at - 1].kind == "number"  # 2π
        return not times or behind is not None and behind.kind == "group"
    applied = behind is not None and behind.kind == "group" and len(behind.rows) == 1 and of_episode(behind.rows[0])
    drawn = at > 1 and is_mark(row[at - 1], r"\sim") and of_episode(row[at - 2 : at - 1])
    return "law" in kinds(item.name) and (applied or drawn)


def of_episode(row: Row) -> bool:
    return len(row) == 1 and row[0].kind == "atom" and "episode" in kinds(row[0].name)


def with_parameter(row: Row, parameter: dict[Hashable, Item]) -> Row:
    """A row in which what moves has its parameter below it."""

    def name(part: Row) -> Row:
        return tuple(
            replace(item, subs=((parameter[stem(item)],),)) if may_move(part, at) and stem(item) in parameter else item
            for at, item in enumerate(part)
        )

    return everywhere(row, name)


# --- gradients of an expansion ---------------------------------------------------------------------


def centre_of(rows: list[Row]) -> tuple[Item, Item] | None:
    r"""The letter and the point around which it expands, of ``(\theta-\theta_0)``; None where there is none, or there are two."""
    found = {}
    for item in (i for row in rows for i in walk(row) if i.kind == "group" and len(i.rows) == 1 and len(i.rows[0]) == 3):
        letter, sign, point = item.rows[0]
        if (
            letter.kind == point.kind == "atom"
            and is_mark(sign, "-")
            and letter.name == point.name
            and not letter.subs
            and point.subs
        ):
            found[letter_key(letter), letter_key(point)] = (letter, point)
    return next(iter(found.values())) if len(found) == 1 else None


def at_centre(row: Row, names: frozenset[Hashable], letter: Item, point: Item) -> Row:
    r"""A row in which ``\nabla_\theta f`` without an argument is taken at the point around which f(θ) is expanded."""

    def change(part: Row) -> Row:
        out: list[Item] = []
        for at, item in enumerate(part):
            behind = part[at + 1] if at + 1 < len(part) else None
            applied = behind is not None and behind.kind == "group" and not any(is_mark(i, "-") for r in behind.rows for i in r)
            bare = replace(item, sups=())
            if at and part[at - 1].kind == "nabla" and item.kind == "atom" and letter_key(bare) in names and not applied:
                there = Item("group", "()", ((point,),), sups=item.sups, start=item.start, end=item.end)
                out += [bare, there]
            else:
                out.append(item)
        return tuple(out)

    return everywhere(row, change)


def names_at(rows: list[Row], letter: Item) -> frozenset[Hashable]:
    """The names that stand applied to a letter."""
    pairs = [pair for row in rows for part in inner_rows(row) for pair in pairwise(part)]
    return frozenset(
        letter_key(a) for a, b in pairs
        if a.kind == "atom" and b.kind == "group" and len(b.rows) == 1 and len(b.rows[0]) == 1
        and b.rows[0][0].kind == "atom" and letter_key(b.rows[0][0]) == letter_key(letter)
    )  # fmt: skip


def policies_of(rows: Iterable[Row]) -> tuple[Item, ...]:
    """The policies that rows name, by letters that are nothing else first; those without labels, primes and accents before the others."""
    found: dict[Hashable, Item] = {}
    for row in rows:
        for item in walk(row):
            if item.kind == "atom" and kinds(item.name).get("policy") == 0:
                own = replace(item, sups=(), start=0, end=0)
                marks = [i.name for s in (*item.subs, *item.sups) for i in s]
                if not any(m in MARKS_OF_NAMES for m in marks):
                    found.setdefault(letter_key(own), own)
    plain = [i for i in found.values() if not is_labelled(i)]
    return (*plain, *(i for i in found.values() if is_labelled(i)))


def starred_policies(rows: Iterable[Row]) -> frozenset[Hashable]:
    """The policies with a star that rows apply to a response or an action, given something."""
    found = (a for a, b in before_brackets(rows) if b.seps == ("|",))
    marked = (i for i in found if kinds(i.name).get("policy") == 0 and not i.primes and not i.accents)
    return frozenset(
        letter_key(i) for i in marked if any(len(s) == 1 and s[0].name in MARKS_OF_NAMES for s in (*i.subs, *i.sups))
    )


def labelled_parameters(rows: Iterable[Row]) -> dict[Hashable, Item]:
    """Parameters with a label, by it, where a claim has policies at parameters too."""
    atoms = [i for r in rows for i in walk(r) if i.kind == "atom"]
    moving = any(kinds(i.name).get("policy") == 0 and any("parameter" in kinds(j.name) for s in i.subs for j in s) for i in atoms)
    return {
        row_key(i.subs[0]): i for i in atoms
        if moving and "parameter" in kinds(i.name) and len(i.subs) == 1 and not any("parameter" in kinds(j.name) for j in i.subs[0])
    }  # fmt: skip


def is_labelled(item: Item) -> bool:
    """Whether a policy is an old one, a reference, or another than the one at hand."""
    marks = [i for s in item.subs for i in s]
    return bool(item.primes or item.accents) or any(
        i.subs or i.primes or i.accents or "parameter" not in kinds(i.name) for i in marks
    )
