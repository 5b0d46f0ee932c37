"""A closed round is frozen: every verb that writes codings is tried on one."""

from __future__ import annotations

import pytest

from qualkit.errors import QualkitError, RefusedError
from qualkit.model import Coding
from qualkit.store.replay import rebuilt
from qualkit.workflow.memos import Target
from qualkit.workflow.project import open_project


def place(project, words: str, document: str = "elm") -> int:
    table = project.list_utterances(document)
    return int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


def frozen(project, name: str = "Pilot"):
    """What stands in a round: codings and reviews of its coders, the consensus aside."""
    project.verify()
    with project.database.read() as connection:
        tables = rebuilt(connection)
    round_id = next(one for (one,), row in tables["rounds"].items() if row["name"] == name)
    agreed = {one for (one,), row in tables["coders"].items() if row["kind"] == "consensus"}
    return {
        (table, *key): row
        for table in ("codings", "reviews")
        for key, row in tables[table].items()
        if row["round_id"] == round_id and row["coder_id"] not in agreed
    }


@pytest.fixture
def closed(project, tmp_path):
    """Ana and Ben have coded in the round Pilot, a copy was split off, and it was closed."""
    project.open_round("Pilot")
    low, fee = place(project, "pay is low"), place(project, "council sets")
    project.apply_codings(
        [
            Coding("elm", low, "pay", "Ana", "Pilot", memo="why"),
            Coding("elm", low, "low_pay", "Ben", "Pilot"),
            Coding("elm", fee, "fees", "Ana", "Pilot"),
            Coding("elm", fee, "fees", "Ben", "Pilot"),
            Coding("elm", fee, "training", "Ana"),
        ]
    )
    project.split_project("Ben", tmp_path / "ben.qualkit")
    with open_project(tmp_path / "ben.qualkit") as copy:
        copy.code_utterance("elm", low, "Training", coder="Ben", round_name="Pilot")
        copy.set_coding(Coding("elm", fee, "fees", "Ben", "Pilot"), memo="late")
        one = {"op_id": "gone-0001", "action": "remove", "document": "elm", "code": "low_pay"}
        copy.apply_operations([{**one, "position": low}], coder="Ben", round_name="Pilot")
    project.edit_code("Pay", reason="r", definition="All money.")
    project.code_utterance("elm", fee, "Pay", coder="Ben", round_name="Pilot")
    project.close_round("Pilot")
    return project


def operation(project, action: str, code: str = "pay") -> list:
    one = {"op_id": f"late-{action}", "action": action, "document": "elm", "code": code}
    one["position"] = place(project, "pay is low")
    return project.apply_operations([one], coder="Ana", round_name="Pilot")


def imported(project, folder):
    path = folder / "late.csv"
    line = f"elm,{place(project, 'pay is low')},Training,Ana,Pilot"
    path.write_text(f"document,position,code,coder,round\n{line}\n", encoding="utf-8")
    return project.import_codings(path, coder="Ana")


def in_vivo(project):
    row = project.list_utterances("elm").set_index("position").loc[9]
    start = int(row["start"])
    return project.code_in_vivo("elm", 9, (start, start + 3), coder="Ana", round_name="Pilot")


WRITERS = {
    "apply": lambda p, _: operation(p, "apply", "training"),
    "remove": lambda p, _: operation(p, "remove"),
    "review": lambda p, _: operation(p, "review"),
    "unreview": lambda p, _: operation(p, "unreview"),
    "apply_codings": lambda p, _: p.apply_codings([Coding("elm", 9, "pay", "Ana", "Pilot")]),
    "code_utterance": lambda p, _: p.code_utterance(
        "elm", 9, "Pay", coder="Ana", round_name="Pilot"
    ),
    "code_in_vivo": lambda p, _: in_vivo(p),
    "code_query": lambda p, _: p.code_query("pay", "Pay", coder="Ana", round_name="Pilot"),
    "autocode": lambda p, _: p.autocode("machine", round_name="Pilot"),
    "import_codings": imported,
    "set_coding": lambda p, _: p.set_coding(
        Coding("elm", place(p, "pay is low"), "pay", "Ana", "Pilot"), certainty=1
    ),
    "memo on a coding": lambda p, _: p.add_memo(
        "late",
        coder="Ana",
        target=Target("elm", place(p, "pay is low"), code="Pay", round="Pilot"),
    ),
    "confirm_codings": lambda p, _: p.confirm_codings("Ana"),
    "merge_codes": lambda p, _: p.merge_codes("Pay", ["Low pay"], reason="r"),
    "split_code": lambda p, _: p.split_code("Pay", ["New"], assign={"New": "pay"}, reason="r"),
    "retire_code": lambda p, _: p.retire_code("Pay", reason="r"),
    "move_code": lambda p, _: p.move_code("Low pay", None, reason="r"),
    "merge_project": lambda p, folder: p.merge_project(folder / "ben.qualkit"),
    "adjudicate": lambda p, _: p.adjudicate(
        "elm", place(p, "pay is low"), "Pay", True, reason="r", by="Cem", round_name="Pilot"
    ),
    "undo": lambda p, _: p.undo("Ben"),
    "set_utterance": lambda p, _: p.set_utterance("elm", place(p, "pay is low"), codable=False),
    "merge_speakers": lambda p, _: p.merge_speakers("Ann Lee", ["Bob Hart"]),
}
ALLOWED = {"retire_code", "move_code", "merge_project", "adjudicate", "set_utterance"}
ALLOWED |= {"merge_speakers"}
"""Verbs that do something else there, and leave the codings and reviews as they are."""

