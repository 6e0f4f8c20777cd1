"""Mutants of the trusted part: each small change of it must make some test fail (``make mutants``; what was found is in ``mutants.md``).

The changes are mutmut's, and a few of our own for what a check can lose.  One process imports everything and runs the cases once, to
see which lines each reaches.  Every mutant is then a fork of it in which one function has other code; it runs the cases that reach
the line, those that killed its neighbours and the quickest first, until one fails.  What is known is kept in ``.mutants`` and not run again
unless the module or the budget changes.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import contextlib
import gc
import hashlib
import io
import json
import os
import re
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import coverage
import libcst as cst
import libcst.matchers as m
import pytest
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper, PositionProvider
from mutmut.mutation import mutators

ROOT = Path(__file__).parent.parent
STATE = ROOT / ".mutants"
TRUSTED = ("kernel.py", "decide", "evaluate", "worlds", "values", "core")
TESTS = (
    "test_kernel.py", "test_core.py", "test_meaning.py", "test_expansions.py", "test_averages.py",
)  # fmt: skip
#: Processor seconds that a mutant may take before it counts as a survivor, and the slowest case that is run.
SECONDS, SLOWEST = 4.0, 2.5
#: Cases that speak of what is false or open, and forged certificates, count as so much quicker.
FALSE, FORGED = 0.4, 0.02


# --- mutants ---------------------------------------------------------------------------------------

Made = Iterator[cst.CSTNode]
PAIRS = {"any": "all", "all": "any", "min": "max", "max": "min"}
PASS = cst.Pass()


def other_name(node: cst.Call) -> Made:
    if isinstance(node.func, cst.Name) and node.func.value in PAIRS:
        yield node.with_changes(func=cst.Name(PAIRS[node.func.value]))


def one_less(node: cst.Integer) -> Made:
    if node.evaluated_value:
        yield node.with_changes(value=str(node.evaluated_value - 1))


def nothing_done(node: cst.Raise | cst.Expr) -> Made:
    if not (isinstance(node, cst.Expr) and isinstance(node.value, cst.BaseString | cst.Yield)):
        yield PASS


def one_side(node: cst.BooleanOperation) -> Made:
    yield node.left
    yield node.right


def never(node: cst.If | cst.CompIf) -> Made:
    """The condition as it is when it never, and when it always, holds."""
    for word in ("False", "True"):
        yield node.with_changes(test=cst.Name(word), **({"whitespace_before_test": cst.SimpleWhitespace(" ")}))


def one_fewer(node: cst.Tuple | cst.List | cst.Set) -> Made:
    """A literal list of names or of numbers without one of them."""
    if all(isinstance(e, cst.Element) and isinstance(e.value, cst.SimpleString | cst.Integer) for e in node.elements):
        for i in range(len(node.elements) * (len(node.elements) > 1)):
            kept = [*node.elements[:i], *node.elements[i + 1 :]]
            yield node.with_changes(
                elements=[e.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))) for e in kept]
            )


def stricter(node: cst.ComparisonTarget) -> Made:
    """Beside ``<`` for ``<=``: the other way round."""
    swaps = {
        cst.LessThan: cst.GreaterThan,
        cst.LessThanEqual: cst.GreaterThan,
        cst.GreaterThan: cst.LessThan,
        cst.GreaterThanEqual: cst.LessThan,
    }
    if type(node.operator) in swaps:
        yield node.with_changes(operator=swaps[type(node.operator)]())


def nothing_returned(node: cst.Return) -> Made:
    if node.value is not None and not (isinstance(node.value, cst.Name) and node.value.value in ("None", "True", "False")):
        yield node.with_changes(value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" "))


#: mutmut's but for texts, arguments and assignments that become None: those end in an exception, which proves nothing.
LEFT_OUT = ("operator_string", "operator_arg_removal", "operator_assignment", "operator_dict_arguments")
OPERATORS: list[tuple[Any, Callable[[Any], Any]]] = [
    *((kind, change) for kind, change in mutators.mutation_operators if change.__name__ not in LEFT_OUT),
    (cst.Call, other_name), (cst.Integer, one_less), (cst.Raise, nothing_done), (cst.Expr, nothing_done), (cst.BooleanOperation, one_side),
    (cst.If, never), (cst.CompIf, never), ((cst.Tuple, cst.List, cst.Set), one_fewer), (cst.ComparisonTarget, stricter),
    (cst.Return, nothing_returned),
]  # fmt: skip
#: What is no part of what runs.
OUTSIDE = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom, cst.Assert)
#: What a module lets others import by a star.
EXPORTS = m.Assign(targets=[m.AssignTarget(m.Name("__all__"))])


@dataclass(frozen=True)
class Mutant:
    """One change: bytes ``start`` to ``end`` of a module become ``text``."""

    module: str
    line: int
    last: int
    start: int
    end: int
    before: str
    text: str
    operator: str

    def key(self, source: bytes) -> str:
        return hashlib.sha256(repr((self.module, self.start, self.end, self.text)).encode() + source).hexdigest()[:16]


def mutants(path: Path) -> list[Mutant]:
    source = path.read_bytes()
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    spans, places = wrapper.resolve(ByteSpanPositionProvider), wrapper.resolve(PositionProvider)
    found: dict[tuple[int, int, str], Mutant] = {}

    class Visitor(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            if isinstance(node, OUTSIDE) or m.matches(node, EXPORTS):
                return False
            for kind, change in OPERATORS:
                if isinstance(node, kind):
                    for new in change(node):
                        self.add(node, new, change.__name__.removeprefix("operator_"))
            return True

        def add(self, node: cst.CSTNode, new: cst.CSTNode, name: str) -> None:
            whole = node
            if isinstance(node, cst.If | cst.CompIf):  # of a condition, the condition alone
                node, new = node.test, new.test  # type: ignore[attr-defined]
            span, place = spans[node], places[node]
            text = cst.Module([]).code_for_node(new).strip()
            if isinstance(new, cst.Match):
                text = text.replace("\n", "\n" + " " * place.start.column)
            if isinstance(new, cst.BooleanOperation | cst.IfExp | cst.Comparison) and not new.lpar:
                text = f"({text})"
            before = source[span.start : span.start + span.length].decode()
            if text != before and (span.start, span.length, text) not in found:
                lines = (place.start.line, place.start.line if whole is not node else place.end.line)
                found[span.start, span.length, text] = Mutant(
                    str(path.relative_to(ROOT)), *lines, span.start, span.start + span.length, before, text, name
                )

    wrapper.module.visit(Visitor())
    return list(found.values())


# --- cases -----------------------------------------------------------------------------------------


class Grab:
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        self.items = list(items)


def cases() -> dict[str, Callable[[], None]]:
    """Tests that need no fixture, by their names; and the rows of the tables of results, formula by formula."""
    sys.path.insert(0, str(ROOT / "tests"))
    grab = Grab()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(
            [
                "--collect-only",
                "-q",
                "-p",
                "no:cacheprovider",
                *(str(ROOT / "tests" / t) for t in TESTS if (ROOT / "tests" / t).exists()),
            ],
            plugins=[grab],
        )
    out: dict[str, Callable[[], None]] = {}
    for item in grab.items:
        arguments = item.callspec.params if hasattr(item, "callspec") else {}
        if "imports_is_small" not in item.name and set(getattr(item, "fixturenames", ())) <= {*arguments, "request"}:
            out[item.nodeid] = lambda call=item.obj, arguments=arguments: call(**arguments)
    from result_tables import FAMILIES
    from test_meaning import status

    def row(formula: str, given: list[str], wanted: tuple[str, ...]) -> None:
        assert status(formula, given) in wanted

    for r in FAMILIES:
        out[f"{r.family}: {r.true}-true"] = lambda r=r: row(r.true, r.given, ("proved", "confirmed"))
        for mistake in r.mistakes:
            out[f"{r.family}: {mistake}-false]"] = lambda mistake=mistake, r=r: row(mistake, r.given, ("refuted", "doubtful"))
    return out


def weight(name: str) -> float:
    return (
        FORGED if "test_kernel" in name and "proofs_compose" not in name else FALSE if name.endswith(("-false]", "-open]")) else 1
    )


def reached(todo: dict[str, Callable[[], None]]) -> tuple[dict[str, float], dict[str, list[str]]]:
    """How long each case takes, and the cases that reach each line (``module:line``); remembered by their names until the package changes."""
    stamp = hashlib.sha256(b"".join(p.read_bytes() for p in sorted((ROOT / "derive").rglob("*.py")))).hexdigest()
    kept = STATE / "reached.json"
    before = json.loads(kept.read_text()) if kept.exists() else {}
    took, lines = (before["took"], before["lines"]) if before.get("stamp") == stamp else ({}, {})
    names = [name for name in todo if name not in took]
    seen = coverage.Coverage(
        data_file=None, include=[str(ROOT / "derive" / t / "*") if "." not in t else str(ROOT / "derive" / t) for t in TRUSTED]
    )
    seen.start()
    for i, name in enumerate(names):
        if i % 100 == 0:
            print(f"{i} of {len(names)} cases", flush=True)
        seen.switch_context(str(i))
        started = time.process_time()
        try:
            todo[name]()
        except Exception as why:
            print(f"leaves out {name}: {type(why).__name__}", flush=True)
        else:
            took[name] = time.process_time() - started
    seen.stop()
    data = seen.get_data()
    for file in data.measured_files():
        for line, contexts in data.contexts_by_lineno(file).items():
            found = [names[int(c)] for c in contexts if c and names[int(c)] in took]
            if found:
                lines.setdefault(f"{Path(file).relative_to(ROOT)}:{line}", []).extend(found)
    kept.write_text(json.dumps({"stamp": stamp, "took": took, "lines": lines}))
    took = {name: seconds for name, seconds in took.items() if name in todo}
    return took, {line: [c for c in found if c in took] for line, found in lines.items()}


# --- one mutant ------------------------------------------------------------------------------------

Live = dict[tuple[str, str, int], list[FunctionType]]


def live() -> Live:
    """The functions of the trusted part that there are, by the place of their code."""
    out: Live = {}
    for found in gc.get_objects():
        if isinstance(found, FunctionType) and found.__code__.co_filename.startswith(str(ROOT / "derive")):
            code = found.__code__
            out.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(found)
    return out


@lru_cache(maxsize=2)
def compiled(source: bytes, file: str) -> CodeType:
    return compile(source, file, "exec")


def inner(code: CodeType) -> list[CodeType]:
    return [c for c in code.co_consts if isinstance(c, CodeType)]


def flat(code: CodeType) -> tuple[Any, ...]:
    return (
        code.co_code,
        code.co_names,
        code.co_varnames,
        tuple((type(c), repr(c)) for c in code.co_consts if not isinstance(c, CodeType)),
    )


def differ(old: CodeType, new: CodeType) -> bool:
    """Whether two pieces of code differ, or something that is made in them."""
    pairs = list(zip(inner(old), inner(new), strict=False))
    return flat(old) != flat(new) or len(inner(old)) != len(inner(new)) or any(differ(a, b) for a, b in pairs)


def put(old: CodeType, new: CodeType, there: Live) -> bool:
    """Give every function with the old code the new one, and whatever makes such functions, too; whether there was any."""
    if not differ(old, new):
        return False
    done = False
    for function in there.get((old.co_filename, old.co_qualname, old.co_firstlineno), ()):
        if len(function.__code__.co_freevars) == len(new.co_freevars):
            function.__code__ = new
            done = True
    return any([done, *(put(a, b, there) for a, b in zip(inner(old), inner(new), strict=False))])


def placed(mutant: Mutant, source: bytes, there: Live) -> bool:
    """Put a mutant in place, in this process; whether that could be done."""
    file = str(ROOT / mutant.module)
    text = source[: mutant.start] + mutant.text.encode() + source[mutant.end :]
    return put(compiled(source, file), compile(text, file, "exec"), there) or constant(mutant, source, text)


def constant(mutant: Mutant, source: bytes, text: bytes) -> bool:
    """Give a name of a module its changed value, there and wherever it was imported."""
    name = mutant.module.removesuffix(".py").replace("/", ".")
    module = sys.modules[name.removesuffix(".__init__")]
    for was, is_now in zip(ast.parse(source).body, ast.parse(text).body, strict=False):
        if isinstance(is_now, ast.Assign | ast.AnnAssign) and ast.dump(was) != ast.dump(is_now):
            target = is_now.targets[0] if isinstance(is_now, ast.Assign) else is_now.target
            names = [t.id for t in ast.walk(target) if isinstance(t, ast.Name)]
            before = {n: vars(module)[n] for n in names}
            exec(compile(ast.Module([is_now], []), str(ROOT / mutant.module), "exec"), vars(module))
            for other in [m for n, m in sys.modules.items() if n.startswith("derive")]:
                for n in names:
                    if vars(other).get(n) is before[n]:
                        setattr(other, n, vars(module)[n])
            return True
    return False


class Late(BaseException):
    """A case that takes much longer than it did."""


def late(*_: Any) -> None:
    raise Late


def trial(
    mutant: Mutant,
    source: bytes,
    there: Live,
    order: list[str],
    todo: dict[str, Callable[[], None]],
    took: dict[str, float],
    seconds: float,
) -> str:
    """In a fork: the case that fails, or how many were run."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "unplaced"
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds + 15), int(seconds + 16)))
            resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            signal.signal(signal.SIGPROF, late)
            from derive.values.jets import ring

            ring.cache_clear()
            if placed(mutant, source, there):
                said = survives(order, todo, took, seconds)
        except SyntaxError:
            said = "unplaced"
        except BaseException as why:
            said = f"killed importing {type(why).__name__}"
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    said = b""
    while part := os.read(reading, 4096):
        said += part
    os.close(reading)
    os.waitpid(child, 0)
    return said.decode() or "killed (no answer)"


