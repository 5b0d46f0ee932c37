"""Tallies are what there is to count, whatever is done, and are counted anew where they are not."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from qualkit.errors import CheckFailedError
from qualkit.model import Coder, Round, RoundMode
from qualkit.store import coders, rounds, tallies
from qualkit.store.journal import writing
from qualkit.workflow.backups import doctor


def wrong(project):
    with project.database.read() as connection:
        return list(tallies.differences(connection))


def counted(project, tally):
    with project.database.read() as connection:
        return [tuple(row) for row in connection.execute(select(tally).order_by(*tally.c))]


def codable(project):
    table = project.list_utterances()
    return table.loc[table["codable"], "position"].tolist()


def reviews(positions):
    return [
        {"op_id": f"review-{one}", "action": "review", "document": "elm", "position": one}
        for one in positions
    ]


@pytest.mark.parametrize("at_once", [400, 1])  # one by one, and whole documents
def test_whatever_is_done_they_are_what_there_is_to_count(project, monkeypatch, at_once):
    monkeypatch.setattr(tallies, "_AT_ONCE", at_once)
    first, second, third = codable(project)[:3]
    with writing(project.database) as journal:
        ana = coders.ensure(journal, Coder("Ana"))
        plan = rounds.Plan(Round("Pilot", RoundMode.OPEN), [ana], [1, first, second])
        rounds.open_new(journal, plan)
        journal.record("round.new", {"round": "Pilot"})
    assert counted(project, tallies.drawn)
    steps = [
        lambda: project.code_utterance("elm", first, "Pay", coder="Ana"),
        lambda: project.code_utterance("elm", second, "Pay", coder="Ana", round_name="Pilot"),
        lambda: project.apply_operations(reviews(codable(project)), coder="Ben"),
        lambda: project.set_utterance("elm", first, codable=False),
        lambda: project.set_utterance("elm", second, speaker="Somebody New"),
        lambda: project.split_utterance("elm", third, 3),
        project.undo,
        project.redo,
        lambda: project.undo("Ana"),
        lambda: project.undo("Ben"),
    ]
    for step in steps:
        step()
        assert wrong(project) == []
    project.verify()


def test_a_document_taken_back_takes_its_tallies_along(project, tmp_path):
    before = counted(project, tallies.spoken)
    place = tmp_path / "oak.txt"
    place.write_text("Ann Lee: Pay is low.\n\nBo: It is.\n", "utf-8")
    project.import_documents([place])
    assert len(counted(project, tallies.spoken)) > len(before)
    project.undo()
    assert counted(project, tallies.spoken) == before


def test_a_tally_that_does_not_hold_is_found_and_counted_again(project):
    project.code_utterance("elm", codable(project)[0], "Pay", coder="Ana")
    location = str(project.database.path or project.database.engine.url.render_as_string(False))
    for change in (update(tallies.seen).values(codable=40), delete(tallies.spoken)):
        with project.database.write() as connection:
            connection.execute(change)
        with pytest.raises(CheckFailedError, match=r"not what there is to count.*--repair"):
            project.verify()
        assert doctor(location)["repaired"].tolist() == ["can be"]
        assert doctor(location, repair=True)["repaired"].tolist() == ["yes"]
        project.verify()