ANSWERED = {"apply", "remove", "review", "unreview"}
"""Operations of the coding screen, which are answered one by one."""


@pytest.mark.parametrize("verb", WRITERS)
def test_no_verb_changes_what_stands_in_a_closed_round(closed, tmp_path, verb):
    before = frozen(closed)
    assert len(before) == 5 + 4
    if verb in ALLOWED:
        WRITERS[verb](closed, tmp_path)
    elif verb in ANSWERED:
        (answer,) = WRITERS[verb](closed, tmp_path)
        assert answer["message"] == "round 'Pilot' is closed; code in an open round."
    else:
        with pytest.raises(QualkitError, match=r"closed|in an open round"):
            WRITERS[verb](closed, tmp_path)
    assert frozen(closed) == before


def test_merging_codes_of_a_closed_round_says_how_many_and_what_would_do(closed):
    revision = closed.revision
    with pytest.raises(RefusedError) as refused:
        closed.merge_codes("Pay", ["Low pay", "Council fees"], reason="r")
    assert str(refused.value) == (
        "3 codings stand in closed round 'Pilot'; "
        "say include_closed=True (--include-closed) to move what is frozen too."
    )
    assert closed.revision == revision


def test_codings_of_a_closed_round_move_when_that_is_said_and_come_back(closed):
    before = frozen(closed)
    closed.merge_codes("Pay", ["Low pay"], reason="r", include_closed=True)
    payload = closed.list_changes()["payload"].iloc[-1]
    assert '"closed_rounds": {"Pilot": 1}' in payload
    ids = {row["code_id"] for key, row in frozen(closed).items() if key[0] == "codings"}
    assert ids == {"pay", "fees"}
    closed.undo()
    assert frozen(closed) == before
    closed.redo()
    closed.undo()
    assert frozen(closed) == before


def test_only_given_codings_hold_a_split_up(closed):
    table = closed.list_code_codings("Council fees")
    closed.split_code("Council fees", ["Rates"], reason="r")
    assert closed.list_codings()["code"].tolist().count("Rates") == 0
    his = table.loc[table["coder"] == "Ben", "id"].tolist()
    with pytest.raises(RefusedError, match="1 coding stands in closed round 'Pilot'"):
        closed.split_code("Council fees", ["Levy"], assign={"Levy": his}, reason="r")
    assign = {"Levy": his}
    closed.split_code("Council fees", ["Levy"], assign=assign, reason="r", include_closed=True)
    assert closed.list_codings()["code"].tolist().count("Levy") == 1


def test_codes_without_codings_in_a_closed_round_merge_freely(closed):
    closed.merge_codes("Pay", ["Training"], reason="r")
    table = closed.list_codings()
    assert sorted(table.loc[table["round"] == "main", "code"]) == ["Pay"]


@pytest.mark.parametrize("made", ["split", "merge"])
def test_what_was_done_before_the_closing_is_not_taken_back_after_it(project, made):
    project.open_round("Pilot")
    low = place(project, "pay is low")
    project.code_utterance("elm", low, "Pay", coder="Ana", round_name="Pilot")
    if made == "split":
        project.split_utterance("elm", low, "I like")
    else:
        project.merge_codes("Training", ["Pay"], reason="r")
    project.close_round("Pilot")
    before = frozen(project)
    with pytest.raises(RefusedError, match="can't be taken back: round 'Pilot' is closed"):
        project.undo()
    assert frozen(project) == before


def test_codings_of_a_closed_round_follow_a_corrected_text(closed, interview, tmp_path):
    text = interview.read_text(encoding="utf-8")
    path = tmp_path / "new" / "elm.txt"
    path.parent.mkdir()
    path.write_text(text.replace("We cannot pay more, the", "No. The"), encoding="utf-8")
    before = frozen(closed)
    told = closed.revise_document("elm", path)
    waiting = closed.list_quarantine()
    pilot = waiting[waiting["round"] == "Pilot"]
    moved = told[(told["outcome"] == "moved") & (told["round"] == "Pilot")]
    assert len(moved) + len(pilot) == sum(key[0] == "codings" for key in before) == 5
    number = int(pilot["number"].iloc[0])
    with pytest.raises(RefusedError, match="closed round 'Pilot', which stays as it is"):
        closed.settle_quarantine(number, None)
    for number in waiting["number"]:
        closed.settle_quarantine(int(number), place(closed, "council sets"), whole=True)
    codings = [row for key, row in frozen(closed).items() if key[0] == "codings"]
    assert len(codings) == 5
    assert closed.list_quarantine().empty
