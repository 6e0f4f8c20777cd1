"""Characters typed in place of commands."""

from __future__ import annotations

UNICODE = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma",
    "δ": r"\delta", "ε": r"\varepsilon", "ϵ": r"\epsilon", "ζ": r"\zeta",
    "η": r"\eta", "θ": r"\theta", "ϑ": r"\vartheta", "ι": r"\iota",
    "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "µ": r"\mu",
    "ν": r"\nu", "ξ": r"\xi", "π": r"\pi", "ρ": r"\rho",
    "σ": r"\sigma", "ς": r"\varsigma", "τ": r"\tau", "υ": r"\upsilon",
    "φ": r"\varphi", "ϕ": r"\phi", "χ": r"\chi", "ψ": r"\psi",
    "ω": r"\omega", "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta",
    "Λ": r"\Lambda", "Ξ": r"\Xi", "Π": r"\Pi", "Σ": r"\Sigma",
    "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega", "∇": r"\nabla",
    "∂": r"\partial", "∑": r"\sum", "∏": r"\prod", "∫": r"\int",
    "√": r"\sqrt", "∞": r"\infty", "≤": r"\le", "≥": r"\ge",
    "≠": r"\ne", "≈": r"\approx", "∼": r"\sim",
    "∝": r"\propto", "≡": r"\equiv", "≟": r"\questeq", "≜": r"\triangleq", "≔": r"\coloneqq",
    "∈": r"\in", "∉": r"\notin", "⊂": r"\subset", "⊆": r"\subseteq",
    "×": r"\times", "·": r"\cdot", "⋅": r"\cdot", "∙": r"\cdot",
    "÷": r"\div", "±": r"\pm", "∓": r"\mp", "←": r"\leftarrow",
    "→": r"\to", "↦": r"\mapsto", "⟶": r"\to", "⟵": r"\leftarrow",
    "⇒": r"\implies", "⟹": r"\implies", "⇔": r"\iff", "⟺": r"\iff",
    "∀": r"\forall", "∃": r"\exists", "⊤": r"\top", "⊥": r"\bot",
    "…": r"\ldots", "⋯": r"\cdots", "ℓ": r"\ell", "∣": r"\mid",
    "∥": r"\|", "‖": r"\|", "⟨": r"\langle", "⟩": r"\rangle",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil",
    "∪": r"\cup", "∩": r"\cap", "∅": r"\emptyset", "⊙": r"\odot",
    "⊗": r"\otimes", "⊕": r"\oplus", "∘": r"\circ", "∧": r"\land",
    "∨": r"\lor", "¬": r"\neg", "≻": r"\succ", "≺": r"\prec", "≪": r"\ll", "≫": r"\gg",
    "★": r"\star", "⋆": r"\star", "†": r"\dagger", "□": r"\square",
}  # fmt: skip

#: Characters that are read as another character.
PLAIN = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "＝": "=", "＋": "+",
    "（": "(", "）": ")", "，": ",", "。": ".", "；": ";", "：": ":",
    "［": "[", "］": "]", "｜": "|", "＜": "<", "＞": ">", "、": ",",
    "’": "'", "′": "'", "‘": "'", "＊": "*", "∗": "*", "∕": "/",
    "／": "/", "！": "!", "﹣": "-", "％": "%", "．": ".",
}  # fmt: skip

BLACKBOARD = {"ℝ": "R", "𝔼": "E", "ℕ": "N", "ℤ": "Z", "ℚ": "Q", "ℂ": "C", "ℙ": "P", "𝟙": "1", "𝟏": "1", "𝕀": "I", "𝕍": "V"}
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵀ", "0123456789+-nT", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₜₙᵢⱼₖₐ", "0123456789+-tnijka", strict=True))
