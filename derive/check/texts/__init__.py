"""What each finding means, why it matters, and how to silence it.

For: ``derive explain D401``.  May import nothing of the project.  Begin with ``explain.py``, which finds and prints a text;
``explanations.py`` has those about sources, ``explanations_verdicts.py`` those about verdicts.  A finding without a text is
an error of the tests.
"""
