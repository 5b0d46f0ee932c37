from __future__ import annotations

import json

import pandas as pd
import pytest
from openpyxl import load_workbook

from qualkit.errors import OptionError, RefusedError, UnknownNameError
from qualkit.model import Coding
from qualkit.workflow.memos import Target


@pytest.fixture
def position(project) -> int:
    table = project.list_utterances("elm")
    at = int(table.loc[table["text"].str.contains("pay is low"), "position"].iloc[0])
    project.code_utterance("elm", at, "Pay", coder="Ana")
    return at


def everywhere(position: int) -> dict[str, Target]:
    return {
        "project": Target(),
        "document": Target(document="elm"),
        "speaker": Target(speaker="ann lee"),
        "utterance": Target(document="ELM.txt", position=position),
        "code": Target(code="low pay"),
        "coding": Target(document="elm", position=position, code="Pay"),
    }


def test_memos_hang_on_everything(project, position):
    for about, target in everywhere(position).items():
        project.add_memo(f"about the {about}", coder="Ana", target=target)
    table = project.list_memos().set_index("about")
    assert list(table.index) == list(everywhere(position))
    assert table.loc["document", "document"] == "elm"
    assert table.loc["speaker", "speaker"] == "Ann Lee"
    assert table.loc["utterance", ["document", "position"]].tolist() == ["elm", position]
    assert table.loc["code", "code"] == "Low pay"
    assert table.loc["coding", ["position", "code", "coder"]].tolist() == [position, "Pay", "Ana"]
    assert list(table["text"]) == [f"about the {about}" for about in table.index]


@pytest.mark.parametrize("about", list(everywhere(0)))
def test_a_memo_is_written_changed_deleted_undone_and_redone(project, position, about):
    states = [project.list_memos()]
    number = project.add_memo("first", coder="Ana", target=everywhere(position)[about])
    states.append(project.list_memos())
    project.change_memo(number[:8], "second", coder="Ana")
    states.append(project.list_memos())
    project.delete_memo(number, coder="Ana")
    states.append(project.list_memos())
    assert [list(state["text"]) for state in states] == [[], ["first"], ["second"], []]
    for step, order in ((project.undo, (2, 1, 0)), (project.redo, (1, 2, 3))):
        for wanted in order:
            step("Ana")
            pd.testing.assert_frame_equal(project.list_memos(), states[wanted], check_dtype=False)
            project.verify()


def test_memos_are_searched_in_any_case(project):
    for text in ("Low PAY again", "training", "50% of (it)"):
        project.add_memo(text, coder="Ana")
    assert list(project.list_memos(search="pay")["text"]) == ["Low PAY again"]
    assert list(project.list_memos(search="% of (")["text"]) == ["50% of (it)"]
    assert project.list_memos(about="code").empty


def test_nobody_changes_the_memo_of_another(project, position):
    number = project.add_memo("mine", coder="Ana")
    on_coding = project.add_memo("mine", coder="Ana", target=everywhere(position)["coding"])
    for one in (number, on_coding):
        with pytest.raises(RefusedError, match="Ana's"):
            project.change_memo(one, "yours", coder="Ben")
        with pytest.raises(RefusedError, match="Ana's"):
            project.delete_memo(one, coder="Ben")


def test_a_memo_on_nothing_is_refused(project, position):
    with pytest.raises(OptionError, match="needs words"):
        project.add_memo("  ", coder="Ana")
    with pytest.raises(OptionError, match="position and speaker"):
        project.add_memo("x", coder="Ana", target=Target(position=3, speaker="Ann Lee"))
    with pytest.raises(UnknownNameError, match="no utterance 999"):
        project.add_memo("x", coder="Ana", target=Target("elm", 999))
    with pytest.raises(UnknownNameError, match="Ben has not coded 'Pay'"):
        project.add_memo("x", coder="Ben", target=everywhere(position)["coding"])
    with pytest.raises(UnknownNameError, match="speaker 'Ann Lea'"):
        project.add_memo("x", coder="Ana", target=Target(speaker="Ann Lea"))
    with pytest.raises(UnknownNameError, match="no memo 'abcd'"):
        project.change_memo("abcd", "x", coder="Ana")
    with pytest.raises(OptionError, match="not about 'weather'"):
        project.list_memos(about="weather")


def test_memos_are_in_the_exports(project, tmp_path):
    project.add_memo("think of the council", coder="Ana", target=Target(document="elm"))
    book, plain = project.export(tmp_path / "all.xlsx", tmp_path / "all.json")
    sheet = load_workbook(book)["Memos"]
    assert any("think of the council" in row for row in sheet.iter_rows(values_only=True))
    memos = json.loads(plain.read_text("utf-8"))["tables"]["memos"]
    assert memos["rows"][0][memos["columns"].index("text")] == "think of the council"


def test_memos_follow_what_is_joined_and_merged(project, position):
    project.split_utterance("elm", position, "I like")
    project.add_memo("late", coder="Ana", target=Target("elm", position + 1))
    project.add_memo("who", coder="Ana", target=Target(speaker="Bob Hart"))
    project.join_utterances("elm", position)
    project.merge_speakers("Ann Lee", ["Bob Hart"])
    table = project.list_memos().set_index("text")
    assert table.loc["late", "position"] == position
    assert table.loc["who", "speaker"] == "Ann Lee"
    project.verify()


def test_memo_and_certainty_of_a_coding_are_set_undone_and_redone(project, position):
    coding = Coding("elm", position, "Pay", "Ana")
    states = [project.list_codings()]
    for values in ({"memo": "why"}, {"certainty": 3}, {"memo": "", "certainty": 0}):
        project.set_coding(coding, **values)
        states.append(project.list_codings())
    assert states[2].loc[0, ["memo", "certainty"]].tolist() == ["why", 3]
    assert states[3].loc[0, ["memo", "certainty"]].isna().all()
    for step, order in ((project.undo, (2, 1, 0)), (project.redo, (1, 2, 3))):
        for wanted in order:
            step("Ana")
            pd.testing.assert_frame_equal(project.list_codings(), states[wanted], check_dtype=False)
            project.verify()


def test_setting_what_is_not_there_is_refused(project, position):
    coding = Coding("elm", position, "Pay", "Ana")
    with pytest.raises(OptionError, match="nothing to set"):
        project.set_coding(coding)
    with pytest.raises(OptionError, match="4 is no certainty"):
        project.set_coding(coding, certainty=4)
    with pytest.raises(UnknownNameError, match="Ben has not coded 'Pay'"):
        project.set_coding(Coding("elm", position, "Pay", "Ben"), memo="x")


def test_of_several_spans_the_one_meant_must_be_said(project, position):
    start = int(project.list_utterances().set_index("position").loc[position, "start"])
    spans = [(start, start + 3), (start + 4, start + 7)]
    project.apply_codings(
        [Coding("elm", position, "training", "Ana", start=a, end=b) for a, b in spans]
    )
    with pytest.raises(OptionError, match="on 2 spans"):
        project.set_coding(Coding("elm", position, "training", "Ana"), memo="x")
    a, b = spans[1]
    project.set_coding(Coding("elm", position, "training", "Ana", start=a, end=b), memo="x")
    assert project.list_codings().query("memo == 'x'")["start"].tolist() == [a]


def test_half_a_character_is_refused_in_one_sentence(project):
    before = project.revision
    with pytest.raises(OptionError, match=r"'pay .{1,3} low' holds half a character"):
        project.add_memo("pay \ud83d low", coder="Ana")
    assert project.revision == before
