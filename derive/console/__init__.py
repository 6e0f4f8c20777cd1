"""The command line: arguments in, text and exit codes out.

For: the command ``derive``.  May import everything.  Begin with ``cli.py``, which loads what is heavy only for the command
that needs it; ``commands.py`` makes pages, ``deriving.py`` derives, ``page_links.py`` judges the steps of a page and
``marking.py`` tells them, ``terminal.py`` is what they share: colour, progress, output and errors.
"""
