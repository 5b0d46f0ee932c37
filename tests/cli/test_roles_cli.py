"""Roles from the command line: who leads, and who gives the command."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import qualkit.cli
from qualkit.cli import main


@pytest.fixture
def run(project):
    """Runs a command on the project (named PROJECT in the words)."""
    runner = CliRunner()
    where = str(project.database.path or project.database.engine.url.render_as_string(False))

    def call(*words: str, code: int = 0, **environment: str) -> str:
        plain = [where if word == "PROJECT" else word for word in words]
        result = runner.invoke(main, plain, env=environment)
        assert result.exit_code == code, result.output + result.stderr
        assert "Traceback" not in result.output + result.stderr
        return result.stdout if code == 0 else result.stderr

    return call


def test_naming_a_lead_and_what_a_coder_is_told_then(run, project):
    project.add_memo("x", coder="Ben")
    assert "nobody leads" in run("role", "PROJECT")
    run("round", "open", "PROJECT", "First")
    named = json.loads(run("role", "set", "PROJECT", "Ana", "lead", "--json"))
    assert named["rows"] == [
        {"coder": "Ben", "role": "coder"},
        {"coder": "Ana", "role": "lead"},
    ]
    assert run("role", "list", "PROJECT", "--csv") == "coder,role\nBen,coder\nAna,lead\n"
    told = run("round", "close", "PROJECT", "First", code=2)
    assert told == (
        "qualkit: only a lead may open or close a round in this project; "
        "say who you are (Ana): qualkit --as NAME, project.acting_as(NAME).\n"
    )
    told = run("--as", "Ben", "round", "close", "PROJECT", "First", code=2)
    assert "Ben is a coder; ask Ana." in told
    run("round", "close", "PROJECT", "First", QUALKIT_AS="Ana")
    payload = json.loads(run("changes", "PROJECT", "--last", "1", "--json"))[-1]["payload"]
    assert json.loads(payload) == {"round": "First", "by": "Ana"}
    run("--as", "Ana", "role", "set", "PROJECT", "Ana", "coder")
    run("round", "open", "PROJECT", "Second")


def test_a_name_that_a_command_is_given_is_who_gives_it(run):
    run("role", "set", "PROJECT", "Ana", "lead")
    why = ("--reason", "x")
    assert "Ben is a coder" in run(
        "codebook", "rename", "PROJECT", "Pay", "Wages", *why, "--coder", "Ben", code=2
    )
    run("codebook", "rename", "PROJECT", "Pay", "Wages", *why, "--coder", "Ana")
    told = run("--as", "Ben", "memo", "add", "PROJECT", "hers", "--coder", "Ana", code=2)
    assert "Ben cannot act as Ana" in told


def test_a_role_that_is_none_is_refused_with_those_there_are(run):
    told = run("role", "set", "PROJECT", "Ana", "boss", code=2)
    assert "'lead'" in told
    assert "'coder'" in told


def test_every_command_opens_its_project_for_whoever_gives_it():
    """``qk.open_project`` alone would forget ``--as``."""
    folder = Path(qualkit.cli.__file__).parent
    direct = {
        (path.name, node.lineno)
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.With)
        and any(ast.unparse(one.context_expr) == "qk.open_project(project)" for one in node.items)
        and path.name not in ("opening.py", "completion.py")
    }
    assert direct == set()