def survives(order: list[str], todo: dict[str, Callable[[], None]], took: dict[str, float], seconds: float) -> str:
    end = time.process_time() + seconds
    for n, name in enumerate(order):
        if time.process_time() > end:
            return f"survived {n} of {len(order)}"
        signal.setitimer(signal.ITIMER_PROF, 3 * took[name] + 2)
        try:
            todo[name]()
        except BaseException as why:
            return f"killed {name}" + (" (late)" if isinstance(why, Late) else "")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return f"survived {len(order)} of {len(order)}"


# --- the run ---------------------------------------------------------------------------------------


def modules(only: list[str]) -> list[Path]:
    found = [p for t in TRUSTED for p in ([ROOT / "derive" / t] if "." in t else sorted((ROOT / "derive" / t).glob("*.py")))]
    return [p for p in found if not only or any(o.split(":")[0] in str(p.relative_to(ROOT)) for o in only)]


def wanted(mutant: Mutant, only: list[str]) -> bool:
    """Whether a mutant is in one of the modules, or at one of the lines, that are asked for."""
    return not only or any(o.split(":")[0] in mutant.module and o.split(":")[1:] in ([], [str(mutant.line)]) for o in only)


def known() -> dict[str, dict[str, Any]]:
    file = STATE / "results.jsonl"
    return {r["key"]: r for r in map(json.loads, file.read_text().splitlines())} if file.exists() else {}


