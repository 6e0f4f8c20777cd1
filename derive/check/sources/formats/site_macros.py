r"""Macros from where sites keep them, read as data and never executed.

A Sphinx ``conf.py``, MathJax and KaTeX configurations in HTML and JavaScript, ``_quarto.yml``, ``mkdocs.yml``, a preamble beside the root of
a LaTeX project: those of the folder of a page and of the folders above it, up to the project's; the nearest comes first.

>>> macros_of_js("window.MathJax = {tex: {macros: {RR: '\\\\mathbb{R}', E: ['\\\\mathbb{E}_{#1}', 1, '\\\\pi']}}}", [])["E"]
Macro(arity=1, body='\\mathbb{E}_{#1}', default='\\pi')
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

from derive.check.sources.formats.latex import project_of
from derive.check.sources.text.document import Gathering, Macro
from derive.files import read_regular, real

#: Files in a folder or just below it that may hold macros, in the order in which they are looked at.
PLACES = (
    "conf.py", "docs/conf.py", "docs/source/conf.py", "source/conf.py", "_quarto.yml", "_quarto.yaml", "mkdocs.yml", "mkdocs.yaml", "myst.yml",
    "_config.yml", "docusaurus.config.*", ".vitepress/config.*", "docs/.vitepress/config.*", "_includes/*.html", "_layouts/*.html",
    "_templates/*.html", "layouts/partials/*.html", "theme/*.hbs", "javascripts/*.js", "docs/javascripts/*.js", "assets/js/*.js", "*mathjax*.js",
    "*katex*.js", "*mathjax*.html", "*katex*.html",
)  # fmt: skip
PREAMBLES = ("preamble.tex", "macros.tex", "notation.tex", "commands.tex", "defs.tex", "header.tex")
#: Bytes of the largest file that is looked at.
LARGEST = 100_000
OPENING = re.compile(r"[\"']?\b[mM]acros[\"']?\s*[:=]\s*\{")
KEY = re.compile(r"\s*(?:([A-Za-z_$][\w$]*)|\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')\s*:\s*", re.S)
STRING = re.compile(r"\s*(String\.raw\s*`[^`]*`|`[^`]*`|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')", re.S)
COMMENT = re.compile(r"\s*(?://[^\n]*|/\*.*?\*/)", re.S)
BETWEEN, BRACKET, NUMBER = re.compile(r"[\s,]*"), re.compile(r"\s*\["), re.compile(r"\s*(\d{1,9})")
BLOCK = re.compile(r"^([ \t]*)[mM]acros:[ \t\r]*$", re.M)
ENTRY = re.compile(r"\s*[\"']?\\*([A-Za-z]+)[\"']?\s*:\s*(.+?)\s*$")
ROOT = re.compile(r"^[^%\n]*\\documentclass", re.M)


def site_macros(page: Path, flavour: str) -> tuple[dict[str, Macro], list[str], list[tuple[str, str]]]:
    """The macros that hold for a page, the files they are from, and files that could not be used with the reasons."""
    found: dict[str, Macro] = {}
    used: list[str] = []
    broken: list[tuple[str, str]] = []
    for file in candidates(page, flavour):
        text = text_of(file)
        if text is None:
            continue
        notes: list[str] = []
        here = macros_of(file, text, notes)
        if here or notes:
            used.append(file.as_posix())
        broken += [(file.as_posix(), note) for note in notes]
        for name, macro in here.items():
            found.setdefault(name, macro)
    return found, used, broken


def candidates(page: Path, flavour: str) -> Iterator[Path]:
    """Files that may hold macros, from the page's folder upwards."""
    page = real(page)
    top = project_of(page)
    for folder in page.parents:
        for pattern in PREAMBLES if flavour == "latex" else PLACES:
            try:
                matches = sorted(folder.glob(pattern))
            except OSError:
                continue
            yield from filter(os.path.isfile, matches)
        if flavour == "latex":
            yield from roots_of(page, folder)
        if folder == top:
            return


def roots_of(page: Path, folder: Path) -> list[Path]:
    """The roots in a folder whose text inputs a page that is no root itself."""
    own = text_of(page)
    if own is None or ROOT.search(own):
        return []
    named = re.compile(r"\\(?:input|include|subfile)\s*\{[^}]*" + re.escape(page.stem) + r"(?:\.tex)?\s*\}")
    return [
        f
        for f in sorted(folder.glob("*.tex"))
        if f != page and (t := text_of(f)) is not None and ROOT.search(t) and named.search(t)
    ]


def text_of(file: Path) -> str | None:
    try:
        data = read_regular(file, LARGEST + 1)
    except (OSError, ValueError):
        return None
    return data.decode("utf-8", "replace") if len(data) <= LARGEST else None


def macros_of(file: Path, text: str, notes: list[str]) -> dict[str, Macro]:
    """The macros in one file, by its kind."""
    if file.suffix == ".py":
        return macros_of_python(text, notes)
    if file.suffix in (".yml", ".yaml"):
        return {**macros_of_yaml(text), **defined_in(text)}
    if file.suffix == ".tex":
        preamble = text.partition(r"\begin{document}")[0]
        return {**defined_in(preamble), **inputs_of(file, preamble)}
    return {**macros_of_js(text, notes), **defined_in(text)}


