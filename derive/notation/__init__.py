r"""Terms as they are printed: reading LaTeX into them, and printing them as LaTeX and MathML.

For: what shows a formula; what it means is ``elaborate``'s.  May import ``syntax``.  Begin with ``trees`` (the terms), then
``parse`` and ``print``; ``markup`` is MathML, ``glossary.py`` (data in ``glossary_data.py``) says which letters are
functions, ``show.py`` prints s-expressions, ``second_reader.py`` asks an independent parser.

>>> to_latex(parse(r"V^{\pi}(s)=\sum_a\pi(a|s)Q^{\pi}(s,a)"))
'V^\\pi(s) = \\sum_a\\pi(a \\mid s)Q^\\pi(s,a)'
"""

from derive.notation.glossary import Lexicon
from derive.notation.markup.mathml import to_mathml
from derive.notation.parse.reading import parse, parse_term
from derive.notation.print.printer import to_latex
from derive.syntax.sound.damage import damage

__all__ = ["Lexicon", "damage", "parse", "parse_term", "to_latex", "to_mathml"]
