"""Coded passages find their place by their words."""

from __future__ import annotations

import pytest

from qualkit.errors import OptionError, RefusedError
from qualkit.model import Code, Codebook
from qualkit.workflow.project import create_project, create_project_from


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


@pytest.mark.parametrize("joint", [" > ", "\\", "\\\\"])
def test_a_code_with_its_path_comes_in_as_a_tree(project, write, joint):
    path = write(
        "document,code,quote",
        f"elm,Pay{joint}Low pay,pay is low",
        f"elm,Work{joint}Papers{joint}Certificates,do the certificate",
    )
    report = project.match_codings(path, coder="Ana")
    assert set(project.list_codings()["code"]) == {"Low pay", "Certificates"}
    tree = {one.name: one.parent for one in project.codebook().codes}
    assert (tree["Certificates"], tree["Papers"], tree["Work"]) == ("papers", "work", None)
    codes = report[report["what"] == "codes"].set_index("outcome")["count"]
    assert codes.to_dict() == {"in the file": 5, "there already": 2, "new": 3}


def test_the_same_words_with_another_code_or_coder_are_the_same_place(target, tmp_path, write):
    text = tmp_path / "talk.txt"
    text.write_text("Ann: Yes.\n\nBob: Pay?\n\nAnn: Yes.\n\nBob: So be it.\n", encoding="utf-8")
    with create_project(target, codebook=Codebook("c", (Code("a", "A"),))) as project:
        project.import_documents([text])
        project.match_codings(
            write(
                "document,code,quote,coder",
                "talk,A,Yes.,Ana",
                "talk,B,Yes.,Ana",
                "talk,A,Yes.,Ben",
                "talk,A; B,Yes.,Ana",
            )
        )
        rows = project.list_codings()
        first, last = rows["position"].min(), rows["position"].max()
        places = rows.groupby(["coder", "code"])["position"].apply(sorted).to_dict()
        assert places == {
            ("Ana", "A"): [first, last],
            ("Ana", "B"): [first, last],
            ("Ben", "A"): [first],
        }


def test_passages_without_a_code_are_memos_or_listed(project, write):
    path = write(
        "document,code,quote,comment,coder",
        "elm,,pay is low,Look again,Ana",
        "elm,,pay is low,,Ana",
        "elm,,never said by anybody at all,,Ana",
        "elm,Pay,pay is low,,Ana",
    )
    report = project.match_codings(path)
    assert list(project.list_memos()["text"]) == ["Look again"]
    lost = report[report["outcome"] == "left out"]
    assert set(lost["what"]) == {"passage without code"}
    assert lost["count"].sum() == 2
    codings = report[report["what"] == "codings"].set_index("outcome")["count"]
    assert codings.to_dict() == {"in the file": 1, "placed": 1}


def test_quotation_marks_around_a_quote_may_be_its_own_or_not(target, tmp_path, write):
    text = tmp_path / "talk.txt"
    text.write_text('Ann: "So be it."\n\nBob: Why not.\n\nAnn: Yes.\n', encoding="utf-8")
    with create_project(target, codebook=Codebook("c", (Code("a", "A"),))) as project:
        project.import_documents([text])
        rows = ('talk,A,"""So be it."""', 'talk,A,"""Why not."""')
        project.match_codings(write("document,code,quote", *rows), coder="Ana")
        assert project.list_codings()["start"].isna().all()  # both stand on whole utterances
        assert len(project.list_codings()) == 2
