"""Rounds, disagreements and memos from the command line."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from qualkit.cli import main


@pytest.fixture
def run(project):
    """Runs a command on the project (named PROJECT in the words)."""
    runner = CliRunner()
    where = str(project.database.path or project.database.engine.url.render_as_string(False))

    def call(*words: object, code: int = 0) -> str:
        plain = [where if word == "PROJECT" else str(word) for word in words]
        result = runner.invoke(main, plain)
        assert result.exit_code == code, result.output + result.stderr
        assert "Traceback" not in result.output + result.stderr
        return result.stdout if code == 0 else result.stderr

    return call


def rows(text: str) -> list[dict[str, object]]:
    found = json.loads(text)
    return found["rows"] if isinstance(found, dict) else found


def place(project) -> int:
    table = project.list_utterances("elm")
    return int(table.loc[table["text"].str.contains("pay is low"), "position"].iloc[0])


def test_a_blind_round_from_opening_to_consensus(run, project):
    at = place(project)
    drawn = rows(
        run("round", "open", "PROJECT", "Pilot", "--mode", "blind", "--coder", "Ana", "--coder",
            "Ben", "--sample", "6", "--per", "document", "--seed", "3", "--json")
    )  # fmt: skip
    assert drawn == [{"document": "elm", "of": 6, "drawn": 6}]
    for coder, code in (("Ana", "Pay"), ("Ben", "Training")):
        project.code_utterance("elm", at, code, coder=coder, round_name="Pilot")
    assert rows(run("rounds", "PROJECT", "--json"))[1]["progress"] == "Ana 1 of 6, Ben 1 of 6"
    assert len(rows(run("rounds", "PROJECT", "--progress", "--json"))) == 2
    assert rows(run("codings", "PROJECT", "--json")) == []
    mine = rows(run("codings", "list", "PROJECT", "--viewer", "Ben", "--json"))
    assert [one["coder"] for one in mine] == ["Ben"]
    assert rows(run("history", "PROJECT", "elm", at, "--json")) == []
    assert "hidden" in run("changes", "PROJECT", "--viewer", "Ben", "--json")
    assert "blind and still open" in run("disagreements", "PROJECT", "--round", "Pilot", code=2)
    assert "is closed" in run("round", "close", "PROJECT", "Pilot")
    assert len(rows(run("disagreements", "PROJECT", "--json"))) == 2
    said = run("adjudicate", "PROJECT", "elm", at, "Pay", "--applies", "--reason", "a", "--by", "C")
    assert "there is more to decide" in said
    said = run("adjudicate", "PROJECT", "elm", at, "Training", "--does-not-apply",
               "--reason", "b", "--by", "C")  # fmt: skip
    assert "settled" in said
    assert rows(run("disagreements", "PROJECT", "--progress", "--json"))[0]["open"] == 0
    assert "is closed already" not in run("verify", "PROJECT")


def test_memos_are_written_changed_and_deleted(run, project):
    said = run("memo", "add", "PROJECT", "look again", "--coder", "Ana", "--code", "Pay")
    number = re.search(r"Memo (\S+) written", said)[1]
    run("memo", "change", "PROJECT", number[:8], "looked again", "--coder", "Ana")
    found = rows(run("memo", "PROJECT", "--search", "LOOKED", "--about", "code", "--json"))
    assert [(one["text"], one["code"]) for one in found] == [("looked again", "Pay")]
    assert "Ana's" in run("memo", "delete", "PROJECT", number, "--coder", "Ben", code=2)
    run("memo", "delete", "PROJECT", number, "--coder", "Ana")
    assert rows(run("memo", "list", "PROJECT", "--json")) == []


def test_a_query_is_tried_dry_then_coded(run, project):
    words = ("autocode", "PROJECT", "--query", "pay", "--code", "Pay", "--coder", "finder")
    assert len(rows(run(*words, "--dry-run", "--json"))) == 2
    assert project.list_codings().empty
    run(*words)
    assert len(project.list_codings()) == 2
    assert "either --markers, or" in run("autocode", "PROJECT", code=2)
    assert "either --markers, or" in run("autocode", "PROJECT", "--query", "x", code=2)
    run("autocode", "PROJECT", "--markers", "--dry-run")
