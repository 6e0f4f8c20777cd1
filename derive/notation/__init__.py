r"""Reading and printing the notation of reinforcement learning.

>>> to_latex(parse(r"V^{\pi}(s)=\sum_a\pi(a|s)Q^{\pi}(s,a)"))
'V^\\pi(s) = \\sum_a\\pi(a \\mid s)Q^\\pi(s,a)'
"""

from derive.notation.damage import damage
from derive.notation.glossary import Lexicon
from derive.notation.mathml import to_mathml
from derive.notation.printer import to_latex
from derive.notation.reading import parse, parse_term

__all__ = ["Lexicon", "damage", "parse", "parse_term", "to_latex", "to_mathml"]
