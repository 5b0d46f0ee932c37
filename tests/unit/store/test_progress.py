"""How far everybody has come, in each round and in each document."""

from __future__ import annotations

import pytest

from qualkit.model import Coder, Round, RoundMode
from qualkit.store import coders, progress, rounds
from qualkit.store.journal import writing


@pytest.fixture
def opened(project):
    """The project with the round "Pilot" for Ana on the first two utterances."""
    with writing(project.database) as journal:
        ana = coders.ensure(journal, Coder("Ana"))
        rounds.open_new(journal, rounds.Plan(Round("Pilot", RoundMode.BLIND), [ana], [1, 2]))
        journal.record("round.new", {"round": "Pilot"})
    return project


def codable(project):
    table = project.list_utterances()
    return table.loc[table["codable"], "position"].tolist()


def test_progress_names_everybody_of_the_round(opened):
    with opened.database.read() as connection:
        table = progress.progress(connection)
    inside = len({1, 2} & set(codable(opened)))
    assert table.to_numpy().tolist() == [["Pilot", "Ana", 0, inside]]


def test_what_is_coded_and_taken_back_is_counted(opened):
    place = codable(opened)[0]
    opened.code_utterance("elm", place, "Pay", coder="Ana")
    opened.code_utterance("elm", place, "Pay", coder="Ben")
    opened.undo("Ben")
    with opened.database.read() as connection:
        table = progress.progress(connection).set_index(["round", "coder"])
    assert table["reviewed"].to_dict() == {("main", "Ana"): 1, ("Pilot", "Ana"): 0}
    assert table.loc[("main", "Ana"), "total"] == len(codable(opened))


def test_it_is_counted_per_document(opened):
    opened.code_utterance("elm", 1, "Pay", coder="Ana", round_name="Pilot")
    with opened.database.read() as connection:
        whole = progress.codable_per_document(connection, "main", ["elm"])
        asked = progress.codable_per_document(connection, "Pilot", ["elm"])
        seen = progress.seen_per_document(connection, "Ana", "Pilot", ["elm", "oak"])
    assert whole == {"elm": len(codable(opened))}
    assert asked.get("elm", 0) == len({1, 2} & set(codable(opened)))
    assert seen.get("elm", 0) == len({1} & set(codable(opened)))
