"""Proof-reading of documents: from paths to findings and their reports.

May import ``page`` and all below it.  Begin with ``run.py`` (paths to a report) or ``single.py`` (one claim); ``workers.py``
spreads the work. ``sources`` finds formulas in files, ``proofreading`` decides them, ``findings.py`` is what is found,
``report`` prints it, ``texts`` explains it, ``fix.py`` writes repairs, ``store`` remembers earlier runs.  What a project
says: ``config.py``, ``settings.py`` (where it stands), ``vocabulary.py`` (its letters), ``suppress.py`` (findings that were
answered).
"""
