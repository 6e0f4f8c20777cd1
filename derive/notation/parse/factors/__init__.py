"""The parser's factors: a symbol, a bracket, an operator, with everything they may take.

May import ``notation.parse.sums``, ``notation.trees``, ``syntax``.  Begin with ``parser_ops.py`` (one factor), then
downwards: ``parser_groups.py`` (brackets), ``parser_blocks.py`` (matrices, cases), ``parser_big.py`` (sums, integrals,
expectations), ``parser_calculus.py``, ``parser_symbols.py``, ``parser_applying.py`` (application or product),
``parser_scripts.py``.
"""
