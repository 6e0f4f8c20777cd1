"""How the steps of a page are told: as lines of text, a table, JSON, or a patch that writes the reasons beside the lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from derive.files import visible, visible_name

if TYPE_CHECKING:
    from derive.check.config import Config
    from derive.check.findings import FormulaReport, Report
    from derive.check.report.layout import Sources
    from derive.derivation.explaining import Explained

FORMATS = ("text", "markdown", "json", "patch")
#: Links of which there is nothing to say unless one asks for all of them.
QUIET = ("unread", "definition", "undecided")


def links_of(
    page: str, text: str, config: Config, checked: Iterable[FormulaReport], given: Iterable[str] = ()
) -> list[tuple[int, int, Explained]]:
    """The links of a page's formulas, each with its line and where in the text it ends; what was ``checked`` says which may be wrong."""
    from derive.check.sources import FormulaPiece, scan
    from derive.derivation.explaining import explained
    from derive.diagnostics import NotationError

    document = scan(page, text, config.for_file(page))
    # whether a link is wrong hangs on what the page has said before: that is for the check to say
    refuted = {f.line for f in checked if any(c.status == "refuted" for c in f.claims)}
    found: list[tuple[int, int, Explained]] = []
    after = 0
    for piece in document.pieces:
        if not isinstance(piece, FormulaPiece):
            continue
        try:
            links = explained(piece.latex, given)
        except (NotationError, RecursionError):
            continue
        line = document.locate(piece)[0]
        start = text.find(piece.latex, after)  # a formula that is written with macros, or over quoted lines, is found nowhere
        after = start + len(piece.latex) if start >= 0 else after
        for link in links:
            end = start + link.end if start >= 0 else -1
            own = text.count("\n", 0, end) + 1 if end >= 0 else line
            found.append((own, end, link if link.kind != "wrong" or line in refuted else link.left_open()))
    return found


def beside(report: Report, rendered: str, format: str, texts: Sources, config: Config) -> str:
    """A report with the steps of its pages: behind it, or under the key ``steps`` of its JSON."""
    links = {f.path: links_of(f.path, texts(f.path) or "", config, f.formulas) for f in report.files}
    if format == "json":
        steps = [{"path": path, **described(line, link)} for path, found in links.items() for line, _, link in found]
        return json.dumps(json.loads(rendered) | {"steps": steps}, ensure_ascii=False, indent=1) + "\n"
    told_of = [told("text", path, texts(path) or "", found, False) for path, found in links.items()]
    return rendered + "\n" + "\n\n".join(told_of) + "\n"


def told(format: str, page: str, text: str, found: list[tuple[int, int, Explained]], all_links: bool) -> str:
    """What is printed of the links of a page; each with its line and where in the text it ends."""
    from derive.derivation.explaining import share_right

    right, said = share_right(link for *_, link in found)
    if format == "json":
        rows = [described(line, link) for line, _, link in found]
        return json.dumps({"links": rows, "right": right, "decided": said}, ensure_ascii=False, indent=1)
    if format == "patch":
        return patch(page, text, found)
    spoken = [(line, link) for line, _, link in found if all_links or link.kind not in QUIET]
    total = f"{right} of {said} links are right; {len(found) - said} were not decided."
    if format == "markdown":
        head = ["| line | link | verdict | reason |", "|---|---|---|---|"]
        cells = [(str(n), f"${k.before} {k.relation} {k.after}$", k.kind, k.reason) for n, k in spoken]
        return "\n".join([*head, *(f"| {' | '.join(cell(c) for c in row)} |" for row in cells), "", total])
    lines = []
    for line, link in spoken:
        lines.append(visible_name(f"{page}:{line}: {link.kind}: {short(link.before)} {link.relation} {short(link.after)}"))
        lines.append(visible(f"    {link.reason}"))
    return "\n".join([*lines, "", total])


def described(line: int, link: Explained) -> dict[str, Any]:
    return {
        "line": line, "before": link.before, "relation": link.relation, "after": link.after, "kind": link.kind, "rules": list(link.rules),
        "conditions": [{"latex": c.latex, "holds": c.holds} for c in link.conditions], "why": link.why, "status": link.status,
    }  # fmt: skip


def patch(page: str, text: str, found: Iterable[tuple[int, int, Explained]]) -> str:
    """A patch that writes the reason of each link as a comment behind its line, where the link ends with the line."""
    lines = text.splitlines(keepends=True)
    reasons: dict[int, list[str]] = {}
    for _, end, link in found:
        if end < 0 or link.kind in QUIET or "\n" in link.reason:
            continue
        number = text.count("\n", 0, end)
        behind = text[end : text.find("\n", end)] if "\n" in text[end:] else text[end:]
        if "%" not in behind and not behind.replace("\\\\", "").strip(" .,;&"):
            reasons.setdefault(number, []).append("wrong" if link.kind == "wrong" else link.reason)
    made = list(lines)
    for number, said in reasons.items():
        body = lines[number].rstrip("\n")
        made[number] = f"{body}  % {'; '.join(said)}\n"
    return "".join(unified_diff(lines, made, f"a/{page.lstrip('/')}", f"b/{page.lstrip('/')}"))


def short(latex: str, most: int = 60) -> str:
    text = " ".join(latex.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def cell(text: str) -> str:
    """A cell of a table: bars as entities, on one line."""
    return " ".join(text.replace("|", r"\vert ").split())
