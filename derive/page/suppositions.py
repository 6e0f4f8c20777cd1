"""What the words around a formula say of its letters, kept as premises, conditions and definitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from derive.decide.judge import judge
from derive.diagnostics import NotationError
from derive.elaborate.claims import links_of, read_link
from derive.elaborate.given.partial_givens import PICKS
from derive.elaborate.knowledge.scope import kinds, letter_key
from derive.elaborate.knowledge.search import CLOCK, ELIDED, NORM, UNSETTLED, VISITS
from derive.elaborate.knowledge.shapes import latex_name, stem
from derive.elaborate.reading.statements import Statement
from derive.elaborate.spelling.sets import is_range, opened
from derive.glossary.marks import ACTION_VALUES, ADVANTAGES, DEVIATIONS, DISCOUNTS, ENDINGS, LOGARITHMS, NORMALS, STATE_VALUES
from derive.page.claim_forms import TRYING
from derive.page.examples.quantities import names_nothing
from derive.page.link_outcomes import Judged, quoted, weakened
from derive.page.misprints.forms import is_known
from derive.page.qualifying import special_case
from derive.page.saying.bearing import meet, rows_of
from derive.page.saying.numbers_put_in import is_argument, is_number
from derive.page.saying.occurrences import averages, head_of, is_numeric, names_in, occurrences, says_what
from derive.page.saying.roles import Role, cue_of, is_name, role_of
from derive.page.saying.told import Place, whole
from derive.page.solutions import Solving
from derive.page.standing import Objection
from derive.page.words.apposed import apposed
from derive.page.words.around import Words
from derive.page.words.clocks import clock_in_words, stands_otherwise
from derive.page.words.cues import BASE_TEN, BASE_TWO, FOR_EVER, IN_SOME
from derive.page.words.letters_named import kind_in_words
from derive.page.words.likenesses import (
    SIMPLEX,
    ends_in_words,
    likenesses,
    likenesses_together,
    moments,
    pair_likeness,
    property_in_words,
)
from derive.page.words.moves import leads_surely
from derive.page.words.other_meanings import (
    ANEW,
    INTRODUCES,
    OF_ANOTHER_KIND,
    OPTIMAL_UNMARKED,
    any_in_words,
    any_policy,
    norm_in_words,
    optimal_in_words,
    other_in_words,
    random_in_words,
    shares_in_words,
)
from derive.page.words.role_names import CONDITION, DEFINITION, INSTANCE, PREMISE, RANGE
from derive.page.words.signs import (
    BEHIND,
    conditions_behind,
    explanations_behind,
    is_unit,
    names_positive,
    sign_of_formula,
    signs_of_nouns,
    spread_in_words,
)
from derive.syntax.flat import Item, Row, everywhere, numeral, parts_between, row_key, walk
from derive.syntax.lex.tokens import Macro
from derive.verify.verdicts import HOLDS

#: Kinds of letters that stand for laws of the page's own.
LAWS = frozenset(("law", "policy", "visitation", "joint", "process", "function"))
#: Kinds of letters below a name that run through what it goes over.
RUNNING = frozenset(("index", "action", "state"))
#: Bases of logarithms that words may say.
BASES = {BASE_TWO: 2, BASE_TEN: 10}
#: Kinds of letters of which an episode says what they are.
PLAYED = {"state", "action", "reward", "process", "policy", "episode", "time"}
#: Letters for values and advantages.
VALUED = STATE_VALUES | ACTION_VALUES | ADVANTAGES
#: Words before a number that a name has, or the discount.
IS_NUMBER = re.compile(
    r"§ (?:is|equals|is equal to|is set to|is fixed at|is taken to be) ?$|\b(?:set|sets|setting|fix|fixes|fixing) § (?:to|at|equal to) ?$",
    re.IGNORECASE,
)
#: Words behind a weight for the number that it has.
NUMBER_BEHIND = re.compile(
    r"\s*(?:is|equals|is equal to|is set to|is fixed at|is taken to be|to|at|to be|equal to)\s+(?P<number>one|zero|unity|1|0)\b",
    re.IGNORECASE,
)
SPOKEN_NUMBERS = {"one": "1", "unity": "1", "zero": "0"}
NO_MORE = re.compile(r"\s*(?:[.,;:)!?，。；]|$|(?:and|so|then|but|while|here|throughout)\b)", re.IGNORECASE)
AS_CASE = re.compile(r"\b(?:if|when|whenever|were|suppose|imagine|case)\b", re.IGNORECASE)
OF_DISCOUNT = re.compile(
    r"\bdiscount(?:ing)?(?: factor| rate)?(?: of| is| equals| is (?:taken|assumed|set) to(?: be)?| is equal to| is fixed at) ?$",
    re.IGNORECASE,
)
#: The letter before the bar in the arguments of a name.
FIRST_PLACE = re.compile(r"\(\s*([A-Za-z]'*|\\[A-Za-z]+)\s*(?:\||\\mid\b|\\vert\b)")
#: Formulas behind another that may say what it is solved by.
MOST_BEHIND = 4


@dataclass(slots=True)
class Supposing(Solving):
    """Keeps what words around formulas say."""

    macros: Mapping[str, Macro] = field(default_factory=dict)
    here: Callable[[int], Place] = lambda offset: ("", 0, offset)
    named: str = ""  # the name that stands alone before what is read

    def suppose_signs(self, statement: Statement, words: Words, latex: str) -> None:
        """Take the signs that words give to quantities of a statement by their names: ``if the advantage is negative``."""
        if not words.display and names_positive(words.before, "") and is_name(statement.terms[0]):
            self.suppose(statement.terms[0], ">", latex, self.here(statement.terms[0][0].start), words.before)
        for letter, sign in signs_of_nouns(words.before).items():
            heads = {row_key((h[0],)): h for h in occurrences(rows_of(statement)) if h[0].name == letter}
            for item, behind in heads.values():
                group = (behind,) if behind is not None and behind.kind == "group" and behind.name == "()" else ()
                self.suppose((item, *group), sign, latex, self.here(item.start))

    def suppose_alone(self, statement: Statement, words: Words, latex: str) -> None:
        """Take what words say of a name that stands alone: its sign, what it is like."""
        name = statement.terms[0]
        if not words.display and is_name(name) and ANEW.search(f"{words.before} § {words.after}"):
            self.said.bring_anew(name)
        if "policy" in kinds(name[0].name) and not statement.rels and any_policy(words.before, words.after):
            self.said.any_policy(stem(name[0]))
        if not words.display and is_name(name) and OF_ANOTHER_KIND.search(words.before):
            self.said.no_number(name)
            self.worked.forget(name)
        sign = sign_of_formula(words.before, words.after) if not words.display else ""
        for one in parts_between(name, ",") if sign else ():
            if is_name(one):
                self.suppose(one, sign, latex, self.here(one[0].start), words.before)
        if not words.display and len(name) == 1 and is_name(name) and is_unit(words.before, words.after):
            at = self.here(name[0].start)
            for says in (rf"{whole(name, latex)} \ge 0", rf"{whole(name, latex)} \le 1"):
                for said in links_of(says, self.macros):
                    cue = cue_of(words.before, display=False)
                    passing = cue is not None and cue.name == CONDITION
                    self.said.tell(said, CONDITION if passing else PREMISE, at[1], says, at)
        if len(name) == 1 and name[0].name in DEVIATIONS and (spread := spread_in_words(words.before, words.after)) is not None:
            self.said.choose(("spread", letter_key(name[0])), spread)
        self.number_in_words(statement, words, latex)
        self.explain_beside(statement, words, latex)
        self.liken(statement, words, latex)
        self.choose_clock(statement, words)

    def number_in_words(self, statement: Statement, words: Words, latex: str) -> None:
        """Take the number that words say a name has, "§ is §", or the discount that they speak of."""
        row = statement.terms[0]
        weighs = not words.display and len(row) == 1 and bool({"discount", "decay"} & kinds(row[0].name).keys())
        behind = NUMBER_BEHIND.match(words.after) if weighs and is_name(row) else None
        if behind is not None and NO_MORE.match(words.after[behind.end() :]):
            number = behind["number"].lower()
            self.tell_number(whole(row, latex), SPOKEN_NUMBERS.get(number, number), words, self.here(row[0].start))
        if words.display or not is_number(row) or not NO_MORE.match(words.after):
            self.named = whole(row, latex) if is_name(row) else ""
            return
        name = self.named if IS_NUMBER.search(words.before) else rf"\{min(DISCOUNTS)}" if OF_DISCOUNT.search(words.before) else ""
        if name:
            self.tell_number(name, latex.strip(), words, self.here(row[0].start))
        self.named = ""

    def tell_number(self, name: str, number: str, words: Words, at: Place) -> None:
        """Keep the number that words say a name has: for what follows, or in a case."""
        says, cue = f"{name} = {number}", cue_of(words.before, display=False)
        for one in links_of(says, self.macros):
            role = CONDITION if cue is not None and cue.name == CONDITION or AS_CASE.search(words.before) else INSTANCE
            self.said.tell(one, role, at[1], says, at)
            self.worked.note(one, role, self.said.section, at[1], says, at, self.said.sentence)

    def spoken_number(self, statement: Statement, latex: str, words: Words) -> list[Judged]:
        """The verdict on a number, or on what a calculation comes to, that words say the last formula comes to; what is written is kept."""
        number, at = statement.terms[-1], self.here(statement.terms[0][0].start if statement.terms[0] else 0)
        spoken, out, found = self.worked.spoken, [], None
        if number and all(map(names_nothing, statement.terms)) and not quoted(words.before):
            texts = [self.behind(words, n) for n in range(min(len(words.behind), MOST_BEHIND))]
            behind = [(s, latex, place) for said, latex, place in texts for s in said]
            if not statement.rels and FOR_EVER.search(words.before):
                self.worked.go_on(number, self.said.section, at[1], latex, self.said.sentence)
            found = spoken.verdict(number, latex, words, self.said, self.worked.standing(self.said.section), behind)
            if found is not None and (found[0].status == "refuted" or not statement.rels):
                role = Role(INSTANCE, "words say that it is what a formula comes to")
                out.append(Judged(number[0].start, number[-1].end, role, found[0], under=found[1]))
        spoken.note(statement, latex, at, self.said, words, found is not None)
        return out

    def explain_beside(self, statement: Statement, words: Words, latex: str) -> None:
        """Take that a letter of the page's own stands for the formula beside it: ``let Z be the sum Σ w_i``, ``denote x + y by a``."""
        said = apposed(words.before, words.after) if not words.display and words.behind else ""
        other, text, _ = self.behind(words, 0) if said else ([], "", None)
        if len(other) != 1 or other[0].rels or not other[0].terms[0]:
            return
        own, whose = whole(statement.terms[0], latex), text.strip()
        says = f"{own} = {whose}" if said == "name" else f"{whose} = {own}"
        one = next(iter(links_of(says, self.macros)))
        name, value = one.terms[:2]
        named = is_name(name) and says_what(name) and not is_known(name)
        if named and not (is_name(value) or is_numeric(value) or is_its_own(one)) and self.said.is_new(one, afresh=True):
            at = self.here(statement.terms[0][0].start)
            self.said.tell(one, DEFINITION, at[1], says, at)

    def suppose(self, name: Row, sign: str, latex: str, at: Place, before: str = "") -> None:
        """Take what words say of the sign of a quantity as a condition of what follows, or behind "let" as a premise."""
        says = f"{whole(name, latex)} {sign} 0"
        for said in links_of(says, self.macros):
            if not self.said.has(said):
                supposed = role_of(said, Words(before.replace(",", ""), display=False)).name == PREMISE
                self.said.tell(said, PREMISE if supposed else CONDITION, at[1], says, at)

    def choose_in_words(self, words: Words) -> None:
        """Take what the words of a sentence say of norms and visits, where they say it of this text."""
        sentence = f"{words.before} {words.after}"
        if IN_SOME.search(sentence):
            return
        if OPTIMAL_UNMARKED.search(words.heard) and not self.said.choices.get(self.said.section, {}).get(ELIDED):
            self.said.choose(ELIDED, True)
        for choice, option in ((NORM, norm_in_words(sentence)), (VISITS, shares_in_words(sentence))):
            if option is not None:
                self.said.choose(choice, option)

    def choose_clock(self, statement: Statement, words: Words) -> None:
        """Take what words say of the index that the reward of a step has."""
        if statement.rels:
            return
        name, told = statement.terms[0], self.said.choices.get(self.said.section, {}).get(CLOCK)
        said = self.behind(words, 0)[0] if words.behind else []
        after = said[0].terms[0] if said and not said[0].rels else ()
        if told is None and (later := clock_in_words(name, words.before, words.after, after)) is not None:
            self.said.choose(CLOCK, later)
        elif told is not None and stands_otherwise(name, told):
            self.said.choose(CLOCK, UNSETTLED)

    def liken(self, statement: Statement, words: Words, latex: str) -> None:
        """Take what words say that matrices, vectors and random variables are like as premises, or as conditions behind "if"."""
        name = statement.terms[0]
        if words.display or not is_name(name):
            return
        if random_in_words(words.before, words.after if not statement.rels or INTRODUCES.search(words.before) else ""):
            self.said.random.add(stem(name[0]))
        law = statement.terms[1] if statement.rels == (r"\sim",) and len(name) == 1 else ()
        applied = bool(law) and (law[0].word or (len(law) > 1 or law[0].subs) and not kinds(law[0].name).keys() & LAWS)
        if applied and law[0].kind == "atom" and law[0].name not in NORMALS:
            self.said.like[stem(name[0])] = law[0].word or latex_name(law[0])  # a law of which nothing is read here
        valued = statement.rels == ("=",) and is_numeric(statement.terms[1])
        free = not PLAYED & {kind for kind, cost in kinds(name[0].name).items() if not cost} and name[0].name not in VALUED
        if free and (valued or statement.rels in ((), (r"\in",))) and ends_in_words(words.before, words.after, valued):
            self.said.like[stem(name[0])] = "whether the episode has ended"
        if statement.rels not in ((), (r"\in",)):
            return
        if not statement.rels and "state" in kinds(name[0].name) and leads_surely(words.before, words.after):
            self.said.sure.add(self.said.section)
        if (
            len(name) == 1
            and not (name[0].subs or name[0].sups)
            and (kind := kind_in_words(name[0].name, words.before, words.after))
        ):
            self.said.declare(name[0].name, kind)
        if not statement.rels and optimal_in_words(name[0], words.before, words.after):
            self.said.choose(ELIDED, True)
        if not statement.rels and (other := other_in_words(name[0], len(name) > 1, words.before, words.after)):
            self.said.other[stem(name[0])] = self.said.like[stem(name[0])] = other
        elif not statement.rels and (some := any_in_words(name[0], words.before, words.after)):
            self.said.any[stem(name[0])] = some  # what fails for a value fails for any function
        self.tell_likeness(whole(name, latex), name[0], words.before, words.after, words, 0, self.here(name[0].start))
        if word := property_in_words(words.before, words.after):
            self.said.like[stem(name[0])] = word

    def likened(self, item: Item) -> str:
        """What words say that a name is like, or its own word: whether the episode is done."""
        return self.said.like.get(stem(item), "") or (item.word if item.word in ENDINGS else "")

    def of_likeness(self, one: Statement, made: Judged) -> Judged:
        """A link that fails, of a name that words say is like something that no formula says: it may hold for that."""
        if made.verdict is None or made.verdict.code not in ("D401", "D403", "D423"):
            return made
        if made.objection is not None and made.objection.status != "doubtful":
            return made
        for row in rows_of(one):
            for item, behind in occurrences([row]):
                word = self.likened(item)
                averaged = any(map(averages, (i for r in rows_of(one) for i in walk(r))))
                alone = not item.subs and not is_argument(item, behind) and not averaged
                of = f"{word} policy" if "policy" in kinds(item.name) else word
                if word and not (word == "constant" and alone) and not fails_as((*self.said.qualified, of), one):
                    why = Objection(
                        f"the words before it say {word!r} of {latex_name(replace(item, sups=()))}, which no formula here says"
                    )
                    return replace(made, verdict=weakened(made.verdict, why), objection=why)
        return made

    def liken_behind(self, words: Words) -> None:
        """Take what a sentence says behind a display of when it holds: ``… whenever A and B commute``."""
        cue = BEHIND.match(words.after)
        if cue is None or not words.display:
            return
        said, latex, at = self.behind(words, 0)
        if said and is_name(said[0].terms[0]) and not said[0].rels:
            name = said[0].terms[0]
            self.tell_likeness(whole(name, latex), name[0], f"if {cue['words']}", words.after[cue.end() :], words, 1, at)

    def tell_likeness(self, name: str, item: Item, before: str, after: str, words: Words, next_one: int, at: Place) -> None:
        """Keep what words say that a name, or it and the next one, are like."""
        index, given = index_of(item), FIRST_PLACE.search(name)
        for word, formula in likenesses(before, after):
            says = SIMPLEX if "%" in formula and index is None else formula
            if (given or "¦" not in says) and (index or word or "%" not in says):
                says = says.replace("¦", given[1] if given else "").replace("%", index or "")
                self.tell_words(word, says.replace("§", name), before, at)
        for at_behind, formula in enumerate(moments(before, after), next_one):
            said, text, _ = self.behind(words, at_behind) if at_behind < len(words.behind) else ([], "", at)
            if len(said) == 1 and not said[0].rels:
                self.tell_words("", formula.replace("§", name).replace("%", text.strip()), before, at)
        other, text, _ = self.behind(words, next_one) if len(words.behind) > next_one else ([], "", at)
        if not other or other[0].rels or not is_name(other[0].terms[0]):
            return
        second = whole(other[0].terms[0], text)
        for word, formula in likenesses_together(before, after):
            for one in (name, second) if "%" not in formula else ():
                self.tell_words(word, formula.replace("§", one), before, at)
        both = pair_likeness(before, after)
        if both is not None:
            self.tell_words(both[0], both[1].replace("§", name).replace("%", second), before, at)

    def tell_words(self, word: str, says: str, before: str, at: Place) -> None:
        """Keep what a word says, as a premise, or as a condition behind "if"."""
        for said in (one for link in links_of(says, self.macros) for one in opened(link) if one.rels != (r"\in",)):
            role = role_of(said, Words(before, display=False)).name
            self.said.tell(said, CONDITION if role == CONDITION else PREMISE, at[1], says, at, worded=True)
        self.said.likened |= {word} if word else set()

    def behind(self, words: Words, at: int) -> tuple[list[Statement], str, Place]:
        """What a formula behind another in its sentence says, nothing where it cannot be read; its text, and where it stands."""
        latex, place = words.behind[at]
        try:
            return links_of(latex, self.macros), latex, place
        except NotationError:
            return [], latex, place

    def suppose_behind(self, words: Words) -> None:
        """Take what the sentence says behind a formula of when it holds as conditions: ``… if c ≥ 0``."""
        self.liken_behind(words)
        for at, sign in conditions_behind(words.after):
            said, latex, place = self.behind(words, at)
            for one in said:
                for name in parts_between(one.terms[0], ",") if sign and not one.rels else ():
                    if is_name(name):
                        self.suppose(name, sign, latex, place)
                if one.rels:
                    self.tell_links(one, CONDITION, latex, place)

    def normalise(self, statement: Statement, latex: str) -> None:
        """Take that what a letter is said to be the sum of, a law with a mark above it, is no distribution."""
        name, body = statement.terms[:2] if len(statement.terms) > 1 else ((), ())
        lone = statement.rels[:1] in (("=",), (":=",)) and len(name) == 1 and name[0].kind == "atom" and len(body) == 3
        if lone and body[0].name == "sum" and body[1].kind == "atom" and body[1].accents and body[2].kind == "group":
            self.said.other.setdefault(stem(body[1]), f"{whole(name, latex)} is their sum")

    def of_some(self, statement: Statement, words: Words) -> Statement:
        """What is said of some of what a name goes over, with the condition behind it that picks them: ``x_i=0`` for ``i>1``."""
        name = statement.terms[0]
        if statement.rels != ("=",) or statement.conditions or not is_name(name) or not is_numeric(statement.terms[1]):
            return statement
        places = names_in([r for i in name for r in (*i.subs, *i.rows)])
        for at, _ in conditions_behind(words.after):
            said, _, _ = self.behind(words, at)
            for one in said:
                if one.rels and set(one.rels) <= PICKS and names_in(one.terms) & places:
                    return replace(statement, conditions=tuple(map(in_a_row, one.links)))
        return statement

    def explain_behind(self, words: Words) -> None:
        """Take what the sentence says behind a formula that letters of the page's own stand for: ``…, where x = a - b``."""
        for at in explanations_behind(words.after):
            said, latex, place = self.behind(words, at)
            for one in said:
                name, rels = one.terms[0], one.rels
                own = rels in (("=",), (":=",)) and says_what(name) and not (is_known(name) or is_numeric(one.terms[1]))
                if own and not is_its_own(one) and self.said.is_new(one, afresh=True):
                    self.said.tell(one, DEFINITION, place[1], latex, place)

    def solved_behind(self, one: Statement, made: Judged, latex: str, words: Words) -> Judged:
        """An equation that fails, and holds for the number that its sentence goes on to find: ``10γ = 1 + 5γ, so γ = 0.2``."""
        if made.verdict is None or made.verdict.status not in ("refuted", "doubtful") or one.rels != ("=",):
            return made
        for at in range(min(len(words.behind), MOST_BEHIND)):
            said, text, place = self.behind(words, at)
            found = said[0] if len(said) == 1 and said[0].rels in (("=",), (r"\approx",)) else None
            if found is None or not is_name(found.terms[0]) or not is_numeric(found.terms[1]) or not meet(found, rows_of(one)):
                continue
            tried, _, _ = self.verdict(one, [*self.said.fixed, replace(found, rels=("=",))], latex, made.role, words.display)
            if tried is not None and tried.status in HOLDS:
                says = f"{text.strip().rstrip('.')}, as line {place[1]} finds"
                return replace(made, verdict=weakened(tried, Objection(says, "conditional")), objection=None)
        return made

    def in_its_base(self, one: Statement, made: Judged, latex: str, words: Words) -> Judged:
        """A link with logarithms, where the words of its section say their base: it may hold for these alone, or for natural ones."""
        status = made.verdict.status if made.verdict is not None else ""
        base = next((b for b in BASES if b in self.said.supposes), "")
        if made.verdict is None or status not in ("refuted", "doubtful", *HOLDS) or not base:
            return made
        terms = tuple(everywhere(t, lambda row: to_base(row, BASES[base])) for t in one.terms)
        if terms == one.terms:
            return made
        under = [t.statement for t in self.said.givens(one)]
        tried, _, _ = self.verdict(replace(one, terms=terms), [*self.said.fixed, *under], latex, made.role, words.display)
        if status in HOLDS:
            natural = Objection(f"it holds for natural logarithms, and {base} here")
            return made if tried is not None and tried.status in HOLDS else replace(made, verdict=weakened(made.verdict, natural))
        if tried is None or tried.status not in HOLDS:
            return made
        held = replace(tried, message=f"It holds, since {base}, as the page says.")
        return replace(made, verdict=held, objection=None)

    def tell_links(self, statement: Statement, role: str, latex: str, at: Place) -> None:
        """Keep each link of what is supposed, ``0 < x < 1`` from both sides; of where a letter lies what an interval or a list of numbers says."""
        ranged = role_of(statement, Words("if", display=False)).name == RANGE
        if ranged and not is_range(statement.terms[1]):
            return
        for one in opened(statement) if ranged else [statement]:
            for link in one.links:
                if all(link.terms):
                    self.said.tell(link, role, at[1], latex, at)


