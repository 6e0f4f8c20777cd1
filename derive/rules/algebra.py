r"""Rules of sums, products and quotients."""

from derive.rules.rule import Rule, Side

KNUTH = "Graham, Knuth and Patashnik 1994, Concrete Mathematics, chapter 2"

RULES = (
    Rule(
        name="multiply-and-divide",
        pattern="x",
        becomes=r"y\frac{x}{y}",
        given=(r"y\ne 0",),
        where=(Side(r"y\ne 0", violated=r"3=0\cdot\frac{3}{0}"),),
        says="Multiply and divide by the same number, which must not be zero.",
        source=KNUTH,
    ),
    Rule(
        name="add-and-subtract",
        pattern="x",
        becomes="x+y-y",
        says="Add a number and take it away again.",
        source=KNUTH,
    ),
    Rule(
        name="cancel",
        pattern=r"\frac{xy}{xz}",
        becomes=r"\frac{y}{z}",
        given=(r"x\ne 0", r"z\ne 0"),
        where=(
            Side(r"x\ne 0", violated=r"\frac{0\cdot 2}{0\cdot 3}=\frac{2}{3}"),
            Side(r"z\ne 0", violated=r"\frac{2\cdot 1}{2\cdot 0}=\frac{1}{0}"),
        ),
        says="A common factor of numerator and denominator, or a number and its negative, cancel.",
        source=KNUTH,
    ),
    Rule(
        name="split-sum",
        pattern=r"\sum_{i=1}^n(x_i+y_i)",
        becomes=r"\sum_{i=1}^n x_i+\sum_{i=1}^n y_i",
        says="A sum of sums is taken apart.",
        source=KNUTH,
    ),
    Rule(
        name="constant-factor",
        pattern=r"\sum_{i=1}^n c x_i",
        becomes=r"c\sum_{i=1}^n x_i",
        where=(Side("c does not depend on i", violated=r"\sum_{i=1}^n y_i x_i=\sum_{i=1}^n y_i\sum_{i=1}^n x_i"),),
        says="A factor that does not depend on what is summed over, or differentiated by, comes out.",
        source=KNUTH,
    ),
    Rule(
        name="constant-sum",
        pattern=r"\sum_{i=1}^n c",
        becomes="nc",
        where=(Side("c does not depend on i", violated=r"\sum_{i=1}^n x_i=n x_1"),),
        says="Adding the same number n times multiplies it by n.",
        source=KNUTH,
    ),
    Rule(
        name="split-first-term",
        pattern=r"\sum_{k=0}^{\infty}\gamma^k",
        becomes=r"1+\sum_{k=1}^{\infty}\gamma^k",
        given=(r"0<\gamma<1",),
        says="The first term of a sum stands apart.",
        source=KNUTH,
    ),
    Rule(
        name="shift-index",
        pattern=r"\sum_{k=1}^{n}x_k",
        becomes=r"\sum_{k=0}^{n-1}x_{k+1}",
        where=(Side("the bounds shift the other way", violated=r"\sum_{k=1}^{n}x_k=\sum_{k=0}^{n}x_{k+1}"),),
        says="Counting from another place changes the index, not the sum.",
        source=KNUTH,
    ),
    Rule(
        name="geometric-series",
        pattern=r"\sum_{k=0}^{n-1}\gamma^k",
        becomes=r"\frac{1-\gamma^n}{1-\gamma}",
        given=(r"\gamma\ne 1",),
        where=(Side(r"\gamma\ne 1", violated=r"1+1+1=\frac{1-1^3}{1-1}"),),
        says="A geometric sum in closed form.",
        source=KNUTH,
    ),
    Rule(
        name="telescoping",
        pattern=r"\sum_{k=0}^{n-1}(x_{k+1}-x_k)",
        becomes=r"x_n-x_0",
        says="Neighbouring terms cancel; the ends remain.",
        source=KNUTH,
    ),
    Rule(
        name="swap-sums",
        pattern=r"\sum_{i=1}^n\sum_{j=1}^n x_i y_j",
        becomes=r"\sum_{j=1}^n\sum_{i=1}^n x_i y_j",
        says="Finite sums may be taken in either order.",
        source=KNUTH,
    ),
)
