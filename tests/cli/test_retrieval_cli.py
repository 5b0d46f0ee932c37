"""Retrieve, concordance, keywords and collocations, as a person would call them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from qualkit.cli import main


@pytest.fixture
def run(project):
    """Call a command on the project; return what it says."""
    place = str(project.database.path or project.database.engine.url.render_as_string(False))

    def call(*words: object, code: int = 0) -> str:
        told = [place if word == "PROJECT" else str(word) for word in words]
        result = CliRunner().invoke(main, told)
        assert result.exit_code == code, result.output + result.stderr
        assert "Traceback" not in result.output + result.stderr
        return result.stdout if code == 0 else result.stderr

    return call


def test_what_is_found_is_told_in_context(run, project):
    project.code_query("certificate", "Training", coder="Ana")
    told = run("retrieve", "PROJECT", "code:training", "--context", "1")
    assert told.splitlines()[:4] == [
        "elm 10  Ann Lee (Care worker)  [Training]",
        "    | Rosa Field: And training?",
        "    We do the certificate every year, always the same.",
        "    | Bob Hart: Training costs us a shift each time.",
    ]
    assert "1 row\n" in told
    assert "searched: 6 codable utterances" in told


def test_a_query_is_counted_listed_and_written(run, tmp_path):
    assert run("retrieve", "PROJECT", "pay", "--count") == "2\n"
    rows = json.loads(run("retrieve", "PROJECT", "pay", "--json"))
    assert [row["speaker"] for row in rows["rows"]] == ["Ann Lee", "Bob Hart"]
    assert rows["about"]["query"] == "pay"
    assert run("retrieve", "PROJECT", "pay", "--csv").startswith("document,position,kind,label,")
    path = tmp_path / "found.xlsx"
    assert run("retrieve", "PROJECT", "pay", "--output", path) == (
        f"{path}: 2 rows, with the real names.\n"
    )
    assert path.is_file()


def test_what_is_written_may_leave_under_pseudonyms(run, tmp_path):
    key, path = tmp_path / "key.csv", tmp_path / "found.csv"
    key.write_text("name,kind,label\nAnn Lee,person,Person 1\n", encoding="utf-8")
    for command in (("retrieve", "PROJECT", "pay"), ("concordance", "PROJECT", "pay")):
        told = run(*command, "--output", path, "--pseudonyms", key)
        assert told == f"{path}: 2 rows, with pseudonyms.\n"
        written = path.read_text("utf-8-sig") + (tmp_path / "found.about.json").read_text("utf-8")
        assert "Person 1" in written
        assert "Ann Lee" not in written
    assert "name an --output" in run("retrieve", "PROJECT", "pay", "--pseudonyms", key, code=2)


def test_a_wrong_query_ends_with_two_and_a_sentence(run):
    told = run("retrieve", "PROJECT", "pay AND", code=2)
    assert told.startswith("qualkit: query, column 8: the query ends where a term should follow")
    assert "did you mean" in run("retrieve", "PROJECT", "code:low_pai", code=2)


def test_keywords_stand_under_each_other(run):
    told = run("retrieve", "PROJECT", "pay", "--kwic").splitlines()[:2]
    assert len({line.index("  pay") for line in told}) == 1
    assert told[0].lstrip().startswith("The  pay  is low and the hours are long. I like ")
    assert "elm 7  Ann Lee (Care worker)" in told[0]
    lines = run("concordance", "PROJECT", "/t[a-z]*ing/i", "--sort", "right", "--width", "20")
    assert "Training  costs us a shift" in lines
    assert json.loads(run("concordance", "PROJECT", "the", "--query", "speaker:Bob", "--json"))
    assert "give --kwic or --context" in run(
        "retrieve", "PROJECT", "pay", "--kwic", "--context", "1", code=2
    )


def test_words_are_counted(run, project):
    project.autocode("markers")
    rows = json.loads(run("keywords", "PROJECT", "--at-least", "1", "--least-z", "0", "--json"))
    assert "pay" in [row["word"] for row in rows["rows"] if row["code"] == "Pay"]
    rows = json.loads(run("collocations", "PROJECT", "pay", "--at-least", "1", "--json"))
    assert all("pay" in (row["word_a"], row["word_b"]) for row in rows["rows"])
    assert "or english" in run("keywords", "PROJECT", "--stop-words", "nowhere.txt", code=2)
