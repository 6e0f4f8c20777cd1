r"""Commands that well-known packages define (physics, mathtools, KaTeX, texvc): what each expands to, by its braced arguments.  Data only.

``#0`` is the optional argument.  A macro of the text's own comes before these.
"""

from __future__ import annotations

from derive.syntax.lex.tokens import Macro

#: Names, number of braced arguments -> what it stands for; the row that takes most of the braces that are there is used.
_ROWS: dict[str, dict[int, str]] = {
    # physics
    "pdv partialderivative": {
        1: r"\frac{\partial}{\partial #1}",
        2: r"\frac{\partial #1}{\partial #2}",
        3: r"\frac{\partial^2 #1}{\partial #2\partial #3}",
    },
    "dv derivative": {1: r"\frac{d}{d#1}", 2: r"\frac{d#1}{d#2}"},
    "dd differential": {0: "d", 1: r"\,d#1"},
    "grad gradient": {0: r"\nabla", 1: r"\nabla #1"},
    "laplacian": {0: r"\nabla^2"},
    "abs absolutevalue": {1: r"\left|#1\right|"},
    "norm": {1: r"\left\|#1\right\|"},
    "qty quantity": {0: "", 1: r"\left\{#1\right\}"},
    "eval evaluated": {1: r"#1\Big|"},
    "order": {1: r"\mathcal{O}(#1)"},
    "expval ev": {1: r"\left\langle #1\right\rangle"},
    "vb vb* vectorbold": {1: r"\mathbf{#1}"},
    "vdot": {0: r"\cdot"},
    "Tr": {0: r"\operatorname{Tr}"},
    "flatfrac": {2: "{#1}/{#2}"},
    # mathtools
    "vdotswithin shortvdotswithin": {1: r"#1\vdots"},
    "MoveEqLeft": {0: ""},
    "Aboxed": {1: "#1"},
    "adjustlimits": {0: ""},
    "vcentcolon ordinarycolon": {0: ":"},
    "splitfrac splitdfrac": {2: "#1 #2"},
    "shortintertext": {1: r"\intertext{#1}"},
    # amsmath
    **{
        name: {1: rf"\{name.lower()}{{#1}}"}
        for name in ("Acute", "Bar", "Breve", "Check", "Ddot", "Dot", "Grave", "Hat", "Tilde", "Vec")
    },
    # KaTeX and texvc
    "isin": {0: r"\in"},
    "infin": {0: r"\infty"},
    "exist": {0: r"\exists"},
    "plusmn": {0: r"\pm"},
    "sdot": {0: r"\cdot"},
    "R Reals reals": {0: r"\mathbb{R}"},
    "natnums": {0: r"\mathbb{N}"},
    "larr": {0: r"\leftarrow"},
    "lang": {0: r"\langle"},
    "rang": {0: r"\rangle"},
    "rarr": {0: r"\rightarrow"},
    "rArr": {0: r"\Rightarrow"},
    "hArr": {0: r"\Leftrightarrow"},
}

#: With an optional argument: name -> the same.
_ORDERED: dict[str, dict[int, str]] = {
    "pdv partialderivative": {1: r"\frac{\partial^{#0}}{\partial #1^{#0}}", 2: r"\frac{\partial^{#0} #1}{\partial #2^{#0}}"},
    "dv derivative": {1: r"\frac{d^{#0}}{d#1^{#0}}", 2: r"\frac{d^{#0}#1}{d#2^{#0}}"},
    "dd differential": {1: r"\,d^{#0}#1"},
}

PACKAGED = {name: row for names, row in _ROWS.items() for name in names.split()}
WITH_ORDER = {name: row for names, row in _ORDERED.items() for name in names.split()}


def packaged(name: str, braces: int, option: str | None) -> Macro | None:
    """The command as a macro that takes at most ``braces`` braced arguments; None for one that no package here defines so."""
    rows = WITH_ORDER.get(name, PACKAGED.get(name)) if option is not None else PACKAGED.get(name)
    taken = max((n for n in rows or () if n <= braces), default=None)
    if rows is None or taken is None:
        return None
    return Macro(name, taken, rows[taken].replace("#0", option or ""))
