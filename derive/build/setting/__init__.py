"""How what a page says is set: rows broken to a width, prose for LaTeX and HTML, what is folded away, other languages.

May import ``build.slots``, for its errors alone, and what lies below ``build``.  Begin with ``prose.py``; ``row_breaks.py`` breaks
displays by what ``measure.py`` says of their width, ``folds.py`` writes what opens when it is asked for, ``sentences_said.py``
says a page's sentences in its language.
"""
