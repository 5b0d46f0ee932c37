import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score

from qualkit.model import Code, Codebook
from qualkit.suggest.baselines import PlainTfidf, PrevalenceOrder
from qualkit.suggest.evaluation import (
    ALL_CODES,
    MEASURES,
    OVERALL,
    calibration_table,
    evaluate,
    quality,
)
from qualkit.suggest.holdout import HeldOut, Plan, Predictions, hold_out, prepare
from tests.unit.suggest.studies import Dice, Knowing, study


def held_out(**options):
    makers = {"suggester": Knowing, "by_prevalence": PrevalenceOrder, "plain_tfidf": PlainTfidf}
    return hold_out(prepare(*study(**options)), Plan(), makers)


def value(table, code, measure, column="value"):
    [found] = table.loc[(table["code"] == code) & (table["measure"] == measure), column]
    return found


def test_the_table_has_all_codes_first_then_each_code_with_each_measure():
    held = held_out()
    table = quality(held)
    assert table["measure"].tolist() == [*OVERALL, *MEASURES * 3]
    assert table["code"].unique().tolist() == [ALL_CODES, "Home", "Pay", "Rota"]
    assert (table["n"] == 120).all()
    assert value(table, "Pay", "f1", "positives") == held.labels[:, 1].sum()
    assert value(table, "Pay", "f1", "prevalence") == held.labels[:, 1].mean()
    assert value(table, ALL_CODES, "micro_f1", "positives") == held.labels.sum()


def test_each_measure_is_that_of_scikit_learn_on_the_held_out_predictions():
    held = held_out()
    table, one = quality(held), held.models["suggester"]
    truth, scores, shown = held.labels, one.scores, one.offered
    for place, code in enumerate(held.codes):
        y, s, o = truth[:, place], scores[:, place], shown[:, place]
        expected = average_precision_score(y, s)
        assert value(table, code, "average_precision") == pytest.approx(expected)
        assert value(table, code, "precision") == pytest.approx(precision_score(y, o))
        assert value(table, code, "recall") == pytest.approx(recall_score(y, o))
        assert value(table, code, "brier") == pytest.approx(((s - y) ** 2).mean())
    for kind in ("micro", "macro"):
        for name, score in (("f1", f1_score), ("recall", recall_score)):
            expected = score(truth, shown, average=kind)
            assert value(table, ALL_CODES, f"{kind}_{name}") == pytest.approx(expected)
        expected = average_precision_score(truth, scores, average=kind)
        found = value(table, ALL_CODES, f"{kind}_average_precision")
        assert found == pytest.approx(expected)
    assert value(table, ALL_CODES, "coverage") == pytest.approx(shown.any(axis=1).mean())
    assert value(table, ALL_CODES, "recall_at_3") == 1.0  # there are but three codes


def test_the_jackknife_is_that_of_judging_again_without_each_document():
    held = held_out()
    table, again = quality(held), []
    for gone in range(len(held.documents)):
        rows = held.document != gone
        models = {
            name: Predictions(one.scores[rows], one.offered[rows], one.is_probability[rows])
            for name, one in held.models.items()
        }
        part = replace(held, labels=held.labels[rows], document=held.document[rows], models=models)
        again.append(quality(part)["value"].to_numpy())
    spread = np.array(again) - np.mean(again, axis=0)
    half = 2.570582 * np.sqrt(5 / 6 * (spread**2).sum(axis=0))
    given = table["low"].notna()
    assert given.sum() > 20
    expected = np.maximum(table["value"] - half, 0)
    np.testing.assert_allclose(table.loc[given, "low"], expected[given], atol=1e-6)


def test_the_gain_over_plain_tfidf_has_an_interval_of_its_own():
    table = quality(held_out())
    row = table[(table["code"] == ALL_CODES) & (table["measure"] == "micro_f1")].iloc[0]
    assert row["gain"] == pytest.approx(row["value"] - row["plain_tfidf"])
    assert row["gain_low"] < row["gain"] < row["gain_high"]
    row = table[(table["code"] == ALL_CODES) & (table["measure"] == "brier")].iloc[0]
    assert row["gain"] == pytest.approx(row["plain_tfidf"] - row["value"])


def test_a_suggester_that_throws_dice_has_an_average_precision_of_about_the_prevalence():
    material = prepare(*study(documents=30, utterances=60))
    table = quality(hold_out(material, Plan(), {"suggester": Dice}))
    rows = table[table["measure"] == "average_precision"]
    assert (rows["value"] - rows["prevalence"]).abs().max() < 0.03
    assert ((rows["low"] < rows["prevalence"]) & (rows["prevalence"] < rows["high"])).all()
    assert table[["plain_tfidf", "gain", "gain_low"]].isna().all(axis=None)


