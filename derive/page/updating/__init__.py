"""What moves values: updates against the known ones.

For: statements with the shape of an update.  May import ``decide``, ``elaborate``.  Begin with ``updates.py`` (an update against the known backups);
``implied_updates.py`` finds those that targets and errors stand for.
"""
