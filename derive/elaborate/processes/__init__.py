"""Decision processes: states, actions and rewards at times, and what is made of them.

For: expectations over episodes.  May import the other packages of ``elaborate`` but ``spelling``. Begin with ``process.py``;
``episode_returns.py`` reads TD errors, returns and advantages, ``operators.py`` Bellman operators, ``identities.py`` equations of
functions of states and actions, ``bandits.py`` rewards of
arms, ``responses.py`` the tokens of language models.  ``process_times.py`` reads times and what stands at them.
"""
