"""How far everybody has come, counted at once and by what has changed since."""

from __future__ import annotations

import pytest

from qualkit.model import Coder, Round, RoundMode
from qualkit.store import coders, progress, rounds
from qualkit.store.journal import writing
from qualkit.store.touched import touched_since


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
        totals = progress.codable_in(connection)
        table = progress.progress(connection, totals, progress.seen_in(connection))
    assert table[["round", "coder", "reviewed"]].to_numpy().tolist() == [["Pilot", "Ana", 0]]
    assert totals[None] == len(codable(opened))


def test_what_changed_is_added_to_what_was_counted(opened):
    with opened.database.read() as connection:
        before = progress.seen_in(connection)
    since, place = opened.revision, codable(opened)[0]
    opened.code_utterance("elm", place, "Pay", coder="Ana")
    opened.code_utterance("elm", place, "Pay", coder="Ben")
    opened.undo("Ben")
    with opened.database.read() as connection:
        touched = touched_since(connection, since)
        followed = progress.seen_after(connection, before, touched)
        assert followed == progress.seen_in(connection)
    assert list(followed.values()) == [1]
    assert touched.revision == opened.revision
    assert touched.tables >= {"codings", "reviews"}


def test_it_is_counted_per_document(opened):
    opened.code_utterance("elm", 1, "Pay", coder="Ana", round_name="Pilot")
    with opened.database.read() as connection:
        assert progress.codable_per_document(connection, "main", ["elm"]) is None
        asked = progress.codable_per_document(connection, "Pilot", ["elm"])
        seen = progress.seen_per_document(connection, "Ana", "Pilot", ["elm", "oak"])
    inside = len({1, 2} & set(codable(opened)))
    assert (asked or {}).get("elm", 0) == inside
    assert seen.get("elm", 0) == len({1} & set(codable(opened)))
