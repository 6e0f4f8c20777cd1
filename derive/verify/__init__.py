"""One claim: a verdict over all of its readings, with witnesses in the page's names.

May import the kernel, ``elaborate``, ``decide`` and all below them. Begin with ``verdicts.py``; ``admitting.py`` makes
certificates of what the deciders find, ``wording.py`` puts verdicts in the page's words. ``silence.py`` passes over claims
that say nothing, ``defining.py`` over those that say what something is, ``conditions.py`` tries what a text leaves unsaid,
``text_conventions.py`` what it settles, ``averaging.py`` what holds on average, ``samples.py`` what one sample stands for;
``describing.py`` says how a formula was read.
``links.py`` has the verdict on one link as it stands.
"""
