"""The roles that a statement of a page may have."""

from __future__ import annotations

CLAIM = "claim"
DEFINITION = "definition"
PREMISE = "premise"
CONDITION = "condition"
UPDATE = "update"
ALTERNATIVE = "alternative"
RANGE = "range"
INSTANCE = "instance"
QUOTATION = "quotation"
AIM = "aim"

#: An equation that nothing decides: what stands behind it may lean on it.
OPEN = "open"

#: Roles in which a statement is said to be so; in all others it is sought, supposed, quoted or one of several.
STATED = (CLAIM, DEFINITION, INSTANCE, UPDATE)

#: Relations that bound something.
ORDERS = ("<", ">", r"\le", r"\ge", r"\ne")
