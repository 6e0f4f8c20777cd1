r"""The inputs of the fuzzer (``fuzz.py``): the formulas, pages and strings of the tests, and changes of their tokens.

An input is some fields with ``SEP`` between them; for the targets in ``CHOICES`` the first says what the others are.

>>> changed(["x", "=", "y"], ["z"], random.Random(2), {})
['z', '=', 'y']
"""

# ruff: noqa: SIM905  (lists of tokens are read more easily as texts)

from __future__ import annotations

import ast
import json
import random
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).parent
SEP = "\x1f"
#: Characters of an input, and of a page that is decided.
LONGEST, PAGE = 3000, 400
SUFFIXES = ("md", "tex", "rst", "ipynb", "cells", "md*", "tex*", "rst*", "cells*")
SITE = "derive.toml pyproject.toml conf.py _quarto.yml mkdocs.yml mathjax.js katex.html macros.tex comments.md"
CHOICES = {
    "scanner": SUFFIXES, "page": SUFFIXES[:5], "batch": ("claim", "lines"), "configuration": tuple(SITE.split()), "sync": SUFFIXES[:5],
}  # fmt: skip
TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[A-Za-z]+|\d+|\s+|.", re.S)
OPEN, CLOSE = "{[(", "}])"
#: What may be exchanged for another of its sort.
SORTS = {
    "relation": r"= < > \le \ge \approx \propto := \sim \in \to \implies \iff \ne \succeq \perp \mid".split(),
    "operator": r"\sum \prod \max \min \int \lim \log \exp \nabla \det \sup \sin \arg \mathbb \mathrm".split(),
    "letter": r"\alpha \beta \gamma \delta \epsilon \theta \phi \psi \lambda \mu \pi \sigma \tau \omega \xi \rho \eta \nu \Delta".split(),
}
#: What tests have seldom and people write.
ODD = [
    *r"\left \right \middle| \begin{aligned} \end{aligned} \begin{cases} \end{cases} \\ & ^ _ ^{ } { ' | \| ! $ $$ \[ \] \text{ \tag{1}".split(),
    *r"\operatorname{ \mathbf{ \label{ % #1 ~ \, \quad ; ² π − … 𝔼 <!-- --> ``` > |---| 1e999 0 \% \forall \ldots \infty \binom \sqrt[".split(),
    "- ", "\t", "\r\n", "\u200b", "\u202e", "\u2028", "\x00", "9" * 30,
]  # fmt: skip
#: What a part of a formula is put into.
AROUND = [
    *((before, "") for before in r"\log \nabla_\theta \sum_i \max_a \frac{d}{dx} - \lim_{n\to\infty} \prod_{i=1}^n \Delta".split()),
    (r"\frac{", "}{2}"), ("|", "|"), (r"\mathbb{E}_{x\sim p}[", "]"), (r"\|", r"\|"), ("(", ")^2"), ("(", ")^{-1}"), (r"\sqrt{", "}"), ("_{", "}"),
    ("^{", "}"), (r"\text{", "}"), (r"\mathbf{", "}"), (r"\hat{", "}"), ("(", r")^\top"), (r"\int_0^1", "dx"), (r"\mathrm{Var}(", ")"),
    (r"\begin{cases}", r"&x>0\\0&x\le0\end{cases}"), (r"\mathbb{1}[", ">0]"), (r"\left\{", r"\right\}"), ("$", "$"), ("P(", r"\mid s)"), ("", r",\dots"),
]  # fmt: skip


