"""What words around a formula say, as tables and patterns: nothing here looks into a formula but at the name that words speak of.

For: ``saying``, which finds roles, and ``suppositions.py``, which makes premises of words.  May import ``elaborate.knowledge`` and
``verify``.  Begin with ``cues.py`` (the words that lead to a role; ``role_names.py`` lists the roles, ``around.py`` is the words of one
sentence).  ``signs.py`` knows which conditions and signs words give, before a formula and behind it, ``likenesses.py`` what they say
that matrices and random variables are like, ``apposed.py`` what a name stands for, ``moves.py`` where actions lead and of which
policies something is said, ``other_meanings.py`` that a name is not what it is spelled as, ``stated_conditions.py`` the words by
which texts state what a verdict assumes.
"""
