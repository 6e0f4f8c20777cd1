"""The commands that derive: what they print is decided, and what they cannot do they say with its place."""

import json

import pytest
from typer.testing import CliRunner

from derive.console.cli import app
from derive.derivation import prove


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_a_gradient_is_printed_with_its_rules():
    made = run("gradient", r"\sum_a\pi_\theta(a\mid s)r(s,a)", "--in", r"\theta", "--format", "json")
    assert made.exit_code == 0
    found = json.loads(made.stdout)
    assert found["status"] == "proved"
    assert [s["rule"] for s in found["steps"]] == ["log-derivative"]
    assert prove(rf"{found['start']} = {found['latex']}").status == "proved"


@pytest.mark.parametrize("format", ["latex", "markdown", "json"])
def test_an_expansion_is_printed_in_every_format(format):
    made = run("taylor", r"e^x\sin x", "--in", "x", "--about", "0", "--order", "3", "--format", format)
    assert made.exit_code == 0
    assert r"\frac{x^{3}}{3}" in (json.loads(made.stdout)["latex"] if format == "json" else made.stdout)
    assert "confirmed" in made.stdout


def test_an_expansion_about_old_parameters():
    made = run(
        "taylor",
        r"\frac{\pi_\theta(a|s)}{\pi_{\theta_{old}}(a|s)}",
        "--in",
        r"\theta",
        "--about",
        r"\theta_{old}",
        "--order",
        "1",
    )
    assert made.exit_code == 0
    assert made.stdout.startswith("1+")
    assert "% proved" in made.stdout


def test_a_rule_is_applied_with_its_conditions():
    made = run("apply", "log-of-a-product", r"\log(xy)")
    assert made.stdout.splitlines()[0] == r"\log\left(x\right)+\log\left(y\right)"
    assert "% where x>0 (assumed)" in made.stdout
    assert "% where x>0 (shown)" in run("apply", "log-of-a-product", r"\log(xy)", "--given", "x>0", "--given", "y>0").stdout
    assert run("apply", "multiply-and-divide", "x", "--letter", "y=z").stdout.startswith(r"z\frac{x}{z}")
    assert run("apply", "log-of-a-product", r"\log x+\log y", "--backwards").stdout.startswith(r"\log\left(xy\right)")


@pytest.mark.parametrize(
    "expression, letter, gives",
    [
        (r"\frac{1}{1-\gamma}", r"\gamma", r"\frac{1}{\left(1-\gamma\right)^{2}}"),
        (r"-\frac{(a-\mu)^2}{2\sigma^2}-\log\sigma", r"\sigma", r"\frac{\left(a-\mu\right)^{2}}{\sigma^{3}}-\frac{1}{\sigma}"),
        (r"\|w\|^2", "w", "2w"),
        (r"(V(s)-y)^2", "V(s)", "2V(s)-2y"),
        (r"\max(0,1-x)", "x", r"-\mathbb{1}\left[1-x>0\right]"),
        (r"\mathrm{clip}(r,1-\epsilon,1+\epsilon)A", "r", r"A\mathbb{1}\left[r>1-\epsilon,r<\epsilon+1\right]"),
    ],
)
def test_gradients_of_what_people_write(expression, letter, gives):
    made = run("gradient", expression, "--in", letter)
    assert made.exit_code == 0
    assert made.stdout.splitlines()[0] == gives


def test_the_clipped_surrogate_has_a_gradient():
    ratio = r"\frac{\pi_\theta(a|s)}{\pi_{\theta_{old}}(a|s)}"
    made = run(
        "gradient", rf"\min\left({ratio}A,\mathrm{{clip}}\left({ratio},1-\epsilon,1+\epsilon\right)A\right)", "--in", r"\theta"
    )
    assert made.exit_code == 0
    assert r"\nabla_{\theta} \log" in made.stdout
    assert "% confirmed" in made.stdout


def test_a_table_is_differentiated_by_an_entry():
    made = run("gradient", r"\theta_a-\log\sum_be^{\theta_b}", "--in", r"\theta", "--format", "json")
    found = json.loads(made.stdout)
    assert found["latex"].startswith(r"\mathbb{1}\left[a=c\right]-")
    assert found["start"].startswith(r"\frac{\partial}{\partial \theta_{c}}")
    assert "entry" in found["steps"][-1]["says"]


@pytest.mark.parametrize(
    "letter, given, says",
    [(r"\theta", (), "It is a vector of parameters."), ("x", (), "It is a number."), (r"\theta", ("--given", r"\theta\in\mathbb{R}"), "")],
)  # fmt: skip
def test_gradient_and_taylor_take_a_letter_for_the_same_and_say_so(letter, given, says):
    for command in (("gradient",), ("taylor", "--about", f"{letter}_0", "--order", "1")):
        made = run(command[0], f"J({letter})", "--in", letter, *command[1:], *given)
        assert made.exit_code == 0
        assert (f"% assumed: {letter}  ({says})" in made.stdout) if says else ("assumed" not in made.stdout)
        assert (r"\nabla" in made.stdout) == ("vector" in says)


