"""Tokens of a formula, each with its place in the source.

May import ``diagnostics`` only.  Begin with ``tokens.py`` (what a token is), then ``lexer.py``; ``lexer_commands.py`` reads
commands, ``lexer_arguments.py`` their arguments and a user's macros.  Tables: ``symbols.py`` (the LaTeX that is known),
``packages.py`` (commands of packages), ``unicode_tables.py`` (characters typed in place of commands).
"""
