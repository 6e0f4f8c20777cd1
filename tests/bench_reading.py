"""How long reading takes: the median formula of the tables, and long formulas against their length.

Run it with ``make bench``.
"""

from __future__ import annotations

import re
import statistics
import time
from pathlib import Path

from derive.syntax.sound.whole import whole

NOTATION = Path(__file__).parent / "notation"
PIECES = ("x+", r"\gamma^k r_{t+k}+", r"\pi_\theta(a\mid s)Q(s,a)+", r"\frac{a}{b}+", "x=", r"\text{word}+")


def formulas() -> list[str]:
    """The formulas of the tables."""
    rows = (
        re.match(r"^\| (.+?) (?<!\\)\| ", line) for path in NOTATION.glob("*.md") for line in path.read_text("utf-8").splitlines()
    )
    return [row.group(1).replace("\\|", "|") for row in rows if row and not row.group(1).startswith(("formula", "---"))]


def seconds(latex: str, times: int = 3) -> float:
    """The best of some readings."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        whole(latex)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    taken = sorted(seconds(formula) for formula in formulas())
    print(
        f"reading {len(taken)} formulas: median {1000 * statistics.median(taken):.2f} ms,"
        f" nine in ten within {1000 * taken[9 * len(taken) // 10]:.2f} ms, slowest {1000 * taken[-1]:.1f} ms"
    )
    for piece in PIECES:
        sizes = [25_000, 50_000, 100_000]
        each = [seconds(piece * (size // len(piece)) + "x", 1) for size in sizes]
        shown = ", ".join(f"{size // 1000} kB {spent:.2f} s" for size, spent in zip(sizes, each, strict=True))
        print(f"  {piece * 2}… : {shown}")


if __name__ == "__main__":
    main()
