# ruff: noqa: SIM905  word lists read better as text
r"""Tables of the LaTeX this notation knows: greek letters, relations, operators, fonts and accents.

Every table is plain data.  ``RELATIONS`` maps a spelling to its normal form, so ``\leq`` and ``\le`` are one relation.
"""

from __future__ import annotations

GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu nu xi omicron pi varpi rho"
    " varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
    " digamma".split()
)

#: Commands that stand for a symbol of their own.
LETTER_LIKE = GREEK | frozenset(
    "ell infty emptyset varnothing hbar imath jmath Re Im aleph beth wp top bot perp square Box star ast dagger ddagger"
    " checkmark bullet circ diamond triangle clubsuit Pr prime flat sharp natural surd S P dag".split()
)

ACCENTS = frozenset(
    "hat widehat bar overline tilde widetilde vec dot ddot dddot check widecheck breve acute grave mathring underline"
    " overrightarrow overleftarrow underbar".split()
)

#: Font commands and the font that a name records.
FONTS = {
    "mathbb": "mathbb",
    "mathds": "mathbb",
    "mathbbm": "mathbb",
    "Bbb": "mathbb",
    "mathcal": "mathcal",
    "cal": "mathcal",
    "mathscr": "mathscr",
    "mathfrak": "mathfrak",
    "mathbf": "mathbf",
    "bf": "mathbf",
    "bold": "mathbf",
    "textbf": "mathbf",
    "boldsymbol": "boldsymbol",
    "bm": "boldsymbol",
    "pmb": "boldsymbol",
    "mathrm": "mathrm",
    "rm": "mathrm",
    "operatorname": "mathrm",
    "mathsf": "mathsf",
    "mathit": "mathit",
    "it": "mathit",
    "mathtt": "mathtt",
    "mathnormal": "",
}

#: Fonts in which several letters are one word, not a product.
WORD_FONTS = frozenset(
    ("mathrm", "operatorname", "operatorname*", "mathsf", "mathit", "mathtt", "rm", "it", "mathbf", "textbf", "bf")
)

TEXT_COMMANDS = frozenset("text textrm textit textnormal texttt textsf textsc mbox hbox textup emph intertext textmd".split())

#: Sizes and styles that print nothing of their own.
IGNORED = frozenset(
    "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag qedhere qed hline toprule midrule bottomrule par noindent centering"
    " allowbreak nobreak relax protect mathstrut strut null big Big bigg Bigg bigm Bigm biggm Biggm bigl"
    " bigr Bigl Bigr biggl biggr"
    " Biggl Biggr small large Large footnotesize normalsize smash mathopen mathclose mathord mathbin mathrel mathpunct mathinner"
    " mathop ensuremath nolinebreak nobreakdash unboldmath boldmath rlap llap mathclap mathrlap mathllap".split()
)

#: Commands dropped together with the given number of braced arguments.
IGNORED_WITH_ARGUMENTS = {
    "label": 1,
    "vspace": 1,
    "vspace*": 1,
    "phantom": 1,
    "vphantom": 1,
    "hphantom": 1,
    "ref": 1,
    "eqref": 1,
    "cite": 1,
    "footnote": 1,
    "setcounter": 2,
}

#: Spaces of a stated width: a wide one sets two statements apart.
SPACES_WITH_LENGTHS = frozenset(("hspace", "hspace*", "mspace", "hskip", "mskip", "kern", "mkern"))

#: Old font switches, which hold to the end of their group.
SWITCHES = {
    "rm": "mathrm",
    "sf": "mathsf",
    "tt": "mathtt",
    "it": "mathit",
    "bf": "mathbf",
    "sl": "mathit",
    "sc": "mathrm",
    "cal": "mathcal",
    "rmfamily": "mathrm",
    "bfseries": "mathbf",
    "itshape": "mathit",
}

THIN_SPACES = frozenset(
    (",", ":", "!", " ", "\n", "thinspace", "negthinspace", "medspace", "enspace", "enskip", "nobreakspace", "/", ">")
)
THICK_SPACES = frozenset((";", "thickspace"))
QUADS = frozenset(("quad", "qquad", "hfill", "hfil"))

