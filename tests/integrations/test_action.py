"""The GitHub action: well formed, and its check run as a runner runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")
jsonschema = pytest.importorskip("jsonschema")

ACTION = Path(__file__).parents[2] / ".github" / "actions" / "derive-check" / "action.yml"


@pytest.fixture
def action():
    return yaml.safe_load(ACTION.read_text())


def test_the_action_is_well_formed(action):
    assert set(action) == {"name", "description", "inputs", "runs"}
    assert action["runs"]["using"] == "composite"
    for given in action["inputs"].values():
        assert set(given) == {"description", "default"}
        assert isinstance(given["default"], str)
    for step in action["runs"]["steps"]:
        assert ("run" in step) != ("uses" in step)
        assert set(step) <= {"name", "if", "uses", "with", "run", "shell", "env"}
        assert "run" not in step or step["shell"] == "bash"
        assert re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", step.get("uses", "a/b@v1"))


def test_the_action_is_valid_against_the_published_schema(action):
    """The schema of an action's metadata, as SchemaStore publishes it."""
    schema = json.loads((Path(__file__).parent / "github-action.json").read_text())
    jsonschema.Draft7Validator(schema).validate(action)
    step = action["runs"]["steps"][1]
    broken = {**action, "runs": {"using": "composite", "steps": [{**step, "shel": "bash"}]}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(broken)


def test_every_input_is_used_and_none_is_pasted_into_a_script(action):
    text = ACTION.read_text()
    used = set(re.findall(r"inputs\.([\w-]+)", text))
    assert used == set(action["inputs"])
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_it_installs_the_repository_that_it_is_part_of():
    assert (ACTION.parent / ".." / ".." / "..").resolve().joinpath("pyproject.toml").is_file()


@pytest.mark.skipif(not os.environ.get("DERIVE_TEST_INSTALL"), reason="installs packages: DERIVE_TEST_INSTALL=1")
def test_every_step_runs_in_a_clean_environment(action, tmp_path):
    """What a runner does: a fresh Python, each script as it stands, in the folder of another project."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "python"], check=True)
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.md").write_text("$1 + 1 = 3$\n")
    values = {name: given["default"] for name, given in action["inputs"].items()} | {"sarif": "true"}
    own = {"PATH": f"{tmp_path / 'python' / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path), "RUNNER_TEMP": str(tmp_path)}
    own |= {"GITHUB_ACTION_PATH": str(ACTION.parent), "LANG": "C.UTF-8"}
    own |= {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.lower().endswith("_proxy")}
    codes = []
    for step in action["runs"]["steps"]:
        if "run" in step:
            script = tmp_path / "step.sh"
            script.write_text(step["run"])
            given = {
                name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: values[m[1]], text)
                for name, text in step.get("env", {}).items()
            }
            call = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
            done = subprocess.run(call, cwd=project, env=own | given, capture_output=True, text=True, check=False)
            codes.append(done.returncode)
    assert codes == [0, 1]
    assert done.stdout.startswith("::error file=a.md,line=1,col=10,")
    assert json.loads((tmp_path / "derive.sarif").read_text())["runs"][0]["results"][0]["fixes"]


@pytest.fixture
def check(action, tmp_path, page, run, need):
    """Run the step that checks, with inputs."""
    need("bash")
    need("python")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "squares.md").write_text(page, encoding="utf-8")
    (tmp_path / "two words.md").write_text("$1 = 1$\n")
    (tmp_path / "good.md").write_text("$1 + 1 = 2$\n")
    step = next(step for step in action["runs"]["steps"] if step.get("name") == "Check formulas")
    (tmp_path / "step.sh").write_text(step["run"])

    def call(**inputs: str):
        values = {name: given["default"] for name, given in action["inputs"].items()} | inputs
        variables = {
            name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: values[m[1]], text) for name, text in step["env"].items()
        }
        return run("bash", "--noprofile", "--norc", "-eo", "pipefail", "step.sh", RUNNER_TEMP=str(tmp_path), **variables)

    return call


def test_findings_are_annotations_and_fail_the_job(check):
    done = check()
    assert done.returncode == 1
    annotation = "::error file=docs/squares.md,line=10,col=11,endColumn=22,title=D401 refuted::The two sides differ"
    assert any(line.startswith(annotation) for line in done.stdout.splitlines())
    assert "Read 6 of 7 formulas in 3 files." in done.stdout


def test_paths_are_chosen_one_by_one(check):
    assert check(paths="good.md").returncode == 0
    assert check(paths="good.md\ndocs/squares.md").returncode == 1
    done = check(paths="$(touch pwned) good.md")
    assert "'pwned)'" in done.stdout or "pwned)" in done.stdout
    assert check(paths="good.md", strict="true").returncode == 0


def test_findings_are_uploaded_when_asked_for(check, tmp_path):
    assert not (tmp_path / "derive.sarif").exists()
    done = check(paths="docs", sarif="true", strict="true")
    assert done.returncode == 1
    results = json.loads((tmp_path / "derive.sarif").read_text())["runs"][0]["results"]
    assert next((result["ruleId"], result["level"]) for result in results) == ("D401", "error")
    assert done.stdout.count("::error") == 2
