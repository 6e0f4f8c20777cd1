r"""The exchangeable arithmetics that a jet's coefficients live in.

==============  ==========================================  =====================================
arithmetic      elements                                    answers
==============  ==========================================  =====================================
``Modular``     integers modulo the 61-bit prime ``P``      equal or not, with an error bound
``Rational``    ``flint.fmpq``                              exact values, exact order
``Balls``       ``flint.arb`` at ``bits`` bits              a rigorous "different" and "less than"
``Paired``      a residue and a ball of one number          equality from both, order from the ball
==============  ==========================================  =====================================
"""

from __future__ import annotations

from derive.values.balls import Balls
from derive.values.modular import Modular
from derive.values.paired import Paired
from derive.values.rational import Rational

Field = Modular | Rational | Balls | Paired
