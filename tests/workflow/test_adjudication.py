from __future__ import annotations

import pandas as pd
import pytest

from qualkit.errors import NotEnoughError, OptionError, RefusedError, UnknownNameError
from qualkit.model import Coding


@pytest.fixture
def position(project) -> int:
    """An utterance on which Ana and Ben share one code and differ on two."""
    table = project.list_utterances("elm")
    at = int(table.loc[table["text"].str.contains("pay is low"), "position"].iloc[0])
    project.apply_codings(
        [
            Coding("elm", at, "pay", "Ana"),
            Coding("elm", at, "low_pay", "Ana", memo="poor", certainty=2),
            Coding("elm", at, "pay", "Ben"),
            Coding("elm", at, "training", "Ben", certainty=1),
        ]
    )
    return at


def decide(project, position, code, applies, **more):
    options = {"reason": "as defined", "by": "Cem", **more}
    return project.adjudicate("elm", position, code, applies, **options)


def consensus(project) -> set[str]:
    table = project.list_codings()
    return set(table.loc[table["coder"] == "consensus", "code"])


def test_disagreements_show_who_said_what_and_how_sure(project, position):
    table = project.list_disagreements().set_index("code")
    assert list(table.index) == ["Low pay", "Training"]
    row = table.loc["Low pay"]
    assert (row["document"], row["position"], row["speaker"]) == ("elm", position, "Ann Lee")
    assert (row["applied_by"], row["not_applied_by"]) == ("Ana", "Ben")
    assert (row["memos"], row["certainty"]) == ("Ana: poor", "Ana: 2")
    assert "pay is low" in row["text"]
    assert table["decided"].isna().all()
    assert table.loc["Training", ["applied_by", "not_applied_by"]].tolist() == ["Ben", "Ana"]


def test_only_who_has_looked_can_disagree(project, position):
    project.code_utterance("elm", position + 1, "Pay", coder="Ana")
    project.autocode("markers")
    assert set(project.list_disagreements()["position"]) == {position}
    assert project.list_disagreements(coders=["Ana"]).empty


def test_coders_of_different_rounds_do_not_disagree(project, position):
    project.open_round("Second")
    project.code_utterance("elm", position, "Council fees", coder="Ana", round_name="Second")
    assert "Council fees" not in set(project.list_disagreements()["code"])
    assert project.list_disagreements(round_name="second").empty


def test_the_last_decision_makes_the_consensus(project, position):
    originals = project.list_codings()
    before = project.agreement()
    assert not decide(project, position, "Low pay", True)
    assert consensus(project) == set()
    assert decide(project, position, "Training", False, reason="not about it")
    assert consensus(project) == {"Pay", "Low pay"}
    table = project.list_disagreements().set_index("code")
    assert table["decided"].to_dict() == {"Low pay": "applies", "Training": "does not apply"}
    assert table.loc["Training", ["reason", "decided_by"]].tolist() == ["not about it", "Cem"]
    codings = project.list_codings()
    untouched = codings[codings["coder"] != "consensus"].reset_index(drop=True)
    pd.testing.assert_frame_equal(untouched, originals)
    pd.testing.assert_frame_equal(project.agreement(), before)
    project.verify()


def test_findings_count_the_consensus_once_it_is_there(project, position):
    def counted() -> set[str]:
        table = project.frequency()
        return set(table.loc[(table["level"] == "code") & (table["n"] > 0), "code"])

    assert "Training" in counted()
    decide(project, position, "Training", False)
    decide(project, position, "Low pay", True)
    assert "Training" not in counted()
    assert "consensus" in project.frequency().attrs["about"]["counted"]


def test_deciding_again_replaces_the_decision(project, position):
    decide(project, position, "Training", False)
    decide(project, position, "Low pay", True)
    decide(project, position, "Low pay", False, reason="on second thoughts")
    assert consensus(project) == {"Pay"}
    assert len(project.list_disagreements()) == 2


def test_decisions_are_taken_back_and_made_again(project, position):
    states = [(project.list_codings(), project.list_reviews(), project.list_disagreements())]
    for code, applies in (("Training", False), ("Low pay", True), ("Low pay", False)):
        decide(project, position, code, applies)
        states.append(
            (project.list_codings(), project.list_reviews(), project.list_disagreements())
        )
    steps = [(project.undo, one) for one in (2, 1, 0)] + [(project.redo, one) for one in (1, 2, 3)]
    for step, wanted in steps:
        step("Cem")
        found = (project.list_codings(), project.list_reviews(), project.list_disagreements())
        for one, other in zip(found, states[wanted], strict=True):
            pd.testing.assert_frame_equal(one, other, check_dtype=False)
        project.verify()


def test_a_span_that_all_share_is_the_consensus_span(project):
    table = project.list_utterances("elm").set_index("position")
    at = int(table.index[table["text"].str.contains("pay is low")][0])
    start = int(table.loc[at, "start"])
    span = {"start": start + 4, "end": start + 7}
    project.apply_codings(
        [
            *(Coding("elm", at, "pay", coder, **span) for coder in ("Ana", "Ben")),
            Coding("elm", at, "low_pay", "Ana", **span),
            Coding("elm", at, "training", "Ben"),
        ]
    )
    decide(project, at, "Low pay", True)
    decide(project, at, "Training", True)
    agreed = project.list_codings().query("coder == 'consensus'").set_index("code")
    assert agreed.loc[["Pay", "Low pay"], "start"].tolist() == [start + 4] * 2
    assert pd.isna(agreed.loc["Training", "start"])


def test_what_nobody_disputes_is_not_decided(project, position):
    with pytest.raises(OptionError, match="do not disagree on 'pay'"):
        decide(project, position, "Pay", True)
    with pytest.raises(OptionError, match="needs a reason"):
        decide(project, position, "Training", True, reason=" ")
    with pytest.raises(NotEnoughError, match="fewer than two coders"):
        decide(project, position + 1, "Pay", True)
    with pytest.raises(UnknownNameError, match="no utterance 999"):
        decide(project, 999, "Pay", True)


def test_a_closed_round_is_adjudicated_and_its_decisions_undone(project, position):
    project.open_round("Pilot", mode="blind")
    for coder, code in (("Ana", "Pay"), ("Ben", "Training")):
        project.code_utterance("elm", position, code, coder=coder, round_name="Pilot")
    with pytest.raises(RefusedError, match="blind and still open"):
        decide(project, position, "Pay", True, round_name="pilot")
    with pytest.raises(RefusedError, match="blind and still open"):
        project.list_disagreements(round_name="Pilot")
    assert set(project.list_disagreements()["round"]) == {"main"}
    project.close_round("Pilot")
    decide(project, position, "Pay", True, round_name="Pilot")
    decide(project, position, "Training", True)  # the newest round in which they disagree
    assert set(project.list_codings().query("coder == 'consensus'")["round"]) == {"Pilot"}
    project.undo("Cem")
    assert consensus(project) == set()
    project.redo("Cem")
    project.verify()


def test_progress_towards_the_consensus(project, position):
    decide(project, position, "Training", False)
    row = project.consensus_progress().iloc[0]
    assert row[["round", "document"]].tolist() == ["main", "elm"]
    assert row[["disagreements", "decided", "open"]].tolist() == [2, 1, 1]


def test_decisions_follow_a_split_and_a_join(project, position):
    decide(project, position, "Training", False)
    decide(project, position, "Low pay", True)
    project.split_utterance("elm", position, "I like")
    assert project.list_disagreements()["decided"].notna().sum() == 4
    project.join_utterances("elm", position)
    assert project.list_disagreements()["decided"].notna().sum() == 2
    project.verify()
