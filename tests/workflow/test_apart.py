from __future__ import annotations

import pandas as pd
import pytest

from qualkit.errors import ProjectExistsError, RefusedError
from qualkit.model import Coding
from qualkit.workflow.memos import Target
from qualkit.workflow.project import Project, open_project


@pytest.fixture
def laptop(project: Project, tmp_path):
    """What Ben has with him: a copy made after Ana and Ben had each coded one utterance."""
    project.apply_codings([Coding("elm", 7, "pay", "Ana", memo="hers")])
    project.apply_codings([Coding("elm", 7, "low_pay", "Ben", memo="his")])
    target = tmp_path / "ben.qualkit"
    project.split_project("Ben", target)
    with open_project(target) as copy:
        yield copy


def outcomes(table: pd.DataFrame) -> dict[str, int]:
    return table["outcome"].value_counts().to_dict()


def kept(project: Project) -> pd.DataFrame:
    columns = ["position", "code", "coder", "start", "end", "memo"]
    return project.list_codings()[columns].reset_index(drop=True)


def test_a_copy_holds_the_study_and_one_coders_work(project, laptop):
    pd.testing.assert_frame_equal(laptop.list_utterances(), project.list_utterances())
    assert laptop.codebook().codes == project.codebook().codes
    assert list(laptop.list_codings()["coder"]) == ["Ben"]
    assert set(laptop.list_reviews()["coder"]) == {"Ben"}
    laptop.verify()


def test_nothing_that_others_coded_is_anywhere_in_the_copy(project, laptop):
    path = laptop.database.path
    laptop.close()
    with open_project(path) as copy:
        assert "hers" not in str(copy.list_changes().to_dict())
        assert set(copy.list_changes()["actor"]) == {"qualkit"}
    project.verify()


def test_a_new_coder_can_be_given_a_copy(project, tmp_path):
    project.split_project("Cleo", tmp_path / "cleo.qualkit")
    with open_project(tmp_path / "cleo.qualkit") as copy:
        copy.code_utterance("elm", 7, "Pay", coder="Cleo")
        table = project.merge_project(copy)
    assert outcomes(table) == {"new": 2}
    assert list(project.list_codings()["coder"]) == ["Cleo"]


def test_a_copy_does_not_replace_a_file(project, laptop):
    with pytest.raises(ProjectExistsError):
        project.split_project("Ben", laptop.database.path)


def test_codings_spans_reviews_and_memos_come_back(project, laptop):
    row = laptop.list_utterances().set_index("position").loc[8]
    start = int(row["start"])
    span = Coding("elm", 8, "fees", "Ben", start=start, end=start + 5, memo="fee", certainty=2)
    laptop.apply_codings([span], reviewed=[("elm", 9)])
    laptop.add_memo("a thought", coder="Ben", target=Target(document="elm", position=8))
    project.code_utterance("elm", 8, "Training", coder="Ana")
    table = project.merge_project(laptop)
    assert outcomes(table) == {"new": 4}
    mine = project.list_codings()
    mine = mine[(mine["coder"] == "Ben") & (mine["position"] == 8)].iloc[0]
    assert (mine["start"], mine["end"], mine["memo"], mine["certainty"]) == (
        start,
        start + 5,
        "fee",
        2,
    )
    assert "a thought" in list(project.list_memos()["text"])
    project.verify()


def test_merging_twice_changes_nothing(project, laptop):
    laptop.code_utterance("elm", 8, "Council fees", coder="Ben")
    first = project.merge_project(laptop)
    assert first.attrs["about"] == {"same": 2, "new": 2}
    before, revision = project.list_codings(), project.revision
    again = project.merge_project(laptop)
    assert again.empty
    assert again.attrs["about"] == {"same": 4}
    assert project.revision == revision
    pd.testing.assert_frame_equal(project.list_codings(), before)


def test_a_merge_is_taken_back_whole_and_can_be_done_again(project, laptop):
    laptop.code_utterance("elm", 8, "Council fees", coder="Ben")
    before = kept(project)
    project.merge_project(laptop)
    after = kept(project)
    assert project.undo().action == "project.merge"
    pd.testing.assert_frame_equal(kept(project), before)
    project.merge_project(laptop)
    pd.testing.assert_frame_equal(kept(project), after)
    project.verify()


def test_a_dry_run_says_the_same_and_changes_nothing(project, laptop):
    laptop.code_utterance("elm", 8, "Council fees", coder="Ben")
    revision = project.revision
    told = project.merge_project(laptop.location, dry_run=True)
    assert project.revision == revision
    pd.testing.assert_frame_equal(told, project.merge_project(laptop.location))


def test_what_was_removed_on_either_side_stays_removed(project, laptop):
    remove = {"op_id": "removal-1", "action": "remove", "document": "elm", "position": 7}
    laptop.apply_operations([remove | {"code": "low_pay"}], coder="Ben")
    table = project.merge_project(laptop)
    assert outcomes(table) == {"removed": 1}
    assert list(project.list_codings()["coder"]) == ["Ana"]


def test_what_was_removed_here_does_not_come_back(project, laptop):
    remove = {"op_id": "removal-1", "action": "remove", "document": "elm", "position": 7}
    project.apply_operations([remove | {"code": "low_pay"}], coder="Ben")
    table = project.merge_project(laptop)
    assert list(table["reason"]) == ["it was removed here"]
    assert list(project.list_codings()["coder"]) == ["Ana"]


