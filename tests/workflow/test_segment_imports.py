"""Coded passages find their place by their words."""

from __future__ import annotations

import pytest

from qualkit.errors import OptionError, RefusedError
from qualkit.workflow.project import create_project_from


@pytest.fixture
def write(tmp_path):
    def table(*rows: str, name: str = "list.csv"):
        path = tmp_path / name
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path

    return table


def test_words_are_found_whatever_their_marks(project, write):
    path = write("Document,Code,Quote,Coder", "elm.txt,Low pay,the  PAY is low,Ana")
    report = project.match_codings(path)
    row = project.list_codings().iloc[0]
    text = project.list_utterances().set_index("position").loc[row["position"]]
    begin = int(row["start"] - text["start"])
    assert text["text"][begin:].startswith("The pay is low")
    assert row["coder"] == "Ana"
    assert "1 word for word" in set(report["reason"])


def test_what_is_only_like_it_is_told_and_what_is_not_there_is_listed(project, write):
    path = write(
        "document,code,quote",
        'elm,Pay,"We canot pay more, the counsil sets the fee"',
        'elm,Pay,"Something else altogether, never said by anybody"',
        'elm,Pay,"We do the certificate every year"',
    )
    report = project.match_codings(path, coder="Ana", threshold=85)
    assert len(project.list_codings()) == 2
    lost = report[report["outcome"] == "left out"].iloc[0]
    assert lost["count"] == 1
    assert "row 3" in lost["reason"]
    assert "Something else altogether" in lost["reason"]
    assert any("85 % like" in reason for reason in report["reason"])
    placed = report.query("what == 'codings' and outcome == 'placed'")["count"].sum()
    inside = report.query("what == 'codings' and outcome == 'in the file'")["count"].sum()
    assert placed + 1 == inside


def test_places_in_characters_need_no_words(project, write):
    utterance = project.list_utterances().query("text.str.contains('certificate')").iloc[0]
    start = int(utterance["start"])
    path = write(
        "document,code,start,end", f"elm,School,{start},{start + 5}", "elm,School,9,9999999"
    )
    report = project.match_codings(path, coder="Ana")
    assert int(project.list_codings().iloc[0]["start"]) == start
    assert project.codebook().find("School") is not None
    assert (report["outcome"] == "left out").sum() == 1


def test_a_list_about_other_documents_is_refused(project, write):
    with pytest.raises(RefusedError, match="none of its documents is in the project"):
        project.match_codings(write("document,code,quote", "oak,Pay,x"))
    with pytest.raises(OptionError, match="threshold"):
        project.match_codings(write("document,code,quote", "elm,Pay,x"), threshold=10)


def test_what_programs_list_is_what_their_projects_hold(shared, tmp_path):
    folder = shared / "samples" / "qda" / "from-seeds"
    project, _ = create_project_from(folder / "seeds.qdpx", tmp_path / "p.qualkit")
    with project:
        before = len(project.list_codings())
        report = project.match_codings(folder / "Report_codings.csv")
        assert report.query("what == 'codings' and outcome == 'placed'")["count"].sum() == 353
        assert not (report["outcome"] == "left out").any()
        assert len(project.list_codings()) - before < 5  # words that stand there several times
        report = project.match_codings(folder / "taguette_highlights_all.docx", coder="admin")
        assert report.query("what == 'codings' and outcome == 'placed'")["count"].sum() == 119
