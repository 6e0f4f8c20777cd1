"""What is given to a claim by the text around it.

For: definitions, premises and recursions, before the claim itself is read.  May import ``elaborate.letters`` and what that
may. Begin with ``givens.py``; ``recursions.py`` takes sequences that follow from their own members, ``given_remarks.py``
passes over words that say nothing, ``examples.py`` puts in the numbers of an example, ``listed.py`` those of a list, ``chains.py`` finds what depends on
what, ``preferences.py`` reads how likely one answer is preferred, ``given_rewards.py`` makes bounds on a reward's letter bounds on
every reward, ``given_numbers.py`` says which others a number that is given of a value bears on.
"""
