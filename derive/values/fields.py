r"""The exchangeable arithmetics that a jet's coefficients live in.

==============  ==========================================  =====================================
arithmetic      elements                                    answers
==============  ==========================================  =====================================
``Modular``     integers modulo the 61-bit prime ``P``      equal or not, with an error bound
``Rational``    ``flint.fmpq``                              exact values, exact order
``Balls``       ``flint.arb`` at ``bits`` bits              a rigorous "different" and "less than"
==============  ==========================================  =====================================
"""

from __future__ import annotations

from derive.values.balls import Balls
from derive.values.modular import Modular
from derive.values.rational import Rational

Field = Modular | Rational | Balls
