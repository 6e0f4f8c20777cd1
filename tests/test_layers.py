"""Imports run strictly downward: a module may use the rows below its own, and its own package, nothing else.

Imports inside functions count too, as do those for type checkers: they are there for start-up time, never to look upward.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "derive"

#: Every module and package of ``derive`` and its row; a longer name wins over a shorter one.
ROWS = {
    "derive.diagnostics": 0,
    "derive.files": 0,
    "derive.core": 0,
    "derive.glossary": 0,
    "derive.syntax": 1,
    "derive.values": 0,
    "derive.worlds": 3,
    "derive.evaluate": 4,
    "derive.kernel": 6,
    "derive.guard": 3,
    "derive.decide": 5,
    "derive.elaborate": 5,
    "derive.verify": 7,
    "derive.rules": 8,
    "derive.symbolic": 9,
    "derive.derivation": 10,
    "derive.library": 11,
    "derive.page": 11,
    "derive.check": 12,
    "derive.build": 12,
    "derive.guides": 12,
    "derive.console": 13,
    "derive.__main__": 13,
    "derive.integrations": 13,
}
#: The packages within a package, the lowest first.  What stands beside them in the whole may use them all.
PARTS = {
    "derive.syntax": ("lex", "pairing", "sound"),
    "derive.elaborate": ("knowledge", "reading", "letters", "binding", "given", "spelling", "randomness", "processes"),
    "derive.rules": ("family", "matching", "applying"),
    "derive.library": ("basics", "values", "gradients", "updates"),
    "derive.page": ("words", "saying", "misprints", "examples", "updating"),
    "derive.check": ("texts", "sources", "proofreading", "report", "store"),
}
HIGHEST = 13
TOP = "derive"

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """The dotted name of a module, as it is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def home(module: str) -> str | None:
    """The key of ``ROWS`` that a module belongs to; None for the package itself and for other people's modules."""
    return max((key for key in ROWS if module == key or module.startswith(key + ".")), key=len, default=None)


def part_of(module: str, whole: str) -> str | None:
    """The package within ``whole`` that a module belongs to; None for those beside them and elsewhere."""
    first = module.removeprefix(f"{whole}.").split(".")[0]
    return first if module.startswith(f"{whole}.") and first in PARTS[whole] else None


def imported(path: Path) -> list[tuple[int, str]]:
    """(line, module) of everything that a file imports from ``derive``, relative imports resolved."""
    found = []
    package = name_of(path).split(".") if path.stem == "__init__" else name_of(path).split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            # ``from derive import kernel`` imports a module, not a name
            found += [(node.lineno, f"{source}.{alias.name}" if source == TOP else source) for alias in node.names]
    return [(line, module) for line, module in found if module.split(".")[0] == TOP]


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path) != TOP], ids=name_of)
def test_imports_point_downward(path):
    own = home(name_of(path))
    assert own is not None, f"{name_of(path)} has no row"
    upward = []
    for line, module in imported(path):
        other = home(module)
        if other in (None, own) or ROWS[own] == HIGHEST:
            continue
        if ROWS[other] >= ROWS[own]:
            upward.append(f"line {line}: {module} (row {ROWS[other]}) from row {ROWS[own]}")
    assert upward == []


def test_packages_within_a_package_point_downward():
    """What is cut up is in order too: each part may use those before it."""
    wrong = []
    for path in MODULES:
        name = name_of(path)
        for line, module in imported(path):
            for whole, parts in PARTS.items():
                own, other = part_of(name, whole), part_of(module, whole)
                if own and other and parts.index(other) > parts.index(own):
                    wrong.append(f"{name}, line {line}: {module}")
    assert wrong == []


def test_every_part_has_its_place():
    for whole, parts in PARTS.items():
        folder = PACKAGE.joinpath(*whole.split(".")[1:])
        assert {path.parent.name for path in folder.glob("*/__init__.py")} == set(parts)


def test_every_row_is_there():
    """A row without a module is a name that somebody changed."""
    names = {home(name_of(path)) for path in MODULES}
    assert set(ROWS) - names == set()


def test_relative_and_local_imports_are_seen(tmp_path, monkeypatch):
    inside = tmp_path / "derive" / "values" / "late.py"
    inside.parent.mkdir(parents=True)
    lines = ("from ..kernel import admit", "from .jets import Jet", "import derive.check.run", "from derive import guard")
    inside.write_text("def f():\n    " + "\n    ".join(lines))
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path / "derive")
    assert [module for _, module in imported(inside)] == [
        "derive.kernel",
        "derive.values.jets",
        "derive.check.run",
        "derive.guard",
    ]


def test_a_folder_holds_a_dozen_files_at_most():
    full = {folder: len(list(folder.glob("*.py"))) for folder in {path.parent for path in MODULES}}
    assert {folder.name: n for folder, n in full.items() if n > 12} == {}


def test_no_two_files_have_one_name():
    names = [path.name for path in MODULES if not path.name.startswith("__")]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_no_name_of_a_module_is_given_twice():
    """The second would win, unseen."""
    twice = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        for name, count in Counter(names_given(ast.parse(path.read_text(encoding="utf-8")))).items()
        if count > 1
    ]
    assert twice == []


def names_given(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        for target in node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []:
            if isinstance(target, ast.Name):
                yield target.id


@pytest.mark.parametrize("package", sorted(PACKAGE.rglob("__init__.py")), ids=lambda p: str(p.parent.relative_to(PACKAGE.parent)))
def test_the_map_of_a_package_names_files_that_exist(package):
    told = set(re.findall(r"``(?:\w+/)*(\w+\.py)``", ast.get_docstring(ast.parse(package.read_text())) or ""))
    assert told <= {f.name for f in PACKAGE.rglob("*.py")}
