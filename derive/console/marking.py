"""How the steps of a page are told: as lines of text, a table, JSON, or a patch that writes the reasons beside the lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from difflib import unified_diff
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from derive.console.page_links import Placed, links_of
from derive.files import visible, visible_name

if TYPE_CHECKING:
    from derive.check.config import Config
    from derive.check.findings import Report
    from derive.check.report.layout import Sources
    from derive.derivation.explaining import Explained

FORMATS = ("text", "markdown", "json", "patch")
#: Links of which there is nothing to say unless one asks for all of them.
QUIET = ("definition",)


def beside(report: Report, rendered: str, format: str, texts: Sources, config: Config) -> str:
    """A report with the steps of its pages: behind it, or under the key ``steps`` of its JSON."""
    links = {f.path: links_of(f.path, texts(f.path) or "", config, report=f) for f in report.files}
    if format == "json":
        steps = [{"path": path, **described(line, link)} for path, found in links.items() for line, _, link in found]
        return json.dumps(json.loads(rendered) | {"steps": steps}, ensure_ascii=False, indent=1) + "\n"
    told_of = [
        f"Steps of {visible_name(path)}:\n" + told("text", path, texts(path) or "", found) for path, found in links.items()
    ]
    return rendered + "\n" + "\n\n".join(told_of) + "\n"


def told(format: str, page: str, text: str, found: list[Placed], all_links: bool = False, width: int = 100) -> str:
    """What is printed of the links of a page; each with its line and where in the text it ends."""
    from derive.derivation.explaining import share

    total = share(link for *_, link in found)
    if format == "json":
        rows = [described(line, link) for line, _, link in found]
        counts = total._asdict() | {"decided": total.right + total.wrong}
        return json.dumps({"links": rows, **counts}, ensure_ascii=False, indent=1)
    if format == "patch":
        return patch(page, text, found)
    spoken = [(line, link) for line, _, link in found if all_links or link.kind not in QUIET]
    if format == "markdown":
        head = ["| line | link | verdict | reason |", "|---|---|---|---|"]
        cells = [(str(n), f"${k.before} {k.relation} {k.after}$", k.kind, k.reason) for n, k in spoken]
        return "\n".join([*head, *(f"| {' | '.join(cell(c) for c in row)} |" for row in cells), "", str(total)])
    rows_ = [(str(n), f"{k.before} {k.relation} {k.after}", k.kind, k.reason) for n, k in spoken]
    return "\n".join([*table(("line", "link", "verdict", "reason"), rows_, width), "", str(total)])


def table(head: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> list[str]:
    r"""The lines of a table with aligned columns: the last has a third of the width at most, the second what is left.

    >>> for line in table(("line", "link", "verdict", "reason"), [("7", r"ab = \log b", "named", "a-rule")], 31):
    ...     print(line)
    line  link      verdict  reason
    7     ab =      named    a-rule
          \log b
    """
    every = [list(head), *([visible(" ".join(c.split())) for c in row] for row in rows)]
    widths = [max(len(row[i]) for row in every) for i in range(len(head))]
    widths[-1] = max(min(widths[-1], width // 3), len(head[-1]))
    widths[1] = max(min(widths[1], width - sum(widths) + widths[1] - 2 * (len(head) - 1)), 8)
    lines = []
    for row in every:
        columns = [wrapped(c, w) for c, w in zip(row, widths, strict=True)]
        for parts in zip_longest(*columns, fillvalue=""):
            lines.append("  ".join(c.ljust(w) for c, w in zip(parts, widths, strict=True)).rstrip())
    return lines


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines, none broken inside of a word, a number or a command unless that alone is too long."""
    lines = [""]
    for part in re.findall(rf" ?(?:\\[A-Za-z]{{1,{width}}}|[\w.-]{{1,{width}}}|.)", text):
        if len(lines[-1]) + len(part) > width:
            lines.append("")
            part = part.lstrip()
        lines[-1] += part
    return lines


def described(line: int, link: Explained) -> dict[str, Any]:
    return {
        "line": line, "before": link.before, "relation": link.relation, "after": link.after, "kind": link.kind, "rules": list(link.rules),
        "conditions": [{"latex": c.latex, "holds": c.holds} for c in link.conditions], "why": link.why, "status": link.status,
    }  # fmt: skip


def patch(page: str, text: str, found: Iterable[Placed]) -> str:
    """A patch that writes the reason of each link as a comment behind its line, where the link ends with the line."""
    lines = text.splitlines(keepends=True)
    reasons: dict[int, list[str]] = {}
    for _, end, link in found:
        if end < 0 or link.kind in QUIET or "\n" in link.reason:
            continue
        number = text.count("\n", 0, end)
        behind = text[end : text.find("\n", end)] if "\n" in text[end:] else text[end:]
        if "%" not in behind and not behind.replace("\\\\", "").strip(" .,;&"):
            says = {"wrong": "wrong", "undecided": "undecided", "unread": "undecided"}.get(link.kind, link.reason)
            reasons.setdefault(number, []).append(says)
    made = list(lines)
    for number, said in reasons.items():
        body = lines[number].rstrip("\n")
        made[number] = f"{body}  % {'; '.join(said)}\n"
    return "".join(unified_diff(lines, made, f"a/{page.lstrip('/')}", f"b/{page.lstrip('/')}"))


def cell(text: str) -> str:
    """A cell of a table: bars as entities, on one line."""
    return " ".join(text.replace("|", r"\vert ").split())
