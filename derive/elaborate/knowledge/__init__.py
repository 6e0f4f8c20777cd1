"""What a run of the elaborator knows before and while it reads.

May import ``core``, ``glossary``, ``syntax``.  Begin with ``search.py`` (readings are found by choices and their costs), then
``scope.py``: bound and free letters, their types, definitions of the page.  ``facts.py`` is what a glance over all rows of a
claim shows, ``sequences.py`` what is written as a sequence.  ``shapes.py`` lists what a glance may find, ``glances.py`` has
single ones.
"""
