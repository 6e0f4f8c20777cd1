"""What others write (caches, templates, pages) changes no verdict, runs nothing and stands escaped in what is emitted."""

from __future__ import annotations

import hashlib
import html.parser
import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import derive
from derive.build.slots import BuildError, Page, Printable
from derive.build.targets import mathml
from derive.build.templates import render
from derive.check.config import Config
from derive.check.report import FORMATS
from derive.check.report import render as rendered
from derive.check.run import check_file, check_text
from derive.check.store import cache as caches
from derive.check.store.cache import Cache
from derive.derivation.written import parse
from derive.diagnostics import NotationError
from derive.integrations.badge import badges, marked

WRONG = "so $1 = 2$ and $(x+y)^2 = x^2+y^2$\n"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("DERIVE_CACHE_KEY", raising=False)
    caches.secret.cache_clear()
    Path("a.md").write_text(WRONG)
    Path("b.md").write_text("so $1 = 1$ and $(x+y)^2 = x^2+2xy+y^2$\n")
    return Cache(tmp_path / ".derive_cache")


def statuses(store: Cache | None, name: str = "a.md") -> list[str]:
    return [formula.status for formula in check_file(Path(name), Config(), store).formulas]


def forged(body: str) -> str:
    """A stored text in which everything that was refuted is proved."""
    data = json.loads(body)
    return json.dumps(data).replace('"refuted"', '"proved"').replace("D402", "D400").replace("D401", "D400")


def files(store: Cache) -> list[Path]:
    return sorted(store.folder.glob("*/*.json"))


@pytest.mark.parametrize("sign", ["old", "digest", "other", "none"])
def test_a_forged_cache_turns_nothing_refuted_into_proved(store: Cache, sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert statuses(store) == ["refuted", "refuted"]
    assert len(files(store)) == 2
    for file in files(store):
        head, body = file.read_text().split("\n", 1)
        body = forged(body)
        if sign == "digest":  # what was written above a text once
            data = body.encode()
            head = hashlib.sha256(f"{len(data)}:".encode() + data).hexdigest()
        elif sign == "other":
            monkeypatch.setenv("DERIVE_CACHE_KEY", "a key of another machine")
            caches.secret.cache_clear()
            head = caches._signed(file, body)
            monkeypatch.delenv("DERIVE_CACHE_KEY")
            caches.secret.cache_clear()
        file.write_text(body if sign == "none" else f"{head}\n{body}")
    assert statuses(store) == ["refuted", "refuted"]


def test_a_stored_text_is_believed_under_its_own_name_only(store: Cache) -> None:
    assert statuses(store) == ["refuted", "refuted"]
    before = files(store)
    assert statuses(store, "b.md") == ["proved", "proved"]
    for kind in ("report", "claims"):
        mine = next(file for file in before if file.name.endswith(f"{kind}.json"))
        other = next(file for file in files(store) if file not in before and file.name.endswith(f"{kind}.json"))
        mine.write_text(other.read_text())
    assert statuses(store) == ["refuted", "refuted"]


def test_the_secret_is_the_users_own_and_what_it_signs_is_believed(store: Cache, tmp_path: Path) -> None:
    statuses(store)
    key = tmp_path / "state" / "derive" / "cache-key"
    assert os.stat(key).st_mode & 0o077 == 0
    assert len(key.read_bytes()) == 32
    caches.secret.cache_clear()
    assert store.load("a.md", WRONG, Config()) is not None
    key.write_bytes(b"short")
    caches.secret.cache_clear()
    assert store.load("a.md", WRONG, Config()) is None
    assert statuses(store) == ["refuted", "refuted"]


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ display.__globals__ }}",
        "{{ display.__self__.__class__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ ''|attr('__class__') }}",
        "{% for i in range(1000000000) %}{% endfor %}",
        "{% include '../../../../../../etc/passwd' %}",
        "{% include '/etc/passwd' %}",
        "{{ chapters.append(1) }}",
    ],
)
def test_templates_of_others_run_in_a_sandbox(tmp_path: Path, attack: str) -> None:
    (tmp_path / "page.j2").write_text(attack)
    chapters: list[int] = []
    try:
        made = render("page.j2", Page(), tmp_path, chapters=chapters)
    except (BuildError, OverflowError):
        made = ""
    assert "class" not in made
    assert "root:" not in made
    assert chapters == []


ATTACKS = [
    "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'--><svg/onload=alert(1)>", "]]>&lt;x&#0;", "%0A::error::x",
    "\n::set-output name=x::y",
]  # fmt: skip


class Tags(html.parser.HTMLParser):
    """The tags and attributes that a browser sees."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [tag, *(name for name, _ in attrs)]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_emitted_is_escaped(attack: str) -> None:
    name = f"{attack.replace('/', '_')}.md"
    page = f"$\\text{{{attack}}} = 2$\n\n$1 = 2 \\text{{{attack}}}$\n\n<!-- derive: ignore {attack.replace('-->', '')} -->\n\n$\\frac{{{attack}$\n\n$1=1$\n"
    found = check_text(name, page, Config(symbols={"x": {"kind": "vector", "says": attack}}))
    report = derive.check.findings.Report((found,))
    for format in FORMATS:
        text = rendered(report, format, lambda _: page)
        if format in ("json", "sarif"):
            json.loads(text)
        if format == "github":
            for line in text.splitlines():
                assert line.startswith("::") == line.startswith(("::error file=", "::warning file=", "::notice file=")), line
    tags = Tags()
    tags.feed(marked(r"<p>\(1=1\)</p>", badges(found, "all")))
    assert set(tags.seen) <= {"p", "span", "class", "role", "aria-label", "title", "style"}


@pytest.mark.parametrize(
    "latex", [r"\text{%s}", r"\operatorname{%s}(x)", r"\mathrm{%s}", "%s", r"x_{\text{%s}}", r"\tag{%s}x", r"\label{%s}x"]
)
@pytest.mark.parametrize("attack", ATTACKS)
def test_mathml_holds_nothing_but_mathml(latex: str, attack: str) -> None:
    try:
        formula = parse(latex % attack)
    except NotationError:
        return
    made = mathml(Printable(formula.latex, formula, "notation", False))
    names = {element.tag.rpartition("}")[2] for element in ET.fromstring(made).iter()}
    assert all(name.startswith("m") or name in ("span", "semantics", "annotation") for name in names), names
