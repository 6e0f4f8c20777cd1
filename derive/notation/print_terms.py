"""Every term as LaTeX."""

from __future__ import annotations

from derive.notation.applying import reads_as_application, reads_as_power
from derive.notation.print_levels import (
    ATOM,
    OPTIMUM_NAMES,
    PREFIX,
    PRODUCT,
    QUOTIENT,
    RELATION,
    SUM,
    constant,
    level,
    numbered,
    passes_lead,
    runs_on,
    spans_sum,
    takes_sums,
)
from derive.notation.print_marks import ESCAPED, fenced, font_name, glue, listed, script, words
from derive.notation.symbols import BARE_FUNCTIONS, COMMAND_FUNCTIONS, SUM_INFIX
from derive.terms import (
    Add,
    App,
    At,
    Big,
    Cases,
    Decor,
    Delta,
    Deriv,
    Div,
    Dots,
    Expect,
    Fence,
    Func,
    Grad,
    Item,
    Label,
    Matrix,
    Missing,
    Mul,
    Neg,
    Num,
    Op,
    Paren,
    Placeholder,
    Pos,
    Postfix,
    Pow,
    Quant,
    Rel,
    Seq,
    SetOf,
    Sym,
    Term,
    Text,
    Transpose,
)


def latex(term: Term, need: int = RELATION, lead: bool = False) -> str:
    """``term``, in brackets when it holds together less tightly than its place needs."""
    if isinstance(term, Big) and spans_sum(term) and not lead:
        return fenced(_body(term), "()")
    return _body(term) if level(term) >= need else fenced(_body(term), "()")


def _body(term: Term) -> str:
    match term:
        case Num():
            return term.text
        case Label():
            return words(term)
        case Sym():
            return _symbol(term)
        case Dots():
            return "\\" + term.kind
        case Placeholder():
            return r"\cdot"
        case Missing():
            return ""
        case Text():
            return r"\text{" + ESCAPED.sub(r"\\\g<0>", term.text) + "}"
        case Add():
            return _sum(term)
        case Neg():
            return glue("-", latex(term.body, PRODUCT) if not isinstance(term.body, Neg | Pos) else _body(term.body))
        case Pos():
            return glue("+", latex(term.body, PRODUCT) if not isinstance(term.body, Neg | Pos) else _body(term.body))
        case Mul():
            return _product(term)
        case Div():
            return _quotient(term)
        case Pow():
            return _power(term)
        case Transpose():
            return _transpose(term)
        case Op():
            return _infix(term)
        case Postfix():
            body = latex(term.body, ATOM)
            return body + (term.mark if term.mark == "!" else term.mark[0] + "{" + term.mark[1:] + "}")
        case Paren():
            return fenced(latex(term.body, lead=True), term.fences)
        case Seq():
            sep = "; " if term.fences.endswith(";") else ", "
            inner = sep.join(latex(item) for item in term.items)
            return inner if term.fences in ("", ";") else fenced(inner, term.fences.rstrip(";"))
        case SetOf():
            bar = term.bar if term.bar in (r"\mid", ":") else r"\mid"
            return fenced(glue(latex(term.element), bar, ", ".join(map(latex, term.conditions))), "{}")
        case Matrix():
            rows = r" \\ ".join(" & ".join(latex(cell) for cell in row) for row in term.rows)
            columns = "{" + "c" * max((len(row) for row in term.rows), default=1) + "}" if term.env == "array" else ""
            return f"\\begin{{{term.env}}}{columns} {rows} \\end{{{term.env}}}"
        case Cases():
            return r"\begin{cases} " + r" \\ ".join(map(_case, term.rows)) + r" \end{cases}"
        case Fence():
            return _fence(term)
        case Item():
            return latex(term.body, ATOM) + script("_", listed(term.subs, latex))
        case App():
            return _application(term)
        case Func():
            return _function(term)
        case Big():
            return _big(term)
        case Expect():
            return _expectation(term)
        case Grad():
            return _gradient(term)
        case Deriv():
            return _derivative(term)
        case Delta():
            return glue(r"\Delta", latex(term.of, ATOM))
        case At():
            return latex(term.body, PRODUCT) + r"\Big|" + script("_", listed(term.where, latex))
        case Decor():
            return _decoration(term)
        case Rel():
            return glue(latex(term.lhs), term.op, latex(term.rhs, SUM) if not isinstance(term.rhs, Seq) else latex(term.rhs))
        case Quant():
            return quantifier(term)
    raise TypeError(f"{type(term).__name__} cannot be printed")