def run(only: list[str], seconds: float, again: bool, limit: float, every: int, like: str) -> None:
    todo = cases()
    took, lines = reached(todo)
    end = time.monotonic() + limit
    there, before = live(), known()
    gc.freeze()
    with (STATE / "results.jsonl").open("a") as file:
        for path in modules(only):
            source, recent = path.read_bytes(), Counter[str]()
            uses: dict[str, set[str]] = {}
            compiled(source, str(path))  # once for all
            for mutant in mutants(path):
                key = mutant.key(source)
                if not wanted(mutant, only) or key not in before and int(key, 16) % every:
                    continue
                if key in before and not (again and not before[key]["result"].startswith("killed")):
                    continue
                at = {c for n in range(mutant.line, mutant.last + 1) for c in lines.get(f"{mutant.module}:{n}", ())}
                if not at:
                    at = named(mutant, source, lines, uses)
                order = [c for c in at if took.get(c, 99) < SLOWEST and re.search(like, c)]
                order.sort(key=lambda c: (-recent[c], took[c] * weight(c)))
                result = trial(mutant, source, there, order, todo, took, seconds) if order else "survived 0 of 0"
                if result.startswith("killed "):
                    recent[result.removeprefix("killed ").removesuffix(" (late)")] += 1
                file.write(json.dumps({"key": key, "result": result, **asdict(mutant)}) + "\n")
                file.flush()
                if time.monotonic() > end:
                    return


