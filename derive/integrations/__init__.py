"""Where authors already are: pytest, MkDocs, Sphinx.

Nothing is imported here, and each module imports the tool that it plugs into and no other, so that one can be
used where the others are not installed.
"""
