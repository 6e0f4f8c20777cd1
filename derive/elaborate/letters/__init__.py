"""What a letter is: bound, defined by the page, a row of the glossary, or an unknown whose type its use tells.

For: every name in a row.  May import ``elaborate.reading`` and ``elaborate.knowledge``.  Begin with ``heads.py``;
``names.py`` reads what nothing else explains, ``applications.py`` what is applied, ``elements.py`` arguments of a given type,
``components.py`` components of vectors, ``ratios.py`` ratios of policies, ``implied.py`` letters that only their places
explain.  ``row_heads.py`` finds rows of the glossary that fit, ``name_indices.py`` reads what stands below a name.
"""
