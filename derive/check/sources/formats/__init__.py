"""Scanners: one for each kind of file that holds formulas.

For: a text in, a document with exact places out.  May import ``check.sources.text``.  Begin with ``markdown.py``, whose rules
for markdown-it are in ``markdown_rules.py``; ``notebook.py`` reads Markdown cells, ``latex.py`` and ``rst.py`` their own
languages, ``site_macros.py`` the macros that a site keeps elsewhere.
"""