def _sum(term: Add) -> str:
    parts: list[str] = []
    for place, item in enumerate(term.terms):
        if (
            isinstance(item, Add)
            or (place and level(item) == SUM and not isinstance(item, Neg | Pos))
            or level(item) == RELATION
            or place == 0
            and len(term.terms) > 1
            and isinstance(item, Big)
            and item.op.startswith("arg")
        ):
            text = fenced(_body(item), "()")
        elif place and isinstance(item, Neg):
            body = _body(item.body) if isinstance(item.body, Neg | Pos) else latex(item.body, PRODUCT)
            parts += [" - ", body]
            continue
        else:
            text = latex(item)
        if place:
            parts.append(" + ")
        parts.append(text)
    return "".join(parts)


def _product(term: Mul) -> str:
    pieces: list[str] = []
    for place, factor in enumerate(term.factors):
        last = place == len(term.factors) - 1
        op = term.ops[place - 1] if place else ""
        if isinstance(factor, Neg | Pos) and place and op:
            piece = (
                _body(factor)
                if level(factor.body) > SUM and not isinstance(factor.body, Mul | Op)
                else fenced(_body(factor), "()")
            )
        elif not last and _bare_nabla(factor) and _bare_nabla(term.factors[place + 1]):
            piece = _body(factor)
        elif runs_on(factor, None if last else term.ops[place]) and not last or (isinstance(factor, At) and place):
            piece = fenced(_body(factor), "()")
        elif isinstance(factor, At):
            piece = _body(factor)
        else:
            piece = latex(factor, QUOTIENT)
        if (
            place
            and not op
            and piece.startswith(("(", "[", r"\{", r"\left"))
            and reads_as_application(term.factors[place - 1], factor, term.factors[place - 2] if place > 1 else None)
        ):
            op = r"\cdot"
        if place and not op and isinstance(term.factors[place - 1], Sym) and term.factors[place - 1] == Sym("d"):
            pieces.append(" ")  # dk would be a differential beside other differentials
        pieces += [op, piece]
    return glue(*pieces)


def _bare_nabla(term: Term) -> bool:
    r"""A gradient sign alone, perhaps transposed: the parts of ``\nabla\nabla^\top f``."""
    nabla = term.body if isinstance(term, Transpose) else term
    return isinstance(nabla, Grad) and nabla.body is None


def _quotient(term: Div) -> str:
    if term.style in ("/", "div"):
        sign = "/" if term.style == "/" else r" \div "
        num = latex(term.num, QUOTIENT)
        if runs_on(term.num, ""):
            num = fenced(_body(term.num), "()")
        den = _body(term.den) if isinstance(term.den, Neg | Pos) and level(term.den.body) >= PREFIX else latex(term.den, PREFIX)
        return glue(num, sign, den) if sign != "/" else num + "/" + den
    return "\\" + term.style + "{" + latex(term.num) + "}{" + latex(term.den) + "}"


def _power(term: Pow) -> str:
    base = term.base
    if isinstance(base, Delta) and (isinstance(base.of, App) or (isinstance(base.of, Sym) and _takes_power(base.of, term.exp))):
        return glue(r"\Delta", _power(Pow(base.of, term.exp)))
    exponent = script("^", latex(term.exp))
    if isinstance(base, Sym) and (base.sups or base.primes):
        return "{" + _symbol(base) + "}" + exponent
    if isinstance(base, Sym) and not _takes_power(base, term.exp):
        return fenced(_symbol(base), "()") + exponent
    if isinstance(base, Pow | Transpose | Postfix | Div | Decor | Deriv | At | Num) and not (
        isinstance(base, Num) and not base.text.endswith("%")
    ):
        return fenced(_body(base), "()") + exponent
    if isinstance(base, Item):
        return _body(base) + exponent
    return latex(base, ATOM) + exponent


def _takes_power(sym: Sym, exponent: Term) -> bool:
    """Whether a superscript printed on ``sym`` is read as a power rather than as a label."""
    return isinstance(exponent, Num) or reads_as_power(_symbol(sym) + script("^", latex(exponent)))


