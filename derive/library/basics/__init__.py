"""What the other families lean on: information, sampling, distributions, Taylor expansions.

Data, with the derivation of each result.  May import ``derivation``, ``symbolic`` and the library's ``result.py`` and
``numbers.py``. Begin with ``sampling.py`` (weights and the score function); ``information.py`` has divergences and their
estimators, ``distributions.py`` policies by name, ``taylor.py`` expansions.
"""
