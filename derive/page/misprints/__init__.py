"""Slips of the pen: what is not written as what it is.

For: reasons that an author sees at once.  May import ``elaborate`` and ``page.saying``.  Begin with ``slips.py`` (statements
one slip away from the one written); ``indices.py`` looks at indices and arguments, ``lengths.py`` at the steps of episodes, ``unspelled.py`` at spellings,
``forms.py`` at what a statement's letters show, ``known.py`` at forms that the field
knows by name.
"""
