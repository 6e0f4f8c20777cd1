"""From rows of items to typed core terms: the only place that sees letters.

For: deciding what every letter means, whether a bracket applies or multiplies, how far an operator reaches, and all the
readings that a formula may have, each with its reasons.  May import ``core``, ``glossary``, ``syntax``.
Begin with ``search.py`` (choices and their costs), then ``expressions.py``. ``claims.py`` reads a link: rows are first brought
to one spelling (``spellings.py`` and what it imports), letters of a text's own are told by where they stand (``implied.py``).
"""
