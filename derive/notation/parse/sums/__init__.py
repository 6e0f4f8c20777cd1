"""The parser's ground: the place in the tokens, what stands ahead, and what joins one factor to the next.

May import ``notation.trees``, ``syntax``, ``glossary``.  Begin with ``cursor.py``; ``parser_lookahead.py`` looks ahead,
``parser_relations.py`` reads relation signs, ``parser_expr.py`` sums and products.
"""