RELATIONS = {
    "=": "=",
    "<": "<",
    ">": ">",
    r"\lt": "<",
    r"\gt": ">",
    r"\le": r"\le",
    r"\leq": r"\le",
    r"\leqslant": r"\le",
    r"\leqq": r"\le",
    r"\ge": r"\ge",
    r"\geq": r"\ge",
    r"\geqslant": r"\ge",
    r"\geqq": r"\ge",
    r"\ne": r"\ne",
    r"\neq": r"\ne",
    r"\approx": r"\approx",
    r"\approxeq": r"\approx",
    r"\simeq": r"\simeq",
    r"\cong": r"\cong",
    r"\sim": r"\sim",
    r"\propto": r"\propto",
    r"\equiv": r"\equiv",
    r"\in": r"\in",
    r"\notin": r"\notin",
    r"\ni": r"\ni",
    r"\subset": r"\subset",
    r"\subseteq": r"\subseteq",
    r"\supset": r"\supset",
    r"\supseteq": r"\supseteq",
    r"\subsetneq": r"\subsetneq",
    r"\ll": r"\ll",
    r"\gg": r"\gg",
    r"\lll": r"\ll",
    r"\ggg": r"\gg",
    r"\succ": r"\succ",
    r"\prec": r"\prec",
    r"\succeq": r"\succeq",
    r"\preceq": r"\preceq",
    r"\succcurlyeq": r"\succeq",
    r"\preccurlyeq": r"\preceq",
    r"\lesssim": r"\lesssim",
    r"\gtrsim": r"\gtrsim",
    r"\leftarrow": r"\leftarrow",
    r"\gets": r"\leftarrow",
    r"\longleftarrow": r"\leftarrow",
    r"\to": r"\to",
    r"\rightarrow": r"\to",
    r"\longrightarrow": r"\to",
    r"\mapsto": r"\mapsto",
    r"\longmapsto": r"\mapsto",
    r"\leftrightarrow": r"\leftrightarrow",
    r"\rightleftharpoons": r"\leftrightarrow",
    r"\uparrow": r"\uparrow",
    r"\downarrow": r"\downarrow",
    r"\nearrow": r"\uparrow",
    r"\searrow": r"\downarrow",
    r"\hookrightarrow": r"\to",
    r"\rightharpoonup": r"\to",
    r"\rightsquigarrow": r"\to",
    r"\leadsto": r"\to",
    r"\triangleq": ":=",
    r"\coloneqq": ":=",
    r"\coloneq": ":=",
    r"\colonequals": ":=",
    r"\doteq": ":=",
    r"\doteqdot": ":=",
    r"\eqdef": ":=",
    r"\defeq": ":=",
    ":=": ":=",
    "=:": "=:",
    r"\eqqcolon": "=:",
    r"\asymp": r"\asymp",
    r"\models": r"\models",
    r"\vdash": r"\vdash",
    r"\perp": r"\perp",
    r"\bot": r"\perp",
    r"\colon": ":",
    r"\questeq": "=?",
    r"\gtrless": r"\gtrless",
    r"\lessgtr": r"\lessgtr",
}


ARROWS_WITH_NOTES = {"xrightarrow": r"\to", "xleftarrow": r"\leftarrow", "xmapsto": r"\mapsto", "xRightarrow": r"\implies"}

#: Arrows between statements rather than between terms.
JOINERS = {
    r"\implies": r"\implies",
    r"\Rightarrow": r"\implies",
    r"\Longrightarrow": r"\implies",
    r"\iff": r"\iff",
    r"\Leftrightarrow": r"\iff",
    r"\Longleftrightarrow": r"\iff",
    r"\Leftarrow": r"\impliedby",
    r"\impliedby": r"\impliedby",
    r"\therefore": r"\therefore",
    r"\because": r"\because",
}

PRODUCT_OPS = {r"\cdot": r"\cdot", r"\times": r"\times", "*": "*", r"\ast": "*", r"\bullet": r"\cdot", r"\centerdot": r"\cdot"}
PRODUCT_INFIX = frozenset((r"\odot", r"\otimes", r"\circ", r"\bmod", r"\mod", r"\star", r"\circledast", r"\boxtimes", r"\rtimes"))
SUM_INFIX = frozenset(
    (
        r"\pm",
        r"\mp",
        r"\cup",
        r"\cap",
        r"\setminus",
        r"\backslash",
        r"\smallsetminus",
        r"\oplus",
        r"\ominus",
        r"\sqcup",
        r"\uplus",
        r"\triangle",
    )
)
NEGATIONS = (r"\neg", r"\lnot")
LOGIC_INFIX = {r"\land": r"\land", r"\wedge": r"\land", r"\lor": r"\lor", r"\vee": r"\lor", r"\&": r"\land"}

DOTS = {
    "cdots": "cdots",
    "ldots": "ldots",
    "dots": "dots",
    "dotsc": "ldots",
    "dotsb": "cdots",
    "dotsm": "cdots",
    "dotsi": "cdots",
    "dotso": "ldots",
    "vdots": "vdots",
    "ddots": "ddots",
    "hdots": "ldots",
}

BIG_OPERATORS = {
    "sum": "sum",
    "prod": "prod",
    "int": "int",
    "iint": "iint",
    "iiint": "iiint",
    "oint": "oint",
    "bigcup": "bigcup",
    "bigcap": "bigcap",
    "bigoplus": "bigoplus",
    "bigotimes": "bigotimes",
    "bigvee": "bigvee",
    "bigwedge": "bigwedge",
    "coprod": "coprod",
}

#: Operators that take a variable below them, and are plain functions when they stand in front of a bracket without one.
OPTIMA = frozenset(
    (
        "max",
        "min",
        "sup",
        "inf",
        "argmax",
        "argmin",
        "arg max",
        "arg min",
        "argsup",
        "arginf",
        "lim",
        "limsup",
        "liminf",
        "plim",
        "esssup",
    )
)


COMMAND_FUNCTIONS = frozenset(
    "log ln lg exp sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan det dim ker deg gcd hom".split()
)

LABEL_WORDS = frozenset(
    "old new ref KL JS TD MC IS VF RL RM LM GAE PPO GRPO CLIP DPO SFT BT PG AC BC IL CE NLL MSE TV kl td mc vf rl rm in out SL ML"
    " EM MI SR AR RS TR IW PR ID HF EMA ema min max opt".split()
)

ROW_ENVIRONMENTS = frozenset(
    "aligned align align* alignat alignat* alignedat gather gather* gathered split eqnarray eqnarray* equation equation* multline"
    " multline* displaymath math flalign flalign* subequations".split()
)
MATRIX_ENVIRONMENTS = frozenset(
    ("matrix", "bmatrix", "pmatrix", "vmatrix", "Vmatrix", "Bmatrix", "smallmatrix", "array", "bmatrix*", "pmatrix*")
)
CASES_ENVIRONMENTS = frozenset(("cases", "dcases", "rcases", "cases*", "dcases*"))
