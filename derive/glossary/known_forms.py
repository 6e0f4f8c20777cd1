r"""How the field writes what it has made: losses, targets and indices that a text names and that nothing else defines.

A Fraktur letter is a hole: one factor of the page, the same at each place.  ``HOLES`` says what some of them must be.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownForm:
    """A form in its spellings, parted by ``;;``; what it is, where it is from, the words of which one must stand in its section, and those of
    which none may stand in its sentence; ``turned`` where the two of a difference may have been exchanged in it, ``signed`` where
    a sign may have been, ``alike`` two holes that are the name on the left with other marks."""

    spellings: str
    says: str
    source: str
    words: str
    but: str
    turned: bool = False
    signed: bool = True
    alike: tuple[str, ...] = ()


_WITH_CLIP = r"\operatorname{clip}(\mathfrak{r},1-\mathfrak{e},1+\mathfrak{h})"
_REWARDS = r"\log\sigma(\mathfrak{f}(\mathfrak{x},\mathfrak{w})-\mathfrak{f}(\mathfrak{x},\mathfrak{l}))"
_OF_W = r"\log\frac{\mathfrak{p}(\mathfrak{w}|\mathfrak{x})}{\mathfrak{q}(\mathfrak{w}|\mathfrak{x})}"
_OF_L = r"\log\frac{\mathfrak{p}(\mathfrak{l}|\mathfrak{x})}{\mathfrak{q}(\mathfrak{l}|\mathfrak{x})}"

FORMS: tuple[KnownForm, ...] = (
    KnownForm(
        rf"\min(\mathfrak{{r}}\mathfrak{{A}},{_WITH_CLIP}\mathfrak{{A}}) ;; \min(\mathfrak{{A}}\mathfrak{{r}},\mathfrak{{A}}{_WITH_CLIP})"
        rf" ;; \min(\mathfrak{{r}}\mathfrak{{A}},\mathfrak{{A}}{_WITH_CLIP}) ;; \min(\mathfrak{{A}}\mathfrak{{r}},{_WITH_CLIP}\mathfrak{{A}})",
        "the clipped surrogate",
        "Schulman et al. 2017, 7",
        "PPO; proximal; clipped; surrogate",
        "cost; costs; minimise; minimised; minimize; minimized; minimises; minimizes; minimising; minimizing; loss; upper bound;"
        " optimistic; maximum; larger",
    ),
    KnownForm(
        rf"{_REWARDS} ;; {_REWARDS.replace('x},', 'x}|')} ;; \log\sigma(\mathfrak{{f}}(\mathfrak{{w}})-\mathfrak{{f}}(\mathfrak{{l}}))"
        r" ;; \log\sigma(\mathfrak{f}(\mathfrak{w}|\mathfrak{x})-\mathfrak{f}(\mathfrak{l}|\mathfrak{x}))",
        "the likelihood of a preference after Bradley and Terry",
        "Christiano et al. 2017",
        "reward model; preference; preferences; preferred; Bradley; comparisons; comparison",
        "rejected; loses; flip; flips; flipped; noise; smoothing; cost; costs; energy; detractor; penalty; lower; lowest; inverted;"
        " reversed; weaker; worse; negative; minus; swapped; exchanged; conservative; joint; sum; unlearning; reverses; reverse; opposite",
    ),
    KnownForm(
        rf"\log\sigma(\mathfrak{{b}}{_OF_W}-\mathfrak{{b}}{_OF_L}) ;; \log\sigma(\mathfrak{{b}}({_OF_W}-{_OF_L}))",
        "the likelihood of a preference in DPO",
        "Rafailov et al. 2023, 7",
        "DPO; direct preference; preference; preferences; preferred",
        "rejected; loses; flip; flips; flipped; noise; smoothing; cost; costs; energy; detractor; penalty; lower; lowest; inverted;"
        " reversed; weaker; worse; negative; minus; swapped; exchanged; conservative; joint; sum; unlearning; reverses; reverse; opposite",
    ),
    KnownForm(
        r"\min_{\mathfrak{i}}\mathfrak{Q}-\mathfrak{a}\log\mathfrak{p}",
        "the soft target with two critics",
        "Haarnoja et al. 2018",
        "SAC; soft; entropy",
        "optimistic; exploration; cost; costs; negative; larger; underestimation",
    ),
    KnownForm(
        r"\mathfrak{r}+\mathfrak{g}\min_{\mathfrak{i}}\mathfrak{Q} ;; \mathfrak{r}+\mathfrak{g}\mathfrak{d}\min_{\mathfrak{i}}\mathfrak{Q}",
        "the target with two critics",
        "Fujimoto et al. 2018",
        "TD3; twin; two critics; clipped double",
        "cost; costs; optimistic; larger; underestimation; pessimistic; both extremes; weighs; mixture; overestimate; overestimates; overestimation",
        signed=False,
    ),
    KnownForm(
        r"\arg\max_{\mathfrak{a}}[\mathfrak{m}+\mathfrak{c}\sqrt{\frac{\log\mathfrak{t}}{\mathfrak{N}}}]"
        r" ;; \arg\max_{\mathfrak{a}}[\mathfrak{m}+\sqrt{\frac{\mathfrak{c}\log\mathfrak{t}}{\mathfrak{N}}}]",
        "the upper confidence bound",
        "Auer et al. 2002",
        "UCB; UCB1; upper confidence; optimism; optimistic",
        "lower; LCB; pessimism; pessimistic; pessimist; cautious; safe; offline; subtract; subtracts; conservative; cost; costs;"
        " worst; sure; risk; risk-averse; averse; off; recommend",
    ),
    KnownForm(
        r"\frac{\mathfrak{r}-\operatorname{mean}\mathfrak{G}}{\operatorname{std}\mathfrak{G}}"
        r" ;; \frac{\mathfrak{r}-\operatorname{mean}\mathfrak{G}}{\operatorname{std}\mathfrak{G}+\mathfrak{e}}",
        "a reward standardised in its group",
        "Shao et al. 2024",
        "GRPO; group; standardised; standardized; normalised; normalized",
        "cost; costs; lower; less; negative; sum; time; times",
    ),
    KnownForm(
        r"\min(\mathfrak{c},\frac{\mathfrak{p}(\mathfrak{a}|\mathfrak{s})}{\mathfrak{q}(\mathfrak{a}|\mathfrak{s})})",
        "a truncated importance weight",
        "Munos et al. 2016; Espeholt et al. 2018",
        "V-trace; Retrace; truncated; truncation",
        "below; reciprocal; lower; inverse; least; at least; excess; cut off; part; bias",
    ),
    KnownForm(
        r"\mathfrak{v}+\mathfrak{w}(\mathfrak{r}-\mathfrak{q}) ;; \mathfrak{v}+\mathfrak{w}(\mathfrak{r}+\mathfrak{g}\mathfrak{u}-\mathfrak{q})",
        "the doubly robust estimate",
        "Dudik et al. 2011; Jiang and Li 2016",
        "doubly robust",
        "cost; costs; minus; control variate; other sign",
        turned=True,
    ),
    KnownForm(
        r"\mathfrak{t}\mathfrak{x}+(1-\mathfrak{t})\mathfrak{y} ;; (1-\mathfrak{t})\mathfrak{x}+\mathfrak{t}\mathfrak{y}",
        "an average of old and new parameters",
        "Lillicrap et al. 2016",
        "Polyak; soft update; target network; target networks; exponential moving average",
        "momentum; extrapolation; extrapolated; overshoots; lookahead",
        alike=("x", "y"),
    ),
)

#: What must stand in a hole, holes that may be all that stands between brackets or below an operator, and an index with what must have it below.
HOLES = {"w": "preferred", "l": "rejected", "i": "pair", "f": "reward"}
WIDE = frozenset(("i", "x"))
INDEXED = ("i", "Q")
#: Marks of the preferred and of the rejected of two answers.
PREFERRED = {"w": "l", "text:w": "text:l", "+": "-", "c": "r", "text:chosen": "text:rejected", "text:win": "text:lose"}


__all__ = ["FORMS", "HOLES", "INDEXED", "PREFERRED", "WIDE", "KnownForm"]
