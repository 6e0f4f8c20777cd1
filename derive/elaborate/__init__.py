"""From rows of items to typed core terms: the only place that sees letters.

For: deciding what every letter means, whether a bracket applies or multiplies, how far an operator reaches, and all the
readings that a formula may have, each with its reasons.  May import ``core``, ``glossary``, ``syntax``. Begin with
``claims.py``, which reads a link: ``given`` takes in what a text has said, ``spelling`` brings rows to one spelling,
``reading`` walks them with what ``knowledge`` holds, ``letters`` say what names are, ``binding``, ``randomness`` and
``processes`` read operators, chances and episodes, ``closing.py`` fills what is still open (``softness.py``,
``normalised.py``: which values are meant).  ``estimates.py`` reads estimates
as statements on average; ``write.py``, with ``written_terms.py`` and ``texts.py``, goes the other way.  ``elaborator.py`` is all of the grammar in one
class.
"""
