"""Proof-reading of documents: sources and scanners, the proof-reader, findings and their reports, the store of earlier runs.

May import ``page`` and all below it.  Begin with ``proofread.py`` (a document) or ``meaning.py`` (one claim); ``mending.py`` looks for
repairs, ``tables.py`` holds cells against their headers, ``run.py`` goes from paths to a report.
"""
