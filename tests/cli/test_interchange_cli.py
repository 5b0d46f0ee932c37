"""Other programs' files from the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from qualkit.cli import main

CODED = "Ann: We (QCODE)need more pay(/QCODE){#pay}.\n\nBob: So do we.\n\nAnn: Good.\n"


@pytest.fixture
def run():
    def call(*words: object, code: int = 0) -> str:
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code == code, result.output + result.stderr
        return result.stdout if code == 0 else result.stderr

    return call


@pytest.fixture
def coded(tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text(CODED, encoding="utf-8")
    return path


def test_a_file_becomes_a_project_and_leaves_as_another(run, coded, tmp_path):
    made, file = tmp_path / "s.qualkit", tmp_path / "s.qdpx"
    told = run("import-project", "--new", made, coded, "--coder", "Ana")
    assert "placed" in told
    assert "program: qcoder" in told
    assert "with the real names" in run("export", made, file, "--for", "nvivo")
    rows = json.loads(run("import-project", "--new", tmp_path / "t.qualkit", file, "--json"))
    assert {row["outcome"] for row in rows["rows"]} == {"new"}
    listed = json.loads(run("codings", "list", tmp_path / "t.qualkit", "--json"))
    assert [(row["code"], row["coder"]) for row in listed] == [("pay", "Ana")]


def test_into_a_project_that_is_there(run, coded, tmp_path):
    made = tmp_path / "s.qualkit"
    run("import-project", "--new", made, coded)
    assert "there already" in run("import-project", made, coded)
    table = tmp_path / "list.csv"
    table.write_text("document,code,quote\ntalk,Time,So do we\n", encoding="utf-8")
    assert "1 word for word" in run("codings", "match", made, table, "--coder", "Ben")
    assert len(json.loads(run("codings", "list", made, "--json"))) == 2


def test_what_cannot_be_done_is_said_in_one_sentence(run, coded, tmp_path):
    made = tmp_path / "s.qualkit"
    assert "no project here" in run("import-project", made, coded, code=2)
    run("import-project", "--new", made, coded)
    assert "already" in run("import-project", "--new", made, coded, code=2)
    assert "can be counted" in run(
        "import-project", made, coded, "--offsets", "nvivo", code=2
    )  # of a text there is nothing to count
    assert "no file is made for" in run(
        "export", made, tmp_path / "x.qdpx", "--for", "word", code=2
    )
    assert not (tmp_path / "x.qdpx").exists()


def test_a_whole_project_leaves_as_json_and_becomes_the_same_project(run, coded, tmp_path):
    made, file, back = tmp_path / "s.qualkit", tmp_path / "s.json", tmp_path / "t.qualkit"
    run("import-project", "--new", made, coded, "--coder", "Ana")
    assert run("export", made, file) == f"{file} written, with the real names.\n"
    assert "as it was written" in run("import-project", "--new", back, file)
    assert run("verify", back) == run("verify", made)
    assert run("changes", back, "--json") == run("changes", made, "--json")
    assert "a project of its own" in run("import-project", made, file, code=2)


def test_the_matrix_leaves_in_the_layout_asked_for(run, coded, tmp_path):
    made, file = tmp_path / "s.qualkit", tmp_path / "m.csv"
    run("import-project", "--new", made, coded, "--coder", "Ana")
    told = run("export", made, file, "--layout", "wide", "--codings", "pooled", "--plain")
    assert "m.about.json written, with the real names." in told
    assert file.read_bytes().startswith(b"document,position,label,speaker,")
    assert "no layout 'tall'" in run("export", made, file, "--layout", "tall", code=2)
