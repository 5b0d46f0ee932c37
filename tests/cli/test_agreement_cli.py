"""Agreement and the check of published values from the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from qualkit.cli import main
from qualkit.model import Coding
from qualkit.workflow import selfcheck
from qualkit.workflow.worked_examples import Example


@pytest.fixture
def run(project):
    """Runs a command on the project (named PROJECT in the words), coded by Ana and Ben."""
    table = project.list_utterances("elm")
    places = [("elm", int(one)) for one in table.loc[table["codable"], "position"]]
    for coder, some in (("Ana", places[:3]), ("Ben", places[1:4])):
        project.apply_codings([Coding(*one, "low_pay", coder) for one in some], reviewed=places)
    where = str(project.database.path or project.database.engine.url.render_as_string(False))

    def call(*words: str, code: int = 0) -> str:
        plain = [where if word == "PROJECT" else word for word in words]
        result = CliRunner().invoke(main, plain)
        assert result.exit_code == code, result.output + result.stderr
        return result.stdout if code == 0 else result.stdout + result.stderr

    return call


def test_the_command_gives_the_figures_of_python(run, project):
    options = ["--level", "rollup", "--coefficient", "alpha", "--moderators"]
    found = json.loads(run("agreement", "PROJECT", *options, "--json"))
    ours = project.agreement(level="rollup", coefficients=["alpha"], moderators=True)
    assert [row["value"] for row in found["rows"]] == [
        pytest.approx(value) if np.isfinite(value) else None for value in ours["value"]
    ]
    assert found["about"]["level"] == "rollup"


def test_span_and_bootstrap_are_options(run):
    options = ["--unit", "span", "--interval", "bootstrap", "--resamples", "9", "--seed", "2"]
    about = json.loads(run("agreement", "PROJECT", *options, "--json"))["about"]
    assert (about["unit"], about["resamples"], about["seed"]) == ("span", 9, 2)


def test_a_difference_between_two_codes(run):
    text = run(
        "agreement-difference", "PROJECT", "Low pay", "Council fees", "--between", "code", "--csv"
    )
    assert text.splitlines()[1].startswith('"Low pay, Council fees",alpha,')
    said = run("agreement-difference", "PROJECT", "main", "Third", code=2)
    assert "there is no round 'Third'" in said


def test_selfcheck_prints_expected_and_got_and_who_printed_it(run):
    text = run("selfcheck")
    assert "Krippendorff (2011)" in text
    assert "failed: 0" in text
    found = json.loads(run("selfcheck", "--json"))
    assert all(row["ok"] for row in found["rows"])
    assert len(found["rows"]) == len(selfcheck.EXAMPLES) >= 50


def test_a_value_that_does_not_come_out_fails_the_check(run, monkeypatch):
    wrong = Example(
        "two units", "nobody", "cohen_kappa", 0.9,
        {"form": "ratings", "ratings": [["a", "b"], ["b", "b"], ["a", "a"]]},
    )  # fmt: skip
    monkeypatch.setattr(selfcheck, "EXAMPLES", (wrong,))
    said = run("selfcheck", code=1)
    assert "1 of 1 published values do not come out" in said
