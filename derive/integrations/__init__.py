"""Where authors already are: pytest, MkDocs, Sphinx.

Nothing is imported here, and each module imports the tool that it plugs into and no other, so that one can be used where the
others are not installed.  May import everything.  Begin with ``site.py``, which the plugins for site generators
(``mkdocs.py``, ``sphinx.py``) share; ``pytest_plugin.py`` makes each claim a test, ``badge.py`` marks what was verified.
"""
