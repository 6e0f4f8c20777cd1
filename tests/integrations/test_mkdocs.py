"""A site built by MkDocs with the plugin, as its maintainers build it."""

from __future__ import annotations

import re

import pytest

from derive.check.findings import ClaimReport, FileReport, FormulaReport
from derive.integrations.badge import badges, marked

BADGE = re.compile(r'<span class="derive-badge"[^>]*>✓</span>')
SITE = """site_name: Squares
use_directory_urls: false
plugins:
  - derive:
      {}
"""


@pytest.fixture
def build(tmp_path, page, run, need):
    """Build the site; (exit code, what was said, the page's HTML)."""
    need("mkdocs", "mkdocs.plugins")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(page, encoding="utf-8")

    def call(options: str = "enabled: true", *words: str):
        (tmp_path / "mkdocs.yml").write_text(SITE.format(options))
        done = run("mkdocs", "build", *words)
        made = tmp_path / "site" / "index.html"
        return (
            done.returncode,
            done.stdout + done.stderr,
            re.sub("Build Date.*", "", made.read_text(encoding="utf-8")) if made.exists() else "",
        )

    return call


def test_findings_are_warnings_with_their_place(build):
    code, said, _ = build()
    assert "WARNING -  derive: docs/index.md:10:11: D401 refuted: The two sides differ" in said
    assert "    + (x-y)^2 = x^2-2xy+y^2" in said
    assert "INFO    -  derive: docs/index.md:14:15: D421 conditional: " in said
    assert "INFO    -  derive: Read 4 of 5 formulas in 1 file." in said
    assert "WARNING -  derive: docs/index.md:18" not in said
    assert code == 0


def test_strict_builds_fail(build, tmp_path):
    code, said, _ = build("enabled: true", "--strict")
    assert code == 1
    assert "Aborted with 1 warnings in strict mode!" in said
    (tmp_path / "derive.toml").write_text('ignore = ["D401"]\n')
    assert build("enabled: true", "--strict")[0] == 0


def test_conditions_and_unread_formulas_count_when_asked_for(build):
    assert "Aborted with 2 warnings" in build("conditional: true", "--strict")[1]
    assert "Aborted with 2 warnings" in build("strict: true", "--strict")[1]


def test_badges_stand_beside_verified_formulas_and_change_nothing_else(build):
    plain = build("badge: none")[2]
    display = build("badge: display")[2]
    every = build("badge: all")[2]
    assert not BADGE.search(plain)
    assert "$$\n(x+y)(x-y) = x^2-y^2\n$$<span class" in display
    assert len(BADGE.findall(display)) == 1
    assert "$(x+y)^2 = x^2+2xy+y^2$<span class" in every
    assert len(BADGE.findall(every)) == 2
    assert BADGE.sub("", display) == BADGE.sub("", every) == plain
    label = 'role="img" aria-label="proved by derive: '
    assert label in display
    assert 'title="proved by derive: ' in display


def test_badges_stand_behind_what_arithmatex_makes(build, tmp_path):
    pytest.importorskip("pymdownx")
    pages = {}
    for choice in ("none", "all"):
        options = f"badge: {choice}\nmarkdown_extensions:\n  - pymdownx.arithmatex:\n      generic: true"
        code, _, pages[choice] = build(options)
        assert code == 0
    assert '\\[\n(x+y)(x-y) = x^2-y^2\n\\]</div><span class="derive-badge"' in pages["all"]
    assert '\\((x+y)^2 = x^2+2xy+y^2\\)</span><span class="derive-badge"' in pages["all"]
    assert len(BADGE.findall(pages["all"])) == 2
    assert BADGE.sub("", pages["all"]) == pages["none"]


def test_a_wrong_option_or_setting_is_named(build, tmp_path):
    code, said, _ = build("badges: all", "--strict")
    assert code == 1
    assert "Unrecognised configuration name: badges" in said
    (tmp_path / "derive.toml").write_text("strict = 3\n")
    code, said, _ = build()
    assert code == 1
    assert "derive.toml:1:1: strict must be true or false." in said
    assert "Traceback" not in said
    assert build("enabled: false")[0] == 0


def _formula(latex: str, status: str, kind: str = "inline") -> FormulaReport:
    claim = ClaimReport(1, 1, 1, 2, "", "=", "", "", status, "identity", "every size")
    return FormulaReport("page.md", 1, 1, 1, kind, latex, (claim,))


@pytest.mark.parametrize(
    "html",
    [
        r"\(a &lt; b\)",
        "$a\n&lt; b$",
        r"\[a &lt; b\]",
        '<div class="arithmatex">\\[\na &lt; b\n\\]</div>',
        '<span class="arithmatex">\\(a &lt; b\\)</span>',
        '<span class="arithmatex">a &lt; b</span>',
        '<script type="math/tex; mode=display">a < b</script>',
    ],
)
def test_formulas_are_found_as_sites_show_them(html):
    marks = badges(FileReport("page.md", (_formula("a < b", "proved"),)), "all")
    assert BADGE.sub("!", marked(f"<p>{html}</p>", marks)) == f"<p>{html}!</p>"


@pytest.mark.parametrize("html", ["<code>$a=b$</code>", "<pre><code>\\(a=b\\)</code></pre>", "<script>'$a=b$'</script>", "a=b"])
def test_what_is_no_formula_on_the_site_gets_no_badge(html):
    marks = badges(FileReport("page.md", (_formula("a=b", "proved"),)), "all")
    assert marked(html, marks) == html


def test_only_formulas_that_hold_get_a_badge():
    statuses = ("proved", "confirmed", "conditional", "refuted", "undecided", "unreadable", "definition", "no-claim")
    file = FileReport("page.md", tuple(_formula(f"a_{n}", status) for n, status in enumerate(statuses)))
    page = " ".join(f"${latex}$" for latex in badges(file, "all"))
    assert BADGE.sub("!", marked(page, badges(file, "all"))) == "$a_0$! $a_1$! $a_2$ $a_3$ $a_4$ $a_5$ $a_6$ $a_7$"
    assert badges(file, "none") == {}
    assert not any(mark for marks in badges(file, "display").values() for mark in marks)


def test_one_text_with_two_verdicts_is_told_apart_by_order_or_not_at_all():
    file = FileReport("page.md", (_formula("a=b", "refuted"), _formula("a=b", "proved")))
    assert BADGE.sub("!", marked("$a=b$ and $a=b$", badges(file, "all"))) == "$a=b$ and $a=b$!"
    for other in ("$a=b$", "$a=b$ $a=b$ $a=b$"):
        assert marked(other, badges(file, "all")) == other
