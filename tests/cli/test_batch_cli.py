"""Models and batches on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from qualkit.cli import main


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    return result.exit_code, result.output


@pytest.fixture
def ready(project, tmp_path):
    table = project.list_utterances("elm")
    first, *_, last = table.loc[table["codable"], "position"].tolist()
    project.code_utterance("elm", first, "Low pay", coder="Ana")
    project.code_utterance("elm", last, "Training", coder="Ana")
    rows = [f"d{number // 5},the pay is low {number}" for number in range(30)]
    (tmp_path / "in.csv").write_text("\n".join(["document,text", *rows]) + "\n")
    return project.location


def test_from_a_project_to_corrected_counts(ready, tmp_path):
    code, said = run("model", "save", ready, tmp_path / "m")
    assert (code, said.startswith(f"{tmp_path / 'm'}: model ")) == (0, True)
    code, said = run("model", "show", tmp_path / "m", "--json")
    assert json.loads(said)["about"]["coders"] == "Ana"
    out = tmp_path / "out"
    code, said = run("batch", tmp_path / "in.csv", out, "--model", tmp_path / "m",
                     "--query", "Pay=low", "--write", "csv", "--json")  # fmt: skip
    assert code == 0
    told = json.loads(said)
    assert told["about"]["counts"] == "machine counts, not audited"
    assert {row["code"]: row["by_query"] for row in told["rows"]}["Pay"] == 30
    assert json.loads(run("batch", "counts", out, "--json")[1]) == told
    code, said = run("batch", "audit", out, tmp_path / "a.csv", "--n", 12, "--code", "Pay")
    assert code == 0
    sheet = (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()
    filled = [sheet[0], *(f"{row[:-1]}yes,yes" for row in sheet[1:])]
    (tmp_path / "a.csv").write_text("\n".join(filled))
    code, said = run("batch", "check", out, tmp_path / "a.csv", "--json")
    row = json.loads(said)["rows"][0]
    assert (row["precision"], row["prevalence"], row["machine_n"]) == (1, 1, 30)


def test_a_batch_by_a_project_needs_no_model_file(ready, tmp_path):
    code, said = run("batch", tmp_path / "in.csv", tmp_path / "out", "--project", ready, "--csv")
    assert code == 0
    assert said.startswith("code,machine_n,machine_share,by_learned,by_rule,by_query")


@pytest.mark.parametrize("more", [[], ["--model", "m", "--project", "p"], ["--coder", "Ana"],
                                  ["--model", "m", "--query", "Pay"]])  # fmt: skip
def test_what_makes_no_sense_is_said(tmp_path, more):
    code, said = run("batch", tmp_path / "in.csv", tmp_path / "out", *more)
    assert code == 2
    assert "Error: " in said