def _transpose(term: Transpose) -> str:
    if term.mark.startswith("-") and isinstance(term.body, Pow):
        base = term.body.base
        body = "{" + _symbol(base) + "}" if isinstance(base, Sym) and (base.sups or base.primes) else latex(base, ATOM)
        return (fenced(_body(base), "()") if isinstance(base, Pow | Transpose) else body) + "^{" + term.mark + "}"
    mark = {"T": "^T", "'": "'", r"\top": r"^\top"}.get(term.mark, "^{" + term.mark + "}")
    body = term.body
    if isinstance(body, Grad) and body.body is not None and _hoists(body.body):
        return glue(_nabla(body), _transpose(Transpose(body.body, term.mark)))
    if isinstance(body, Grad) and body.body is None:
        return _nabla(body) + mark
    if isinstance(body, Delta):
        return glue(r"\Delta", _transpose(Transpose(body.of, term.mark)))
    if (
        isinstance(body, Func)
        and body.fences == ""
        and body.args
        and level(body) == PREFIX
        and not isinstance(body.args[0], Paren)
    ):
        return glue(_function_name(body), _transpose(Transpose(body.args[0], term.mark)))
    if isinstance(body, Sym) and term.mark == "T" and not reads_as_power(_symbol(body) + mark):
        return fenced(_symbol(body), "()") + r"^\top"
    if isinstance(body, Sym) and (body.sups or body.primes) and term.mark != "'":
        return "{" + _symbol(body) + "}" + mark
    if isinstance(body, Pow | Transpose):
        return fenced(_body(body), "()") + mark
    return latex(body, ATOM) + mark


def _hoists(body: Term) -> bool:
    """Whether a transpose printed on ``body`` is read as one of the whole gradient."""
    if isinstance(body, Func) and body.fences == "" and body.args and level(body) == PREFIX:
        return not isinstance(body.args[0], Paren)
    return level(body) == ATOM and not _transpose(Transpose(body)).startswith(("(", "[", r"\left"))


def _infix(term: Op) -> str:
    if term.op == ":":
        return ":".join(latex(arg, SUM) for arg in term.args)
    if term.op in ("|", ";"):
        sign = r"\mid" if term.op == "|" else ";"
        return glue(latex(term.args[0], SUM), sign, *(latex(arg) for arg in term.args[1:]))
    if term.op == r"\neg":
        body = term.args[1]
        return glue(term.op, latex(body, RELATION if isinstance(body, Rel) else SUM))
    if term.op == r"\pmod":
        return glue(latex(term.args[0], SUM), rf"\pmod{{{latex(term.args[1])}}}")
    if isinstance(term.args[0], Missing):
        return glue(term.op, latex(term.args[1], ATOM if level(term) == PREFIX else PRODUCT))
    if term.op in (r"\land", r"\lor"):
        return f" {term.op} ".join(_connected(arg, term.op) for arg in term.args)
    need = SUM if term.op in SUM_INFIX else PRODUCT
    first = term.args[0]
    pieces = [latex(first, need) if not (isinstance(first, Op) and first.op == term.op) else fenced(_body(first), "()")]
    for arg in term.args[1:]:
        above = level(arg) <= need and not (isinstance(arg, Mul) or (isinstance(arg, Neg | Pos) and need == SUM))
        pieces.append(fenced(_body(arg), "()") if above else _body(arg))
    return glue(*[part for piece in pieces for part in (term.op, piece)][1:])


def _connected(arg: Term, op: str) -> str:
    """One part of a conjunction or disjunction."""
    tighter = isinstance(arg, Op) and (arg.op == r"\neg" or arg.op == r"\land" and op == r"\lor")
    return latex(arg) if tighter or not isinstance(arg, Op | Seq) else latex(arg, SUM)


def _symbol(sym: Sym) -> str:
    text = font_name(sym.name)
    for accent in reversed(sym.accents):
        text = f"\\{accent}{{{text}}}"
    if sym.primes:
        text += "'" * sym.primes
        if sym.sups:
            text = "{" + text + "}"
    if sym.subs:
        subs = sym.subs
        paired = (
            len(subs) == 2
            and sym.name.isupper()
            and all(isinstance(s, Sym) and s.name in "ijklmn" and s == Sym(s.name) for s in subs)
        )
        text += script("_", "".join(s.name for s in subs if isinstance(s, Sym)) if paired else listed(subs, latex))
    if sym.sups:
        text += script("^", listed(sym.sups, latex))
    return text


def _arguments(args: tuple[Term, ...], given: tuple[Term, ...], sep: str, bar: str) -> str:
    mark = {",": ",", ";": ";", r"\|": r"\|"}.get(sep, sep)
    text = mark.join(latex(arg, lead=True) for arg in args)
    if given:
        text = glue(text, bar, ",".join(latex(g) for g in given))
    return text


def _application(term: App) -> str:
    inner = _arguments(term.args, term.given, term.sep, term.bar)
    if term.fences == "":
        return inner
    head = term.head
    text = _body(head) if isinstance(head, Sym | Label | Pow | Paren | App) else fenced(_body(head), "()")
    return text + fenced(inner, term.fences)


