from __future__ import annotations

import pandas as pd
import pytest

from qualkit.errors import CodingsFileError, OptionError, RefusedError, UnknownNameError
from qualkit.model import CoderKind, Coding
from qualkit.workflow.codings import CODING_COLUMNS


def place(project, words: str) -> int:
    table = project.list_utterances("elm")
    return int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


def write(tmp_path, content: str):
    path = tmp_path / "codings.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_codings_have_the_columns_of_the_contract(project):
    project.code_utterance("elm", place(project, "pay is low"), "Low pay", coder="Ana")
    assert list(project.list_codings().columns) == CODING_COLUMNS


def test_the_same_coding_twice_is_one_coding(project):
    position = place(project, "pay is low")
    assert project.code_utterance("elm", position, "low_pay", coder="Ana")
    assert not project.code_utterance("ELM.txt", position, "LOW PAY", coder="Ana")
    assert len(project.list_codings()) == 1


def test_two_coders_do_not_overwrite_each_other(project):
    position = place(project, "pay is low")
    for coder in ("Ana", "Ben"):
        project.code_utterance("elm", position, "low_pay", coder=coder)
    assert list(project.list_codings()["coder"]) == ["Ana", "Ben"]


def test_a_span_outside_its_utterance_is_refused(project):
    position = place(project, "pay is low")
    with pytest.raises(OptionError, match="outside the utterance"):
        project.apply_codings([Coding("elm", position, "low_pay", "Ana", start=0, end=5)])


def test_an_unknown_code_is_refused_with_the_nearest(project):
    with pytest.raises(UnknownNameError, match="did you mean 'Low pay'"):
        project.code_utterance("elm", 5, "Low pai", coder="Ana")


def test_an_unknown_utterance_is_refused(project):
    with pytest.raises(UnknownNameError, match="elm: there is no utterance 999"):
        project.code_utterance("elm", 999, "Pay", coder="Ana")


def test_a_file_of_codings_comes_in_with_reviews(project, tmp_path):
    low, fee = place(project, "pay is low"), place(project, "cannot pay")
    path = write(
        tmp_path,
        f"document,position,code,certainty,memo,quote\nelm,{low},Low pay,2,strong,The pay is low\n"
        f"elm,{fee},,,,We cannot\n",
    )
    report = project.import_codings(path, coder="Ana")
    assert report.loc[0, ["codings", "reviewed"]].tolist() == [1, 2]
    assert report.loc[0, "not_reviewed"] > 0
    row = project.list_codings().iloc[0]
    assert (row["origin"], row["certainty"], row["memo"]) == ("import", 2, "strong")
    assert set(project.list_reviews()["position"]) == {low, fee}


def test_a_span_over_the_whole_utterance_means_the_utterance(project, tmp_path):
    whole = project.list_utterances().set_index("position").loc[place(project, "pay is low")]
    at, start, end = whole.name, whole["start"], whole["end"]
    path = write(
        tmp_path,
        f"document,position,code,start,end\nelm,{at},Low pay,{start},{end}\n"
        f"elm,{at},Pay,{start},{start + 7}\n",
    )
    project.import_codings(path, coder="Ana")
    table = project.list_codings().set_index("code")
    assert pd.isna(table.loc["Low pay", "start"])
    assert table.loc["Pay", ["start", "end"]].tolist() == [start, start + 7]
    assert project.verify()["codings"] == 2


def test_a_file_and_the_hand_make_the_same_coding(project, tmp_path):
    low = place(project, "pay is low")
    path = write(tmp_path, f"document,position,code\n,{low},Low pay\n")
    project.code_utterance("elm", low, "Low pay", coder="Ana")
    assert project.import_codings(path, coder="Ana").loc[0, ["codings", "known"]].tolist() == [0, 1]


def test_one_undo_takes_a_coders_rows_of_a_file_back(project, tmp_path):
    low = place(project, "pay is low")
    path = write(tmp_path, f"document,position,code\nelm,{low},Low pay\nelm,{low},Pay\n")
    project.import_codings(path, coder="Ana")
    project.undo("Ana")
    assert project.list_codings().empty
    assert project.list_reviews().empty