def fails_as(words: Iterable[str], one: Statement) -> bool:
    """Whether a link fails in a case in which what words say of a policy or of a process holds."""
    try:
        claim = next((r.claim for r in read_link(one.terms[0], one.rels[0], one.terms[1], []).readings), None)
    except (NotationError, RecursionError):
        return False
    case = special_case(words, claim) if claim is not None else None
    return (
        bool(case)
        and claim is not None
        and judge(replace(claim, givens=(*claim.givens, *(case or ()))), TRYING).status == "refuted"
    )


def in_a_row(link: Statement) -> Row:
    """A link as the row that a condition is."""
    return (*link.terms[0], Item("mark", link.rels[0]), *link.terms[1])


def to_base(row: Row, base: int) -> Row:
    """A row with its logarithms to a base."""
    return tuple(replace(i, subs=((numeral(base),),)) if i.name in LOGARITHMS and not i.subs else i for i in row)


def index_of(item: Item) -> str | None:
    """The letter of the index of a member of a sequence; None where it has none, or no letter, or more."""
    letter = item.subs[0][0] if len(item.subs) == 1 and len(item.subs[0]) == 1 else None
    return latex_name(letter) if letter is not None and letter.kind == "atom" and kinds(letter.name).keys() & RUNNING else None


def is_its_own(first: Statement) -> bool:
    """Whether a name stands on the right of what is said of it: an equation that it meets, and no value of it."""
    name = head_of(first.terms[0])
    return name is not None and name in names_in(first.terms[1:])


__all__ = ["Supposing", "is_its_own"]
