"""The texts of verdicts: what each means, why it matters, how to mend and silence it."""

from __future__ import annotations

from derive.check.texts.explanations import Explanation

_HONEST = "Silence would look like approval: this claim was neither found true nor false."

VERDICTS: dict[str, Explanation] = {
    "D000": Explanation(
        "no-claim", "Nothing to decide", "The formula states nothing: data, an update, a condition, a bare expression.",
        "It is counted so that the coverage adds up; it is no finding.", r"$$ \theta \leftarrow \theta + \alpha g $$",
    ),
    "D001": Explanation(
        "definition", "A definition", "The formula introduces a symbol. What follows in the section is read with it.",
        "A definition cannot be false; a second, different one is a claim that the two agree.",
        r"$$ J(\theta) := \sum_a \pi_\theta(a\mid s)Q(s,a) $$",
    ),
    "D201": Explanation(
        "types", "Sides of different types",
        "No reading of the formula gives both sides one type: one is an action where the other is a number, a vector where the other is a state.",
        "Such a formula has no value, whatever was meant.", r"$$ V^*(s) = \arg\max_a Q^*(s,a) $$",
        "Look for a max that was meant, a lost transpose or a lost gradient.",
    ),
    "D400": Explanation(
        "proved", "True", "Both sides mean the same in every model of the context; the report names the method and the sizes.",
        "It is no finding.", r"$$ \sum_a \pi(a\mid s) = 1 $$",
    ),
    "D401": Explanation(
        "false-claim", "A claim that is false",
        "The two sides differ in the context of the page. The witness gives small numbers for the symbols and the "
        "value of each side; "
        "it was checked again, exactly, in a fresh model.",
        "A reader who works through the page will be stopped here, or worse, will not be.",
        r"$$ \sum_a \pi_\theta(a\mid s)\,\nabla_\theta\log\pi_\theta(a\mid s) = 1 $$",
        "Where one small edit makes the claim true, the finding shows it, and derive check --fix makes it.",
    ),
    "D402": Explanation(
        "wrong-number", "A calculation with a wrong result",
        "Both sides are numbers, and they are not equal, nor equal after rounding to the digits shown.",
        "Worked examples are what readers check by hand first.", r"$$ \frac{8-5}{\sqrt{5}} \approx 1.35 $$",
        "The finding gives the value of each side.",
    ),
    "D403": Explanation(
        "wrong-expansion", "An expansion that is not the Taylor expansion",
        "The right side is written as an approximation of the left side in a small increment, and a coefficient up to "
        "the highest order "
        "it writes is another one: a lost factor 1/2, a lost plus sign between terms.",
        "An approximation of the wrong function gives wrong step sizes and wrong trust regions.",
        "$$ f(x+h) \\approx f(x) + f'(x)h + f''(x)h^2 $$",
        "The witness gives both polynomials in the increment.",
    ),
    "D405": Explanation(
        "cell", "A cell of a table that does not follow its column",
        "The header of a column writes what it holds; in the other rows the cells are that, here they are not. A number is "
        "held against the header read with the numbers of its row, a formula under the condition in the row's first cell.",
        "A wrong cell is copied into code and slides as a reference value.",
        "| $r$ | $V(s')$ | $r+0.9V(s')$ |\n| --- | --- | --- |\n| 1 | 2 | 2.8 |\n| 2 | 3 | 4.7 |\n| 1 | 1 | 1.9 |\n| 0 | 5 | 5.4 |",
        "The message says in how many rows the column holds, and what the numbers of this row give.",
    ),
    "D430": Explanation(
        "unlike-its-name", "A known quantity defined in an unknown way",
        "A well-known quantity, under its well-known name, is defined so that a property it must have breaks; the message "
        "names the property and the source.",
        "Code written from the formula computes something else than the paper of that name.",
        "$$ \\delta_t = r_t + \\gamma V(s_{t+1}) + V(s_t) $$",
        "The witness shows the property failing in small numbers.",
    ),
    "D431": Explanation(
        "misbound", "An index or an argument that is not where it should be",
        "A discount whose exponent is negative for all later rewards, a sum over time whose terms are all at its first time, a maximum "
        "over an action that stands nowhere behind it: whatever the names stand for, this is not what is meant.",
        "Code written from the formula sums the wrong thing.",
        "$$ y_t = \\sum_{k=t}^{T} \\gamma^{t-k} r_k $$",
        "The message says which index it is; a prime or a sign is mostly all that is missing.",
    ),
    "D432": Explanation(
        "unspelled", "Something that is not written as what it is",
        "A Greek letter without its backslash is printed as a product of Latin ones; a value of states has no action.",
        "A reader sees another formula than was meant.",
        "$$ gamma\\,V(s) $$",
        "The message says what is written so.",
    ),
    "D410": Explanation(
        "confirmed", "True to many digits",
        "Both sides agree to the stated digits at random points, in arithmetic with rigorous error "
        "bounds; no exact argument was found.", "It is no finding, and not a proof.", r"$$ \arctan 1 = \frac{\pi}{4} $$",
    ),
    "D420": Explanation(
        "conditional-claim", "A claim that is true under a condition the page does not state",
        "The claim fails in the general model and holds in every model that satisfies the named assumption, the "
        "smallest set found. "
        "What is left over without it is printed as the residual (left side minus right side).",
        "Conventions differ between books: a normalised or unnormalised visitation, Q held fixed or not. "
        "A reader who assumes another one gets another result.",
        (
            r"$$ \nabla_\theta\sum_a\pi_\theta(a\mid s)Q^\pi(s,a)"
            r"=\sum_a\nabla_\theta\pi_\theta(a\mid s)Q^\pi(s,a) $$"
        ),
        r"State the condition in the text, and tell the checker: <!-- derive: assume \nabla_\theta Q = 0 -->.",
    ),
    "D421": Explanation(
        "rounded-equality", "An equals sign that is a rounding",
        "The sides are numbers that agree after rounding to the digits shown, not before.",
        "Small slips of this kind add up in worked examples.", r"$$ \frac{1}{3} = 0.33 $$", r"Write \approx.",
    ),
    "D422": Explanation(
        "not-always-different", "An inequality of sides that are equal for some values",
        "The sides differ in general, but not for all values.", "Stated without a condition it says too much.",
        r"$$ \mathbb{E}[XY] \ne \mathbb{E}[X]\mathbb{E}[Y] $$", "Say when they differ.",
    ),
    "D423": Explanation(
        "doubtful", "False as it is most likely meant", "Another reading of the formula, or another role of it on the page, is true or was not decided.",
        "It is a note, not an error: only the author knows which was meant.",
        r"$$ \nabla_\theta f_\theta(x)\,g_\theta(x) = \nabla_\theta\left(f_\theta(x)\,g_\theta(x)\right) $$",
        "Write the formula so that it has one reading: brackets, a subscript, a condition.",
    ),
    "D502": Explanation(
        "no-meaning", "Symbols without a fixed meaning",
        "The claim speaks of symbols whose meaning the page and the glossary leave open.",
        _HONEST, r"$$ g(x) + h(x) = k(x) $$", "Split the claim, or state in the text what the symbols stand for.",
    ),
    "D503": Explanation(
        "no-counterexample", "The sides differ, but nothing small shows it",
        "The sides differ at random points, and no counterexample in small numbers was found to show a reader.",
        _HONEST, r"$$ a claim that fails only for numbers of many digits $$",
        "Split the claim, or state in the text what the symbols stand for.",
    ),
    "D504": Explanation(
        "estimate", "An estimate", "One side hangs on what happens in an episode, the other does not: it may be meant on average.",
        _HONEST, r"$$ A^\pi(s_t,a_t) = G_t - b(s_t) $$", "Write the expectation, or \\approx.",
    ),
    "D508": Explanation(
        "by-nothing", "A line that comes out because a quantity is 0",
        "With the numbers of the page the line is right, but only because one of them is 0: the formula and the numbers differ in a sign.",
        "The reader who follows the formula in another example does not get the number.",
        "With $r=2$, $V(u)=0$ and $\\gamma=0.9$: $$ r-\\gamma V(u) = 2+0.9\\times0 $$",
        "Write the sign that the formula has.",
    ),
    "D513": Explanation(
        "too-large", "A formula too large to decide",
        "The formula was read, but has more parts than are decided within a budget.",
        "One formula must not hold up a whole page.",
        "$$ x + x + x + \\cdots $$ with thousands of terms written out",
        "Split the formula.",
    ),
    "D514": Explanation(
        "too-slow", "A claim that took too long",
        "The claim was stopped by the clock: it took several times the seconds that the setting budget gives a claim.",
        "One claim must not hold up a whole page. The processor's time is what counts, so that a busy machine makes no difference; "
        "a page on which a claim was stopped is checked again the next time.",
        "$$ a sum over the paths of a long episode, of a series in many variables $$",
        "Raise the setting budget (in seconds), or split the formula.",
    ),
    "D511": Explanation(
        "no-value", "A claim without a value",
        "One side has no value at any point that was tried: a division by zero, the logarithm of a negative number.",
        _HONEST, r"$$ \frac{1}{x-x} = 1 $$", "Look at the denominators and at what stands under roots and logarithms.",
    ),
    "D512": Explanation(
        "hard-number", "Numbers that could not be compared",
        "The two numbers could not be told apart or proved equal within the budget.",
        _HONEST, r"$$ a power tower and a number that agrees with it to hundreds of digits $$",
        "Split the claim, or state in the text what the symbols stand for.",
    ),
    "D590": Explanation(
        "internal-error", "An error inside the tool", "Checking this formula or file stopped on an error of the tool's own.",
        "No verdict was reached: neither true nor false.", "A bug of the tool, of which no example is known.", "Please report it with the formula.",
    ),
    "D591": Explanation(
        "not-admitted", "A verdict that the kernel did not accept",
        "A decider proposed a verdict, and the kernel's own check of its certificate failed.",
        "A verdict that cannot be checked is none.", "A bug of the tool, of which no example is known.", "Please report it with the formula.",
    ),
}  # fmt: skip
