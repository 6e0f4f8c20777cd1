"""Rows of items read as sums and products: the grammar that everything else in ``elaborate`` is mixed into.

May import ``elaborate.knowledge``.  Begin with ``expressions.py`` (what stands beside what, and how far it goes);
``statements.py`` takes a formula apart into chains and conditions, ``matching.py`` holds items against a row of the glossary,
``reach.py`` says which letters an operator binds and how far, ``ellipses.py`` what dots leave out,
``intervals.py`` the ends of intervals, ``slashed.py`` derivatives with a slash, ``sequence_means.py`` over which members a bar is the mean,
``set_out.py`` reads matrices, cases and orders.  ``typed_arithmetic.py``
puts typed terms together, ``chains_of_rows.py`` cuts rows at relation signs.
"""
