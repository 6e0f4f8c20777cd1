"""From rows of items to typed core terms: the only place that sees letters.

For: deciding what every letter means, whether a bracket applies or multiplies, how far an operator reaches, and all the
readings that a formula may have, each with its reasons.  May import ``core``, ``glossary``, ``syntax``.
Begin with ``search.py`` (choices and their costs), then ``expressions.py``.
"""
