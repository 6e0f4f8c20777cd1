"""Which bracket closes which, and which rows go on.

May import ``syntax.lex`` and ``diagnostics``.  Begin with ``brackets.py``; ``joining.py`` puts tokens together before
brackets are paired, ``rows.py`` finds rows that go on from the one before, ``chain_remarks.py`` the words beside a chain.
"""
