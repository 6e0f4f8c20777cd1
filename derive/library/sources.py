"""Where the sources of results and rules can be read."""

from __future__ import annotations

#: The beginning of a source, as results and rules name it, and its address.
LINKS: dict[str, str] = {
    "Achiam 2018": "https://spinningup.openai.com/en/latest/algorithms/ppo.html",
    "Ahmadian et al. 2024": "https://arxiv.org/abs/2402.14740",
    "Amari 1998": "https://doi.org/10.1162/089976698300017746",
    "Baird 1995": "https://doi.org/10.1016/B978-1-55860-377-6.50013-X",
    "Baxter and Bartlett 2001": "https://doi.org/10.1613/jair.806",
    "Bayes 1763": "https://doi.org/10.1098/rstl.1763.0053",
    "Bradley and Terry 1952": "https://doi.org/10.2307/2334029",
    "Cover and Thomas 2006": "https://doi.org/10.1002/047174882X",
    "Kahn and Marshall 1953": "https://doi.org/10.1287/opre.1.5.263",
    "Kakade 2001": "https://papers.nips.cc/paper/2073-a-natural-policy-gradient",
    "Kullback and Leibler 1951": "https://doi.org/10.1214/aoms/1177729694",
    "Liu et al. 2025": "https://arxiv.org/abs/2503.20783",
    "Mnih et al. 2015": "https://doi.org/10.1038/nature14236",
    "Mohamed et al. 2020": "https://arxiv.org/abs/1906.10652",
    "Nocedal and Wright 2006": "https://doi.org/10.1007/978-0-387-40065-5",
    "Rafailov et al. 2023": "https://arxiv.org/abs/2305.18290",
    "Schulman 2020": "http://joschu.net/blog/kl-approx.html",
    "Schulman et al. 2015": "https://arxiv.org/abs/1502.05477",
    "Schulman et al. 2016": "https://arxiv.org/abs/1506.02438",
    "Schulman et al. 2017": "https://arxiv.org/abs/1707.06347",
    "Shannon 1948": "https://doi.org/10.1002/j.1538-7305.1948.tb01338.x",
    "Shao et al. 2024": "https://arxiv.org/abs/2402.03300",
    "Stiennon et al. 2020": "https://arxiv.org/abs/2009.01325",
    "Sutton 1988": "https://doi.org/10.1007/BF00115009",
    "Sutton and Barto 2018": "http://incompleteideas.net/book/the-book-2nd.html",
    "Sutton, McAllester, Singh and Mansour 2000": "https://papers.nips.cc/paper/1713-policy-gradient-methods-for-reinforcement-learning-with-function-approximation",
    "van Hasselt, Guez and Silver 2016": "https://arxiv.org/abs/1509.06461",
    "Williams 1992": "https://doi.org/10.1007/BF00992696",
    "Williams and Peng 1991": "https://doi.org/10.1080/09540099108946587",
    "Yu et al. 2025": "https://arxiv.org/abs/2503.14476",
    "Zheng et al. 2025": "https://arxiv.org/abs/2507.18071",
}


def link(source: str) -> str | None:
    """The address of a source; None for books and letters that have none.

    >>> link("Williams 1992, Simple statistical gradient-following algorithms")
    'https://doi.org/10.1007/BF00992696'
    """
    return next((address for start, address in LINKS.items() if source.startswith(start)), None)
