"""What a page has said so far, and as what.

For: the statements that a claim stands under.  May import ``elaborate`` and ``verify``.  Begin with ``said.py`` (definitions,
premises, conditions and their scopes); ``roles.py`` finds a statement's role from its form and the words before it,
``role_names.py`` lists the roles, ``cues.py`` the words.  ``bearing.py`` says whether what is supposed bears on a statement,
``signs.py`` which conditions and signs words give, before a formula and behind it, ``likenesses.py`` what they say that matrices and
random variables are like, ``other_meanings.py`` that a name is not what it is spelled as;
``occurrences.py`` finds names in rows,
``instances.py`` what a definition says of a name at numbers.  ``stated_conditions.py`` knows the words by
which texts state what a verdict assumes.
"""
