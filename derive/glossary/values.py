r"""Rows for policies, values, rewards, transitions."""

from __future__ import annotations

from derive.glossary.row import Row

SB = "Sutton and Barto 2018"


def of_each(letters: str, shapes: str) -> str:
    """Shapes of a spelling, with ``@`` for its letter, for each of several letters."""
    return " ; ".join(shape.replace("@", letter) for letter in letters.split() for shape in shapes.split(" ; "))


def rows() -> tuple[Row, ...]:
    out: list[Row] = []

    def add(
        patterns: str,
        means: str,
        takes: str,
        says: str,
        source: str = "",
        cost: float = 0.0,
        dialects: tuple[str, ...] = ("course",),
    ) -> None:
        for pattern in patterns.split(" ; "):
            out.append(Row(pattern, means, tuple(takes.split()), says, source, cost, dialects))

    sb, pg, sv, aj = ("sutton-barto",), ("course", "spinning-up"), ("silver",), ("agarwal",)
    add(r"<pi>(<a>|<s>) ; <pi>[<a>|<s>]", "prob", "pi a s", "the probability of a under π in s", "Sutton and Barto 2018, 1.5")
    add(r"<pi>(<a>)", "prob", "pi a ?state", "the probability of an arm of a bandit", "Sutton and Barto 2018, 2.8")
    add(r"<pi>(<s>,<a>)", "prob", "pi a s", "the probability of a under π in s, the state first", "Sutton et al. 1999", 0.5, sv)
    add(r"V^{<pi>}(<s>)", "value", "pi s", "the value of state s under π", f"{SB}, 3.12", 0, pg)
    add(r"v_{<pi>}(<s>) ; V_{<pi>}(<s>) ; v^{<pi>}(<s>)", "value", "pi s", "the value of state s under π", f"{SB}, 3.12", 0, sb)
    add(r"Q^{<pi>}(<s>,<a>)", "q_value", "pi s a", "the value of action a in s under π", f"{SB}, 3.13", 0, pg)
    add(
        r"q_{<pi>}(<s>,<a>) ; Q_{<pi>}(<s>,<a>) ; q^{<pi>}(<s>,<a>)",
        "q_value",
        "pi s a",
        "the value of action a in s under π",
        f"{SB}, 3.13",
        0,
        sb,
    )
    add(r"q_{<pi>}(<a>,<s>)", "q_value", "pi s a", "the value of action a in s, the action first", "", 1, sb)
    add(r"A^{<pi>}(<s>,<a>)", "advantage", "pi s a", "the advantage of a in s under π", "Baird 1993", 0, pg)
    add(r"A_{<pi>}(<s>,<a>)", "advantage", "pi s a", "the advantage of a in s under π", "Schulman et al. 2015", 0, sb)
    add(r"V^{*}(<s>) ; V_{*}(<s>)", "optimal_value", "s", "the optimal value of s", f"{SB}, 3.15", 0, pg)
    add(r"v_{*}(<s>) ; v^{*}(<s>)", "optimal_value", "s", "the optimal value of s", f"{SB}, 3.15", 0, sb)
    add(r"Q^{*}(<s>,<a>) ; Q_{*}(<s>,<a>)", "optimal_q", "s a", "the optimal value of a in s", f"{SB}, 3.16", 0, pg)
    add(r"q_{*}(<s>,<a>) ; q^{*}(<s>,<a>)", "optimal_q", "s a", "the optimal value of a in s", f"{SB}, 3.16", 0, sb)
    add(
        r"q_{*}(<a>) ; Q_{*}(<a>) ; q^{*}(<a>) ; Q^{*}(<a>)",
        "reward",
        "?state a",
        "the mean reward of an arm of a bandit",
        f"{SB}, 2.1",
    )
    add(r"A^{*}(<s>,<a>) ; A_{*}(<s>,<a>)", "optimal_advantage", "s a", "the optimal advantage of a in s")
    add(r"U^{<pi>}(<s>)", "value", "pi s", "the utility of s under π", "Russell and Norvig", 0.2)
    add(r"U^{*}(<s>)", "optimal_value", "s", "the optimal utility of s", "Russell and Norvig", 0.2)
    add(r"U(<s>)", "value", "?policy s", "the utility of s under the policy in force", "Russell and Norvig", 0.5)
    add(r"V(<s>;<pi>)", "value", "pi s", "the value of state s under π", "Agarwal et al. 2021")
    add(r"V(<s>) ; v(<s>)", "value", "?policy s", "the value of s under the policy in force", "", 0.2, ("course", "spinning-up"))
    add(
        r"Q(<s>,<a>) ; q(<s>,<a>)",
        "q_value",
        "?policy s a",
        "the value of a in s under the policy in force",
        "",
        0.2,
        ("course", "spinning-up"),
    )
    add(
        r"A(<s>,<a>)",
        "advantage",
        "?policy s a",
        "the advantage of a in s under the policy in force",
        "",
        0.2,
        ("course", "spinning-up"),
    )
    add(
        of_each(r"p P \mathcal{P} T \mathcal{T} \mathbb{P} \mathbf{P}", "@(<t>|<s>,<a>)"),
        "transition",
        "t s a",
        "the probability of t after a in s",
        f"{SB}, 3.4",
    )
    add(
        r"P(<s>,<a>,<t>) ; T(<s>,<a>,<t>) ; \mathcal{T}(<s>,<a>,<t>) ; p(<s>,<a>,<t>)",
        "transition",
        "t s a",
        "the probability of t after a in s",
        "Russell and Norvig",
        0.3,
        (),
    )
    add(
        r"P_{<s><t>}^{<a>} ; \mathcal{P}_{<s><t>}^{<a>} ; P^{<a>}_{<s>,<t>} ; \mathcal{P}^{<a>}_{<s>,<t>} ; p_{<s><t>}^{<a>}",
        "transition",
        "t s a",
        "the probability of t after a in s",
        "Silver 2015, lecture 2",
        0,
        sv,
    )
    add(
        of_each("P \\mathcal{P} p T", "@_{<a>}(<s>,<t>) ; @^{<a>}(<s>,<t>) ; @_{<a>}(<t>|<s>) ; @^{<a>}(<t>|<s>)"),
        "transition",
        "t s a",
        "the probability of t after a in s, a matrix for each action",
        "Bellman 1957; Agarwal et al. 2021",
        0.1,
        (),
    )
    add(
        of_each(
            "P \\mathcal{P} p T",
            "@_{<s><a>}(<t>) ; @_{<s>}^{<a>}(<t>) ; @_{<s><t>}(<a>) ; @_{<s><a><t>} ; @_{<s><a>}^{<t>} ; @(<t>;<s>,<a>)",
        ),
        "transition",
        "t s a",
        "the probability of t after a in s, a distribution for each state and action",
        "Ng 2003; Howard 1960",
        0.1,
        (),
    )
    add(
        of_each("R \\mathcal{R} r", "@_{<s><t>}^{<a>} ; @_{<s><t>}(<a>) ; @_{<a>}(<s>,<t>) ; @^{<a>}(<s>,<t>) ; @_{<s><a><t>}"),
        "reward_to",
        "s a t",
        "the expected reward of a step from s to t",
        "Sutton and Barto 1998, 3.6; Howard 1960",
        0.1,
        (),
    )
    add(
        r"R_{<s>}^{<a>} ; \mathcal{R}_{<s>}^{<a>} ; r_{<s>}^{<a>} ; R_{<s>,<a>} ; \mathcal{R}_{<s>,<a>}",
        "reward",
        "s a",
        "the expected reward of a in s",
        "Silver 2015, lecture 2",
        0,
        sv,
    )
    add(r"r_{<a>}(<s>)", "reward", "s a", "the expected reward of a in s", "Agarwal et al. 2021", 0, aj)
    add(
        of_each("R \\mathcal{R} r", "@_{<a>}(<s>) ; @^{<a>}(<s>) ; @_{<s>}(<a>) ; @_{<s><a>}"),
        "reward",
        "s a",
        "the expected reward of a in s",
        "Puterman 1994; Howard 1960",
        0.1,
        (),
    )
    add(
        r"P_{<pi>}(<t>|<s>) ; P^{<pi>}(<t>|<s>) ; p_{<pi>}(<t>|<s>) ; p^{<pi>}(<t>|<s>) ; P^{<pi>}_{<s><t>} ; \mathcal{P}^{<pi>}_{<s><t>} ; "
        r"P_{<pi>}(<s>,<t>) ; P^{<pi>}(<s>,<t>)",
        "policy_transition",
        "pi t s",
        "the probability of t after s under π",
        "",
        0,
        aj,
    )
    add(
        r"P(<s>,<t>) ; P_{<s><t>} ; \mathcal{P}_{<s><t>} ; P(<t>|<s>) ; \mathcal{P}(<t>|<s>) ; p(<t>|<s>)",
        "policy_transition",
        "?policy t s",
        "the probability of t after s in a Markov chain",
        "",
        0.2,
        sv,
    )
    add(
        r"r_{<pi>}(<s>) ; r^{<pi>}(<s>) ; R^{<pi>}_{<s>} ; \mathcal{R}^{<pi>}_{<s>} ; R_{<pi>}(<s>) ; R^{<pi>}(<s>)",
        "policy_reward",
        "pi s",
        "the expected reward of s under π",
        "",
        0,
        aj,
    )
    add(
        r"p(<t>,<r>|<s>,<a>) ; P(<t>,<r>|<s>,<a>)",
        "outcome",
        "t r s a",
        "the probability of next state t and reward r",
        f"{SB}, 3.2",
        0,
        sb,
    )
    add(r"p(<r>|<s>,<a>) ; P(<r>|<s>,<a>)", "reward_law", "r s a", "the probability of a reward", f"{SB}, 3.2", 0, sb)
    add(r"r(<s>,<a>) ; R(<s>,<a>) ; \mathcal{R}(<s>,<a>)", "reward", "s a", "the expected reward of a in s", f"{SB}, 3.5")
    add(
        r"r(<s>,<a>,<t>) ; R(<s>,<a>,<t>) ; \mathcal{R}(<s>,<a>,<t>)",
        "reward_to",
        "s a t",
        "the expected reward of a step from s to t",
        f"{SB}, 3.6",
    )
    add(
        r"R(<s>) ; r(<s>) ; \mathcal{R}(<s>)",
        "state_reward",
        "s",
        "the reward of being in s, whatever is done there",
        "Russell and Norvig",
        0.1,
    )
    add(
        r"R_{<s>} ; \mathcal{R}_{<s>}",
        "policy_reward",
        "?policy s",
        "the expected reward of a state",
        "Silver 2015, lecture 2",
        0.2,
        sv,
    )
    add(
        r"V^{<pi>} ; V_{<pi>} ; v_{<pi>} ; v^{<pi>} ; \mathbf{v}_{<pi>} ; \mathbf{V}^{<pi>}",
        "value_vector",
        "pi",
        "the values of all states under π",
        "Bertsekas 2012",
        0,
        aj,
    )
    add(
        r"P^{<pi>} ; P_{<pi>} ; \mathbf{P}^{<pi>} ; \mathbf{P}_{<pi>} ; \mathcal{P}^{<pi>} ; \mathcal{P}_{<pi>}",
        "transition_matrix",
        "pi",
        "the matrix of transitions under π",
        "Bertsekas 2012",
        0,
        aj,
    )
    add(
        r"r^{<pi>} ; r_{<pi>} ; R^{<pi>} ; R_{<pi>} ; \mathbf{r}^{<pi>} ; \mathbf{r}_{<pi>} ; \mathcal{R}^{<pi>} ; \mathcal{R}_{<pi>}",
        "reward_vector",
        "pi",
        "the expected rewards of all states under π",
        "Bertsekas 2012",
        0,
        aj,
    )
    add(
        r"d^{<pi>}(<s>) ; d_{<pi>}(<s>) ; \rho^{<pi>}(<s>) ; \rho_{<pi>}(<s>) ; \mu_{<pi>}(<s>) ; \eta_{<pi>}(<s>) ; \eta^{<pi>}(<s>)",
        "visitation",
        "pi s",
        "how often s is visited under π, later visits discounted",
        "Sutton et al. 2000",
    )
    add(
        of_each("d \\rho \\mu \\eta", "@^{<pi>}(<s>,<a>) ; @_{<pi>}(<s>,<a>)"),
        "visitation",
        "pi s a",
        "how often a is taken in s under π, later visits discounted",
        "Puterman 1994, 6.9; Ho and Ermon 2016",
    )
    add(
        of_each("d \\rho \\mu", "@^{<pi>}_{<z>}(<s>)"),
        "visitation_since",
        "pi z s",
        "how often s is visited under π from z on, later visits discounted",
        "Agarwal et al. 2021, 3.1",
        0,
        aj,
    )
    add(
        r"d(<s>) ; \rho(<s>) ; \mu(<s>) ; \eta(<s>)",
        "visitation",
        "?policy s",
        "how often s is visited under the policy whose objective stands beside it",
        "Sutton and Barto 2018, 13.5",
        0.4,
    )
    add(
        r"\rho^{<pi>}(<s>\to<t>,<k>)",
        "steps_to",
        "pi s t k",
        "the probability of being in t after k steps from s under π",
        "Weng 2018",
    )
    add(
        r"d_{0}(<s>) ; \rho_{0}(<s>) ; \mu_{0}(<s>) ; p_{0}(<s>) ; P_{0}(<s>)",
        "start_mass",
        "s",
        "the probability that an episode begins in s",
        "Schulman et al. 2015",
    )
    add(
        r"r(<pi>) ; \bar{r}(<pi>) ; \bar{r}_{<pi>} ; \bar{r}^{<pi>} ; \bar{R}_{<pi>}",
        "average_reward",
        "pi",
        "the mean reward of a step in the long run",
        f"{SB}, 10.6",
    )
    add(r"\eta(<pi>)", "objective", "pi", "the mean discounted return of π", "Schulman et al. 2015")
    add(r"V^{*} ; V_{*} ; v_{*} ; v^{*}", "optimal_vector", "", "the optimal values of all states", "Bertsekas 2012", 0, aj)
    return tuple(out)


def bare_rows() -> tuple[Row, ...]:
    """Letters for the vectors and the matrix of a Markov chain, where a claim has a transition matrix and a discount."""
    made = (
        ("v V mathbf:v mathbf:V", "value_vector"),
        ("R r mathcal:R mathbf:R mathbf:r", "reward_vector"),
        ("P mathcal:P mathbf:P", "transition_matrix"),
    )
    return tuple(
        Row(
            name,
            means,
            ("?policy",),
            "the values, rewards and transitions of a Markov chain",
            "Silver 2015, lecture 2",
            0.3,
            ("silver",),
        )
        for names, means in made
        for name in names.split()
    )
