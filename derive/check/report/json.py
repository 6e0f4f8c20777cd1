"""The stable JSON contract."""

from __future__ import annotations

import json

from derive.check.findings import Report


def render_json(report: Report) -> str:
    r"""One JSON object, keys in the contract's order, formulas in source order; only ``seconds`` can differ between runs.

    >>> render_json(Report()).startswith('{\n "version": 1')
    True
    """
    return json.dumps(report.to_json(), ensure_ascii=False, indent=1, default=str) + "\n"