def test_importing_the_same_file_again_changes_nothing(project, tmp_path):
    path = write(tmp_path, f"document,position,code\nelm,{place(project, 'pay is low')},Low pay\n")
    project.import_codings(path, coder="Ana")
    before = project.revision
    again = project.import_codings(path, coder="Ana")
    assert again.loc[0, ["codings", "known"]].tolist() == [0, 1]
    assert project.revision == before


def test_finished_marks_every_codable_utterance_of_the_document(project, tmp_path):
    path = write(tmp_path, f"document,position,code\nelm,{place(project, 'pay is low')},Low pay\n")
    project.import_codings(path, coder="Ana", finished=True)
    codable = project.list_utterances()["codable"].sum()
    assert len(project.list_reviews()) == codable


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("elm,5,Lowpay,", "row 3: the codebook has no code 'Lowpay'"),
        ("elm,5000,Pay,", "row 3: document 'elm' has no utterance 5000"),
        ("oak,5,Pay,", "row 3: there is no document 'oak'"),
        ("elm,-1,Pay,", "row 3: document 'elm' has no utterance -1"),
        ("elm,{low},Pay,These words are not there", "row 3: .*does not have the words"),
    ],
)
def test_one_wrong_row_stops_the_whole_file(project, tmp_path, row, message):
    low = place(project, "pay is low")
    path = write(tmp_path, f"document,position,code,quote\nelm,{low},Pay,\n{row.format(low=low)}\n")
    with pytest.raises(CodingsFileError, match=message):
        project.import_codings(path, coder="Ana")
    assert project.list_codings().empty
    assert project.list_reviews().empty


def test_a_file_without_coder_needs_one_named(project, tmp_path):
    path = write(tmp_path, "document,position,code\nelm,5,Pay\n")
    with pytest.raises(CodingsFileError, match="whose codings"):
        project.import_codings(path)


def test_a_file_with_several_coders_is_one_transaction(project, tmp_path):
    low = place(project, "pay is low")
    path = write(
        tmp_path, f"document,position,code,coder\nelm,{low},Pay,Ana\nelm,{low},Low pay,Ben\n"
    )
    report = project.import_codings(path)
    assert list(report["coder"]) == ["Ana", "Ben"]
    assert list(report["codings"]) == [1, 1]


def test_markers_code_and_say_why(project):
    report = project.autocode("markers").set_index("code")
    assert report.loc["Low pay", "new"] == 1
    table = project.list_codings()
    assert set(table["origin"]) == {"marker"}
    assert "marker: low" in set(table["memo"])


def test_markers_again_change_nothing(project):
    project.autocode("markers")
    before = project.revision
    report = project.autocode("markers")
    assert report[["new", "gone"]].to_numpy().sum() == 0
    assert project.revision == before


def test_a_dry_run_of_markers_stores_nothing(project):
    before = project.revision
    assert project.autocode("markers", dry_run=True)["new"].sum() > 0
    assert project.revision == before


def test_a_human_coder_is_not_overwritten_by_markers(project):
    project.code_utterance("elm", place(project, "pay is low"), "Pay", coder="Ana")
    with pytest.raises(RefusedError, match="'Ana' is a human coder"):
        project.autocode("Ana")


def test_consensus_is_a_coder_of_its_own_kind(project, tmp_path):
    path = write(tmp_path, f"document,position,code\nelm,{place(project, 'pay is low')},Pay\n")
    project.import_codings(path, coder="Together", kind=CoderKind.CONSENSUS)
    assert set(project.list_reviews()["coder_kind"]) == {"consensus"}


def test_two_rows_of_one_coding_keep_both_memos_and_the_lower_certainty(project, tmp_path):
    low = place(project, "pay is low")
    path = write(
        tmp_path,
        "document,position,code,certainty,memo\n"
        f"elm,{low},Low pay,3,first thought\nelm,{low},Low pay,1,second thought\n",
    )
    report = project.import_codings(path, coder="Ana")
    assert report.loc[0, "codings"] == 1
    row = project.list_codings().iloc[0]
    assert (row["memo"], row["certainty"]) == ("first thought\nsecond thought", 1)
