"""What earlier runs found, kept for later ones.

For: pages that have not changed are not decided again, and known findings stay quiet.  May import ``page.ledger``, ``files``,
the settings and ``check.findings``.  Begin with ``cache.py`` (reports and verdicts, thrown away when the tool changes);
``baseline.py`` holds findings of old pages.
"""
