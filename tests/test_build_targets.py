"""Built pages in the programs that readers use: each check runs where its program is present, and says so where it is not."""

import html
import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from derive.build import pages
from derive.build.chapters import chapters
from derive.build.targets import TARGETS

CHAPTERS = [chapter.name for chapter in chapters()]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def built():
    return {page.path.as_posix(): page for page in pages.build(["all"])}


@pytest.fixture(scope="module")
def formulas(built):
    """Every formula of every page, as its target writes it, with whether it stands on lines of its own."""
    found = set()
    for name, target in TARGETS.items():
        for chapter in CHAPTERS:
            text = built[f"{name}/{chapter}{target.suffix}"].text
            found |= {(latex, f"$$\n{latex}\n$$" in text or f"\\[\n{latex}\n\\]" in text) for latex in target.found(text)}
    assert len(found) > 80
    return sorted(found)


def program(*names):
    path = next((path for name in names if (path := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"{names[0]} is not installed")
    return path


@cache
def resolved(module):
    node = shutil.which("node")
    if node is None:
        return False
    return subprocess.run([node, "-e", f"require.resolve('{module}')"], capture_output=True, check=False).returncode == 0


def node_module(module):
    program("node")
    if not resolved(module):
        pytest.skip(f"node finds no {module}; set NODE_PATH to where it is installed")


def run(*command, cwd=None, text=None):
    made = subprocess.run(list(map(str, command)), cwd=cwd, input=text, capture_output=True, text=True, check=False)
    assert made.returncode == 0, (made.stdout[-800:] + made.stderr[:800]).strip()
    return made.stdout


def node(script, data):
    return json.loads(
        run(program("node"), "-e", f"const input = JSON.parse(require('fs').readFileSync(0));\n{script}", text=json.dumps(data))
    )


def written(built, name, folder):
    pages.write([page for path, page in built.items() if path.startswith((f"{name}/", "figures/"))], folder)
    return folder / name


# --- formulas ----------------------------------------------------------------------------------------


def test_katex_accepts_every_formula(formulas):
    node_module("katex")
    script = """
const katex = require('katex');
const bad = [];
for (const [latex, display] of input) {
  try { katex.renderToString(latex, {displayMode: display, throwOnError: true, strict: 'error', trust: false}); }
  catch (error) { bad.push(latex + ': ' + error.message); }
}
console.log(JSON.stringify(bad));"""
    assert node(script, formulas) == []
    assert len(node(script, [["\\nosuchcommand", True], ["x^2", False]])) == 1


def test_mathjax_accepts_every_formula(formulas):
    node_module("mathjax")
    script = """
require('mathjax').init({loader: {load: ['input/tex', 'output/svg']}, tex: {packages: {'[-]': ['noundefined', 'noerrors']}}})
  .then(async (MathJax) => {
    const bad = [];
    for (const [latex, display] of input) {
      try {
        const made = MathJax.startup.adaptor.outerHTML(await MathJax.tex2svgPromise(latex, {display}));
        if (made.includes('data-mjx-error')) bad.push(latex);
      } catch (error) { bad.push(latex + ': ' + error.message); }
    }
    console.log(JSON.stringify(bad));
  });"""
    assert node(script, formulas) == []
    assert len(node(script, [["\\nosuchcommand", True], ["x^2", False]])) == 1


# --- LaTeX -------------------------------------------------------------------------------------------


def compiled(source, latex="pdflatex"):
    run(program(latex), "-halt-on-error", "-interaction=nonstopmode", source.name, cwd=source.parent)
    log = source.with_suffix(".log").read_text(errors="replace")
    assert source.with_suffix(".pdf").stat().st_size > 30_000
    assert not re.findall(r"Missing character|undefined", log)
    # Nothing sticks out into the margin by more than a letter.
    assert [float(x) for x in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log) if float(x) > 12] == []


def latex_package(name):
    program("pdflatex")
    if not subprocess.run([program("kpsewhich"), f"{name}.sty"], capture_output=True, check=False).stdout.strip():
        pytest.skip(f"LaTeX has no {name}")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_pdflatex_compiles_the_article(built, tmp_path, chapter):
    latex_package("pgfplots")
    if chapter.endswith(".zh"):
        latex_package("ctex")
    compiled(written(built, "latex", tmp_path) / f"{chapter}.tex", "xelatex" if chapter.endswith(".zh") else "pdflatex")


def test_pdflatex_compiles_both_fragments_into_one_document(built, tmp_path):
    latex_package("pgfplots")
    folder = written(built, "fragment", tmp_path)
    parts = "\n".join(rf"\input{{{chapter}}}" for chapter in CHAPTERS if not chapter.endswith(".zh"))
    main = folder / "main.tex"
    main.write_text(
        "\\documentclass{article}\n\\usepackage{amsmath,amssymb,array,pgfplots,hyperref}\n\\pgfplotsset{compat=1.18}\n\\usepackage[margin=25mm]{geometry}\n"
        f"\\begin{{document}}\n{parts}\n\\end{{document}}\n"
    )
    compiled(main)


# --- sites -------------------------------------------------------------------------------------------


def test_mkdocs_builds_the_pages(built, tmp_path):
    mkdocs = program("mkdocs")
    material = subprocess.run([Path(mkdocs).parent / "python", "-c", "import material"], capture_output=True, check=False)
    theme = "mkdocs" if material.returncode else "material"
    docs = written(built, "mkdocs", tmp_path / "docs")
    (tmp_path / "docs" / "index.md").write_text("# Home\n")
    (tmp_path / "mkdocs.yml").write_text(
        f"site_name: chapters\ntheme: {{name: {theme}}}\nplugins: []\n"
        "markdown_extensions:\n  - tables\n  - admonition\n  - pymdownx.details\n  - pymdownx.arithmatex: {generic: true}\n"
    )
    run(mkdocs, "build", "--strict", "--quiet", cwd=tmp_path)
    for chapter in CHAPTERS:
        page = (tmp_path / "site" / docs.name / chapter / "index.html").read_text()
        made = re.findall(r'<(?:span|div) class="arithmatex">', page)
        assert len(made) == built[f"mkdocs/{chapter}.md"].count.formulas
        assert page.count("<img ") == built[f"mkdocs/{chapter}.md"].text.count("![")


def test_sphinx_builds_the_pages(built, tmp_path):
    sphinx = program("sphinx-build")
    folder = written(built, "myst", tmp_path)
    (tmp_path / "conf.py").write_text(
        "project = 'chapters'\nextensions = ['myst_parser', 'sphinx.ext.mathjax']\nmyst_enable_extensions = ['dollarmath', 'amsmath']\n"
    )
    (tmp_path / "index.rst").write_text("Home\n====\n\n.. toctree::\n\n" + "".join(f"   {folder.name}/{c}\n" for c in CHAPTERS))
    made = subprocess.run(
        [sphinx, "-q", "-W", "--keep-going", ".", "site"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if "Could not import extension myst_parser" in made.stderr:
        pytest.skip("sphinx is installed without myst-parser")
    assert made.returncode == 0, made.stderr[-1500:]
    for chapter in CHAPTERS:
        page = (tmp_path / "site" / folder.name / f"{chapter}.html").read_text()
        assert len(re.findall(r'class="math notranslate nohighlight"', page)) == built[f"myst/{chapter}.md"].count.formulas


def test_jupyter_book_builds_the_pages(built, tmp_path):
    book = program("jupyter-book")
    if not run(book, "--version").startswith("Jupyter Book"):
        pytest.skip("jupyter-book 2 is another program, which fetches a theme from the network")
    written(built, "myst", tmp_path)
    first, *others = (f"myst/{chapter}" for chapter in CHAPTERS)
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: {first}\nchapters:\n" + "".join(f"- file: {x}\n" for x in others))
    (tmp_path / "_config.yml").write_text("title: chapters\nparse: {myst_enable_extensions: [dollarmath, amsmath]}\n")
    run(book, "build", "-W", "--keep-going", ".", cwd=tmp_path)
    for chapter in CHAPTERS:
        page = (tmp_path / "_build" / "html" / "myst" / f"{chapter}.html").read_text()
        assert len(re.findall(r'class="math notranslate nohighlight"', page)) == built[f"myst/{chapter}.md"].count.formulas


def test_docusaurus_pages_are_safe_mdx(built):
    for module in ("@mdx-js/mdx", "remark-math", "remark-frontmatter"):
        node_module(module)
    script = """
const path = require.resolve('@mdx-js/mdx');
Promise.all([import(path), import(require.resolve('remark-math')), import(require.resolve('remark-frontmatter'))]).then(
  async ([mdx, math, front]) => {
    const counts = [];
    for (const text of input) {
      const made = String(await mdx.compile(text, {remarkPlugins: [math.default, front.default]}));
      counts.push((made.match(/language-math/g) || []).length);
    }
    console.log(JSON.stringify(counts));
  });"""
    texts = [built[f"docusaurus/{chapter}.md"] for chapter in CHAPTERS]
    assert node(script, [page.text for page in texts]) == [page.count.formulas for page in texts]


def test_vitepress_renders_the_pages(built):
    for module in ("markdown-it", "markdown-it-mathjax3", "@vue/compiler-dom"):
        node_module(module)
    script = """
const md = require('markdown-it')({html: true, linkify: true}).use(require('markdown-it-mathjax3'));
const {compile} = require('@vue/compiler-dom');
const counts = [];
for (const text of input) {
  const page = md.render(text.replace(/^---\\n[^]*?\\n---\\n/, '')).replace(/<style[^]*?<\\/style>/g, '');
  compile('<div>' + page + '</div>', {isCustomElement: (tag) => tag.startsWith('mjx')});
  counts.push([(page.match(/<mjx-container/g) || []).length, (page.match(/data-mjx-error/g) || []).length]);
}
console.log(JSON.stringify(counts));"""
    texts = [built[f"markdown/{chapter}.md"] for chapter in CHAPTERS]
    assert node(script, [page.text for page in texts]) == [[page.count.formulas, 0] for page in texts]


def test_pandoc_finds_the_formulas_of_the_quarto_pages(built):
    pandoc = program("pandoc")
    for chapter in CHAPTERS:
        page = built[f"quarto/{chapter}.qmd"]
        tree = run(pandoc, "-f", "markdown", "-t", "json", text=page.text)
        assert len(re.findall(r'"t":"Math"', tree)) == page.count.formulas
        assert '"t":"Table"' in tree


# --- the page for browsers -----------------------------------------------------------------------------

MEASURE = """<script>
const size = (node) => { const box = node.getBoundingClientRect(); return [box.width, box.height]; };
document.body.setAttribute('data-sizes', JSON.stringify({
  formulas: [...document.querySelectorAll('math')].map(size), figures: [...document.querySelectorAll('svg')].map(size),
  overflowing: [...document.querySelectorAll('math[display="block"]')].map((node) => node.scrollWidth > node.clientWidth + 1),
  page: [document.documentElement.scrollWidth, document.documentElement.clientWidth],
}));
</script>"""


#: How many of a hundred displays may be wider than the page, by its width.
OVERFLOWING = {1200: 0, 640: 0, 360: 2}


def measured(page, tmp_path, width):
    """What a browser says of the sizes on a page that is so many pixels wide: a frame may be narrower than a window."""
    (tmp_path / "page.html").write_text(page.text.replace("</body>", f"{MEASURE}</body>"))
    frame = tmp_path / "frame.html"
    frame.write_text(
        f"<iframe id=f src=page.html width={width} height=900></iframe><script>f.onload = () => "
        "document.body.setAttribute('data-sizes', f.contentDocument.body.getAttribute('data-sizes'));</script>"
    )
    dumped = run(
        program(*BROWSERS), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--allow-file-access-from-files", "--virtual-time-budget=5000",
        f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1300,900", "--dump-dom", frame.as_uri(),
    )  # fmt: skip
    found = re.search(r'data-sizes="([^"]*)"', dumped)
    assert found is not None
    return json.loads(html.unescape(found[1]))


@pytest.mark.parametrize("width", OVERFLOWING)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_browser_shows_the_formulas(built, tmp_path, chapter, width):
    page = built[f"html/{chapter}.html"]
    sizes = measured(page, tmp_path, width)
    assert len(sizes["formulas"]) == page.count.formulas
    assert all(w > 3 and h > 5 for w, h in sizes["formulas"])
    assert len(sizes["figures"]) == page.text.count("<svg")
    assert all(w > 200 and h > 100 for w, h in sizes["figures"])
    assert sizes["page"][0] <= sizes["page"][1]  # nothing makes the page scroll sideways
    assert sum(sizes["overflowing"]) * 100 <= OVERFLOWING[width] * len(sizes["overflowing"])
