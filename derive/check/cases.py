"""Cases that the words around a formula state: what fails then is not refuted."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.check.context import LinkResult
from derive.check.sources.document import Document, FormulaPiece
from derive.decide.relations import closed
from derive.models.kernel import Verdict

#: What a section says of its draws X_1, X_2, …
INDEPENDENT = re.compile(r"\bi\.?i\.?d\b|independent and identically|identically distributed|独立同分布", re.IGNORECASE)
CONDITIONAL = re.compile(
    r"\b(?:if|when|whenever|unless|suppose|assume|assuming|provided|otherwise|case)\b|若|如果|当", re.IGNORECASE
)


#: No case but a manner of speaking: "if we want, the sum may be split".
MANNER = r"(?!\s+(?:(?:we|you|one)\s+(?:want|wish|like|prefer|would)|desired|needed|necessary|possible|any)\b)"
PREMISE = re.compile(
    rf"\b(?:if{MANNER}|suppose|assume|assuming|provided|special case|in the case)\b|若|如果|假设|假如", re.IGNORECASE
)


def in_words(document: Document, piece: FormulaPiece, reach: int) -> str:
    """The text before a formula, with displays blotted out: the cases in them are theirs."""
    path = piece.path or document.path
    text = document.prose[path]
    start = max(0, piece.start - reach)
    before = text[start : piece.start]
    for other in document.formulas:
        if other.kind == "display" and (other.path or document.path) == path and start < other.end <= piece.start:
            begin, end = max(other.start, start) - start, other.end - start
            before = before[:begin] + " " * (end - begin) + before[end:]
    return before


def conditional_sentence(document: Document, piece: FormulaPiece) -> bool:
    """Whether the sentence around an inline formula speaks of a case: then its formulas may hold in that case only."""
    text = document.prose[piece.path or document.path]
    before = in_words(document, piece, 240)
    before = re.split(r"[.!?。！？]\s|\n\s*\n|\|", before)[-1]
    after = re.split(r"[.!?。！？]\s|\n\s*\n|\|", text[piece.end : piece.end + 160])[0]
    return bool(CONDITIONAL.search(before) or CONDITIONAL.search(after))


def premised(document: Document, piece: FormulaPiece) -> bool:
    """Whether the sentence that leads to a display speaks of a case: ``If the reward is a constant, then the return is``."""
    before = in_words(document, piece, 400).rstrip("$ \n\r\t`[\\")
    if before.endswith((".", "。", "|", "#")):
        return False
    sentences = re.split(r"(?<=[.!?。！？])\s+|\n\s*\n|(?<=[。！？])", before)
    lead = sentences[-1]
    if len(sentences) > 1 and re.match(r"\s*(?:Then|Hence|Thus|So|In (?:this|that|which) case|那么|则|此时|于是)\b", lead):
        lead = sentences[-2] + lead
    case = PREMISE.search(lead)
    return case is not None and not says_the_place(lead[case.start() :], piece.latex)


def says_the_place(case: str, latex: str) -> bool:
    """Whether all that a case says in symbols is a place that the formula names too: ``If the parameters are (0,0)`` before ∇J(0,0)."""
    told = [re.sub(r"\s", "", x) for x in re.findall(r"\$([^$]+)\$", case)]
    return bool(told) and all(not re.search("[A-Za-z]", x) and x in re.sub(r"\s", "", latex) for x in told)


def hedge(result: LinkResult) -> LinkResult:
    """A failing formula in a sentence about a case is not refuted: the case may be what makes it true."""
    if result.verdict.status not in ("refuted", "doubtful") or closed(result.lhs) and closed(result.rhs):
        return result
    return replace(
        result, verdict=Verdict("undecided", "Not decided: the sentence states a case that the formula does not.", code="D509")
    )
