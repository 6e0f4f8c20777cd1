r"""What a row of the glossary is.

A pattern is LaTeX with typed holes: ``V^{<pi>}(<s>)``.  ``means`` names a constant of :mod:`derive.core.constants` and the
holes that are its arguments, in order; ``?policy`` and the like are elided arguments that the context restores.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A spelling: pattern ↔ constant, with its cost, the dialects that use it, a sentence and a source."""

    pattern: str
    means: str
    takes: tuple[str, ...]
    says: str
    source: str = ""
    cost: float = 0.0
    dialects: tuple[str, ...] = ("course",)

    def distance(self, dialect: str) -> tuple[bool, bool, float]:
        """How far a spelling is from a dialect: its own first, then the course's, then by cost."""
        return dialect not in self.dialects, "course" not in self.dialects, self.cost


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter may be where nothing else says: a kind, its cost, a sentence."""

    name: str
    kind: str
    cost: float = 0.0
    says: str = ""


DIALECTS = {
    "course": "the course's own notation",
    "sutton-barto": "Sutton and Barto: S_t, A_t, R_{t+1}, v_π, q_π, p(s',r|s,a)",
    "silver": "Silver's lectures: P_{ss'}^a, R_s^a",
    "berkeley": "CS285: s_{i,t}, θ' for the new policy",
    "spinning-up": "Spinning Up: V^π, A^π, r_t after a_t, R(τ)",
    "agarwal": "Agarwal, Jiang, Kakade and Sun: r_a(s), P_π, d^π normalised",
    "ppo": "PPO and engineering: r_t(θ), clip, Â_t",
    "language-models": "language models: o_{i,t}, π_ref, groups of answers",
    "superscript-time": "time as a superscript: s^t, r^t",
    "mathematics": "plain mathematics, probability and information",
}
