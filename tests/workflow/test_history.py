from __future__ import annotations

import contextlib
import time

import pandas as pd
import pytest
from sqlalchemy import Engine, event

from qualkit.errors import NotEnoughError, OptionError, RefusedError
from qualkit.formats.documents import read_bytes
from qualkit.model import Coding
from qualkit.workflow.documents import add_document
from qualkit.workflow.memos import Target
from qualkit.workflow.project import create_project, open_project


def place(project, words: str) -> int:
    table = project.list_utterances("elm")
    return int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


def test_undo_and_redo_go_back_and_forth_without_limit(project):
    positions = [place(project, "pay is low"), place(project, "certificate")]
    for position in positions:
        for code in ("Pay", "Training"):
            project.code_utterance("elm", position, code, coder="Ana")
    whole = project.list_codings()
    for left in (3, 2, 1, 0):
        project.undo("Ana")
        assert len(project.list_codings()) == left
    with pytest.raises(NotEnoughError, match="Ana has nothing to undo"):
        project.undo("Ana")
    for _ in range(4):
        project.redo("ana")
    pd.testing.assert_frame_equal(project.list_codings(), whole)
    with pytest.raises(NotEnoughError, match="nothing to redo"):
        project.redo("Ana")
    project.verify()


def test_a_coder_undoes_only_their_own_work(project):
    position = place(project, "pay is low")
    project.code_utterance("elm", position, "Pay", coder="Ana")
    project.code_utterance("elm", position, "Pay", coder="Ben")
    project.undo("Ana")
    assert list(project.list_codings()["coder"]) == ["Ben"]


def test_undo_survives_a_restart(project, target):
    project.code_utterance("elm", place(project, "pay is low"), "Pay", coder="Ana")
    project.close()
    with open_project(target) as again:
        again.undo("Ana")
        assert again.list_codings().empty
    with open_project(target) as again:
        again.redo("Ana")
        assert len(again.list_codings()) == 1


def test_a_new_change_forgets_what_could_be_made_again(project):
    position = place(project, "pay is low")
    project.code_utterance("elm", position, "Pay", coder="Ana")
    project.undo("Ana")
    project.code_utterance("elm", position, "Training", coder="Ana")
    with pytest.raises(NotEnoughError):
        project.redo("Ana")


def test_undo_brings_back_a_removed_coding_with_its_memo(project):
    position = place(project, "pay is low")
    project.apply_codings([Coding("elm", position, "pay", "Ana", memo="why", certainty=2)])
    before = project.list_codings()
    remove = {"op_id": "removal-1", "action": "remove", "document": "elm", "code": "pay"}
    project.apply_operations([{**remove, "position": position}], coder="Ana")
    assert project.list_codings().empty
    project.undo("Ana")
    pd.testing.assert_frame_equal(project.list_codings(), before)


def test_a_split_an_import_and_a_merge_are_taken_back_whole(project):
    position = place(project, "pay is low")
    project.code_utterance("elm", position, "Pay", coder="Ana")
    before = project.list_utterances(), project.list_codings(), project.list_speakers()
    project.split_utterance("elm", position, "I like")
    project.merge_speakers("Ann Lee", ["Bob Hart"])
    project.undo()
    project.undo()
    after = project.list_utterances(), project.list_codings(), project.list_speakers()
    for old, new in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(old, new)
    project.verify()


def test_what_others_have_gone_on_from_is_not_taken_back(project):
    position = place(project, "pay is low")
    project.code_utterance("elm", position, "Pay", coder="Ana")
    project.split_utterance("elm", position, "I like")
    with pytest.raises(RefusedError, match=r"change \d+ \(codings.batch\) can't be taken back"):
        project.undo("Ana")
    assert project.undo().action == "utterance.split"
    with pytest.raises(RefusedError, match=r"document\.import"):
        project.undo()
    project.verify()
    assert project.undo("Ana").action == "codings.batch"
    assert project.undo().action == "document.import"
    project.verify()


def test_what_others_have_taken_back_and_made_again_still_stands_in_the_way(project):
    position = place(project, "pay is low")
    project.code_utterance("elm", position, "Pay", coder="Ana")
    project.split_utterance("elm", position, "I like")
    project.undo()
    project.redo()
    with pytest.raises(RefusedError):
        project.undo("Ana")


def test_the_beginning_of_a_project_stays(project):
    project.undo()
    assert project.list_documents().empty
    with pytest.raises(NotEnoughError, match="nothing to undo"):
        project.undo()


def test_the_project_as_it_was(project):
    position = place(project, "pay is low")
    project.code_utterance("elm", position, "Pay", coder="Ana")
    then = project.revision
    moment = project.list_changes(limit=1)["at"].iloc[0]
    time.sleep(0.002)
    project.code_utterance("elm", position, "Training", coder="Ana")
    project.split_utterance("elm", position, "I like")
    for asked in (then, moment):
        with project.as_of(asked) as old:
            assert list(old.list_codings()["code"]) == ["Pay"]
            assert old.revision == then
            old.verify()
    assert len(project.list_codings()) == 4


