"""A document's formulas decided, each link with what the page has said before it.

For: findings with their places, reasons and repairs.  May import ``page`` and all below it, ``check.sources`` and the
settings. Begin with ``proofread.py`` (a document); ``meaning.py`` gives the verdict on one claim, ``link_repairs.py`` the
edit that mends it, ``sentences.py`` the words around a formula, ``tables.py`` holds cells against their headers,
``formula_reading.py`` shows how a formula is read, ``claimed.py`` leaves out what a page says of its own mistakes.
"""
