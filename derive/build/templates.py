"""Templates: where they are, how they are rendered, and what is wrong with one, by name and line."""

from __future__ import annotations

import re
import traceback
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from derive.build.slots import MATHS, BuildError, Page

#: Marks of mathematics in the skeleton of a target, where other commands are its own business.
FORMULAS = re.compile(r"\$|\\\(|\\\[|\\begin\{(?:equation|align|gather|math|multline)|<math\b")


@cache
def folder() -> Path:
    """The templates: inside the package when installed, at the top of the repository in a checkout.

    Raises:
        BuildError: they are in neither place.
    """
    package = Path(__file__).resolve().parent.parent
    for place in (package / "templates", package.parent / "templates"):
        if (place / "chapters").is_dir():
            return place
    raise BuildError("the templates were not found beside the package")


class Loader(jinja2.FileSystemLoader):
    """Loads a template after making sure that it writes no formula by hand."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Any]:
        source, path, fresh = super().get_source(environment, template)
        refuse_mathematics(environment, source, template)
        return source, path, fresh


def refuse_mathematics(environment: jinja2.Environment, source: str, name: str) -> None:
    """Raise where a template's own text holds mathematics.

    Raises:
        BuildError: naming the template's line.
    """
    marks = FORMULAS if name.startswith("targets/") else MATHS
    for line, kind, value in environment.lex(source):
        if kind == "data":
            found = marks.search(value)
            if found:
                at = line + value.count("\n", 0, found.start())
                raise BuildError(
                    f"templates/{name}:{at}: mathematics written by hand; print a theorem with display(…) or inline(…)"
                )


def environment(page: Page | None = None, root: Path | None = None) -> jinja2.Environment:
    """A Jinja environment that can only print what ``page`` lets it, and reaches nothing else of this program.

    What a folder of somebody's own does not have is taken from the shipped one.
    """
    page = page or Page()
    loaders = [Loader(place) for place in dict.fromkeys((root or folder(), folder()))]
    made = ImmutableSandboxedEnvironment(
        loader=jinja2.ChoiceLoader(loaders), undefined=jinja2.StrictUndefined, finalize=page.finalize,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
    made.globals.update(page.functions())
    return made


def source_of(made: jinja2.Environment, name: str) -> str:
    """The text of a template as it is written."""
    assert made.loader is not None
    return made.loader.get_source(made, name)[0]


def render(name: str, page: Page, root: Path | None = None, **values: Any) -> str:
    """The text of a template.

    Raises:
        BuildError: with the template's name and line.
    """
    try:
        return environment(page, root).get_template(name).render(**values)
    except jinja2.TemplateSyntaxError as error:
        raise BuildError(f"templates/{error.name}:{error.lineno}: {error.message}") from error
    except (BuildError, jinja2.TemplateError) as error:
        if str(error).startswith("templates/"):
            raise
        raise BuildError(f"{place_of(error, name)}: {error}") from error


def place_of(error: BaseException, name: str) -> str:
    """The innermost template line that an error came through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(".j2"):
            path = Path(frame.filename)
            return f"templates/{path.parent.name}/{path.name}:{frame.lineno}"
    return f"templates/{name}"
