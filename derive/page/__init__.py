"""What a page says: statements with their roles, what they give to those that follow, and the verdicts on them over readings.

``cues.py`` is the table of cue words; ``roles.py`` finds a statement's role from its form and the words around it; ``said.py`` keeps
what was said and gives each statement what is in its scope; ``reader.py`` asks for the verdicts, ``outcomes.py`` is what is said of a link in
the end, ``ledger.py`` finds again what an earlier run decided.  ``standing.py`` says whether a
refutation is an error of the page; ``settled.py`` which definitions the field has made; ``slips.py`` tries what a misprint may have been;
``updates.py`` holds updates and errors against known backups; ``worked.py`` keeps the numbers of an example; ``forms.py`` looks at letters.
"""