def inputs_of(file: Path, preamble: str) -> dict[str, Macro]:
    """The macros of the files of the project that a preamble inputs, and of packages beside it."""
    out: dict[str, Macro] = {}
    project = project_of(real(file))
    for match in re.finditer(r"^[^%\n]*?\\(input|include|usepackage)\s*(?:\[[^\]]*\])?\{([^}]*)\}", preamble, re.M):
        target = file.parent / (match[2].strip() + (".sty" if match[1] == "usepackage" else ""))
        for one in (target, target.with_name(target.name + ".tex")):
            if os.path.isfile(one) and real(one).is_relative_to(project) and (text := text_of(one)) is not None:
                out.update(defined_in(text))
    return out


def defined_in(latex: str) -> dict[str, Macro]:
    r"""``\newcommand`` and its relatives in a text."""
    gathered = Gathering("", "")
    gathered.take_macros(latex)
    return gathered.macros


# --- Python -----------------------------------------------------------------------------------------------------------


def macros_of_python(text: str, notes: list[str]) -> dict[str, Macro]:
    """The literals of a Sphinx configuration: tables called macros, and preambles."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        notes.append("it is no Python that can be read")
        return {}
    out: dict[str, Macro] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and str(key.value).lower() == "macros" and isinstance(value, ast.Dict):
                    out.update(python_table(value))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\\" in node.value:
            out.update(defined_in(node.value))
            if OPENING.search(node.value):
                out.update(macros_of_js(node.value, notes))
    return out


def python_table(table: ast.Dict) -> dict[str, Macro]:
    """The entries of a table that are literals."""
    out: dict[str, Macro] = {}
    for key, value in zip(table.keys, table.values, strict=True):
        if key is None:
            continue
        try:
            name, made = ast.literal_eval(key), macro_from(ast.literal_eval(value))
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            continue  # what is calculated is not executed
        if isinstance(name, str) and made is not None:
            out[name.lstrip("\\")] = made
    return out


def macro_from(value: object) -> Macro | None:
    """A macro in the forms of KaTeX (a string) and MathJax (a string, or a list of it, the number of arguments and a default)."""
    if isinstance(value, str):
        return Macro(max((int(n) for n in re.findall(r"#(\d)", value)), default=0), value)
    if isinstance(value, list | tuple) and value and isinstance(value[0], str):
        count = value[1] if len(value) > 1 and isinstance(value[1], int) and 0 <= value[1] <= 9 else 0
        default = value[2] if len(value) > 2 and isinstance(value[2], str) and count else None
        return Macro(count, value[0], default)
    return None


# --- JavaScript and YAML ----------------------------------------------------------------------------------------------


def macros_of_js(text: str, notes: list[str]) -> dict[str, Macro]:
    """The object literals called macros; an entry that is no literal ends one, and is told of."""
    out: dict[str, Macro] = {}
    for opening in OPENING.finditer(text):
        at = opening.end()
        while True:
            while comment := COMMENT.match(text, at):
                at = comment.end()
            at = after(BETWEEN, text, at)
            if text[at : at + 1] in ("}", ""):
                break
            key = KEY.match(text, at)
            value, end = js_value(text, key.end()) if key else (None, at)
            made = macro_from(value)
            if key is None or made is None:
                notes.append("a macro in it is no plain text, and those behind it are not read")
                break
            name = key[1] or js_string(f'"{key[2] or key[3]}"')
            out[name.lstrip("\\")] = made
            at = end
    return out


def js_value(text: str, at: int) -> tuple[object, int]:
    """A string, a number, or a list of such, and where it ends; None where something else stands."""
    bracket = BRACKET.match(text, at)
    if bracket is None:
        return js_plain(text, at)
    parts: list[object] = []
    at = after(BETWEEN, text, bracket.end())
    while text[at : at + 1] != "]":
        value, at = js_plain(text, at)
        if value is None:
            return None, at
        parts.append(value)
        at = after(BETWEEN, text, at)
    return parts, at + 1


def js_plain(text: str, at: int) -> tuple[object, int]:
    """A string or a number, and where it ends; None where something else stands."""
    if string := STRING.match(text, at):
        return js_string(string[1]), string.end()
    if number := NUMBER.match(text, at):
        return int(number[1]), number.end()
    return None, at


def after(what: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern ends that matches here, if only nothing."""
    found = what.match(text, at)
    return found.end() if found else at


def js_string(source: str) -> str:
    """What a literal of JavaScript says."""
    if source.startswith("String.raw"):
        return source[source.index("`") + 1 : -1]
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), source[1:-1], flags=re.S)


def macros_of_yaml(text: str) -> dict[str, Macro]:
    """The blocks called macros: one entry a line, a string or a list in brackets."""
    out: dict[str, Macro] = {}
    for block in BLOCK.finditer(text):
        for line in text[block.end() :].split("\n")[1:]:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if len(line) - len(line.lstrip()) <= len(block[1]):
                break
            entry = ENTRY.match(line)
            if entry and (made := macro_from(yaml_value(entry[2]))) is not None:
                out[entry[1]] = made
    return out


def yaml_value(source: str) -> object:
    """A plain, quoted or listed value."""
    if source.startswith("["):
        parts = re.findall(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^,\[\]\s]+", source)
        return [int(p) if p.isdigit() else yaml_value(p) for p in parts]
    if source[:1] == '"' and source[-1:] == '"':
        return js_string(source)
    if source[:1] == "'" and source[-1:] == "'":
        return source[1:-1].replace("''", "'")
    return source


__all__ = ["site_macros"]
