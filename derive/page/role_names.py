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

ROLES = (CLAIM, DEFINITION, PREMISE, CONDITION, UPDATE, ALTERNATIVE, RANGE, INSTANCE, QUOTATION, AIM)
