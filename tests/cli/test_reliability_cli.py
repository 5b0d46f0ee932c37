"""Reading, planning and reporting agreement from the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from qualkit.cli import main
from qualkit.errors import QualkitError
from qualkit.model import Coding


@pytest.fixture
def run(project):
    """Runs a command on the project (named PROJECT in the words), coded by Ana and Ben."""
    table = project.list_utterances("elm")
    places = [("elm", int(one)) for one in table.loc[table["codable"], "position"]]
    for coder, code in (("Ana", "low_pay"), ("Ben", "pay")):
        project.apply_codings([Coding(*places[1], code, coder)], reviewed=places)
    runner = CliRunner()
    where = str(project.database.path or project.database.engine.url.render_as_string(False))

    def call(*words: object, code: int = 0) -> str:
        plain = [where if word == "PROJECT" else str(word) for word in words]
        result = runner.invoke(main, ["reliability", *plain])
        assert result.exit_code == code, result.output + result.stderr
        assert "Traceback" not in result.output + result.stderr
        return result.stdout if code == 0 else result.stderr

    return call


def rows(text: str) -> list[dict[str, object]]:
    found = json.loads(text)
    return found["rows"] if isinstance(found, dict) else found


def test_the_utterances_have_a_column_per_coder(run):
    [row] = rows(run("utterances", "PROJECT", "--disagreements", "--json"))
    assert (row["Ana"], row["Ben"], row["agreed"]) == ("Low pay", "Pay", False)
    shown = run("utterances", "PROJECT")
    assert "Ana" in shown.splitlines()[0]
    assert "certainty" not in shown


def test_confusion_shows_numbers_and_definitions(run):
    shown = run("confusion", "PROJECT")
    assert "Too little money." in shown
    assert "one above the other" in shown
    [row] = csv.DictReader(io.StringIO(run("confusion", "PROJECT", "--directed", "--csv")))
    assert (row["coder_a"], row["code_a"], row["n"]) == ("Ana", "Low pay", "1")


def test_where_drift_and_peers_are_tables(run):
    assert rows(run("where", "PROJECT", "--by", "kind", "--json"))[0]["differing"] == 1
    changes = rows(run("drift", "PROJECT", "--changes", "--code", "Pay", "--json"))
    assert {row["block"] for row in changes} == {"last - first"}
    nvivo = rows(run("peers", "PROJECT", "--tool", "nvivo", "--json"))
    assert {row["denominator"] for row in nvivo} == {"characters of the document"}
    assert "ATLAS.ti" in run("peers", "PROJECT")


def test_the_paragraph_is_text_or_json(run):
    text = run("paragraph", "PROJECT", "--coefficient", "kappa")
    assert text.startswith("Two coders (Ana and Ben)")
    assert json.loads(run("paragraph", "PROJECT", "--json"))["paragraph"].startswith("Two coders")


def test_a_plan_is_made_and_drawn(run):
    plan = rows(run("plan", "PROJECT", "--width", ".5", "--prevalence", ".2", "--json"))
    assert plan[0]["design"] == "whole documents"
    said = run("open", "PROJECT", "R", "--width", ".5", "--prevalence", ".2", "--coder", "Ana",
               "--coder", "Ben", code=2)  # fmt: skip
    assert "takes more than there is" in said
    assert "name a code, or a prevalence" in run("plan", "PROJECT", "--width", ".5", code=2)


def test_a_coder_codes_again_and_is_compared(run, project):
    drawn = rows(
        run("repeat", "PROJECT", "Again", "--coder", "Ana", "--sample", "3", "--per", "document",
            "--json")
    )  # fmt: skip
    assert drawn == [{"document": "elm", "of": 6, "drawn": 3}]
    assert "blind and still open" in run("self", "PROJECT", "Again", code=2)
    taken = project.list_rounds().set_index("round").loc["Again", "progress"]
    assert taken == "Ana 0 of 3"
    open_places = [p for p in range(1, 20) if codes(project, p)]
    assert len(open_places) == 3
    project.close_round("Again")
    found = rows(run("self", "PROJECT", "Again", "--coefficient", "alpha", "--json"))
    assert {row["n"] for row in found} == {3}


def codes(project, position: int) -> bool:
    """Return whether Ana may code this utterance in the round."""
    try:
        return project.code_utterance("elm", position, "Pay", coder="Ana", round_name="Again")
    except QualkitError:
        return False
