"""The contract of the command line, tried as a person would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from qualkit.cli import main
from qualkit.formats.codebooks import dump_codebook
from qualkit.formats.typologies import dump_typology

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
def files(tmp_path, codebook, typology) -> tuple[Path, Path]:
    book, types = tmp_path / "book.yaml", tmp_path / "types.yaml"
    book.write_text(dump_codebook(codebook), encoding="utf-8")
    types.write_text(dump_typology(typology), encoding="utf-8")
    return book, types


@pytest.fixture
def study(run, target, files, interview) -> str:
    run("init", target, "--codebook", files[0], "--stakeholders", files[1])
    run("import", target, interview)
    return target


def write_codings(path: Path, rows: list[str]) -> Path:
    path.write_text("document,position,code\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_main_job_from_the_command_line(run, study, tmp_path):
    run("autocode", study, "--coder", "markers", "--markers")
    table = pd.DataFrame(json.loads(run("utterances", study, "--json").stdout))
    places = list(table.loc[table["codable"], "position"])
    ana = write_codings(tmp_path / "ana.csv", [f"elm,{places[1]},Low pay"])
    ben = write_codings(tmp_path / "ben.csv", [f"elm,{places[1]},Low pay", f"elm,{places[2]},Pay"])
    for name, path in (("Ana", ana), ("Ben", ben)):
        run("codings", "import", study, path, "--coder", name, "--finished")
    agreed = json.loads(run("agreement", study, "--json").stdout)
    alpha = {row["code"]: row for row in agreed["rows"] if row["coefficient"] == "alpha"}
    assert alpha["Low pay"]["value"] == 1.0
    assert alpha["Pay"]["value"] is not None
    assert alpha["Training"]["value"] is None
    assert alpha["Training"]["reason"]
    shares = json.loads(run("frequency", study, "--by", "stakeholder_type", "--json").stdout)
    row = next(
        one
        for one in shares["rows"]
        if (one["code"], one["level"], one["stakeholder_type"]) == ("Pay", "theme", "Provider")
    )
    assert (row["n"], row["total"]) == (1, 2)
    pairs = json.loads(run("cooccurrence", study, "--json").stdout)["rows"]
    assert {"code_a", "code_b", "n_ab", "jaccard"} <= set(pairs[0])
    book = tmp_path / "study.xlsx"
    run("export", study, book)
    with pd.ExcelFile(book) as opened:
        assert "Codings" in opened.sheet_names
    assert "Sound" in run("verify", study).stdout


def test_suggestions_are_for_utterances_nobody_has_looked_at(run, study, tmp_path):
    table = pd.DataFrame(json.loads(run("utterances", study, "--json").stdout))
    places = [int(one) for one in table.loc[table["codable"], "position"]]
    path = write_codings(tmp_path / "ana.csv", [f"elm,{places[1]},Low pay"])
    run("codings", "import", study, path, "--coder", "Ana")
    offers = json.loads(run("suggest", study, "--json").stdout)["rows"]
    assert offers
    assert places[1] not in {row["position"] for row in offers}
    assert {"document", "position", "code", "probability", "rank"} <= set(offers[0])


@pytest.mark.parametrize("noun", ["documents", "speakers"])
def test_of_a_long_list_a_part_can_be_asked_for(run, study, noun):
    def rows(*words: object) -> list[dict[str, object]]:
        return json.loads(run(noun, study, *words, "--json").stdout)

    whole = rows()
    assert rows("--limit", 1, "--offset", len(whole) - 1) == whole[-1:]
    assert rows("--find", "ELM") == whole
    assert rows("--find", "nobody has this name") == []
    assert "give a limit of 1 or more" in run(noun, study, "--limit", -1, code=2).stderr


@pytest.mark.parametrize(
    ("command", "columns"),
    [
        (["documents"], {"document", "utterances", "codable", "speakers"}),
        (["documents", "--findings"], {"document", "kind", "position", "message"}),
        (["speakers"], {"speaker", "role", "organisation", "stakeholder_type"}),
        (["codes"], {"code", "theme", "definition"}),
        (["codings"], {"document", "position", "code", "coder", "round", "origin"}),
        (["codings", "list"], {"document", "position", "code"}),
        (["rounds"], {"round", "mode", "suggestions"}),
        (["changes"], {"seq", "at", "actor", "action"}),
        (["codebook", "show"], {"code", "definition"}),
    ],
)
def test_every_listing_has_a_table_json_and_csv_with_the_same_columns(run, study, command, columns):
    run("autocode", study, "--markers")
    listed = json.loads(run(*command, study, "--json").stdout)
    text = run(*command, study, "--csv").stdout
    header = text.splitlines()[0].split(",")
    assert columns <= set(header)
    assert all(list(row) == header for row in listed)
    assert header[0] in run(*command, study).stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["import", "{study}", "{tmp}/a.xyz"], "a.xyz: "),
        (["import", "{study}", "{tmp}/empty.txt"], "empty.txt: "),
        (["import", "{study}", "{tmp}/missing.txt"], "missing.txt: "),
        (["documents", "{tmp}/nowhere.qualkit"], "there is no project here"),
        (["documents", "{tmp}/a.xyz"], "not a qualkit project"),
        (["init", "{tmp}/b.qualkit", "--codebook", "{tmp}/broken.yaml"], "broken.yaml, line 3"),
        (["init", "{tmp}/no/b.qualkit", "--codebook", "{tmp}/book.yaml"], "cannot be made"),
        (["init", "{study}", "--codebook", "{tmp}/book.yaml"], "already"),
        (["utterances", "{study}", "--document", "oak"], "there is no document 'oak'"),
        (["codings", "import", "{study}", "{tmp}/wrong.csv", "--coder", "Ana"], "row 2: "),
        (["agreement", "{study}"], "agreement needs two human coders"),
        (["frequency", "{study}"], "nobody has coded"),
        (["frequency", "{study}", "--by", "shoe_size"], "nobody has coded"),
        (["export", "{study}", "{tmp}/a.doc"], "cannot write files of kind '.doc'"),
        (["export", "{study}", "{tmp}/no/a.xlsx"], "cannot be written"),
        (["speaker", "set", "{study}", "Nobody", "--role", "x"], "no speaker 'Nobody'"),
        (["codebook", "check", "{tmp}/broken.yaml"], "broken.yaml, line 3"),
    ],
)
def test_bad_input_is_one_sentence_on_stderr_and_exit_2(
    run, study, tmp_path, files, words, sentence
):
    (tmp_path / "a.xyz").write_text("?")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "broken.yaml").write_text("name: x\ncodes:\n  - nme: y\n")
    (tmp_path / "wrong.csv").write_text("document,position,code\nelm,5,Nonsense\n")
    before = sorted(tmp_path.iterdir())
    places = {"study": study, "tmp": tmp_path}
    result = run(*(word.format(**places) for word in words), code=2)
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    after = {path for path in tmp_path.iterdir() if not path.name.endswith(("-wal", "-shm"))}
    assert after <= set(before)


def test_a_project_of_a_newer_version_is_one_sentence(run, study):
    from sqlalchemy import text  # noqa: PLC0415

    from qualkit.store.database import Database  # noqa: PLC0415

    database = Database(study)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    assert "newer qualkit" in run("documents", study, code=2).stderr


def test_a_tampered_project_fails_the_check_with_exit_1(run, study):
    from sqlalchemy import text  # noqa: PLC0415

    from qualkit.store.database import Database  # noqa: PLC0415

    database = Database(study)
    with database.write() as connection:
        connection.execute(text("UPDATE changes SET actor = 'x' WHERE seq = 1"))
    database.close()
    assert "line 1 of the change log" in run("verify", study, code=1).stderr


def test_speakers_are_set_from_the_command_line(run, study):
    out = run("speaker", "set", study, "Ann Lee", "--type", "Provider").stdout
    assert "Ann Lee: provider (set by hand)." in out


def test_a_new_codebook_version_keeps_old_codings(run, study, files, tmp_path):
    run("autocode", study, "--markers")
    before = run("codings", study, "--csv").stdout
    path = tmp_path / "second.yaml"
    path.write_text("name: Second\ncodes:\n  - name: Pay\n  - name: Housing\n")
    out = run("codebook", "apply", study, path, "--reason", "new theme").stdout
    assert "version 2" in out
    assert run("codings", study, "--csv").stdout == before
    codes = json.loads(run("codes", study, "--json").stdout)
    retired = {row["code"] for row in codes if row["retired"]}
    assert {"Low pay", "Training"} <= retired
    assert "Housing" not in retired


def test_the_import_report_is_the_same_before_and_after(run, study, interview):
    before = json.loads(run("import", study, interview, "--dry-run", "--report", "--json").stdout)
    after = json.loads(run("documents", study, "--report", "--json").stdout)
    assert before == after
    words = {row["item"]: row["count"] for row in after if row["topic"] == "words"}
    assert words["in the document"] == words["in utterances"] + words["in printed labels"]
    assert words["not accounted for"] == 0


def test_a_file_that_cannot_be_read_stands_in_the_report(run, study, tmp_path):
    path = tmp_path / "a.xyz"
    path.write_text("?")
    rows = json.loads(run("import", study, path, "--dry-run", "--report", "--json").stdout)
    assert [row["topic"] for row in rows] == ["failed"]


def test_undo_redo_history_and_as_of_from_the_command_line(run, study, tmp_path):
    table = pd.DataFrame(json.loads(run("utterances", study, "--json").stdout))
    at = int(table.loc[table["codable"], "position"].iloc[1])
    path = write_codings(tmp_path / "ana.csv", [f"elm,{at},Low pay"])
    run("codings", "import", study, path, "--coder", "Ana")
    then = json.loads(run("changes", study, "--json").stdout)[-1]["seq"]
    assert "Taken back" in run("undo", study, "--coder", "Ana").stdout
    assert json.loads(run("codings", study, "--json").stdout) == []
    assert len(json.loads(run("--as-of", then, "codings", study, "--json").stdout)) == 1
    assert "Made again" in run("redo", study, "--coder", "Ana").stdout
    assert len(json.loads(run("codings", study, "--json").stdout)) == 1
    told = json.loads(run("history", study, "elm", at, "--json").stdout)
    assert [row["what"] for row in told if row["code"]] == ["coded", "code removed", "coded"]
    assert "nothing to redo" in run("redo", study, "--coder", "Ana", code=2).stderr
    assert "is no time" in run("--as-of", "soon", "codings", study, code=2).stderr
