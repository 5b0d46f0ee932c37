from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from qualkit.errors import NotEnoughError, OptionError, RefusedError
from qualkit.model import Code, Codebook, Coding
from qualkit.workflow.documents import add_document
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


class Study(RuleBasedStateMachine):
    """Any sequence of coding, undoing and correcting equals a simple model."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile  # noqa: PLC0415
        from pathlib import Path  # noqa: PLC0415

        from qualkit.formats.documents import read_bytes  # noqa: PLC0415

        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "s.qualkit"
        book = Codebook("B", (Code("a", "A"), Code("b", "B")))
        self.project = create_project(self.path, codebook=book)
        text = "Ann Lee: One two three.\n\nBob Hart: Four five.\n\nAnn Lee: Six.\n"
        add_document(self.project, read_bytes(text.encode(), "d.txt"))
        self.now: dict[str, frozenset] = {"Ana": frozenset(), "Ben": frozenset()}
        self.past: dict[str, list] = {"Ana": [], "Ben": []}
        self.future: dict[str, list] = {"Ana": [], "Ben": []}
        self.number = 0

    def teardown(self) -> None:
        self.project.close()
        self.folder.cleanup()

    def act(self, coder: str, action: str, position: int, code: str) -> None:
        self.number += 1
        one = {"op_id": f"operation-{self.number}", "action": action, "document": "d"}
        one |= {"position": position, "code": code}
        assert self.project.apply_operations([one], coder=coder)[0]["ok"]
        self.past[coder].append(self.now[coder])
        self.future[coder] = []
        change = frozenset({(position, code)})
        before = self.now[coder]
        self.now[coder] = before | change if action == "apply" else before - change

    @rule(
        coder=st.sampled_from(["Ana", "Ben"]),
        position=st.integers(1, 3),
        code=st.sampled_from("ab"),
        action=st.sampled_from(["apply", "remove"]),
    )
    def code(self, coder: str, action: str, position: int, code: str) -> None:
        self.act(coder, action, position, code)

    @precondition(lambda self: any(self.past.values()))
    @rule(coder=st.sampled_from(["Ana", "Ben"]))
    def undo(self, coder: str) -> None:
        if self.past[coder]:
            self.project.undo(coder)
            self.future[coder].append(self.now[coder])
            self.now[coder] = self.past[coder].pop()

    @precondition(lambda self: any(self.future.values()))
    @rule(coder=st.sampled_from(["Ana", "Ben"]))
    def redo(self, coder: str) -> None:
        if self.future[coder]:
            self.project.redo(coder)
            self.past[coder].append(self.now[coder])
            self.now[coder] = self.future[coder].pop()

    @rule()
    def restart(self) -> None:
        self.project.close()
        self.project = open_project(self.path)

    @invariant()
    def codings_are_those_of_the_model(self) -> None:
        table = self.project.list_codings()
        for coder, wanted in self.now.items():
            mine = table[table["coder"] == coder]
            found = {(int(row.position), row.code.lower()) for row in mine.itertuples()}
            assert found == wanted

    @invariant()
    def the_log_alone_gives_the_tables(self) -> None:
        self.project.verify()


TestStudy = Study.TestCase
TestStudy.settings = settings(
    max_examples=12,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
