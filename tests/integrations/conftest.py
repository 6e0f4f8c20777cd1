"""A page with one claim of each kind, and the tools in whose projects it is put."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

PAGE = r"""# Squares

The binomial formula, $(x+y)^2 = x^2+2xy+y^2$.

$$
(x+y)(x-y) = x^2-y^2
$$

$$
(x-y)^2 = x^2+2xy+y^2
$$

$$
\frac{1}{3} = 0.33
$$

$$
\blob(x) = 1
$$
"""
#: The places of the claims on it.
PLACES = {"proved": ["3:34", "6:14"], "refuted": ["10:11"], "conditional": ["14:15"], "unreadable": ["18:1"]}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def page() -> str:
    return PAGE


@pytest.fixture
def places() -> dict[str, list[str]]:
    return PLACES


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a program in the temporary folder, with this environment's programs first on the path."""

    def call(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "GIT_", "DERIVE", "COLUMNS"))}
        own |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", **variables}
        return subprocess.run(words, cwd=tmp_path, env=own, capture_output=True, text=True, check=False, timeout=120)

    return call


@pytest.fixture
def need() -> Callable[..., None]:
    """Skip where a program or an entry point of this package is not installed."""

    def check(program: str, group: str = "") -> None:
        if shutil.which(program, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}") is None:
            pytest.skip(f"{program} is not installed")
        if group and not any(found.value.startswith("derive.integrations") for found in entry_points(group=group)):
            pytest.skip(f"the installed package has no entry point in {group}: install it again")

    return check
