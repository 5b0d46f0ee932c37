"""The codebook from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qualkit.cli import main
from qualkit.formats.codebooks import write_codebook
from qualkit.workflow.project import open_project

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    runner = CliRunner()

    def call(*words: object, code: int = 0) -> Result:
        result = runner.invoke(main, [str(word) for word in words])
        assert result.exit_code == code, result.output + result.stderr
        assert "Traceback" not in result.output + result.stderr
        return result

    return call


@pytest.fixture
def study(run, target, codebook, interview, tmp_path) -> str:
    run("init", target, "--codebook", write_codebook(tmp_path / "book.csv", codebook))
    run("import", target, interview)
    with open_project(target) as project:
        table = project.list_utterances()
        position = int(table.loc[table["text"].str.contains("pay is low"), "position"].iloc[0])
        for code in ("Pay", "Low pay"):
            project.code_utterance("elm", position, code, coder="Ana")
    return target


def rows(result: Result):
    return json.loads(result.stdout)


def codes(run: Run, study: str):
    return {row["code"]: row for row in rows(run("codes", study, "--json"))}


def test_every_change_of_the_codebook_has_a_command(run, study):
    why = ("--reason", "because")
    run("codebook", "add", study, "Rota", "--definition", "Hours.", "--marker", "rota*", *why)
    run("codebook", "rename", study, "rota", "Hours", *why)
    run("codebook", "edit", study, "Hours", "--example", "Long!", "--definition", "", *why)
    run("codebook", "move", study, "Hours", "Training", "--place", 1, *why)
    run("codebook", "retire", study, "Training", *why)
    run("codebook", "restore", study, "Hours", *why, "--coder", "Ana")
    out = run("codebook", "merge", study, "Pay", "Council fees", *why).stdout
    assert "codebook version 8." in out
    found = codes(run, study)
    hours = found["Hours"]
    assert (hours["parent"], hours["definition"], hours["examples"]) == ("Training", "", "Long!")
    assert (hours["markers"], hours["retired"]) == ("rota*", False)
    assert found["Council fees"]["retired"]
    run("codebook", "move", study, "Hours", "-", *why)
    assert codes(run, study)["Hours"]["parent"] is None
    run("undo", study)
    assert codes(run, study)["Hours"]["parent"] == "Training"
    assert "Sound" in run("verify", study).stdout


def test_a_split_gives_codings_by_words_and_by_choice(run, study):
    listed = rows(run("codebook", "codings", study, "Pay", "--json"))
    chosen = ("--give", "Hours", listed[0]["id"], "--where", "Little", "low")
    run("codebook", "split", study, "Pay", "Little", "Hours", *chosen, "--reason", "two things")
    found = codes(run, study)
    assert [found[one]["codings"] for one in ("Pay", "Little", "Hours")] == [0, 1, 1]


def test_differences_and_codings_to_look_at_again(run, study):
    run("codebook", "edit", study, "Pay", "--definition", "All money.", "--reason", "wider")
    [change] = rows(run("codebook", "diff", study, 1, "--json"))
    assert change == {
        "code": "Pay",
        "field": "definition",
        "before": "Money for work.",
        "after": "All money.",
        "what": "changed",
    }
    [row] = rows(run("codebook", "outdated", study, "--coder", "Ana", "--json"))
    assert (row["code"], row["what"], row["changed_in"]) == ("Pay", "definition", 2)
    assert "1 codings of Ana" in run("codebook", "confirm", study, "--coder", "Ana").stdout
    assert rows(run("codebook", "outdated", study, "--json")) == []


@pytest.mark.parametrize("suffix", ["yaml", "csv", "xlsx", "qdc"])
def test_every_kind_of_file_goes_out_is_checked_and_comes_in(run, study, tmp_path, suffix):
    path = tmp_path / f"out.{suffix}"
    assert "written" in run("codebook", "export", study, path).stdout
    assert "sound, 4 codes under 2 themes." in run("codebook", "check", path).stdout
    out = run("codebook", "apply", study, path, "--reason", "again").stdout
    assert "codebook version 2." in out


def test_what_a_file_holds_besides_is_told(run, tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("name,who\nPay,Ana\n", encoding="utf-8")
    out = run("codebook", "check", path).stdout
    assert "Note: columns that a codebook has no place for: 'who'." in out


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "name,parent\nPay,X\n", "a.csv, row 2, column parent: there is no code 'X'"),
        ("a.qdc", "<Project/>", "a.qdc: holds a 'Project'"),
        ("a.yaml", "name: A\ncodes:\n  - nam: B\n", "a.yaml, line 3"),
        ("a.docx", "x", "use one of .csv, .qdc, .xlsx, .yaml, .yml."),
    ],
)
def test_what_is_wrong_is_one_sentence(run, tmp_path, name, text, words):
    path: Path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    result = run("codebook", "check", path, code=2)
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_change_needs_a_reason(run, study):
    assert "--reason" in run("codebook", "retire", study, "Pay", code=2).stderr
    assert "reason" in run("codebook", "retire", study, "Pay", "--reason", " ", code=2).stderr
