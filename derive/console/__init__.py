"""The command line: arguments in, text and exit codes out.

For: the command ``derive``.  May import everything.  Begin with ``cli.py``, which loads what is heavy only for the command
that needs it; ``commands.py`` makes pages, ``deriving.py`` derives, ``marking.py`` tells the steps of a page, ``terminal.py``
is what they share: colour, progress, output and errors.
"""
