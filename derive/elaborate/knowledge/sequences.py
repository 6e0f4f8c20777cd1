r"""Sequences as they are written: the token ``y_t``, the prefix ``y_{<t}``, and which letters a claim writes for responses and lengths."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from itertools import pairwise

from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.knowledge.shapes import stem
from derive.glossary.functions import GROUP_WORDS
from derive.glossary.marks import BOLD
from derive.syntax.flat import Item, Row, before_brackets, everywhere, is_mark, walk


def members_of_groups(rows: Iterable[Row]) -> set[Hashable]:
    r"""Names of groups that have a statistic, ``\mathrm{mean}(r)``, where a claim names one of their members, ``r_i``."""
    rows = list(rows)
    of = [b.rows for a, b in before_brackets(rows) if a.said in GROUP_WORDS]
    alone = [rs[0][0] for rs in of if len(rs) == 1 == len(rs[0]) and rs[0][0].kind == "atom"]
    members = {stem(i) for row in rows for i in walk(row) if i.kind == "atom" and len(i.subs) == 1 and not i.sups}
    return {stem(unbold(i)) for i in alone if not i.subs} & members


def given_at_any(rows: Iterable[Row], given: Iterable[Row]) -> set[Hashable]:
    """Names that are given at an index of which a claim does not speak, and that it has at others: ``x_n`` where x_i ≥ 0."""
    spoken = [i for row in rows for i in walk(row) if i.kind == "atom"]
    own = {stem(i) for i in spoken if len(i.subs) == 1 and len(i.subs[0]) == 1}
    letters = {i.name for i in spoken}

    def at_any(item: Item) -> bool:
        if item.kind != "atom" or len(item.subs) != 1 or len(item.subs[0]) != 1:
            return False
        place = item.subs[0][0]
        return place.kind == "atom" and kinds(place.name).get("index") == 0 and place.name not in letters

    return {stem(i) for row in given for i in walk(row) if at_any(i) and stem(i) in own}


def token_of(row: Row) -> tuple[Item, Row] | None:
    """``y_t``, ``o_{i,t}``: the response and the number of the token."""
    if len(row) != 1 or row[0].kind != "atom" or len(row[0].subs) != 1 or row[0].sups:
        return None
    before, last = parted(row[0].subs[0])
    return (replace(unbold(row[0]), subs=(before,) if before else ()), last) if last else None


def prefix_of(row: Row) -> tuple[Item, tuple[Row, bool]] | None:
    r"""``y_{<t}``, ``o_{i,<t}``, ``y_{\le t}``, ``y_{1:t}``: the response, a number, and whether its own token is left out."""
    if len(row) != 1 or row[0].kind != "atom" or len(row[0].subs) != 1 or row[0].sups:
        return None
    before, last = parted(row[0].subs[0])
    response = replace(unbold(row[0]), subs=(before,) if before else ())
    if len(last) > 1 and is_mark(last[0], "<", r"\le"):
        return response, (last[1:], last[0].name == "<")
    if len(last) > 2 and last[0].name == "1" and is_mark(last[1], ":"):
        return response, (last[2:], False)
    return None


def listed_tokens(row: Row) -> Row:
    r"""``\pi(y_t|x,y_1,\dots,y_{t-1})`` with the tokens listed as ``y_{1:t-1}``."""

    def listed(head: Item, item: Item) -> Item:
        of_law = head.kind == "atom" and bool(kinds(head.name).keys() & {"law", "policy"})
        if not of_law or item.kind != "group" or not any(len(r) == 1 and r[0].kind == "dots" for r in item.rows):
            return item
        rows, seps = list(item.rows), list(item.seps)
        for at, part in enumerate(rows):
            if len(part) != 1 or part[0].kind != "dots" or at + 1 >= len(rows) or seps[at - 1 : at + 1] != [",", ","]:
                continue
            start = at - 1
            while start > 0 and seps[start - 1] == "," and follows(rows[start - 1], rows[start]):
                start -= 1
            first, last = rows[start], rows[at + 1]
            if start < 0 or not (counts_from_one(first) and of_one_name(first, last)):
                continue
            ends = (*first[0].subs[0], Item("mark", ":"), *last[0].subs[0])
            rows[start : at + 2] = [(replace(first[0], subs=(ends,), end=last[0].end),)]
            seps[start : at + 1] = []
            return replace(item, rows=tuple(rows), seps=tuple(seps))
        return item

    return everywhere(row, lambda part: (*part[:1], *(listed(a, b) for a, b in pairwise(part))))


def whole_responses(rows: Iterable[Row]) -> Callable[[Row], Row]:
    r"""``p(x_{1:n})`` as ``p(x)``, where n is the number of tokens: the end of a product over them."""
    ends = {(key, letter_key(response)) for key, response in ends_of(rows).items()}

    def whole(row: Row) -> Row:
        prefix = prefix_of(row)
        if prefix is None or prefix[1][1] or len(prefix[1][0]) != 1:
            return row
        response, (last, _) = prefix
        return (response,) if (letter_key(last[0]), letter_key(response)) in ends else row

    def change(part: Row) -> Row:
        out = list(part)
        for at, (head, group) in enumerate(pairwise(part)):
            if head.kind == "atom" and group.kind == "group" and group.name in ("()", "[]"):
                out[at + 1] = replace(group, rows=tuple(map(whole, group.rows)))
        return tuple(out)

    return lambda row: everywhere(row, change) if ends else row


def counts_from_one(row: Row) -> bool:
    """``y_1``."""
    return len(row) == 1 and row[0].kind == "atom" and len(row[0].subs) == 1 and [i.value for i in row[0].subs[0]] == [1]


def of_one_name(first: Row, last: Row) -> bool:
    """``y_1`` and ``y_{t-1}``: one name with an index each."""
    return len(last) == 1 and len(last[0].subs) == 1 and replace(last[0], subs=first[0].subs).key == first[0].key


def follows(first: Row, second: Row) -> bool:
    """``y_1`` before ``y_2``."""
    numbered = [r[0].subs[0][0].value for r in (first, second) if len(r) == 1 and [len(s) for s in r[0].subs] == [1]]
    return len(numbered) == 2 and None not in numbered and of_one_name(first, second) and numbered[1] == numbered[0] + 1  # type: ignore[operator]


def parted(sub: Row) -> tuple[Row, Row]:
    """What stands before the last comma of a subscript, and behind it."""
    sub = tuple(i for i in sub if not is_mark(i, r"\quad"))
    place = max((k for k, i in enumerate(sub) if is_mark(i, ",")), default=-1)
    if place < 0 and len(sub) == 2 and all(i.kind == "atom" for i in sub):
        return sub[:1], sub[1:]
    return sub[:place] if place > 0 else (), sub[place + 1 :]


def is_before(end: tuple[Row, bool], time: Row) -> bool:
    """Whether a prefix has all the tokens before the one with a number, and no others."""
    last, left_out = end
    if left_out:
        return [i.key for i in last] == [i.key for i in time]
    less = len(last) == len(time) + 2 and is_mark(last[-2], "-") and last[-1].name == "1"
    return less and [i.key for i in last[:-2]] == [i.key for i in time]


def prefixes(row: Row) -> list[tuple[Item, tuple[Row, bool]]]:
    """The prefixes on which something is conditioned in a row."""
    given = [r for i in walk(row) if i.kind == "group" and "|" in i.seps for r in i.rows]
    return [p for r in given if (p := prefix_of(r)) is not None]


def unbold(item: Item) -> Item:
    """A response set bold is the one whose tokens are not."""
    font = next((font for font in BOLD if item.name.startswith(font)), "")
    return replace(item, name=item.name.removeprefix(font)) if font else item


def heads_of(rows: Iterable[Row]) -> set[Hashable]:
    """Names of what gives the next token its chances: what is conditioned on a prefix."""
    found: set[Hashable] = set()
    for row in rows:
        for part in (row, *(r for i in walk(row) for r in (*i.rows, *i.subs, *i.sups))):
            for head, group in pairwise(part):
                given = group.rows if group.kind == "group" and "|" in group.seps else ()
                if head.kind == "atom" and any(prefix_of(r) is not None for r in given):
                    found.add((head.name, head.accents, head.primes))
    return found


def responses_of(rows: Iterable[Row]) -> set[Hashable]:
    r"""Names of responses: those that have prefixes, and those to whose length ``|y|`` a sum goes."""
    found: set[Hashable] = set()
    for row in rows:
        found |= {(r.name, r.accents, r.primes) for r, _ in prefixes(row)}
        for item in walk(row):
            end = item.sups[0] if item.kind == "big" and len(item.sups) == 1 else ()
            if len(end) == 1 and end[0].kind == "group" and end[0].name == "abs" and len(end[0].rows[0]) == 1:
                inner = end[0].rows[0][0]
                if inner.kind == "atom":
                    found.add((unbold(inner).name, inner.accents, inner.primes))
    return found


def ends_of(rows: Iterable[Row]) -> dict[Hashable, Item]:
    """Letters up to which the tokens of a response are numbered, with the response."""
    found: dict[Hashable, Item] = {}
    for row in rows:
        for part in (row, *(r for i in walk(row) for r in (*i.rows, *i.subs, *i.sups))):
            for at, item in enumerate(part):
                end = item.sups[0] if item.kind == "big" and len(item.sups) == 1 and len(item.subs) == 1 else ()
                if len(end) != 1 or end[0].kind != "atom" or len(item.subs[0]) != 3 or item.subs[0][2].name != "1":
                    continue
                for response, prefix in prefixes(part[at + 1 :]):
                    if is_before(prefix, item.subs[0][:1]):
                        found.setdefault(letter_key(end[0]), response)
    return found
