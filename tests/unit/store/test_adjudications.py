from __future__ import annotations

import pytest

from qualkit.store import adjudications, rounds
from qualkit.store.adjudications import CONSENSUS, Decision, Wanted
from qualkit.store.journal import writing


def settle(project, wanted) -> None:
    with writing(project.database) as journal:
        main = rounds.find_round(journal.connection, "main")
        adjudications.ensure_consensus(journal)
        adjudications.settle(journal, 3, main, wanted)
        journal.record("adjudication.decide", {})


@pytest.mark.parametrize("last", [[Wanted("fees")], []])
def test_the_consensus_holds_what_is_wanted_and_no_more(project, last):
    settle(project, [Wanted("pay", memo="first"), Wanted("fees")])
    settle(project, [Wanted("pay", memo="second"), Wanted("fees")])
    table = project.list_codings().set_index("code")
    assert table.loc["Pay", "memo"] == "second"
    assert set(table["coder"]) == {CONSENSUS}
    settle(project, last)
    assert len(project.list_codings()) == len(last)
    assert list(project.list_reviews()["coder"]) == [CONSENSUS]
    settle(project, None)
    assert project.list_reviews().empty
    project.verify()


def test_a_second_decision_replaces_the_first(project):
    with writing(project.database) as journal:
        main = rounds.find_round(journal.connection, "main")
        for applies, reason in ((True, "at first"), (False, "then")):
            adjudications.decide(journal, Decision(3, "pay", main, applies, reason, "Cem"))
            journal.record("adjudication.decide", {}, actor="Cem")
        table = adjudications.frame(journal.connection)
    assert table[["code_id", "reason", "decided_by"]].to_numpy().tolist() == [
        ["pay", "then", "Cem"]
    ]
    assert not table["applies"].iloc[0]
