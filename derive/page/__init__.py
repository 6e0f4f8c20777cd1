"""What a page says: statements with their roles, what they give to those that follow, and the verdicts on them over readings.

``cues.py`` is the table of cue words; ``roles.py`` finds a statement's role from its form and the words around it; ``said.py`` keeps
what was said and gives each statement what is in its scope; ``reader.py`` asks for the verdicts.
"""
