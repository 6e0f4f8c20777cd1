"""What a page has said so far, and as what.

For: the statements that a claim stands under.  May import ``words``, ``elaborate`` and ``verify``.  Begin with ``said.py`` (definitions,
premises, conditions and their scopes; ``told.py`` is one of them); ``roles.py`` finds a statement's role from its form and the words
before it.  ``bearing.py`` says whether what is supposed bears on a statement, ``occurrences.py`` finds names in rows, ``instances.py``
what a definition says of a name at numbers, ``beside.py`` what is written beside a link, ``numbers_put_in.py`` whether a line is the
one before with numbers for names, ``sought.py`` what a page looks for: of what something is to be as large, or as small, as it can be.
"""