def test_what_came_by_an_earlier_merge_and_was_removed_does_not_come_back(project, laptop):
    laptop.code_utterance("elm", 8, "Council fees", coder="Ben")
    project.merge_project(laptop)
    remove = {"op_id": "removal-1", "action": "remove", "document": "elm", "position": 8}
    project.apply_operations([remove | {"code": "fees"}], coder="Ben")
    assert list(project.merge_project(laptop)["reason"]) == ["it was removed here"]
    assert 8 not in set(project.list_codings()["position"])


def test_a_change_on_one_side_comes_over_and_one_on_both_is_a_conflict(project, laptop):
    laptop.set_coding(Coding("elm", 7, "low_pay", "Ben"), memo="on second thoughts")
    table = project.merge_project(laptop)
    assert outcomes(table) == {"changed": 1}
    assert "on second thoughts" in set(project.list_codings()["memo"])
    laptop.set_coding(Coding("elm", 7, "low_pay", "Ben"), memo="there")
    project.set_coding(Coding("elm", 7, "low_pay", "Ben"), memo="here")
    table = project.merge_project(laptop)
    row = table.iloc[0]
    assert (row["outcome"], row["here"], row["there"]) == ("conflict", "memo: here", "memo: there")
    assert "here" in set(project.list_codings()["memo"])
    project.verify()


def test_a_code_that_only_the_copy_has_is_listed_and_taken_when_asked(project, laptop):
    laptop.add_code("Rota", parent="Pay", reason="in vivo")
    laptop.code_utterance("elm", 8, "Rota", coder="Ben")
    table = project.merge_project(laptop)
    left = table[table["outcome"] == "left out"]
    assert set(left["what"]) == {"code", "coding"}
    assert "the code is not in the codebook" in set(left["reason"])
    project.merge_project(laptop, add_codes=True)
    assert project.codebook().find("Rota").parent == "pay"
    assert "Rota" in set(project.list_codings()["code"])
    project.verify()


def test_a_code_of_another_id_but_the_same_name_is_the_same(project, laptop):
    laptop.add_code("Shifts", reason="new")
    laptop.code_utterance("elm", 8, "Shifts", coder="Ben")
    project.add_code("shifts", reason="new")
    project.merge_project(laptop)
    assert "shifts" in set(project.list_codings()["code"])


def test_a_differing_text_is_refused_with_the_first_difference(project, laptop, tmp_path):
    text = (tmp_path / "elm.txt").read_text(encoding="utf-8")
    path = tmp_path / "new" / "elm.txt"
    path.parent.mkdir()
    path.write_text(text.replace("hours are long", "shifts are long"), encoding="utf-8")
    laptop.revise_document("elm", path)
    revision = project.revision
    with pytest.raises(RefusedError, match=r"elm, character \d+: the texts differ.*hours.*shifts"):
        project.merge_project(laptop)
    assert project.revision == revision
    project.revise_document("elm", path)
    laptop.code_utterance("elm", 8, "Council fees", coder="Ben")
    project.merge_project(laptop)
    assert 8 in set(project.list_codings()["position"])


def test_what_has_no_place_here_is_listed(project, laptop, tmp_path):
    path = tmp_path / "only_there.txt"
    path.write_text("Ann Lee: We met.\n\nBob Hart: We did meet.\n", encoding="utf-8")
    laptop.import_documents([path])
    laptop.code_utterance("only_there", 1, "Pay", coder="Ben")
    laptop.code_utterance("elm", 7, "Training", coder="Ben")
    project.split_utterance("elm", 7, "I like")
    told = project.merge_project(laptop)
    assert set(told["outcome"]) == {"left out"}
    reasons = set(told["reason"])
    assert "the document is not in this project: import it, then merge again" in reasons
    assert "the utterance begins or ends elsewhere here" in reasons


def test_a_closed_round_takes_nothing_in(project, laptop):
    laptop.code_utterance("elm", 8, "Council fees", coder="Ben")
    project.close_round("main")
    told = project.merge_project(laptop)
    assert set(told["reason"]) == {"the round is closed"}
    assert 8 not in set(project.list_codings()["position"])


def test_a_round_opened_in_the_copy_comes_along(project, laptop):
    laptop.open_round("second")
    laptop.code_utterance("elm", 8, "Council fees", coder="Ben", round_name="second")
    project.merge_project(laptop)
    assert "second" in set(project.list_codings()["round"])
    project.verify()


def test_whole_copies_of_a_file_are_merged_too(project, tmp_path):
    if project.database.is_server:
        pytest.skip("about copies of files")
    project.code_utterance("elm", 7, "Pay", coder="Ana")
    copy = project.backup(tmp_path / "copy.qualkit")
    with open_project(copy) as other:
        other.code_utterance("elm", 8, "Pay", coder="Ana")
        other.code_utterance("elm", 8, "Pay", coder="Ben")
    assert outcomes(project.merge_project(copy)) == {"new": 4}
    project.verify()


def test_what_a_memo_says_is_not_told_while_a_blind_round_is_open(project, laptop):
    laptop.add_memo("clearly about pay", coder="Ben", target=Target(document="elm", position=8))
    project.open_round("blind", mode="blind", coders=["Ana", "Ben"])
    told = project.merge_project(laptop)
    assert list(told["what"]) == ["memo"]
    assert told["there"].isna().all()


def test_a_copy_takes_a_codebook_of_any_depth(project, tmp_path):
    for depth in range(1, 40):
        above = f"level {depth - 1}" if depth > 1 else None
        project.add_code(f"level {depth}", parent=above, reason="deep")
    project.move_code("level 1", "Training", reason="deeper")
    project.split_project("Ben", tmp_path / "deep.qualkit")
    with open_project(tmp_path / "deep.qualkit") as copy:
        assert copy.codebook().codes == project.codebook().codes
