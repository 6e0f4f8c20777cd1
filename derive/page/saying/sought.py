r"""What a page looks for: of what something is to be as large, or as small, as it can be.

Where :math:`x^*` is said to be where :math:`F` is largest, :math:`F(x)\le F(x^*)` for every :math:`x`: an order like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.parametric import LARGEST as EXTREMES
from derive.elaborate.reading.statements import Statement
from derive.glossary.marks import TRANSPOSES
from derive.syntax.flat import Item, Row, everywhere, row_key, walk

#: What marks the best, however a text does: ``\\pi_{k+1}``, ``\\hat w``.
STAR = Item("mark", "*")
#: Words that look for what is largest, and for what is smallest.
LARGEST = re.compile(r"\bmaximi[sz]\w*|\b(?:maximum|maximal|largest|highest|as large as)\b|最大", re.IGNORECASE)
SMALLEST = re.compile(r"\bminimi[sz]\w*|\b(?:minimum|minimal|smallest|lowest|least|as small as)\b|最小", re.IGNORECASE)
#: Words for what should be small.
BAD = re.compile(
    r"\b(?:loss|losses|error|errors|cost|costs|risk|regret|penalty|energy|distance|bound|variance)\b|损失|误差|代价",
    re.IGNORECASE,
)
#: Words that say of a formula that it is where something is largest or smallest.
BEST_PLACE = re.compile(
    r"(?:\b(?:maximi[sz]|minimi[sz])(?:ers?|ed|es)\b|\b(?:smallest|largest|lowest|highest)\b|\b(?:derivatives?|gradients?) (?:to|"
    r"equal to) zero\b|\bfirst-order condition\b|\boptim(?:um|al|iser|izer)\b|\bsolution\b|\bsolved\b|\bclosed form\b|\bclosed-form\b"
    r"|\battained\b|\bachieved\b|\breached\b|\bbest\b)[^.;]{0,60}$|最优|最大|最小|闭式解",
    re.IGNORECASE,
)
#: Words of a sentence that says where something is best and under nothing else.
_PLAINLY = (
    "a an the its their this that which whose it is are was has have had by at of in and so hence thus therefore then we get obtain find give "
    "gives yields reads becomes minimiser minimizer maximiser maximizer minimised minimized maximised maximized minimises minimizes maximises "
    "maximizes minimise minimize maximise maximize attained achieved reached optimal optimum best unique global solution solved closed form "
    "closed-form policy policies distribution value weights weight vector parameter parameters choice point place action control rate learning "
    "size smallest largest lowest highest minimum maximum minimal maximal setting derivative gradient derivatives to zero equal taking objective "
    "function functional loss problem bound sum variance expression baseline estimate estimator likelihood regularised regularized ridge next new "
    "for each every state prompt fixed over with respect first-order condition mean squared error constant prediction under mirror descent "
    "proximal iterate entropy-regularised kl-regularised entropy-regularized kl-regularized maximum-likelihood weighted least squares"
)
PLAINLY = frozenset(_PLAINLY.split())
#: Words by which not all places are allowed, or the place is not quite where it is best.
LIMITED = re.compile(
    r"\b(?:subject to|s\.t\.|such that|constrain\w*|restrict\w*|budgets?|at most|at least|within|approximat\w*|nearly|gradient|"
    r"lagrang\w*|dual|local(?:ly)?"
    r"|step|trust region|penal\w*|gaussian|determin\w*|balls?|spheres?|feasible|must|may not|cannot|not be|invest\w*|portfolio|"
    r"caps?|capped|allowed|over the"
    r"|among|limits?|up to|roughly|about|second|other|another|if|instead|near|under §|over [^§.]{0,20} in §|categorical|"
    r"multinomial)\b|约束|近似|局部",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sought:
    """That ``body`` is to be largest, or smallest, over ``letter``; ``largest`` is None where nothing says which, ``name`` the
    functional that it was said to be.  Of what stands by itself in a ``sentence`` any letter may be looked for there;
    ``bad`` where its name says that it should be small."""

    letter: Item | None
    body: Row
    largest: bool | None
    section: int
    line: int
    latex: str
    conditions: tuple[Row, ...] = ()
    name: Row = ()
    sentence: int = -1
    bad: bool = False

    def best_at(self, name: Row, words: str) -> tuple[Statement, Row] | None:
        """That a name is where it is best, as an order, and how the name is written there; None where the words do not say which end."""
        if self.letter is None:
            alike = (
                i for i in walk(self.body) if i.kind == "atom" and spelled(i) == spelled(name[0]) and not i.accents and not i.subs
            )
            found = next(alike, None)
            return replace(self, letter=replace(found, sups=())).best_at(name, words) if found is not None else None
        said = direction(words)
        if said is not None and self.largest not in (None, said):
            return None  # it is best for something else
        largest = self.largest if said is None else said
        largest = False if largest is None and (self.bad or BAD.search(words)) else largest
        if (
            largest is None
            or spelled(name[0]) != spelled(self.letter)
            or any(i.kind == "number" for s in name[0].sups for i in s)
        ):
            return None
        own = replace(name[0], subs=name[0].subs if self.runs_over(name[0]) else (), sups=((STAR,),), accents=())
        best = Statement((self.body, self.at(own)), (r"\le" if largest else r"\ge",), self.conditions)
        return best, (own, *name[1:])

    def at(self, name: Item) -> Row:
        """What it comes to with a name in the place of the letter, at whatever index this is written."""

        def there(row: Row) -> Row:
            return tuple(self.named(i, name) if self.is_letter(i) else i for i in row)

        return everywhere(self.body, there)

    def named(self, item: Item, name: Item) -> Item:
        """The letter as a name, at the same index; what it is raised to, or turned by, as one."""
        own = replace(
            item, subs=item.subs if self.runs_over(name) or not name.subs else name.subs, sups=name.sups, accents=name.accents
        )
        if not item.sups or not own.sups:
            return replace(own, sups=own.sups or item.sups)
        return Item("group", "()", ((own,),), sups=item.sups, start=item.start, end=item.end)

    def is_letter(self, item: Item) -> bool:
        """Whether an item is the letter, by itself or at an index that runs."""
        raised = all(len(s) == 1 and (s[0].kind == "number" or s[0].name in TRANSPOSES) for s in item.sups)
        if self.letter is None or item.kind != "atom" or stem(item) != stem(self.letter) or not raised:
            return False
        return self.runs_over(item) or [*map(row_key, item.subs)] == [*map(row_key, self.letter.subs)]

    def runs_over(self, item: Item) -> bool:
        """Whether the index of an item runs in what is looked at."""
        running = [row_key(s[:1]) for i in walk(self.body) if i.kind == "big" for s in i.subs]
        return len(item.subs) == 1 and row_key(item.subs[0]) in running


def spelled(item: Item) -> tuple[str, int]:
    r"""A name without its scripts and marks: that of ``x``, ``x^*`` and ``\hat x``."""
    return item.name, item.primes


def plainly(words: str, known: frozenset[str] = PLAINLY) -> bool:
    """Whether the last sentence of words is made of known ones: of those that say where something is best, and under nothing else."""
    headless = re.sub(
        r"^#+\s.*?(?=\b(?:The|We|For|In|A|An|With|Let|This|It|Its|Then|Minimise|Maximise|Minimize|Maximize)\b|§)", "", words
    )
    last = re.split(r"[.;:!?]\s|§\s+(?=[A-Z])", headless)[-1]
    return all(w.lower() in known for w in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", last))


def direction(words: str) -> bool | None:
    """Whether words look for what is largest; None where they do for nothing, or for both ends."""
    large, small = LARGEST.search(words) is not None, SMALLEST.search(words) is not None
    return large if large != small else None


def sought_in(statement: Statement, before: str, section: int, line: int, latex: str, sentence: int) -> Sought | None:
    r"""What a statement looks for: ``\max_x F``, ``x^*=\arg\max_x F``, or ``F(x)=…`` behind words that do; None where it does not."""
    row = statement.terms[-1]
    if len(statement.rels) > 1 or statement.rels not in ((), ("=",), (":=",)) or not row:
        return None
    name, first, rest = statement.terms[0], row[0], row[1:]
    if any(i.kind == "text" for i in walk(row)):
        return None
    letter: Item | None = None
    functional: Row = ()
    bad = False
    largest: bool | None
    if first.kind == "big" and first.name in EXTREMES and len(first.subs) == 1 and first.subs[0] and rest:
        letter, *below = first.subs[0]
        if below and below[0].name not in (r"\in", r"\colon"):
            return None
        if len(rest) == 1 and rest[0].kind == "group" and len(rest[0].rows) == 1 and not (rest[0].subs or rest[0].sups):
            rest = rest[0].rows[0]
        row, largest = rest, EXTREMES[first.name]
    elif statement.rels and len(name) == 2 and name[0].kind == "atom" and name[1].kind == "group":
        letter = one_in(name[1])
        functional = name[:1] if letter is not None and not letter.subs else ()
        largest, bad = direction(before), bool(BAD.search(before))
    if letter is None and not statement.rels and len(row) > 2 and any(i.kind == "mark" for i in row):
        return Sought(None, row, None, section, line, latex, sentence=sentence)
    if letter is None or letter.kind != "atom" or letter.sups:
        return None
    limited = any(stem(i) == stem(letter) for row in statement.conditions for i in walk(row))
    if limited or not any(i.kind == "atom" and stem(i) == stem(letter) for i in walk(row)):
        return None
    return Sought(letter, row, largest, section, line, latex, statement.conditions, functional, bad=bad)


def one_in(group: Item) -> Item | None:
    """The one item that brackets hold; None where they hold more."""
    return group.rows[0][0] if len(group.rows) == 1 and len(group.rows[0]) == 1 else None


__all__ = ["BEST_PLACE", "LIMITED", "STAR", "Sought", "one_in", "plainly", "sought_in", "spelled"]