@cache
def seeds(target: str) -> list[str]:
    """What the tests give a target: cells of tables, sections of pages, strings of programs."""
    markdown = [path.read_text(encoding="utf-8") for path in sorted(HERE.rglob("*.md"))]
    found = [a or b for text in markdown for a, b in re.findall(r"(?<!`)`([^`\n]+)`(?!`)|\$\$?([^$`]+)\$", text)]
    formulas = [one.replace(r"\|", "|") for one in dict.fromkeys(found) if "\\" in one or "=" in one]
    pairs = [f"{a}{SEP}{b}" for a, b in pairwise(formulas)]
    if target == "reader":
        return [*formulas, *pairs]
    if target == "batch":
        lines = [json.dumps({"id": n, "latex": a, "given": [b]}) for n, (a, b) in enumerate(pairwise(formulas))]
        return [*(f"claim{SEP}{one}" for one in (*formulas, *pairs)), *(f"lines{SEP}{one}" for one in lines[:500])]
    strings = [
        node.value
        for path in sorted(HERE.rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 8
    ]
    sections = [part for text in markdown for part in re.split(r"\n(?=#+ )", text)]
    marked = [f"<!-- derive: result=group/zero-sum -->\n{one}\n<!-- /derive -->\n" for one in strings]
    if target == "configuration":
        return [f"{kind}{SEP}{one}" for one in dict.fromkeys(strings) for kind in kinds_of(one)]
    texts = {
        "scanner": [*sections, *strings],
        "page": [*sections, *(one for one in strings if "$" in one or "math" in one or r"\[" in one)],
        "sync": [*(one for one in strings if "result=" in one), *marked],
    }[target]
    short = [one for one in dict.fromkeys(texts) if len(one) < (PAGE if target == "page" else LONGEST // 2)]
    return [f"{CHOICES[target][n % len(CHOICES[target])]}{SEP}{one}" for n, one in enumerate(short)]


def kinds_of(text: str) -> list[str]:
    """The files of a site that a text may stand in."""
    if "derive:" in text:
        return ["comments.md"]
    if "acros" in text or "newcommand" in text:
        return [kind for kind in CHOICES["configuration"] if not kind.endswith("md")]
    return ["derive.toml"] if re.search(r"^[\w.\"-]+ *= |^\[", text, re.M) else []


def sort_of(token: str) -> str:
    """What a token may be exchanged for: letters for letters, numbers for numbers."""
    if len(token) == 1 and token.isascii() and token.isalpha():
        return "letter"
    return "number" if token.isdecimal() else next((sort for sort, tokens in SORTS.items() if token in tokens), token)


@cache
def by_sort(target: str) -> dict[str, list[str]]:
    """The tokens of the seeds by what they may be exchanged for."""
    found: dict[str, set[str]] = {}
    for token in {token for seed in seeds(target) for token in TOKEN.findall(seed)}:
        found.setdefault(sort_of(token), set()).add(token)
    return {sort: sorted(tokens) for sort, tokens in found.items()}


def group(tokens: list[str], at: int) -> slice:
    """What stands in brackets from a token on; the token alone where nothing opens, or nothing closes it."""
    depth = 0
    for end in range(at, min(len(tokens), at + 200)):
        depth += (tokens[end] in OPEN) - (tokens[end] in CLOSE)
        if depth <= 0:
            return slice(at, end + 1)
    return slice(at, at + 1)


def changed(tokens: list[str], other: list[str], draw: random.Random, exchanged: dict[str, list[str]]) -> list[str]:
    """Tokens after one change, with what another text has."""
    here, there, few = draw.randrange(len(tokens) + 1), draw.randrange(len(other) + 1), draw.randrange(1, 6)
    before, after, end = tokens[:here], tokens[here:], group(tokens, here).stop
    match draw.randrange(11):
        case 0:
            return [*before, *after[few:]]
        case 1:
            return [*before, *after[:few] * draw.choice((2, 2, 3, 30)), *after[few:]]
        case 2:
            return [*before, draw.choice(ODD), *after[:few], *([draw.choice(ODD)] if few % 2 else []), *after[few:]]
        case 3:
            return [*before, *other[group(other, there)], *tokens[end:]]
        case 4:
            return [*before, *other[there : there + 3 * few], *after]
        case 5:
            return [*before, *other[there : there + 1], *after[1:]]
        case 6:
            return [*before, *other[there:]]
        case 7:
            opening, closing = draw.choice(AROUND)
            return [*before, opening, *tokens[here:end], closing, *tokens[end:]]
        case _:  # the same formula about other things
            one = draw.choice([t for t in tokens if sort_of(t) in exchanged] or ["x"])
            new = draw.choice(exchanged.get(sort_of(one), ["y"]))
            often = draw.choice((0.4, 1.0))
            return [new if t == one and draw.random() < often else t for t in tokens]


def mutated(target: str, text: str, seed: int) -> str:
    """An input with some changes of its tokens."""
    draw = random.Random(seed)
    pool, fields, first = seeds(target), text.split(SEP), int(target in CHOICES)
    if first and draw.random() < 0.1:
        fields[0] = draw.choice(CHOICES[target])
    at = draw.randrange(first, max(first + 1, len(fields)))
    tokens = TOKEN.findall("".join(fields[at : at + 1]))
    for _ in range(draw.choice((1, 1, 2, 4))):
        tokens = changed(tokens, TOKEN.findall(draw.choice(pool).split(SEP)[-1]), draw, by_sort(target))
    fields[at : at + 1] = ["".join(tokens)]
    if target in ("reader", "batch") and draw.random() < 0.1:
        fields.append(draw.choice(pool).split(SEP)[-1])
    return SEP.join(fields)[: 2 * PAGE if target == "page" else LONGEST]
