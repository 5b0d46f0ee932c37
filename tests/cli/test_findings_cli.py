"""Findings from the command line: one command for each question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qualkit.cli import main
from qualkit.cli.clusters import KINDS
from qualkit.workflow.demo import make_demo
from qualkit.workflow.drawing import CHARTS


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> str:
    with make_demo(tmp_path_factory.mktemp("demo")) as made:
        return made.location


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.stdout if code == 0 else result.stderr


def test_what_care_workers_raise_that_providers_do_not(study: str) -> None:
    text = run("differences", study, "Care worker", "care provider", "--level", "theme")
    assert text.splitlines()[1].startswith("Recognition and esteem")
    for line in ("moderators: left out", "denominator: utterances", "interval: 95 %", "seed 1"):
        assert line in text or line == "seed 1"
    found = json.loads(run("differences", study, "Care worker", "Care provider", "--json"))
    assert found["rows"][0]["group_a"] == "Care worker"
    assert "test" in found["about"]


def test_what_is_said_together_with_pay(study: str) -> None:
    text = run("cooccurrence", study, "--code", "pay")
    assert text.splitlines()[1].startswith("Pay and conditions  Funding and commissioning")
    assert "test: t over 6 documents" in text


@pytest.mark.parametrize(
    ("words", "column"),
    [
        (["pair-differences", "{}", "Care worker", "Care provider"], "difference"),
        (["sequences", "{}", "--reach", "2", "--level", "theme"], "expected"),
        (["saturation", "{}"], "new_information"),
        (["over-length", "{}", "--parts", "4"], "from_share"),
        (["portrait", "{}", "harbour_round_table"], "from_word"),
        (["progress", "{}"], "reviewed"),
        (["code-tree", "{}", "--level", "theme"], "height"),
        (["profiles", "{}", "--by", "stakeholder_type"], "resemblance"),
        (["correspondence", "{}"], "inertia"),
        (["combinations", "{}"], "size"),
        (["frequency", "{}", "--by", "third", "--permutations", "99", "--seed", "3"], "residual"),
        (["frequency", "{}", "--suppress", "5"], "residual"),
        (["cooccurrence", "{}", "--by", "stakeholder_type", "--level", "theme"], "log_odds"),
    ],
)
def test_every_finding_prints_a_table_rows_and_csv(
    study: str, words: list[str], column: str
) -> None:
    asked = [study if word == "{}" else word for word in words]
    assert "rows\n" in run(*asked)
    found = json.loads(run(*asked, "--json"))
    assert column in found["rows"][0]
    assert found["about"]
    header = run(*asked, "--csv").splitlines()[0]
    assert column in header.split(",")


def test_a_chart_is_written_into_a_file(study: str, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="vl-convert-python is not installed")
    for name in ("themes.svg", "themes.png"):
        path = tmp_path / name
        assert run("chart", study, "themes", "--to", path).strip() == str(path)
        assert path.read_bytes()[:4] in (b"<svg", b"\x89PNG")


def test_a_chart_of_another_kind_is_refused(study: str, tmp_path: Path) -> None:
    problem = run("chart", study, "themes", "--to", tmp_path / "a.gif", code=2)
    assert "cannot be written as '.gif'" in problem


def test_the_command_line_knows_all_charts() -> None:
    assert tuple(CHARTS) == KINDS


def test_what_cannot_be_asked_is_one_sentence(study: str) -> None:
    assert "did you mean 'Care worker'" in run("differences", study, "carer worker", "x", code=2)
    assert "there is no code 'rents'" in run("sequences", study, "--code", "rents", code=2)
    assert "there is no document" in run("portrait", study, "nowhere", code=2)