@pytest.mark.parametrize("moment", ["yesterday", "1999-01-01", 0])
def test_a_moment_that_is_none_is_refused(project, moment):
    with pytest.raises(OptionError), project.as_of(moment):
        pass


def test_who_did_what_to_an_utterance(project):
    position = place(project, "pay is low")
    project.code_utterance("elm", position, "Pay", coder="Ana")
    project.code_utterance("elm", position + 1, "Pay", coder="Ana")
    project.code_utterance("elm", position, "Training", coder="Ben")
    project.undo("Ben")
    told = project.utterance_history("elm", position)
    said = list(zip(told["actor"], told["what"], told["code"], strict=True))
    assert [one for one in said if one[1] in {"coded", "code removed"}] == [
        ("Ana", "coded", "Pay"),
        ("Ben", "coded", "Training"),
        ("Ben", "code removed", "Training"),
    ]


def test_the_history_of_an_utterance_is_not_that_of_one_that_is_no_more(project):
    position = place(project, "pay is low")
    project.split_utterance("elm", position, "I like")
    project.code_utterance("elm", position + 1, "Pay", coder="Ana")
    project.undo("Ana")
    project.undo()
    project.split_utterance("elm", position, "and the hours")
    assert project.utterance_history("elm", position + 1).empty


def test_words_that_somebody_has_coded_since_are_not_cut_otherwise(project):
    position = place(project, "pay is low")
    project.split_utterance("elm", position, "I like")
    project.code_utterance("elm", position, "Pay", coder="Ana")
    with pytest.raises(RefusedError, match=r"utterance\.split\) can't be taken back"):
        project.undo()
    assert project.list_codings()["position"].tolist() == [position]
    project.undo("Ana")
    project.undo()
    project.code_utterance("elm", position, "Pay", coder="Ana")
    with pytest.raises(RefusedError, match="can't be made again"):
        project.redo()
    project.verify()


def test_a_span_in_an_utterance_joined_since_keeps_the_join(project):
    position = place(project, "pay is low")
    project.set_utterance("elm", position + 1, speaker="Ann Lee")
    project.join_utterances("elm", position)
    row = project.list_utterances("elm").set_index("position").loc[position]
    start = int(row["start"]) + row["text"].index("council")
    span = Coding("elm", position, "fees", "Ana", start=start, end=start + 7)
    project.apply_codings([span])
    with pytest.raises(RefusedError, match=r"utterance\.join\) can't be taken back"):
        project.undo()
    project.verify()


def test_coding_elsewhere_or_taken_away_again_does_not_hold_a_split(project):
    position = place(project, "pay is low")
    project.split_utterance("elm", position, "I like")
    project.code_utterance("elm", position + 2, "Pay", coder="Ana")
    one = {"op_id": "operation-1", "document": "elm", "position": position}
    project.apply_operations([one | {"action": "review"}], coder="Ana")
    one |= {"op_id": "operation-2", "action": "unreview"}
    project.apply_operations([one], coder="Ana")
    assert project.undo().action == "utterance.split"
    project.verify()


def test_a_memo_holds_what_it_is_about(project):
    position = place(project, "pay is low")
    project.split_utterance("elm", position, "I like")
    there = Target(document="elm", position=position + 1)
    project.add_memo("kind", coder="Ana", target=there)
    with pytest.raises(RefusedError):
        project.undo()
    project.add_code("Rota", reason="r", coder="Ben")
    project.add_memo("whose?", coder="Ana", target=Target(code="Rota"))
    with pytest.raises(RefusedError):
        project.undo("Ben")
    project.undo("Ana")
    project.undo("Ben")
    project.undo("Ana")
    project.undo()
    project.verify()


def test_a_corrected_text_that_somebody_has_coded_stays(project, interview, tmp_path):
    path = tmp_path / "new" / "elm.txt"
    path.parent.mkdir()
    path.write_text(interview.read_text().replace("each time", "every time"), encoding="utf-8")
    project.revise_document("elm", path)
    project.code_utterance("elm", place(project, "every time"), "Training", coder="Ana")
    with pytest.raises(RefusedError, match=r"document\.revise\) can't be taken back"):
        project.undo()
    project.undo("Ana")
    assert project.undo().action == "document.revise"
    project.verify()


@contextlib.contextmanager
def statements():
    """List what any database is asked, one line for a statement however many rows it takes."""
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_undo_of_a_split_asks_no_more_of_a_long_document_than_of_a_short_one(new_target, codebook):
    counts = []
    for turns in (40, 400):
        said = "".join(f"Ann Lee: This is what was said as number {n}.\n\n" for n in range(turns))
        with create_project(new_target(), codebook=codebook) as project:
            add_document(project, read_bytes(said.encode(), "long.txt"))
            before = project.list_utterances()
            project.split_utterance("long", 2, "number")
            with statements() as asked:
                project.undo()
            counts.append(len(asked))
            pd.testing.assert_frame_equal(project.list_utterances(), before)
            project.redo()
            project.verify()
    assert counts[0] == counts[1]
