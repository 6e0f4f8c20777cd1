"""Reading and printing the notation of reinforcement learning."""

from derive.notation.damage import damage
from derive.notation.glossary import Lexicon
from derive.notation.statements import parse, parse_term

__all__ = ["Lexicon", "damage", "parse", "parse_term"]
