"""Queries on a project: for all doors, up to date, blind where it must be."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from qualkit.errors import OptionError, UnknownFileKindError, UnknownNameError
from qualkit.model import CoderKind, Coding
from qualkit.workflow.demo import make_demo
from qualkit.workflow.memos import Target
from qualkit.workflow.retrieval import answer

PAGE = Path(__file__).parents[2] / "docs" / "queries.md"
EXAMPLES = [
    re.sub(r"\\\|", "|", query)
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| `")
    for query in re.findall(r"`((?:[^`\\]|\\.)+)`", line)
    if not re.fullmatch(r"[<>=*]+|/\.\.\./|i", query)
]

FIND_NOTHING = {"time<1:30"}  # the sample study has no recordings


def place(project, words: str) -> int:
    table = project.list_utterances("elm")
    return int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    with make_demo(tmp_path_factory.mktemp("demo")) as made:
        yield made


@pytest.mark.parametrize("query", EXAMPLES)
def test_every_query_of_the_page_is_answered_on_the_sample_study(study, query):
    assert (answer(study, query).rows.size > 0) == (query not in FIND_NOTHING)


def test_the_page_shows_most_of_the_language():
    assert len(EXAMPLES) > 35
    together = " ".join(EXAMPLES)
    for word in ("near(", "theme:", "certainty<", "has:", "is:", "NOT ", " OR ", "time<", "/i"):
        assert word in together


def test_what_is_retrieved_is_what_findings_count(study):
    table = study.frequency(by="document", moderators=True)
    counted = table[(table["level"] == "theme") & (table["code"] == "Pay and conditions")]
    found = study.retrieve("theme:pay").groupby("document").size()
    assert found.to_dict() == dict(zip(counted["document"], counted["n"], strict=True))


def test_results_have_the_columns_of_the_contract_and_the_codes(project):
    position = place(project, "pay is low")
    for code in ("low_pay", "pay"):
        project.code_utterance("elm", position, code, coder="Ana")
    table = project.retrieve("code:pay", context=1)
    listed = project.list_utterances()
    assert list(table.columns) == [*listed.columns, "codes", "before", "after"]
    same = listed[listed["position"] == position].reset_index(drop=True)
    pd.testing.assert_frame_equal(table[listed.columns], same)
    assert table["codes"].tolist() == ["Pay; Low pay"]
    assert table["before"].tolist() == ["Rosa Field: How is the work?"]
    assert table["after"].str.startswith("Bob Hart: We cannot pay more").all()
    about = table.attrs["about"]
    assert (about["found"], about["searched"]) == (1, "6 codable utterances")
    assert about["codings"] == "those that findings count (Ana)"


def test_context_stays_in_its_document_and_starts_empty(project):
    table = project.retrieve("is:codable", context=50)
    assert table["before"].iloc[0].count("\n") <= 6
    assert table["after"].iloc[-1] == ""
    with pytest.raises(OptionError, match="51 is no context"):
        project.retrieve("pay", context=51)


def test_a_query_sees_what_has_just_been_done(project):
    assert project.retrieve("has:code").empty
    project.code_utterance("elm", place(project, "pay is low"), "Pay", coder="Ana")
    assert len(project.retrieve("code:pay")) == 1
    project.undo("Ana")
    assert project.retrieve("code:pay").empty
    project.set_speaker("Ann Lee", role="Shop steward")
    assert set(project.retrieve("role:steward")["speaker"]) == {"Ann Lee"}


def test_machines_count_only_until_somebody_codes(project):
    project.autocode("markers")
    machine = len(project.retrieve("code:training"))
    assert machine > 0
    project.code_utterance("elm", place(project, "pay is low"), "Pay", coder="Ana")
    assert project.retrieve("code:training").empty
    assert len(project.retrieve("code:training coder:markers")) == machine
    assert len(project.retrieve("code:training origin:marker")) == machine


def test_a_consensus_stands_instead_of_the_coders(project):
    position = place(project, "pay is low")
    project.code_utterance("elm", position, "Pay", coder="Ana")
    agreed = Coding("elm", position, "low_pay", "All")
    project.apply_codings([agreed], kind=CoderKind.CONSENSUS)
    assert project.retrieve("code:pay").empty
    assert len(project.retrieve("code:low_pay")) == 1
    assert len(project.retrieve("code:pay coder:Ana")) == 1


def test_memos_of_rules_are_no_memos(project):
    project.code_query("pay", "Pay", coder="finder")
    assert project.retrieve("has:memo").empty
    position = place(project, "certificate")
    project.add_memo("a note", coder="Ana", target=Target("elm", position))
    assert project.retrieve("has:memo coder:Ana")["position"].tolist() == [position]
    assert project.retrieve("has:memo coder:finder").empty


def test_a_blind_round_stays_blind_from_one_viewer_to_the_next(project):
    position = place(project, "pay is low")
    project.open_round("Blind", mode="blind", coders=["Ana", "Ben"])
    project.apply_codings([Coding("elm", position, "fees", "Ana", "Blind", memo="secret")])
    for query in ("code:fees", "coder:Ana", "has:memo", "round:Blind", "is:reviewed coder:Ana"):
        assert len(project.retrieve(query, viewer="Ana")) == 1, query
        for viewer in ("Ben", None):
            table = project.retrieve(query, viewer=viewer)
            assert table.empty, query
            assert "blind until closed" in table.attrs["about"]["left_out"]
    assert project.retrieve("pay", viewer="Ben")["codes"].tolist() == ["", ""]
    assert project.code_query("code:fees", "Pay", coder="Ben", round_name="Blind").empty
    project.close_round("Blind")
    assert len(project.retrieve("code:fees", viewer="Ben")) == 1


def test_an_unknown_name_is_one_sentence(project):
    with pytest.raises(UnknownNameError, match=r'query, column 6: .*did you mean code:"Low pay"'):
        project.retrieve("code:low_pai")


def test_a_project_as_it_was_is_queried_too(project):
    before = project.revision
    project.code_utterance("elm", place(project, "pay is low"), "Pay", coder="Ana")
    with project.as_of(before) as old:
        assert old.retrieve("code:pay").empty
    assert len(project.retrieve("code:pay")) == 1


def test_no_text_that_is_written_runs_as_a_formula(project, tmp_path):
    table = project.retrieve('"formula"')
    table["text"] = "=SUM(A1)"
    for kind in ("csv", "json", "parquet", "xlsx"):
        assert project.write_table(table, tmp_path / f"found.{kind}").is_file()
    assert "'=SUM(A1)" in (tmp_path / "found.csv").read_text("utf-8-sig")
    sheet = load_workbook(tmp_path / "found.xlsx")["Found"]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value}
    assert "f" not in kinds
    with pytest.raises(UnknownFileKindError, match="docx"):
        project.write_table(table, tmp_path / "found.docx")


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "xlsx"])
def test_no_name_leaves_in_a_list_under_pseudonyms(project, tmp_path, kind):
    key, path = tmp_path / "key.csv", tmp_path / f"found.{kind}"
    project.propose_pseudonyms(key)
    found = project.retrieve('speaker:"Ann Lee"', context=1)
    assert project.write_table(found, path, pseudonyms=key) == path
    if kind == "xlsx":
        told = str([list(sheet.values) for sheet in load_workbook(path)])
    elif kind == "parquet":
        told = pd.read_parquet(path).to_string() + str(pq.read_schema(path).metadata)
    else:
        told = "".join(one.read_text("utf-8-sig") for one in tmp_path.glob("found.*"))
    assert not [one for one in ("Ann Lee", "Bob Hart", "Elm House", "Rosa Field") if one in told]
    assert "Person" in told
    assert "names are replaced by labels" in told
    assert "query" in told