def test_shuffled_labels_leave_nothing_to_learn():
    utterances, codings, reviewed = study(documents=12, utterances=40)
    mixed = np.random.default_rng(5).permutation(len(utterances))
    shuffled = utterances.assign(text=utterances["text"].to_numpy()[mixed])
    table = quality(hold_out(prepare(shuffled, codings, reviewed), Plan(), {"one": Knowing}))
    rows = table[table["measure"] == "average_precision"]
    assert (rows["value"] - rows["prevalence"]).abs().max() < 0.1


def test_a_code_nobody_gave_has_no_value_and_says_why():
    utterances, codings, reviewed = study()
    names = ("Pay", "Rota", "Home", "Never")
    book = Codebook("b", tuple(Code(name.lower(), name) for name in names))
    held = hold_out(prepare(utterances, codings, reviewed, book), Plan(), {"suggester": Knowing})
    rows = quality(held).set_index(["code", "measure"]).loc["Never"]
    assert rows["value"].isna().all()
    assert rows["reason"].to_dict() == {
        "average_precision": "nobody gave this code",
        "f1": "nobody gave this code",
        "precision": "it was never offered",
        "recall": "nobody gave this code",
        "calibration_error": "too few codings for a probability",
        "brier": "too few codings for a probability",
    }


def test_offers_of_a_code_nobody_gave_count_as_wrong():
    right = np.array([[1.0, 0.0], [1.0, 0.0]])
    held = HeldOut(
        pd.DataFrame({"document": ["a", "b"], "position": 1}), ["Pay", "Never"],
        np.array([[1, 0], [1, 0]], dtype=np.int8), ["a", "b"], np.array([0, 1]), np.array([0, 1]),
        {"suggester": Predictions(right, np.ones((2, 2), bool), np.ones((2, 2), bool))}, {}, Plan(),
    )  # fmt: skip
    table = quality(held)
    assert value(table, ALL_CODES, "micro_precision") == 0.5
    assert value(table, "Never", "precision") == 0.0
    assert value(table, ALL_CODES, "macro_recall") == 1.0


def test_few_documents_and_rare_codes_are_said():
    table = quality(held_out(documents=3))
    assert value(table, ALL_CODES, "micro_f1", "reason") == (
        "no interval from 3 documents, it takes 5"
    )
    assert np.isnan(value(table, ALL_CODES, "micro_f1", "low"))
    utterances, codings, reviewed = study(documents=10)
    rare = codings[(codings["code"] != "Home") | (codings["document"] < "doc02")]
    held = hold_out(prepare(utterances, rare, reviewed), Plan(), {"suggester": Knowing})
    many = held.labels[:, 0].sum()
    told = value(quality(held), "Home", "brier", "reason")
    assert told is None
    told = value(quality(held), "Home", "f1", "reason")
    assert told.startswith(f"the code stands in {many} utterances of 2 documents only; no inter")


def test_the_table_is_json_without_nan():
    rows = json.loads(quality(held_out(documents=3)).to_json(orient="records"))
    assert rows[0]["low"] is None


def test_calibration_says_how_often_what_was_called_so_likely_was_given():
    held = held_out(documents=12)
    table, one = calibration_table(held), held.models["suggester"]
    assert table["n"].sum() == held.labels.size
    assert table["positives"].sum() == held.labels.sum()
    row = table[table["from"] == 0.5].iloc[0]
    inside = (one.scores >= 0.5) & (one.scores < 0.6)
    assert row["n"] == inside.sum()
    assert row["share"] == pytest.approx(held.labels[inside].mean())
    assert row["mean_probability"] == pytest.approx(one.scores[inside].mean())
    both = (table["n"] * (table["share"] - table["mean_probability"]).abs()).sum()
    error = value(quality(held), ALL_CODES, "calibration_error")
    assert both / table["n"].sum() == pytest.approx(error)


def test_the_suggester_beats_the_order_of_prevalence_where_words_tell_the_codes():
    table = evaluate(prepare(*study(documents=4, utterances=40)), Plan(2, seed=1))
    row = table[table["measure"] == "macro_average_precision"].iloc[0]
    assert row["value"] > row["by_prevalence"] + 0.3
    assert row["plain_tfidf"] > row["by_prevalence"]
    again = evaluate(prepare(*study(documents=4, utterances=40)), Plan(2, seed=1))
    pd.testing.assert_frame_equal(table, again)
