"""What a page says: statements with their roles, what they give to those that follow, and the verdicts on them over readings.

May import ``verify`` and all below it. Begin with ``page_reader.py``, which asks ``link_reader.py`` for the verdict on each
link; ``saying`` finds roles and keeps what was said, ``words`` knows what words say and ``suppositions.py`` makes premises of it,
``restated.py`` holds what is said again of a name against what was said of it,
``link_outcomes.py`` is what is said of a link in the end, ``standing.py`` whether a refutation is an error of the page,
``misprints`` tries slips of the pen, ``updating`` holds updates against
known backups, ``agreeing.py`` what holds against what the section says in another way,
``examples`` keeps the numbers of an example, ``ledger.py`` finds again what an earlier run decided.
``claim_forms.py`` says what ``standing.py`` looks at in a claim, and which definitions the field has made; ``qualifying.py`` whether words
may rescue one, ``solutions.py`` what an equation before it makes of it,
and whether a place is the best one.
"""
