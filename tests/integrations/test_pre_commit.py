"""The pre-commit hooks, run by pre-commit in a repository of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")

HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"


@pytest.fixture
def commit(tmp_path, page, run, need):
    """Commit to a repository with one of the hooks; what git and the hook say."""
    for program in ("git", "pre-commit", "derive"):
        need(program)

    def call(name: str):
        hook = next(hook for hook in yaml.safe_load(HOOKS.read_text()) if hook["id"] == name)
        # The program that is tested is the one of this environment; pre-commit would install it anew.
        local = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]}
        (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(local))
        (tmp_path / "squares.md").write_text(page, encoding="utf-8")
        (tmp_path / "notes.txt").write_text("$1 = 2$\n")
        home = {"PRE_COMMIT_HOME": str(tmp_path / ".home"), "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
        steps = (
            ("git", "init", "-q"),
            ("pre-commit", "install"),
            ("git", "add", "squares.md", "notes.txt", ".pre-commit-config.yaml"),
            ("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "Squares"),
        )
        for step in steps:
            done = run(*step, **home)
            if step[1] != "-c":
                assert done.returncode == 0, done.stderr
        return done.returncode, done.stdout + done.stderr

    return call


def test_the_hooks_are_well_formed(run, need):
    need("pre-commit")
    done = run("pre-commit", "validate-manifest", str(HOOKS))
    assert done.returncode == 0, done.stdout


def test_a_wrong_formula_cannot_be_committed(commit, tmp_path, page):
    code, said = commit("derive")
    assert code == 1
    assert "squares.md:10:11: D401 refuted" in said
    assert "notes.txt" not in said
    assert (tmp_path / "squares.md").read_text(encoding="utf-8") == page


def test_what_the_settings_leave_out_is_left_out(commit, tmp_path):
    (tmp_path / "derive.toml").write_text('exclude = ["squares.md"]\n')
    code, said = commit("derive")
    assert code == 0, said


def test_the_other_hook_repairs_it(commit, tmp_path, page):
    code, said = commit("derive-fix")
    assert code == 1
    assert "files were modified by this hook" in said
    assert (tmp_path / "squares.md").read_text(encoding="utf-8") == page.replace("(x-y)^2 = x^2+2xy", "(x-y)^2 = x^2-2xy")
