import pandas as pd
import pytest

from qualkit.errors import NotEnoughError, OptionError, RefusedError, UnknownNameError
from qualkit.model import CoderKind
from tests.workflow.growing import CODINGS, EACH, code, grown


@pytest.fixture
def big(project, tmp_path):
    return grown(project, tmp_path)


def row(table, measure, code="(all codes)"):
    return table[(table["measure"] == measure) & (table["code"] == code)].iloc[0]


def test_suggestions_are_judged_on_documents_held_out(big):
    table = big.evaluate()
    found = row(table, "macro_average_precision")
    assert found["value"] > found["by_prevalence"] + 0.2
    assert found["low"] < found["value"] < found["high"]
    about = table.attrs["about"]
    assert about["held_out"] == "each of 6 documents by itself"
    assert (about["documents"], about["utterances"], about["seed"]) == (6, 6 * EACH, 0)
    assert about["codings"] == len(CODINGS)
    assert about["counted"] == "codings of Ana, on utterances they looked at"
    assert about["accepted_suggestions"] == "none"
    assert "scikit-learn" in about["versions"]


def test_folds_seed_and_measures_are_as_asked(big):
    told = []
    table = big.evaluate(folds=3, seed=7, measures=["brier"], progress=told.append)
    assert table.attrs["about"]["held_out"] == "6 documents in 3 parts, whole documents only"
    assert table.attrs["about"]["seed"] == 7
    assert len(told) == 3
    assert set(table.loc[table["code"] != "(all codes)", "measure"]) == {"brier"}
    pd.testing.assert_frame_equal(table, big.evaluate(folds=3, seed=7, measures=["brier"]))
    with pytest.raises(OptionError, match="no measure 'auc'; choose of average_precision"):
        big.evaluate(measures=["auc"])


def test_machines_and_the_consensus_are_never_counted(big):
    before = big.evaluate(measures=["f1"], folds=2)
    code(big, "robot", lambda rows: rows.assign(code="Low pay"), CoderKind.MACHINE)
    code(big, "agreed", lambda rows: rows.assign(code="Low pay"), CoderKind.CONSENSUS)
    pd.testing.assert_frame_equal(before, big.evaluate(measures=["f1"], folds=2))
    with pytest.raises(NotEnoughError, match="'robot' has looked at nothing as a human coder"):
        big.evaluate(coder="robot")


def test_one_coder_alone_or_any_of_them(big):
    code(big, "Ben", lambda rows: rows[rows["document"] < "doc03"].assign(code="Low pay"))
    both, ben = big.evaluate(folds=2), big.evaluate(coder="ben", folds=2)
    assert both.attrs["about"]["counted"].startswith("codings of any of Ana, Ben")
    assert row(both, "f1", "Low pay")["positives"] == 3 * EACH
    assert ben.attrs["about"]["documents"] == 3
    assert row(ben, "f1", "Pay")["reason"].startswith("nobody gave this code")
    with pytest.raises(UnknownNameError, match="there is no coder 'Eve'"):
        big.evaluate(coder="Eve")


def test_accepted_suggestions_are_left_out_unless_asked_for(big):
    utterances = big.list_utterances(document="doc00")
    at = int(utterances.loc[utterances["codable"], "position"].iloc[0])
    operation = {
        "op_id": "operation-1", "action": "apply", "document": "doc00", "position": at,
        "code": "low_pay", "origin": "accepted suggestion",
    }  # fmt: skip
    [answer] = big.apply_operations([operation], coder="Ana", round_name="main")
    assert answer["ok"], answer
    left, counted = big.evaluate(folds=2), big.evaluate(accepted=True, folds=2)
    assert row(left, "f1", "Low pay")["positives"] == 0
    assert left.attrs["about"]["utterances"] == 6 * EACH - 1
    told = "on 1 utterance, left out, for learning and for judging"
    assert left.attrs["about"]["accepted_suggestions"] == told
    assert row(counted, "f1", "Low pay")["positives"] == 1
    assert counted.attrs["about"]["accepted_suggestions"] == "on 1 utterance, counted as codings"


def test_an_open_blind_round_is_evaluated_for_its_own_coder_only(big):
    big.open_round("Blind", mode="blind")
    code(big, "Ben", lambda rows: rows.assign(code="Low pay"), round_name="Blind")
    table = big.evaluate(folds=2)
    assert row(table, "f1", "Low pay")["positives"] == 0
    assert "Blind" in table.attrs["about"]["left_out"]
    assert row(big.evaluate(coder="Ben", folds=2), "f1", "Low pay")["positives"] == 6 * EACH
    with pytest.raises(RefusedError, match="'Blind' is blind and still open"):
        big.evaluate(round_name="Blind")


def test_the_curve_says_how_many_more_or_that_it_cannot_be_said(big):
    curve = big.learning_curve(until=0.99)
    assert set(curve["measure"]) == {"macro_average_precision", "micro_f1"}
    assert curve["utterances"].is_monotonic_increasing is False  # one curve after the other
    assert curve["documents"].tolist()[:3] == [1, 2, 5]
    told = curve.attrs["about"]["more_micro_f1"]
    assert "until 0.99, from" in told
    assert "cannot be said from these" in told
    assert [one["target"] for one in curve.attrs["until"]] == [0.99, 0.99]
    reached = big.learning_curve(until=0.1, folds=2).attrs["about"]["more_micro_f1"]
    assert reached.endswith("none, it is reached")


def test_the_calibration_counts_every_pair_with_a_probability(big):
    table = big.calibration_curve(folds=2)
    assert table["n"].sum() % EACH == 0
    assert ((table["share"] >= 0) & (table["share"] <= 1)).all()


def test_nobody_has_coded_or_one_document_only(project):
    with pytest.raises(NotEnoughError, match="two with reviewed utterances, and none has any"):
        project.evaluate()
    table = project.list_utterances()
    at = int(table.loc[table["codable"], "position"].iloc[0])
    project.code_utterance("elm", at, "Pay", coder="Ana")
    with pytest.raises(NotEnoughError, match="only 'elm' has any"):
        project.evaluate()
