"""One claim: its readings, points in worlds, a verdict over all readings, witnesses in the page's names.

May import ``elaborate``, ``evaluate``, ``worlds``, ``core``.  Begin with ``points.py`` (one reading), then ``verdicts.py`` (all of them).
"""
