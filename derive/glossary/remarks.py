r"""Remarks in words beside formulas that are given, and what each says.

A pattern is a regular expression over a clause in lower case, ``#`` where a formula stands.  What a remark says is
``anyway`` (it holds in every world that is tried, so nothing of it can matter), ``still`` (the first formula does not move with
parameters: so, unless it names them), ``ended`` (what is worth nothing once an episode has ended) ``notation`` (how the glossary
reads brackets and their marks), ``certain`` (nothing in the transitions is left to chance) or ``so`` (each formula lies as the
relation in LaTeX says that goes with it, ``> 0``) or ``apart`` (each is independent of the others).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark: how it is worded, what it says, and why that is so."""

    pattern: re.Pattern[str]
    means: str
    says: str
    relation: str = ""


#: How it is written, as a formula, that each action in a state has one outcome.
WITHOUT_CHANCE = "text:transitions without chance"

IS = r"(?:(?:is|are|be|being|which is|which are|all|both|always|assumed(?: to be)?) )*"
#: Formulas of which one thing is said.
ALL = r"#(?:(?: and| or|) #)*"
#: How numbers lie, in words, and as a relation.
LYING = (
    (r"(?:strictly )?positive", "> 0"),
    (r"(?:non-?negative|not negative)", r"\ge 0"),
    (r"(?:strictly )?negative", "< 0"),
    (r"(?:non-?positive|not positive)", r"\le 0"),
    (r"(?:non-?zero|not zero)", r"\ne 0"),
    (r"between (?:0|zero) and (?:1|one)", r"\in [0, 1]"),
)
#: Whole numbers, in words, and the set of them.
WHOLE = (
    (r"(?:an )?(?:integers?|whole numbers?)", r"\in \mathbb{Z}"),
    (r"(?:a )?(?:positive|strictly positive) (?:integers?|whole numbers?)|(?:a )?natural numbers?", r"\in \mathbb{Z}_{>0}"),
    (r"(?:a )?(?:non-?negative) (?:integers?|whole numbers?)", r"\in \mathbb{Z}_{\ge 0}"),
)
OF = r"(?: (?:in|of|for|at|with respect to|on|by) #)?"


@lru_cache(maxsize=1)
def remarks() -> tuple[Remark, ...]:
    out: list[Remark] = []

    def add(pattern: str, means: str, says: str, relation: str = "") -> None:
        out.append(Remark(re.compile(pattern), means, says, relation))

    add(
        rf"(?:there {IS})?(?:only )?finitely many (?:trajectories|states|actions|states and actions|episodes|outcomes|paths)",
        "anyway",
        "worlds are finite",
    )
    add(
        rf"(?:the |all )?(?:(?:state|action)(?: and (?:state|action))? (?:space|set)s?|states|actions|states and actions|mdp) {IS}finite",
        "anyway",
        "worlds are finite",
    )
    add(
        r"(?:the |all |every |each )?(?:episodes?|trajector(?:y|ies)) (?:ends?|terminates?|stops?|(?:is|are) finite)"
        r"(?: in finite time| almost surely| with probability (?:one|1|#)| after finitely many steps| eventually)?",
        "anyway",
        "episodes run out",
    )
    add(r"(?:the |an |any )?integrals? (?:is|are|means?|stands? for) (?:a )?sums?", "anyway", "worlds are finite")
    add(
        rf"(?:the |all )?(?:sums?|series|integrals?|expectations?|limits?|returns?|derivatives?|gradients?|moments?)(?: involved)? "
        rf"(?:converges?(?: absolutely)?|exists?|{IS}(?:finite|well[- ]defined))",
        "anyway",
        "values are taken where there are any",
    )
    add(
        r"(?:sums?|integrals?|expectations?|gradients?|derivatives?|limits?|differentiation|integration|summation)(?: and |/)"
        r"(?:sums?|integrals?|expectations?|gradients?|derivatives?|limits?|differentiation|integration|summation) "
        r"(?:may be|can be|are|commute|interchange)(?: exchanged| interchanged| swapped)?",
        "anyway",
        "worlds are finite",
    )
    add(r"(?:the )?(?:usual )?regularity conditions?(?: hold| apply)?", "anyway", "worlds are finite, parameters enter smoothly")
    add(rf"# {IS}(?:finite|bounded|uniformly bounded|integrable)", "anyway", "worlds are finite")
    add(rf"(?:the )?(?:rewards?|values?|returns?) {IS}(?:finite|bounded)", "anyway", "worlds are finite")
    add(
        rf"# {IS}(?:a )?(?:continuously |twice )?(?:differentiable|smooth|continuous)(?: functions?)?{OF}",
        "anyway",
        "what is unknown is drawn with all its derivatives",
    )
    add(rf"# {IS}(?:a )?random variables?", "anyway", "what is averaged is random")
    add(rf"# {IS}(?:held )?(?:fixed|given|constant|known)", "still", "what is free has one value")
    add(r"# (?:does|do) not (?:depend on|move with|vary with|involve|contain) #", "still", "what has no parameters does not move")
    add(rf"# {IS}(?:independent of|constant in|free of|no function of) #", "still", "what has no parameters does not move")
    add(
        r"#,? (?:with no|without|having no|with zero) # ?-? ?dependen(?:ce|cy)(?: on #)?",
        "still",
        "what has no parameters does not move",
    )
    add(
        r"# (?:after|once|when) (?:the |an )?episodes? (?:ends?|has ended|is over|terminates?)|# (?:after|at|in) (?:the )?(?:end|termination|terminal states?)",
        "ended",
        "nothing is earned once an episode has ended",
    )
    add(
        rf"(?:the )?(?:(?:state )?transitions?|dynamics|environments?|process|mdp) {IS}deterministic|deterministic (?:transitions?|dynamics|environments?)",
        "certain",
        "each action in a state has one outcome",
    )
    add(
        rf"# {IS}(?:a |the )?deterministic(?: function| transitions?| polic(?:y|ies))?",
        "certain",
        "each action in a state has one outcome, or a policy one action",
    )
    add(
        rf"# {IS}(?:a |the )?(?:stop|stopped)[- ]?gradients?(?: operator)?",
        "notation",
        "held fixed where something is differentiated",
    )
    add(
        r"same value|(?:and )?(?:zero|no) (?:derivative|gradient)", "anyway", "what is held fixed has its value and no derivative"
    )
    add(
        rf"(?:all |the )?(?:numbers|quantities|terms|moments|means|variances) {IS}(?:finite|real|well[- ]defined)",
        "anyway",
        "numbers are",
    )
    add(rf"{ALL} {IS}(?:mutually |pairwise )?independent(?: random variables?)?", "apart", "none says anything of the others")
    for words, relation in LYING:
        add(
            rf"{ALL} {IS}(?:a )?{words}(?: (?:numbers?|reals?|real numbers?|scalars?|constants?))?", "so", "how it lies", relation
        )
    for words, relation in WHOLE:
        add(rf"{ALL} {IS}(?:{words})", "so", "a whole number", relation)
    add(rf"{ALL} {IS}(?:a )?real(?: numbers?|s)?", "anyway", "a number is drawn among the real ones")
    return tuple(out)