def _function_name(term: Func) -> str:
    name = term.spelling if term.spelling.startswith("\\") and "_" not in term.spelling[:4] else ""
    if not name:
        name = (
            "\\" + term.name
            if term.name in COMMAND_FUNCTIONS or term.name in ("max", "min", "sup", "inf")
            else f"\\mathrm{{{term.name}}}"
        )
    if term.sub is not None:
        name += script("_", latex(term.sub))
    if term.sup is not None:
        name += script("^", latex(term.sup))
    return name


def _function(term: Func) -> str:
    if term.name == "sqrt":
        index = f"[{latex(term.sub)}]" if term.sub is not None else ""
        return rf"\sqrt{index}{{{latex(term.args[0])}}}"
    if term.name.startswith("accent:"):
        return _accented(term)
    if term.name == "binom":
        return rf"\binom{{{latex(term.args[0])}}}{{{latex(term.args[1])}}}"
    if term.spelling.startswith("[]_"):
        return fenced(latex(term.args[0]), term.fences or "[]") + "_{" + term.spelling[3:] + "}"
    name = _function_name(term)
    if term.fences == "":
        if not term.args:
            return name
        argument = term.args[0]
        bare = term.name in BARE_FUNCTIONS and len(term.args) == 1 and not term.given
        if bare and isinstance(argument, Paren):
            return name + fenced(latex(argument.body), argument.fences)
        if (
            bare
            and (level(argument) >= PREFIX or numbered(argument))
            and not (isinstance(argument, Decor) and argument.kind == "unit")
        ):
            text = latex(argument, PRODUCT)
            if isinstance(argument, Transpose) or text.startswith(("(", "[", r"\{", r"\left")):
                return name + fenced(text, "()")
            return glue(name, text)
    return name + fenced(_arguments(term.args, term.given, ",", r"\mid"), term.fences or "()")


def _accented(term: Func) -> str:
    accent, nabla, _ = term.spelling.partition(r"\nabla")
    if nabla:
        return f"{accent}{{{nabla}}}" + _body(term.args[0]).removeprefix(nabla)
    return f"{term.spelling}{{{latex(term.args[0])}}}"


def _fence(term: Fence) -> str:
    inner = ", ".join(latex(arg) for arg in term.args)
    left, right = {
        "abs": (r"\lvert", r"\rvert"),
        "norm": (r"\lVert", r"\rVert"),
        "floor": (r"\lfloor", r"\rfloor"),
        "ceil": (r"\lceil", r"\rceil"),
        "inner": (r"\langle", r"\rangle"),
    }[term.kind]
    return glue(left, inner, right) + (script("_", latex(term.sub)) if term.sub is not None else "")


def _big(term: Big) -> str:
    name = "\\" + term.op
    if term.op == "family":
        upper = script("^", latex(term.upper)) if term.upper is not None else ""
        return latex(term.body, ATOM) + script("_", listed(term.under, latex)) + upper
    if term.op in OPTIMUM_NAMES:
        name = term.spelling or (r"\arg\max" if term.op == "argmax" else r"\arg\min" if term.op == "argmin" else "\\" + term.op)
    under = listed(term.under, latex)
    if name.startswith(r"\underset"):
        inner = name[9:] or {"argmax": r"\arg\max", "argmin": r"\arg\min"}.get(term.op, "\\" + term.op)
        name = rf"\underset{{{under}}}{{{inner}}}"
    elif under:
        name += script("_", under)
    if term.upper is not None:
        name += script("^", latex(term.upper))
    measure = "".join(glue(r"\,d", latex(m)) for m in term.measure)
    body = term.body
    if isinstance(body, Missing):
        return name + measure
    if term.spelling == "frac":
        return glue(name, _with_measure(body, measure))
    if isinstance(body, Add) and not term.measure:
        if takes_sums(term):
            return glue(name, r"\;", latex(body))
        return glue(name, fenced(latex(body), "()"))
    if isinstance(body, Add | Neg | Pos) and (term.measure or isinstance(body, Neg)):
        text = latex(body)
    elif isinstance(body, Big):
        text = latex(body, PRODUCT, lead=passes_lead(term))
    else:
        text = latex(body, PRODUCT)
    if not under and term.op in OPTIMUM_NAMES and text.startswith(("(", r"\left")):
        text = "{}" + text
    if term.spelling == "first":
        return glue(name, measure, text)
    return glue(name, text, measure)