def named(mutant: Mutant, source: bytes, lines: dict[str, list[str]], uses: dict[str, set[str]]) -> set[str]:
    """The cases that reach a line where the name is read that is given a value at a mutant's line."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.lineno <= mutant.line <= (statement.end_lineno or 0):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            out: set[str] = set()
            for name in (t.id for t in ast.walk(target) if isinstance(t, ast.Name)):
                if name not in uses:
                    places = [
                        f"{p.relative_to(ROOT)}:{t.lineno}"
                        for p in modules([]) for t in ast.walk(ast.parse(p.read_bytes()))
                        if isinstance(t, ast.Name) and t.id == name and isinstance(t.ctx, ast.Load)
                    ]  # fmt: skip
                    uses[name] = {c for place in places for c in lines.get(place, ())}
                out |= uses[name]
            return out
    return set()


def report(only: list[str], survivors: bool) -> None:
    """Counts by module, and the survivors."""
    before = known()
    print("| module | mutants | killed | survived | not reached | not placed | not run |\n|---|---|---|---|---|---|---|")
    lived = []
    for path in modules(only):
        source = path.read_bytes()
        all_of = mutants(path)
        found = [before.get(one.key(source)) for one in all_of]
        results = [f["result"] if f else "not run" for f in found]
        count = Counter(
            "not reached" if r == "survived 0 of 0" else "unplaced" if r == "unplaced" else r.split()[0] for r in results
        )
        lived += [f for f in found if f and f["result"].startswith("survived")]
        if all_of:
            cells = (count[c] for c in ("killed", "survived", "not reached", "unplaced", "not"))
            print(f"| {path.relative_to(ROOT / 'derive')} | {len(all_of)} | {' | '.join(map(str, cells))} |")
    for f in lived if survivors else ():
        print(
            f"{f['module']}:{f['line']} {f['operator']} {' '.join(f['before'].split())[:90]!r} -> {' '.join(f['text'].split())[:90]!r} ({f['result']})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "only", nargs="*", help="modules or parts of their names, with a line as in judge:80; all of the trusted part without"
    )
    parser.add_argument("--seconds", type=float, default=SECONDS, help="processor seconds for each mutant")
    parser.add_argument("--limit", type=float, default=1e9, help="seconds after which to stop; the next run goes on from there")
    parser.add_argument("--every", type=int, default=1, help="a sample: one mutant of so many")
    parser.add_argument("--like", default="", help="only the cases with this pattern in their names")
    parser.add_argument("--again", action="store_true", help="run the survivors again")
    parser.add_argument("--report", action="store_true", help="only say what is known, with the survivors")
    given = parser.parse_args()
    STATE.mkdir(exist_ok=True)
    if not given.report:
        run(given.only, given.seconds, given.again, given.limit, given.every, given.like)
    report(given.only, given.report)


if __name__ == "__main__":
    builtins.print = lambda *a, _p=print, **k: _p(*a, **{"flush": True, **k})  # type: ignore[assignment]
    main()
