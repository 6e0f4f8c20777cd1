"""SARIF 2.1.0, for code-scanning services: findings with regions, related places and fixes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from derive.check.findings import Report
from derive.check.report.layout import Finding, Sources, coverage, findings, in_cell
from derive.check.sources.text.strand import Lines
from derive.check.texts.explain import EXPLANATIONS, family
from derive.check.version import version

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {"error": "error", "warning": "warning", "info": "note"}


def render_sarif(report: Report, sources: Sources) -> str:
    """One run of one tool; columns count UTF-16 code units, as the standard's default has it."""
    found = list(findings(report))
    codes = sorted({one.code for one in found})
    driver = {
        "name": "derive",
        "semanticVersion": version() if version()[0].isdigit() and "+" not in version() else "0.0.0",
        "rules": [_rule(code) for code in codes],
    }
    lines = cache(lambda path: _lines(sources(path) or ""))
    results = [_result(one, codes, lines(one.path)) for one in found]
    run: dict[str, Any] = {"tool": {"driver": driver}, "columnKind": "utf16CodeUnits", "results": results}
    run["properties"] = {"coverage": coverage(report), "summary": report.summary()}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(code: str) -> dict[str, Any]:
    text = EXPLANATIONS.get(code)
    if text is None:
        return {"id": code, "shortDescription": {"text": family(code)}}
    return {
        "id": code,
        "name": text.name,
        "shortDescription": {"text": text.title},
        "fullDescription": {"text": text.what},
        "help": {"text": f"{text.why}\n\nTo silence it: {text.silence(code)}"},
    }


def _lines(source: str) -> list[str]:
    table = Lines.of(source)
    return [table.text(source, number) for number in range(1, len(table.starts) + 1)]


def _result(one: Finding, codes: list[str], lines: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": codes.index(one.code),
        "level": _LEVEL[one.severity],
        "message": {"text": _message(one)},
        "locations": [_location(one.path, _region(lines, one.line, one.column, one.end_line, one.end_column))],
    }
    if one.claim is not None:
        related = [
            _location(place.path or one.path, {"startLine": place.line, "startColumn": place.column})
            | {"message": {"text": place.message + in_cell(place)}}
            for place in one.related
        ]
        if related:
            made["relatedLocations"] = related
        edit = (one.claim.repair or {}).get("edit")
        if edit:
            region = _region(lines, edit["line"], edit["column"], edit["end_line"], edit["end_column"], empty=True)
            change = {
                "artifactLocation": {"uri": _uri(one.path)},
                "replacements": [{"deletedRegion": region, "insertedContent": {"text": edit["text"]}}],
            }
            made["fixes"] = [
                {"description": {"text": "The smallest edit that makes the claim true."}, "artifactChanges": [change]}
            ]
    return made


def _message(one: Finding) -> str:
    parts = [(one.message or one.label) + in_cell(one)]
    if one.claim is not None:
        if one.claim.assumptions:
            parts.append("Holds if: " + "; ".join(one.claim.assumptions) + ".")
        drawn = {name: value for name, value in (one.claim.witness or {}).items() if name not in ("lhs", "rhs")}
        if drawn:
            said = [f"{name} = {value}" for name, value in drawn.items()]
            parts.append("For example: " + ", ".join(said[:12]) + (", …" if len(said) > 12 else "."))
        if one.claim.repair and one.claim.repair.get("latex"):
            parts.append(f"Suggested: {one.claim.repair['latex'].strip()}")
    if one.help:
        parts.append(one.help)
    return " ".join(parts)


def _location(path: str, region: dict[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}


def _uri(path: str) -> str:
    return quote(PurePath(path).as_posix())


def _region(lines: list[str], line: int, column: int, end_line: int, end_column: int, empty: bool = False) -> dict[str, int]:
    if not empty and (end_line, end_column) <= (line, column):
        end_line, end_column = line, column + 1
    start, end = _units(lines, line, column), _units(lines, end_line, end_column)
    return {"startLine": line, "startColumn": start, "endLine": end_line, "endColumn": end}


def _units(lines: list[str], line: int, column: int) -> int:
    """A column in UTF-16 code units."""
    before = lines[line - 1][: column - 1] if line <= len(lines) else ""
    return column + sum(ord(char) > 0xFFFF for char in before)