def _with_measure(body: Term, measure: str) -> str:
    """An integrand with its differential in the numerator of its last fraction."""
    factors = body.factors if isinstance(body, Mul) else (body,)
    at = max(place for place, factor in enumerate(factors) if isinstance(factor, Div))
    last = factors[at]
    assert isinstance(last, Div)
    top = measure.removeprefix(r"\,") if isinstance(last.num, Num) and last.num.text == "1" else glue(latex(last.num), measure)
    text = f"\\{last.style}{{{top}}}{{{latex(last.den)}}}"
    before = latex(Mul(factors[:at], body.ops[: at - 1]), PRODUCT) if at and isinstance(body, Mul) and at > 1 else (
        latex(factors[0], PRODUCT) if at else ""
    )
    after = "".join(latex(factor, QUOTIENT) for factor in factors[at + 1 :])
    return glue(before, text, after)


def _expectation(term: Expect) -> str:
    head = _symbol(term.head) if isinstance(term.head, Sym) else _body(term.head)
    under = listed(term.under, latex)
    if term.stacked:
        head = rf"\underset{{{under}}}{{{head}}}"
    elif under:
        head += script("_", under)
    if term.fences == "":
        return glue(head, latex(term.body, PRODUCT))
    inner = latex(term.body, lead=True)
    if term.given:
        inner = glue(inner, term.bar, ",".join(latex(g) for g in term.given))
    return head + fenced(inner, term.fences, tall=True)


def _nabla(term: Grad) -> str:
    text = r"\nabla"
    if term.wrt is not None:
        text += script("_", latex(term.wrt))
    return text + (f"^{term.order}" if term.order != 1 else "")


def _gradient(term: Grad) -> str:
    if term.body is None:
        return _nabla(term)
    return glue(_nabla(term), _differentiated(term.body))


def _differentiated(body: Term) -> str:
    if isinstance(body, Mul) and not any(body.ops) and all(map(constant, body.factors[:-1])) and not constant(body.factors[-1]):
        return latex(body, PRODUCT)
    text = latex(body, PREFIX)
    if isinstance(body, Transpose) and not text.startswith(("(", "[", r"\left")):
        return fenced(text, "()")  # a bare transpose would be read as one of the whole gradient
    return text


def _derivative(term: Deriv) -> str:
    d = r"\partial" if term.kind == "partial" else "d"
    order = sum(times for _, times in term.wrt)
    if term.style == "sub":
        return glue(
            r"\partial" + script("_", ",".join(latex(v) for v, _ in term.wrt)),
            _differentiated(term.body) if term.body is not None else "",
        )
    if term.style == "/" and term.body is not None:
        return glue(d, latex(term.body, ATOM)) + "/" + glue(d, latex(term.wrt[0][0], ATOM))
    below = " ".join(glue(d, latex(v, ATOM)) + (f"^{n}" if n != 1 else "") for v, n in term.wrt)
    top = d + (f"^{order}" if order != 1 else "")
    if term.style == "over" and term.body is not None:
        return rf"\frac{{{glue(top, latex(term.body, PRODUCT))}}}{{{below}}}"
    return glue(rf"\frac{{{top}}}{{{below}}}", _differentiated(term.body) if term.body is not None else "")


def _decoration(term: Decor) -> str:
    body = latex(term.body)
    if term.kind == "unit":
        return body + (_body(term.note) if term.note is not None else "")
    if term.kind in ("overset", "underset"):
        return rf"\{term.kind}{{{latex(term.note) if term.note is not None else ''}}}{{{body}}}"
    if term.kind == "textcolor":
        return rf"\textcolor{{{term.note.text if isinstance(term.note, Label) else 'black'}}}{{{body}}}"
    text = f"\\{term.kind}{{{body}}}"
    if term.note is not None:
        text += ("_" if term.kind == "underbrace" else "^") + "{" + note(term.note) + "}"
    return text


def note(note: Term) -> str:
    if isinstance(note, Mul):
        return "".join(_body(item) if isinstance(item, Text) else latex(item) for item in note.factors)
    return latex(note)


def _case(row: tuple[Term, Term | None]) -> str:
    value, condition = row
    if condition is None:
        return latex(value)
    if isinstance(condition, Text):
        return f"{latex(value)} & {_body(condition)}"
    if isinstance(condition, Mul) and isinstance(condition.factors[0], Text):
        return rf"{latex(value)} & {note(condition)}"
    return rf"{latex(value)} & \text{{if }}{note(condition)}"


def quantifier(term: Quant) -> str:
    under = ", ".join(map(latex, term.under))
    if term.kind in ("forall", "exists"):
        text = glue("\\" + term.kind, under)
    else:
        text = rf"\text{{{term.kind} }}{under}"
    return glue(text, ":", latex(term.body)) if term.body is not None else text
