"""The numbers of an example: what it gives the quantities of a text, and what follows from that.

For: lines with numbers (``worked.py``), equations among quantities (``systems.py``), numbers that words say a formula comes to
(``numbers_spoken.py``), what a name comes to by its definition, by the rewards of an episode (``episode_numbers.py``) or by the members
of a list (``computed.py``).  May import ``page.saying``, ``page.words``, ``verify`` and what these may; begin
with ``worked.py``.
"""
