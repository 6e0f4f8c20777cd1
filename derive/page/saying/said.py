"""What a page has said so far: definitions, premises and conditions, and which of them a statement stands under."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from derive.elaborate.knowledge.scope import kinds
from derive.elaborate.knowledge.search import ELIDED, UNSETTLED
from derive.elaborate.knowledge.shapes import stem
from derive.elaborate.reading.reach import bound_throughout
from derive.elaborate.reading.statements import Statement
from derive.glossary.functions import EXPECTATIONS
from derive.glossary.marks import DISCOUNTS, MEAN
from derive.page.saying.bearing import lists, meet, rows_of, says_law, speaks_of_values
from derive.page.saying.occurrences import (
    Shape,
    averages,
    head_of,
    is_numeric,
    labelled,
    marked,
    names_derived,
    names_in,
    occurrences,
    says_what,
    shape_of,
    stands_in,
)
from derive.page.saying.roles import qualifiers
from derive.page.saying.sought import Sought
from derive.page.saying.told import Place, Told, is_weight, recurs
from derive.page.words.around import Words
from derive.page.words.cues import (
    ANSWER,
    BASE_TEN,
    BASE_TWO,
    COSTS,
    DETERMINISTIC,
    EVERYWHERE,
    INDEPENDENT,
    NATURAL,
    NOTATION,
    PASSING_CASE,
    QUALIFIERS,
    QUESTION,
    REWARDED,
    SENTENCES,
    SEVERAL,
    SUPPOSING,
    UNDISCOUNTED,
)
from derive.page.words.moves import EVERY_POLICY
from derive.page.words.other_meanings import ANEW, DROPPED, LEARNT
from derive.page.words.role_names import CONDITION, DEFINITION, INSTANCE, OPEN, ORDERS, PREMISE
from derive.page.words.stated_conditions import IN_PART, denied, plain
from derive.syntax.flat import Item, Row, row_key, walk
from derive.verify.text_conventions import DISCOUNTED, OF_SECTIONS, Convention, is_numbered

#: Definitions that one statement may use.
MOST_DEFINITIONS = 8
#: Orders that nothing satisfies together.
TURNS = ({"<", ">"}, {"<", r"\ge"}, {">", r"\le"})
#: The section of what is supposed on a whole page.
ALL_SECTIONS = -1


def is_bound(told: Told) -> bool:
    """Whether something that is supposed bounds a letter."""
    return told.role in (CONDITION, PREMISE, INSTANCE) and told.statement.rels[0] in ORDERS


@dataclass(slots=True)
class Said:
    """What was said, in order, and where the page is."""

    told: list[Told] = field(default_factory=list)
    fixed: list[Statement] = field(default_factory=list)
    section: int = 0
    #: The sections that this one is part of, with their levels: what stands before the first heading is of the whole page.
    parts: tuple[tuple[int, int], ...] = ((0, 0),)
    #: The section that this one answers: itself, where it answers none.
    asked: int = 0
    paragraph: int = 0
    sentence: int = 0
    timed: list[Row] = field(default_factory=list)
    equated: list[Told] = field(default_factory=list)
    ranged: list[Statement] = field(default_factory=list)
    #: Names of the field that the page defines in its own way, each with the section where it does so; some are so for all that follows.
    own: dict[Shape, int] = field(default_factory=dict)
    #: What an arrow leads from to the statement that is read.
    tied: list[Statement] = field(default_factory=list)
    #: Names that were said to be something at letters, with the section.
    applied: list[tuple[Statement, int]] = field(default_factory=list)
    discounted: bool = False
    discounts_somewhere: bool = False
    #: Whether what is being read is said in general: not of the numbers of an example.
    generally: bool = False
    #: Whether what its sentence supposes is supposed on the whole page.
    everywhere: bool = False
    #: Whether it is said whatever was supposed before.
    at_large: bool = False
    #: Whether its sentence says that something is dependent.
    dependent: bool = False
    #: The last equation for one letter that was written in a sentence, and its sentence.
    equation: tuple[Statement, int] | None = None
    to_solve: Told | None = None
    #: The qualifying words of its sentence and of what that supposes; none where they are of several things.
    qualified: tuple[str, ...] = ()
    #: Choices of a reading that words settle, by section: whether a letter behind a mean is a standard deviation, whose values have no mark.
    choices: dict[int, dict[Hashable, int]] = field(default_factory=dict)
    #: What the page looks for, in order.
    sought: list[Sought] = field(default_factory=list)
    #: Letters that are short for what hangs on something, and that.
    short: dict[Hashable, Row] = field(default_factory=dict)
    #: Names of this section of which one of two things is supposed.
    either: frozenset[Hashable] = frozenset()
    #: The word by which what was supposed does not hold for what is read, or need not.
    opposite: str = ""
    #: The sentence in which a letter tends to something, and its name.
    tending: tuple[int, frozenset[Hashable]] = (-1, frozenset())
    conventions: tuple[Convention, ...] = ()
    title: str = ""
    words: str = ""
    #: Those of each section, up to its first part, and sentences of enclosing ones that speak of all that is in them.
    said_in: dict[int, str] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    #: What the words of enclosing sections have supposed, and these do not take back.
    supposed_above: frozenset[str] = frozenset()
    #: Those of them that have been read.
    heard: str = ""
    #: Those of its sentence, and those behind the last that took back what was supposed.
    own_words: str = ""
    standing: str = ""
    taken_back: int = 0
    #: Words of this section that premises have been made of.
    likened: frozenset[str] = frozenset()
    #: Names of this section that words say are like something of which no premise has been made, and the words.
    like: dict[Hashable, str] = field(default_factory=dict)
    #: Names of this section that words say are random, and names that words say are something else than their spelling says, with the words.
    random: set[Hashable] = field(default_factory=set)
    other: dict[Hashable, str] = field(default_factory=dict)
    #: Names for values of this section that words say are any function, or learnt, with the words.
    any: dict[Hashable, str] = field(default_factory=dict)
    #: The sections on notation, and the names that the formulas of this one write.
    on_notation: tuple[int, ...] = ()
    written: frozenset[str] = frozenset()
    #: Sections whose words say to which state an action leads.
    sure: set[int] = field(default_factory=set)
    #: Whether what is read is said of every policy.
    every_policy: bool = False
    #: The kinds of letters that words say, by section.
    letters: dict[int, dict[str, str]] = field(default_factory=dict)

    def copy(self) -> Said:
        """The same, to go its own way."""
        return replace(
            self,
            told=list(self.told),
            fixed=list(self.fixed),
            timed=list(self.timed),
            equated=list(self.equated),
            sought=list(self.sought),
            ranged=list(self.ranged),
            own=dict(self.own),
            applied=list(self.applied),
            like=dict(self.like),
            random=set(self.random),
            other=dict(self.other),
            any=dict(self.any),
            sure=set(self.sure),
            said_in=dict(self.said_in),
            choices={section: dict(told) for section, told in self.choices.items()},
            letters={section: dict(told) for section, told in self.letters.items()},
        )

    @property
    def around(self) -> frozenset[int]:
        """This section and those that it is part of."""
        return frozenset(s for s, _ in self.parts)

    def declare(self, name: str, kind: str) -> None:
        """Take what words say that a letter is; where another one is the discount, the field's letter for it is a number."""
        told = self.letters.setdefault(self.section, {})
        if kind == "discount":
            told.update({letter: "number" for letter in DISCOUNTS if letter not in self.declared})
        told[name] = kind

    def any_policy(self, name: Hashable) -> None:
        """Forget what a policy was said to be where its letter stands for any other from here on."""
        self.told = [t for t in self.told if not (t.role == DEFINITION and t.head == name and len(t.statement.terms[0]) == 2)]

    def choose(self, choice: Hashable, option: int) -> None:
        """Take what words say of how something is read."""
        self.choices.setdefault(self.section, {})[choice] = option

    @property
    def chosen(self) -> dict[Hashable, int]:
        """The choices that the words of this section settle, of those that it is part of, and of those on notation.

        Some are made anew in each section.
        """
        told = ((s, c, option) for s in self.deciding for c, option in self.choices.get(s, {}).items())
        anew = {ELIDED} if LEARNT.search(f"{self.title} . {self.words}") else set()
        lasting = {
            c: option
            for s, c, option in told
            if s == self.section or c not in anew and (s in self.around or c not in OF_SECTIONS)
        }
        return {c: option for c, option in lasting.items() if option != UNSETTLED}

    @property
    def deciding(self) -> list[int]:
        """The sections whose words on notation hold here: this one, those that it is part of, and those on notation."""
        return sorted({*self.on_notation, *self.around})

    @property
    def declared(self) -> dict[str, str]:
        """The kinds of letters that this section says, the sections that it is part of, and those on notation; a discount that it does not write
        is none of its own."""
        out: dict[str, str] = {}
        for section in self.deciding:
            told = self.letters.get(section, {})
            discounts = {name for name, kind in told.items() if kind == "discount"}
            out |= told if section == self.section or discounts <= self.written else {}
        return out

    def open_section(self, level: int, title: str = "") -> None:
        """Begin a section of a level; what one on notation says of it holds for all that follow, and an answer is part of what it answers."""
        before = self.section
        self.section += 1
        self.asked = before if ANSWER.match(title) else self.section
        self.title = title
        if NOTATION.search(title):
            self.on_notation = (*self.on_notation, self.section)
        self.parts = (*((s, of) for s, of in self.parts if of < level or s == self.asked), (self.section, level))
        self.above, self.supposed_above = (), frozenset()

    def announce(self, words: str) -> None:
        """Take the words of a section, and what those of the sections around it suppose."""
        self.words = self.said_in[self.section] = words
        around = " . ".join(self.said_in.get(s, "") for s, _ in self.parts if s != self.section)
        sentences = SENTENCES.split(around) if around else []
        self.above = tuple(one for one in sentences if EVERYWHERE.search(one))
        taken_back = {BASE_TWO, BASE_TEN} if NATURAL.search(words) else set()
        taken_back |= {COSTS} if REWARDED.search(words) else set()
        general = [one for one in sentences if not PASSING_CASE.search(one)]
        self.supposed_above = frozenset(
            what
            for what, phrases in SUPPOSING.items()
            for word in phrases.split("; ")
            for one in general
            if word in one and what not in taken_back and not denied(one.partition(word)[0])
        )

    def hear(self, words: Words) -> None:
        """Take the words up to the end of the sentence of a formula; what was supposed before they take that back is supposed no longer."""
        self.heard, self.own_words = words.heard, f"{words.before} {words.after}"
        said = f"{words.supposing} {self.own_words}"
        named = qualifiers(QUALIFIERS).finditer(said) if not SEVERAL.search(self.own_words) else ()
        self.qualified = tuple(dict.fromkeys(m.group().lower() for m in named))
        self.everywhere = bool(EVERYWHERE.search(words.before))
        self.every_policy = bool(EVERY_POLICY.search(words.before))
        heard = plain(words.heard) if DROPPED.search(words.heard) else ""
        back = [m.end() for m in DROPPED.finditer(heard)]
        if len(back) > self.taken_back:
            passing = (PREMISE, CONDITION)
            self.told = [t for t in self.told if t.section != self.section or not (t.worded or t.role in passing)]
            self.like = {}
        self.taken_back = len(back)
        self.standing = heard[back[-1] :] if back else self.words

    def bring_anew(self, name: Row) -> None:
        """Forget what was supposed in this section of a name that words bring in anew."""
        named = names_in([name])
        passing = (PREMISE, CONDITION)
        self.told = [
            t
            for t in self.told
            if t.section != self.section or t.role not in passing or not named & names_in(rows_of(t.statement))
        ]
        self.like.pop(stem(name[0]), None)

    def no_number(self, name: Row) -> None:
        """Forget the number of a name that is said to stand for what is none."""
        key = row_key(name)
        self.told = [t for t in self.told if row_key(t.statement.terms[0]) != key or not is_numeric(t.statement.terms[-1])]

    def free_again(self, name: Row) -> None:
        """Forget the value of a name that is said to lie in a range from here on."""
        self.told = [
            t
            for t in self.told
            if t.section != self.section
            or t.role == DEFINITION
            or t.statement.rels != ("=",)
            or row_key(t.statement.terms[0]) != row_key(name)
        ]
        if "discount" in kinds(name[0].name):
            self.conventions = tuple(c for c in self.conventions if c.key != DISCOUNTED)

    def turn(self, order: Statement) -> None:
        """Forget what a section supposes and something else is supposed of from here on: "Where A > 0, …, and where A < 0 …"."""
        name, bound = map(row_key, order.terms[:2])

        def other(told: Told) -> bool:
            if told.section != self.section or row_key(told.statement.terms[0]) != name:
                return False
            same = row_key(told.statement.terms[-1]) == bound
            if order.rels == told.statement.rels == ("=",):
                return told.role == CONDITION and not same and is_numeric(told.statement.terms[-1])
            return told.role in (PREMISE, CONDITION) and same and {*told.statement.rels, *order.rels} in TURNS

        self.told = [t for t in self.told if not other(t)]

    def tell(
        self,
        statement: Statement,
        role: str,
        line: int = 0,
        latex: str = "",
        at: Place = ("", 0, 0),
        passing: bool = False,
        known: bool = False,
        also: tuple[Row, ...] = (),
        worded: bool = False,
        worked: bool = False,
        met: bool = False,
    ) -> None:
        """Keep what a statement gives to those that follow; what is said in ``passing``, to those of its paragraph.

        ``known`` where it says what the field means by the name; ``also`` is what its chain goes on to say.
        """
        section = ALL_SECTIONS if role == PREMISE and self.everywhere else self.section
        self.told.append(
            Told(
                statement,
                role,
                section,
                self.paragraph,
                line,
                latex,
                at,
                passing,
                known,
                also,
                self.sentence,
                worded,
                worked,
                met,
            )
        )

    def definition_of(self, statement: Statement) -> Told | None:
        """What this section has said that the name on the left of a statement is, in other words; None where it has said nothing of it."""
        lhs, rhs = statement.terms[:2]
        if not says_what(lhs):
            return None
        following = lhs[1] if len(lhs) == 2 else None
        for told in reversed(self.told):
            said = told.statement
            if told.role == DEFINITION and told.section == self.section and not told.worked and told.speaks_of(lhs[0], following):
                return told if row_key(said.terms[1]) != row_key(rhs) else None
        return None

    def recursion_of(self, statement: Statement) -> Told | None:
        """The recursion by which this section has said what the name on the left of a statement is that is none itself."""
        lhs = statement.terms[0]
        if not says_what(lhs) or not lhs[0].subs or recurs(statement) or is_numbered(lhs[0]):
            return None
        if not names_in(lhs[0].subs) & names_in(statement.terms[1:]):
            return None  # x_n = x^*: of the last one
        for told in reversed(self.told):
            name = told.statement.terms[0]
            mine = told.role in (DEFINITION, PREMISE) and told.section == self.section and told.head == head_of(lhs)
            if mine and recurs(told.statement) and (len(name), len(name[0].subs)) == (len(lhs), len(lhs[0].subs)):
                return told
        return None

    def told_of_name(self, name: Item) -> Told | None:
        """What this section has said that a name with its marks is, whatever it is applied to."""

        def mine(told: Told) -> bool:
            first = told.statement.terms[0][0]
            marks = [[*map(row_key, (*i.subs, *i.sups))] for i in (first, name)]
            same = stem(first) == stem(name) and (marks[0] == marks[1] or bool(name.sups) and marks[0][-1:] == marks[1])
            return told.role == DEFINITION and told.section == self.section and same

        return next(filter(mine, reversed(self.told)), None)

    def begun(self, told: Told) -> list[Told]:
        """Where a recursion begins: the values that this section gives its name at numbers."""
        if not recurs(told.statement):
            return []
        given = (t for t in self.told if t.role in (INSTANCE, CONDITION, DEFINITION) and t.section == self.section)
        return [t for t in given if t.head == told.head and t is not told and is_numbered(t.statement.terms[0][0])]

    def givens(self, statement: Statement, known: bool = False, again: bool = False) -> list[Told]:
        """What a statement stands under: the nearest definition of each name that it speaks of, and of what those speak of; premises in scope.

        Definitions that say what the field means by a name are among them if ``known``, what says of its left side what that is if ``again``.
        """
        rows = list(rows_of(statement))
        meant: list[Row] = []  # what the field means by the names of these
        derived = names_derived(rows)
        found: list[Told] = []
        taken: set[Hashable] = set()
        if not again and says_what(statement.terms[0]) and statement.rels[:1] in ((), ("=",), (":=",), (r"\equiv",)):
            taken |= {head_of(statement.terms[0]), labelled(statement.terms[0])}
        near = [t for t in reversed(self.told) if not t.passing or t.paragraph == self.paragraph]
        open_ = sorted((t for t in near if t.role == DEFINITION), key=lambda t: t.section not in self.around)
        spoken = occurrences(rows)
        while (
            told := self.spoken_of(open_, spoken, derived, known, rows)
        ) is not None:  # the nearest first, then what it speaks of
            open_.remove(told)
            key = labelled(told.statement.terms[0]) or told.head
            if told.known and not known:
                taken.add(key)  # from here on the name means what the field means by it
                meant += told.statement.terms[1:]
            elif key not in taken and len(found) < MOST_DEFINITIONS:
                found += [told, *self.begun(told)]
                taken.add(key)
                rows += told.statement.terms[1:]
                places = names_in([told.statement.terms[0][1:]])  # letters for which others stand here
                spoken += [one for one in occurrences(told.statement.terms[1:]) if stem(one[0]) not in places]
        return [*found, *self.supposed(statement, near, [*rows, *meant], found)][:MOST_DEFINITIONS]

    def spoken_of(
        self, defined: list[Told], spoken: list[tuple[Item, Item | None]], derived: set[Hashable], known: bool, rows: list[Row]
    ) -> Told | None:
        """The first of several definitions whose name is spoken of; letters are used afresh in each section, and where something binds them."""
        for told in defined:
            if self.every_policy and told.sentence != self.sentence and kinds(told.statement.terms[0][0].name).get("policy") == 0:
                continue  # what one policy is says nothing of all of them
            if told.bare and bound_throughout(rows, told.statement.terms[0][0]):
                continue
            there = told.section in self.around
            if not there and self.own.get(shape_of(told.statement.terms[0][0]), ALL_SECTIONS) != ALL_SECTIONS:
                continue  # an error of its section
            named = any(told.speaks_of(*one) and (there or not told.is_family_of(one[0])) for one in spoken)
            if told.known and not known:
                if named:
                    return told
                continue
            here = told.section == self.section
            named = named or told.head in derived or here and any(told.is_policy_of(*one) for one in spoken)
            if named and (here or not told.bare):
                return told
        return None

    def said_elsewhere(self, statement: Statement, used: Iterable[Told]) -> list[Told]:
        """What other sections say that names of a statement are which stand alone, and this one does not say: the last of each."""
        rows = list(rows_of(statement))
        known = {t.head for t in used} | {t.head for t in self.told if t.section == self.section}
        found: dict[Hashable, Told] = {}
        for told in reversed(self.told):
            spoken = told.role == DEFINITION and told.bare and told.head in names_in(rows) and told.head not in known
            if spoken and not bound_throughout(rows, told.statement.terms[0][0]) and says_what(told.statement.terms[0]):
                found.setdefault(told.head, told)
        return list(found.values())[:MOST_DEFINITIONS]

    def said_twice(self, used: list[Told]) -> Iterator[tuple[Told, Told]]:
        """Those of some definitions whose names this section defines in another way too, for another case it may be, with the other ones."""
        for told in used:
            name, body = map(row_key, told.statement.terms[:2])
            for other in reversed(self.told) if told.role == DEFINITION and told.section == self.section else ():
                same = other.role == DEFINITION and other.section == self.section and row_key(other.statement.terms[0]) == name
                if same and row_key(other.statement.terms[1]) != body:
                    yield told, other

    def supposed(self, statement: Statement, near: list[Told], rows: list[Row], used: Iterable[Told] = ()) -> Iterator[Told]:
        """The premises and conditions in scope that speak of what some rows speak of."""
        explained = {t.sentence for t in used if t.role == DEFINITION}
        for told in near:
            if told.statement.rels == ("=",) and row_key(told.statement.terms[0]) == row_key(statement.terms[0]):
                continue  # another value for what the statement gives one
            if told.statement.rels == statement.rels and [*map(row_key, told.statement.terms)] == [
                *map(row_key, statement.terms)
            ]:
                continue  # it is no reason for itself
            if self.generally and self.is_passed(told) and not told.worded:
                continue
            if told.statement.rels == (r"\sim",) and not any(averages(i) for row in rows for i in walk(row)):
                continue  # whatever a number is drawn from, what is said of it is said of all its values
            with_it = told.role == CONDITION and told.sentence in explained
            if told.role in (PREMISE, CONDITION) and (self.binds(told) or with_it) and meet(told.statement, rows):
                yield told

    def has(self, statement: Statement) -> bool:
        """Whether the same has been supposed in this sentence."""
        keys = [*map(row_key, statement.terms)]
        near = (t.statement for t in reversed(self.told) if t.sentence == self.sentence)
        return any(s.rels == statement.rels and [*map(row_key, s.terms)] == keys for s in near)

    def earlier(self, statement: Statement) -> Told | None:
        """The equation of this section in which the same stood on the left and something else on the right."""
        left, right = (row_key(t) for t in statement.terms[:2])
        same = (t for t in reversed(self.equated) if t.section == self.section and row_key(t.statement.terms[0]) == left)
        found = next(same, None)
        return found if found is not None and row_key(found.statement.terms[1]) != right else None

    def is_new(self, statement: Statement, afresh: bool = False) -> bool:
        """Whether a statement is the first to speak of the name on its left: what that is, it says; of a letter in its section if ``afresh``."""
        head = head_of(statement.terms[0])
        if head is not None and statement.terms[0][0].name in EXPECTATIONS:
            return False  # a mean of something is no name
        name = statement.terms[0][0]
        spoken = [t for t in self.told if not (afresh and t.section != self.section) and t.head is not None]
        return head is not None and not stands_in(name, [*statement.terms[1:], *(t.statement.terms[0][:1] for t in spoken)])

    def meant_otherwise(self, statement: Statement) -> str:
        """A known quantity in a statement that the page defines in its own way; empty where there is none."""
        own = {shape for shape, section in self.own.items() if section in (ALL_SECTIONS, *self.around)}
        marked_below = {(name, below) for name, above, below in own if above}  # what it says of A^π it says of A^* too
        for item, _ in occurrences(rows_of(statement)):
            name, above, below = shape_of(item)
            if (name, above, below) in own or above and (name, below) in marked_below:
                return item.name
        return ""

    def data(self, statement: Statement, under: Iterable[Told] = ()) -> list[Told]:
        """Values that letters of a statement, and of what it stands under, have in this section."""
        rows = [r for s in (statement, *(t.statement for t in under)) for r in rows_of(s)]
        names = names_in(rows) if not self.generally else set()
        means = {stem(replace(i, accents=())) for row in rows_of(statement) for i in walk(row) if i.accents == MEAN}
        mine = [t for t in self.told if t.section == self.section and (t.role in (INSTANCE, PREMISE) or self.binds(t))]
        return [t for t in mine if t.role == INSTANCE and t.head in names or t.head in means and lists(t.statement)]

    def undecided(self, statement: Statement) -> Iterator[Told]:
        """The equations of this section that nothing decides and that speak of what a statement speaks of: it may hold where they do."""
        spoken = marked(rows_of(statement))
        for told in reversed(self.told):
            lhs, rhs = told.statement.terms[0], told.statement.terms[-1]
            valued = told.role in (INSTANCE, CONDITION) and (head_of(lhs) is None or len(rhs) == 1 and rhs[0].value == 0)
            valued = valued and not self.is_passed(told) and not self.generally
            if told.statement.rels[:1] and told.statement.rels[0] in ORDERS and told.paragraph != self.paragraph:
                continue
            if (told.role == OPEN or valued) and told.section == self.section and told.statement != statement:
                spoken_of = told.role == OPEN and told.head in names_in(rows_of(statement))
                chosen = spoken_of and told.statement.rels == ("=",) and len(lhs) == 1  # "the choice η = ... makes this"
                solved = spoken_of and told.head in names_in(told.statement.terms[1:])
                if told.role == OPEN and told.met and names_in(rows_of(told.statement)) & names_in(rows_of(statement)):
                    yield told
                    continue
                if (
                    chosen
                    or solved
                    or marked(rows_of(told.statement)) & spoken
                    or says_law(told.statement)
                    and speaks_of_values(statement)
                ):
                    yield told

    def discount(self, statement: Statement, kind: str = "discount") -> Told | None:
        """The last number that the page gives a discount, or a decay, which a statement does not name."""
        named = names_in(rows_of(statement))
        found = next((t for t in reversed(self.told) if is_weight(t, kind)), None)
        return found if found is not None and found.head not in named else None

    @property
    def supposes(self) -> frozenset[str]:
        """What the words of this section, and of those that it is part of, have supposed and no formula says: said before, or in this sentence; what
        another says of a case ("if") is of that case alone."""
        phrases = [(what, word) for what, words in SUPPOSING.items() for word in words.split("; ") if word in self.words]
        above = self.supposed_above - {what for what, _ in phrases}
        above |= {DETERMINISTIC} if self.sure & self.around else set()
        if self.discounted or self.discounts_somewhere:
            above -= {UNDISCOUNTED}
        excepted = frozenset({INDEPENDENT} if self.dependent or self.at_large or self.opposite else ())
        if not phrases:
            return above - excepted
        heard = plain(self.standing if self.taken_back else self.heard or self.words)
        anew = max((m.start() for m in ANEW.finditer(heard)), default=0)
        earlier = SENTENCES.split(heard[anew:])
        sentences = [one for one in earlier if not PASSING_CASE.search(one)] + [QUESTION.sub(" ", plain(self.own_words))]
        said = (
            w
            for w, word in phrases
            for one in sentences
            if word in one and not denied(one.partition(word)[0]) and not (w == INDEPENDENT and IN_PART.search(one))
        )
        return (frozenset(said) | above) - excepted

    def left_open(self, one: Statement) -> str:
        """The words by which what was supposed of the letters of a statement need not hold for it; empty where there are none."""
        named = names_in(rows_of(one))
        bound = any(is_bound(t) and t.section == self.section and names_in(t.statement.terms) & named for t in self.told)
        return self.opposite if bound and self.opposite else "one or the other" if named & self.either else ""

    def is_passed(self, told: Told) -> bool:
        """Whether a condition was said in a sentence that is over: what follows may be said in general."""
        over = told.role == CONDITION or told.passing or self.at_large and told.worded
        if self.opposite and is_bound(told):
            return True
        return over and told.sentence != self.sentence

    def binds(self, told: Told) -> bool:
        """Whether a premise or condition is in scope here."""
        if told.role != PREMISE:
            return told.paragraph == self.paragraph
        return told.section in (self.section, ALL_SECTIONS) or self.is_above(told)

    def is_above(self, told: Told) -> bool:
        """Whether an order is supposed in a section that this one is part of, which supposes nothing else of the same."""
        if told.statement.rels[:1] == () or told.statement.rels[0] not in ORDERS or told.section not in self.around:
            return False
        name = row_key(told.statement.terms[0])
        here = (t for t in self.told if t.section == self.section and t.role in (PREMISE, CONDITION, INSTANCE))
        return not any(row_key(t.statement.terms[0]) == name for t in here)


__all__ = ["Said"]
