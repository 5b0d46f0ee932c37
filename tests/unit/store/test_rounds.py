from __future__ import annotations

import pytest

from qualkit.errors import OptionError, RefusedError, UnknownNameError
from qualkit.model import Coder, Round, RoundMode
from qualkit.store import coders, rounds
from qualkit.store.journal import writing


@pytest.fixture
def opened(project):
    """Round "Pilot" for Ana on the first two utterances, and its id."""
    with writing(project.database) as journal:
        ana = coders.ensure(journal, Coder("Ana"))
        plan = rounds.Plan(Round("Pilot", RoundMode.BLIND), [ana], [1, 2])
        round_id = rounds.open_new(journal, plan)
        journal.record("round.new", {"round": "Pilot"})
    return project, round_id, ana


def test_a_round_keeps_its_members_and_utterances(opened):
    project, round_id, ana = opened
    with project.database.read() as connection:
        assert rounds.members(connection) == {round_id: {ana: "Ana"}}
        assert rounds.utterance_ids(connection, round_id) == {1, 2}
        assert rounds.utterance_ids(connection, rounds.find_round(connection, "main")) is None
        assert list(rounds.blind_and_open(connection)) == [round_id]
        rounds.check_coder(connection, round_id, ana)
        rounds.check_places(connection, round_id, [1])
        with pytest.raises(RefusedError, match="elm: utterance 3 is not part of round 'Pilot'"):
            rounds.check_places(connection, round_id, [1, 3])


def test_a_name_is_taken_whatever_its_case(opened):
    project, _, _ = opened
    with pytest.raises(OptionError, match="already"), writing(project.database) as journal:
        rounds.open_new(journal, rounds.Plan(Round("PILOT")))


def test_a_closed_round_is_neither_blind_nor_found(opened):
    project, _, _ = opened
    with writing(project.database) as journal:
        rounds.close(journal, "Pilot")
        journal.record("round.close", {"round": "Pilot"})
    with project.database.read() as connection:
        assert rounds.blind_and_open(connection) == {}
        with pytest.raises(RefusedError, match="closed"):
            rounds.find_round(connection, "Pilot")
        with pytest.raises(UnknownNameError, match="the rounds are: main, Pilot"):
            rounds.find_round(connection, "Final")


def test_lines_about_a_round_are_those_of_other_coders(opened):
    project, round_id, _ = opened
    project.code_utterance("elm", 1, "Pay", coder="Ana", round_name="Pilot")
    newest = project.revision
    with project.database.read() as connection:
        asked = {"since": "2000"}
        assert rounds.lines_about(connection, {round_id}, "Ben", **asked) == {newest}
        assert rounds.lines_about(connection, {round_id}, None, **asked) == {newest}
        assert rounds.lines_about(connection, {round_id}, "Ana", **asked) == set()
