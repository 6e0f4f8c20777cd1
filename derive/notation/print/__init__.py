"""Terms as LaTeX that reads back as the same terms.

May import ``notation.parse``, ``notation.trees``, ``syntax``.  Begin with ``printer.py``; ``print_terms.py`` prints every
term, ``print_operators.py``, ``print_names.py``, ``print_arithmetic.py`` those of a kind, ``print_marks.py`` scripts and
spaces. ``print_levels.py`` says where brackets are needed, ``applying.py`` whether two factors would read as an application,
``print_base.py`` what the parts need of each other.
"""