def test_expansions_of_what_people_write():
    made = run("taylor", r"\log\sigma(w^\top x)", "--in", "w", "--about", "0")
    first = made.stdout.splitlines()[0]
    assert first.startswith(r"-\log\left(2\right)+\frac{w^\top x}{2}-")
    assert first.endswith(r"+O(\left\|w\right\|^{3})")


WRONG = [
    (("gradient", r"\frac{x}{", "--in", "x"), 2, "is never closed\n  \\frac{x}{\n          ^"), (("gradient", "x^2", "--in", "y"), 2, "y does not occur"),
    (("apply", "bellman", "x+y"), 1, "bellman does not apply to x+y"), (("apply", "magic", "x"), 1, "no rule is called 'magic'"),
    (("apply", "multiply-and-divide", "x"), 1, "say what it is"), (("taylor", "x", "--in", "x", "--about", "0", "--format", "xml"), 2, "no format 'xml'"),
    (("taylor", r"\mathrm{clip}(x,0,1)", "--in", "x", "--about", "0"), 1, "has a corner there"),
    (("gradient", r"\gamma V^\pi(s)", "--in", r"\gamma"), 2, "by the discount of what does not name it"),
    (("steps", "no-such-page.md"), 2, "no-such-page.md"),
]  # fmt: skip


@pytest.mark.parametrize("arguments, code, message", WRONG, ids=[" ".join(w[0][:3]) for w in WRONG])
def test_what_cannot_be_done_is_said_without_a_traceback(arguments, code, message):
    made = run(*arguments)
    assert made.exit_code == code
    assert message in made.stderr
    assert "Traceback" not in made.stderr + made.stdout


PAGE = r"""# By hand

$$
\begin{aligned}
\nabla_\theta\sum_a\pi_\theta(a\mid s)r(s,a) &= \sum_ar(s,a)\nabla_\theta\pi_\theta(a\mid s) \\
&= \sum_a\pi_\theta(a\mid s)r(s,a)\nabla_\theta\log\pi_\theta(a\mid s) \\
&= \mathbb{E}_{a\sim\pi_\theta(\cdot\mid s)}[r(s,a)\nabla_\theta\log\pi_\theta(a\mid s)]
\end{aligned}
$$
"""


