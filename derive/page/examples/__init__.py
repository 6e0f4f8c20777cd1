"""The numbers of an example: what it gives the quantities of a text, and what follows from that.

For: lines with numbers, and equations among quantities.  May import ``page.saying``, ``page.words``, ``verify`` and what these may; begin
with ``worked.py``.
"""
