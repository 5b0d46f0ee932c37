from __future__ import annotations

import pytest

from qualkit.errors import CodingsFileError, OptionError, UnknownNameError


def test_a_type_set_by_hand_stays_when_the_role_changes(project):
    project.set_speaker("Ann Lee", stakeholder_type="provider")
    speaker = project.set_speaker("Ann Lee", role="care worker")
    assert (speaker.stakeholder_type, speaker.type_reason) == ("provider", "set by hand")


def test_a_new_role_lets_the_rules_decide_again(project):
    speaker = project.set_speaker("Ann Lee", role="Deputy manager")
    assert speaker.stakeholder_type == "provider"


def test_an_unknown_type_is_refused_with_those_there_are(project):
    with pytest.raises(UnknownNameError, match="no stakeholder type 'Unoin'; there is: "):
        project.set_speaker("Ann Lee", stakeholder_type="Unoin")


def test_nothing_to_set_is_refused(project):
    with pytest.raises(OptionError, match="nothing known to set"):
        project.set_speaker("Ann Lee")


def test_merging_moves_utterances_and_keeps_the_other_name_as_alias(project):
    before = project.list_speakers().set_index("speaker")["utterances"]
    moved = project.merge_speakers("Ann Lee", ["Bob Hart"])
    after = project.list_speakers().set_index("speaker")["utterances"]
    assert moved == before["Bob Hart"]
    assert after["Ann Lee"] == before["Ann Lee"] + before["Bob Hart"]
    assert project.set_speaker("Bob Hart", role="x").name == "Ann Lee"


def test_a_speaker_is_not_merged_with_itself(project):
    with pytest.raises(OptionError, match="itself"):
        project.merge_speakers("Ann Lee", ["ann lee"])


def test_a_table_of_people_sets_all_rows_or_none(project, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("speaker,document,role\nAnn Lee,elm,nurse\nZoe,elm,nurse\n")
    with pytest.raises(UnknownNameError, match="Zoe"):
        project.import_people(path)
    assert "nurse" not in set(project.list_speakers()["role"])
    path.write_text("speaker,document,role,moderator\nAnn Lee,elm,nurse,no\nBob Hart,,chair,yes\n")
    assert project.import_people(path) == 2
    table = project.list_speakers().set_index("speaker")
    assert table.loc["Ann Lee", "role"] == "nurse"
    assert bool(table.loc["Bob Hart", "moderator"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name,role\nAnn,x\n", "no column 'speaker'"),
        ("speaker,role\n,x\n", "row 2: the speaker is missing"),
        ("speaker,moderator\nAnn Lee,perhaps\n", "row 2, column moderator"),
    ],
)
def test_a_wrong_table_of_people_names_the_row(project, tmp_path, content, message):
    path = tmp_path / "people.csv"
    path.write_text(content)
    with pytest.raises(CodingsFileError, match=message):
        project.import_people(path)


def test_misprints_are_proposed_for_merging_and_not_merged(project, tmp_path):
    path = tmp_path / "second.txt"
    path.write_text("Ann Leigh: Fine.\n\nBob Hart: Good.\n\nAnn Leigh: Yes.\n\nBob Hat: Oh.\n")
    project.import_documents([path])
    before = project.revision
    pairs = project.propose_merges()
    found = {frozenset(pair) for pair in zip(pairs["speaker"], pairs["other"], strict=True)}
    assert frozenset({"Bob Hart", "Bob Hat"}) in found
    assert frozenset({"Ann Lee", "Bob Hart"}) not in found
    assert pairs["score"].between(0, 100).all()
    assert project.revision == before
