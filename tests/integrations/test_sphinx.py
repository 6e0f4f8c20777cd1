"""Documentation built by Sphinx with the extension: reStructuredText, MyST, and notebooks where they can be read."""

from __future__ import annotations

import re
from importlib.util import find_spec

import pytest

BADGE = re.compile(r'<span class="derive-badge"[^>]*>✓</span>')
RST = r"""Cubes
=====

.. toctree::

   squares

A cube is :math:`x\cdot x\cdot x = x^3`.

.. math::
   :label: cube

   (x+1)^3 = x^3+3x^2+3x+1

.. math::

   (x-1)^3 = x^3-3x^2-3x-1
"""


@pytest.fixture
def build(tmp_path, page, run, need):
    """Build the documentation with some settings; (exit code, what was said, what was warned of)."""
    need("sphinx-build")
    if find_spec("myst_parser") is None:
        pytest.skip("myst-parser is not installed")
    (tmp_path / "index.rst").write_text(RST, encoding="utf-8")
    (tmp_path / "squares.md").write_text(page, encoding="utf-8")

    def call(settings: str = "", *words: str, builder: str = "dummy"):
        (tmp_path / "conf.py").write_text(
            "extensions = ['myst_parser', 'derive.integrations.sphinx']\nmyst_enable_extensions = ['dollarmath']\n"
            f"exclude_patterns = ['out']\nhtml_copy_source = False\n{settings}\n"
        )
        done = run("sphinx-build", "-b", builder, *words, ".", "out")
        return done.returncode, done.stdout, done.stderr

    return call


def html(tmp_path, name):
    return (tmp_path / "out" / f"{name}.html").read_text(encoding="utf-8")


def test_findings_are_warnings_with_their_place(build, tmp_path):
    code, said, warned = build()
    assert f"{tmp_path}/index.rst:17: WARNING: column 14: D401 refuted: The two sides differ" in warned
    assert f"{tmp_path}/squares.md:10: WARNING: column 11: D401 refuted: The two sides differ" in warned
    assert "    + (x-y)^2 = x^2-2xy+y^2" in warned
    assert "squares.md:14:15: D421 conditional: " in said
    assert "derive: Read 7 of 8 formulas in 2 files." in said
    assert warned.count("WARNING") == 2
    assert code == 0


def test_warnings_fail_the_build_also_when_nothing_changed(build):
    assert build("", "-W")[0] == 1
    code, said, warned = build("", "-W")
    assert "0 added, 0 changed" in said
    assert warned.count("D401 refuted") == 2
    assert code == 1


def test_sphinx_and_the_settings_can_silence_them(build, tmp_path):
    assert build("suppress_warnings = ['derive.D401']", "-W")[0] == 0
    (tmp_path / "derive.toml").write_text('ignore = ["D401"]\n')
    assert build("", "-W")[0] == 0
    assert "squares.md:14: WARNING: column 15: D421" in build("derive_conditional = True")[2]
    assert "squares.md:18: WARNING: column 1: D102" in build("derive_strict = True")[2]
    assert build("derive_enabled = False")[2] == ""


def test_several_processes_give_the_same(build, tmp_path):
    _, _, one = build("derive_badge = 'all'", builder="html")
    before = html(tmp_path, "squares")
    _, _, two = build("derive_badge = 'all'", "-E", "-a", "-j", "2", builder="html")
    assert (one, before) == (two, html(tmp_path, "squares"))


def test_badges_stand_beside_verified_formulas_and_change_nothing_else(build, tmp_path):
    pages = {}
    for choice in ("none", "display", "all"):
        build(f"derive_badge = '{choice}'", builder="html")
        pages[choice] = [html(tmp_path, name) for name in ("index", "squares")]
    assert [len(BADGE.findall(page)) for choice in pages for page in pages[choice]] == [0, 0, 1, 1, 2, 2]
    for index, squares in (pages["display"], pages["all"]):
        assert [BADGE.sub("", index).split(), BADGE.sub("", squares).split()] == [page.split() for page in pages["none"]]
    assert re.search(r"\(x\+1\)\^3 = x\^3\+3x\^2\+3x\+1\\\]</div>\s*<span class=.derive-badge", pages["display"][0])
    assert r"\(x\cdot x\cdot x = x^3\)</span><span" in pages["all"][0]
    assert 'role="img" aria-label="proved by derive: ' in pages["all"][1]


def test_only_pages_for_browsers_get_badges(build, tmp_path):
    assert build("derive_badge = 'all'", builder="text")[0] == 0
    assert "✓" not in (tmp_path / "out" / "squares.txt").read_text(encoding="utf-8")


def test_a_wrong_setting_is_named(build, tmp_path):
    assert "The config value `derive_badge` has to be a one of" in build("derive_badge = 'some'")[2]
    (tmp_path / "derive.toml").write_text("strict = 3\n")
    code, _, warned = build()
    assert code == 2
    assert "derive.toml:1:1: strict must be true or false." in warned
    assert "Traceback (most" not in warned
