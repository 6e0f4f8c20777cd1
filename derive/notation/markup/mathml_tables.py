"""The characters that commands stand for, and the alphabets of fonts."""

from __future__ import annotations

import unicodedata

from derive.syntax.lex.symbols import BIG_OPERATORS, RELATIONS
from derive.syntax.lex.unicode_tables import UNICODE

#: Commands and the character each prints, where typed Unicode does not already name it.
OTHERS = {
    r"\int": "∫", r"\iint": "∬", r"\iiint": "∭", r"\oint": "∮", r"\coprod": "∐", r"\bigcup": "⋃", r"\bigcap": "⋂",
    r"\bigoplus": "⨁", r"\bigotimes": "⨂", r"\bigvee": "⋁", r"\bigwedge": "⋀", r"\cdots": "⋯", r"\ldots": "…", r"\dots": "…",
    r"\vdots": "⋮", r"\ddots": "⋱", r"\cdot": "⋅", r"\bullet": "∙", r"\ast": "∗", r"\star": "⋆", r"\dagger": "†", r"\ddagger": "‡",
    r"\prime": "′", r"\hbar": "ℏ", r"\imath": "ı", r"\jmath": "ȷ", r"\Re": "ℜ", r"\Im": "ℑ", r"\aleph": "ℵ", r"\wp": "℘",
    r"\square": "□", r"\Box": "□", r"\diamond": "⋄", r"\triangle": "△", r"\checkmark": "✓", r"\emptyset": "∅", r"\varnothing": "∅",
    r"\setminus": "∖", r"\smallsetminus": "∖", r"\backslash": "∖", r"\oplus": "⊕", r"\ominus": "⊖", r"\sqcup": "⊔", r"\uplus": "⊎",
    r"\circledast": "⊛", r"\boxtimes": "⊠", r"\rtimes": "⋊", r"\bmod": "mod", r"\mod": "mod", r"\land": "∧", r"\wedge": "∧",
    r"\lor": "∨", r"\vee": "∨", r"\neg": "¬", r"\lnot": "¬", r"\forall": "∀", r"\exists": "∃", r"\mid": "∣", r"\parallel": "∥",
    r"\iff": "⟺", r"\implies": "⟹", r"\impliedby": "⟸", r"\therefore": "∴", r"\because": "∵", r"\simeq": "≃", r"\cong": "≅",
    r"\ni": "∋", r"\supset": "⊃", r"\supseteq": "⊇", r"\subsetneq": "⊊", r"\succeq": "⪰", r"\preceq": "⪯", r"\lesssim": "≲",
    r"\gtrsim": "≳", r"\leftrightarrow": "↔", r"\uparrow": "↑", r"\downarrow": "↓", r"\asymp": "≍", r"\models": "⊨", r"\vdash": "⊢",
    r"\perp": "⊥", r"\gtrless": "≷", r"\lessgtr": "≶", r"\nsim": "≁", r"\nsubset": "⊄", r"\nequiv": "≢", r"\nless": "≮",
    r"\ngtr": "≯", r"\triangleq": "≜", r"\doteq": "≐", r"\coloneqq": "≔", r"\eqqcolon": "≕", r"\omicron": "ο", r"\varpi": "ϖ",
    r"\varrho": "ϱ", r"\varkappa": "ϰ", r"\Upsilon": "Υ", r"\digamma": "ϝ", r"\beth": "ℶ", r"\flat": "♭", r"\sharp": "♯",
    r"\natural": "♮", r"\surd": "√", r"\S": "§", r"\P": "¶", r"\clubsuit": "♣", r"\varsigma": "ς", r"\vartheta": "ϑ",
    r"\dag": "†", r"\&": "&", r"\#": "#", r"\_": "_", r"\%": "%", "=": "=", "<": "<", ">": ">", ":=": "≔", r"\lll": "⋘", r"\ggg": "⋙",
    r"\nearrow": "↗", r"\searrow": "↘", r"\mapsto": "↦", r"\colon": ":", r"\centerdot": "⋅",
}  # fmt: skip

SIGNS: dict[str, str] = {command: char for char, command in reversed(UNICODE.items())} | OTHERS
SIGNS |= {spelled: SIGNS[normal] for spelled, normal in RELATIONS.items() if spelled not in SIGNS and normal in SIGNS}

LARGE = frozenset(BIG_OPERATORS)
FENCES = {r"\{": "{", r"\}": "}", r"\langle": "⟨", r"\rangle": "⟩", r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈",
          r"\rceil": "⌉", r"\|": "‖", "|": "|"}  # fmt: skip
ACCENT_SIGNS = {
    "hat": "^", "widehat": "^", "bar": "¯", "overline": "¯", "tilde": "~", "widetilde": "~", "vec": "→", "dot": "˙", "ddot": "¨",
    "dddot": "⃛", "check": "ˇ", "widecheck": "ˇ", "breve": "˘", "acute": "´", "grave": "`", "mathring": "˚", "underline": "_",
    "underbar": "_", "overrightarrow": "→", "overleftarrow": "←",
}  # fmt: skip
#: Fonts in which a word names a function or a label rather than standing as text.
WORDS_AS_NAMES = frozenset(("mathrm", "operatorname", "operatorname*", "mathsf", "mathtt", "mathit", "mathbf"))

ALPHABETS = {
    "mathbb": "DOUBLE-STRUCK", "mathcal": "SCRIPT", "mathscr": "SCRIPT", "mathfrak": "FRAKTUR", "mathbf": "BOLD",
    "boldsymbol": "BOLD ITALIC", "mathsf": "SANS-SERIF", "mathtt": "MONOSPACE",
}  # fmt: skip
DIGITS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")


def in_font(text: str, font: str) -> str:
    """Letters and digits in an alphabet of Unicode; those that the alphabet lacks stay as they are.

    >>> in_font("E", "mathbb"), in_font("R", "mathbb"), in_font("L", "mathcal"), in_font("w", "mathbf"), in_font("d", "mathrm")
    ('𝔼', 'ℝ', 'ℒ', '𝐰', 'd')
    """
    return "".join(_character(char, ALPHABETS[font]) if font in ALPHABETS else char for char in text)


def _character(char: str, style: str) -> str:
    if char.isdigit() and char.isascii():
        names = [f"MATHEMATICAL {style.replace('BOLD ITALIC', 'BOLD')} DIGIT {DIGITS[int(char)]}"]
    elif char.isascii() and char.isalpha():
        case = "CAPITAL" if char.isupper() else "SMALL"
        older = {"FRAKTUR": "BLACK-LETTER"}.get(style, style)
        names = [f"MATHEMATICAL {style} {case} {char.upper()}", f"{older} {case} {char.upper()}"]
    else:
        names = [f"MATHEMATICAL {style} {unicodedata.name(char, '').removeprefix('GREEK ').replace('LETTER ', '')}"]
    for name in names:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return char