def test_the_steps_of_a_page_are_named(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    made = run("steps", str(page), "--format", "json")
    assert made.exit_code == 0
    found = json.loads(made.stdout)
    assert [link["kind"] for link in found["links"]] == ["named"] * 3
    assert found["links"][0]["rules"] == ["gradient-of-a-sum"]
    assert [found[name] for name in ("right", "wrong", "undecided", "decided")] == [3, 0, 0, 3]
    page.write_text(
        PAGE.replace(r"r(s,a)\nabla_\theta\log\pi_\theta(a\mid s) \\", r"\nabla_\theta\log\pi_\theta(a\mid s) \\"),
        encoding="utf-8",
    )
    worse = run("steps", str(page))
    assert worse.exit_code == 1
    assert "wrong" in worse.stdout
    assert "1 of 3 links are right, 2 wrong, 0 undecided." in worse.stdout


#: Words near a derivation, and what of it is right, wrong and undecided; without words it would be the same.
SPOKEN = [
    ("Sums.", "", (1, 1, 0)),
    ("Sums, wrong in the middle.", "", (1, 1, 0)),
    ("Sums, with a slip in the last step.", "", (1, 1, 0)),
    ("A student writes, mistakenly:", "", (1, 1, 0)),
    ("It is tempting to write", "which is false.", (1, 1, 0)),
    ("错误的推导：", "", (1, 1, 0)),
]


@pytest.mark.parametrize("before, behind, counts", SPOKEN, ids=[s[0] for s in SPOKEN])
def test_words_of_mistakes_hide_no_wrong_link(tmp_path, before, behind, counts):
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n**1.** {before}\n\n$$\n(x+y)^2=x^2+2xy+y^2=x^2+xy+y^2\n$$\n\n{behind}\n", encoding="utf-8")
    made = run("steps", str(page), "--format", "json")
    found = json.loads(made.stdout)
    assert tuple(found[name] for name in ("right", "wrong", "undecided")) == counts
    assert made.exit_code == 1


#: A page, and what each of its links is where it stands.
STANDING = [
    ("Let $f(x)=x^2$. Then\n\n$$\nf(3)=9\n$$\n", ["definition", "unnamed"]),  # by what the page says of f
    ("Let $f(x)=x^2$. Then\n\n$$\nf(3)=8\n$$\n", ["definition", "wrong"]),
    ("Suppose that $x=y+1$. Then\n\n$$\n2x=2y+2\n$$\n", ["unnamed"]),  # what is supposed is no link
    ("Let $\\gamma<1$ and let\n\n$$\nu(x)=v(x)\n$$\n", ["definition"]),
]


@pytest.mark.parametrize("text, kinds", STANDING, ids=[str(s[1]) for s in STANDING])
def test_a_link_is_judged_with_what_its_page_says(tmp_path, text, kinds):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    found = json.loads(run("steps", str(page), "--format", "json").stdout)
    assert [link["kind"] for link in found["links"]] == kinds


def test_what_is_undecided_is_shown_in_a_table_of_the_terminals_width(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    page = tmp_path / "page.md"
    page.write_text("The blob gives\n\n$$\nu_k(x)+1=\\mathcal{W}_k(x)+x+x+x+x+x+x+x+x+x+x+x+x=2\n$$\n", encoding="utf-8")
    made = run("steps", str(page))
    head, *rows = made.stdout.splitlines()
    assert head.split() == ["line", "link", "verdict", "reason"]
    assert all(len(line) <= 60 for line in (head, *rows))
    assert "undecided" in made.stdout
    assert "0 wrong, 2 undecided" in made.stdout


def test_steps_of_the_library_are_counted():
    made = run("list", "--steps", "--format", "json", "policy-gradient")
    assert made.exit_code == 0
    found = json.loads(made.stdout)
    assert found["computed"] + found["stated"] == len(found["steps"])
    assert all(step["reason"] for step in found["steps"] if not step["computed"])


def test_check_names_the_steps_beside_its_findings(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("$$\n\\log(xy)=\\log x+\\log y=\\log x-\\log y\n$$\n", encoding="utf-8")
    text = run("check", "--no-cache", "--format", "concise", "--steps", str(page))
    assert text.exit_code == 1
    assert "log-of-a-product (where $x>0$" in text.stdout
    assert "1 of 2 links are right, 1 wrong, 0 undecided." in text.stdout
    found = json.loads(run("check", "--no-cache", "--format", "json", "--steps", str(page)).stdout)
    assert [(step["path"], step["rules"]) for step in found["steps"]] == [(str(page), ["log-of-a-product"]), (str(page), [])]
    assert "formulas" in found
    assert run("check", "--format", "sarif", "--steps", str(page)).exit_code == 2


def test_an_expansion_is_worked_out():
    made = run("taylor", "e^x", "--in", "x", "--about", "0", "--order", "1", "--example")
    assert "% in numbers, the error: 0.00517092" in made.stdout
    found = json.loads(run("taylor", "e^x", "--in", "x", "--about", "0", "--format", "json", "--example").stdout)
    assert found["example"]["order 2"] == pytest.approx(0.005)


def test_what_stays_is_said_to_stay():
    made = run("gradient", r"V^{\pi_\theta}(s)", "--in", r"\theta")
    assert made.stdout.startswith("\\nabla")
    assert "It stays" in made.stdout
    assert "log-derivative" not in made.stdout


def test_partial_fractions_are_by_a_letter():
    from derive.derivation.chain import chain

    assert chain(r"\frac{y}{x(x+y)}").calculate("apart", "x").latex == r"\frac{1}{x}-\frac{1}{x+y}"


@pytest.mark.parametrize("weight", ["A(s,a)", "Q(s,a)"])
@pytest.mark.parametrize("command", [("gradient",), ("taylor", "--about", r"\theta_{old}", "--order", "1")])
def test_a_value_of_no_policy_that_moves_is_held_fixed_and_said_to_be(command, weight):
    surrogate = rf"\mathbb{{E}}_{{a\sim\pi_{{\theta_{{old}}}}}}\left[\frac{{\pi_\theta(a|s)}}{{\pi_{{\theta_{{old}}}}(a|s)}}{weight}\right]"
    made = run(command[0], surrogate, "--in", r"\theta", *command[1:])
    assert made.exit_code == 0
    assert f"% assumed: {weight}  (It names no policy" in made.stdout
    assert weight in made.stdout.splitlines()[0].replace(rf"\left[{weight}\right]", "")  # beside the score, not the value alone


def test_a_value_of_the_policy_that_moves_is_not_held_fixed():
    made = run("taylor", r"\pi_\theta(a|s)Q^{\pi_\theta}(s,a)", "--in", r"\theta", "--about", r"\theta_{old}", "--order", "1")
    assert r"\nabla_{\theta_{old}} Q^{\pi_{\theta_{old}}}" in made.stdout
    assert "assumed" not in made.stdout
