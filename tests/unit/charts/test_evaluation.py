import json

import numpy as np
import pandas as pd
import pytest

from qualkit.charts import calibration_chart, learning_curve_chart, quality_chart
from qualkit.errors import OptionError
from qualkit.suggest.baselines import PlainTfidf, PrevalenceOrder
from qualkit.suggest.curve import learning_curve
from qualkit.suggest.evaluation import calibration_table, quality
from qualkit.suggest.holdout import Plan, hold_out, prepare
from tests.unit.suggest.studies import Knowing, study


@pytest.fixture(scope="module")
def material():
    return prepare(*study(documents=12))


@pytest.fixture(scope="module")
def held(material):
    makers = {"suggester": Knowing, "by_prevalence": PrevalenceOrder, "plain_tfidf": PlainTfidf}
    return hold_out(material, Plan(), makers)


def spec(chart):
    """Return the specification, which must be JSON without NaN, and its largest table."""
    made = chart.to_dict()
    json.dumps(made, allow_nan=False)
    return made, max(made["datasets"].values(), key=len)


def test_the_learning_curve_has_a_band_a_line_and_dots_for_each_measure(material, held):
    table = learning_curve(material, held, Knowing).table()
    made, rows = spec(learning_curve_chart(table, title="Better and better"))
    assert [layer["mark"]["type"] for layer in made["layer"]] == ["area", "line", "circle"]
    assert len(rows) == len(table)
    assert {row["name"] for row in rows} == {"average precision (mean of codes)", "F1 (micro)"}
    assert made["layer"][1]["encoding"]["x"]["field"] == "utterances"
    assert made["description"].startswith("Learning curve. average precision (mean of codes): 0.")
    title = made.get("title") or made["layer"][0]["title"]
    assert title["text"] == "Better and better"


def test_a_curve_without_intervals_has_no_band_and_no_nan(material):
    few = prepare(*study(documents=3))
    held = hold_out(few, Plan(), {"suggester": Knowing})
    _, rows = spec(learning_curve_chart(learning_curve(few, held, Knowing).table()))
    assert rows[0]["low"] is None


def test_the_calibration_has_dots_with_counts_on_a_line_of_truth(held):
    table = calibration_table(held)
    made, rows = spec(calibration_chart(table))
    marks = [layer["mark"]["type"] for layer in made["layer"]]
    assert marks == ["line", "rule", "circle", "text"]
    assert sum(row["n"] for row in rows) == held.labels.size
    assert [row["count"] for row in rows] == [f"{n:,}" for n in table["n"]]
    assert made["description"].startswith("Calibration. Said 0.")
    assert made["layer"][2]["encoding"]["size"]["field"] == "n"


def test_codes_are_drawn_best_first_with_the_plain_ways_beside(held):
    made, rows = spec(quality_chart(quality(held), code_title="Theme"))
    assert len(rows) == 3
    assert [row["value"] for row in rows] == sorted((row["value"] for row in rows), reverse=True)
    assert made["layer"][3]["encoding"]["y"]["sort"] == [row["code"] for row in rows]
    assert made["layer"][2]["encoding"]["x"]["field"] == "plain_tfidf"
    assert made["layer"][1]["encoding"]["x"]["field"] == "by_prevalence"
    assert made["layer"][0]["mark"]["color"] == made["layer"][3]["mark"]["color"] == "#2166ac"
    assert made["description"].startswith("average precision by code, 3 codes. Best: ")


def test_a_code_without_a_value_has_words_instead(held):
    table = quality(held)
    row = (table["code"] == "Pay") & (table["measure"] == "precision")
    table.loc[row, ["value", "low", "high"]] = np.nan
    table.loc[row, "reason"] = "it was never offered"
    _, rows = spec(quality_chart(table, "precision"))
    assert rows[-1]["undefined"] == "not defined: it was never offered"
    assert [one["undefined"] for one in rows[:-1]] == [None, None]


def test_too_many_codes_are_capped_and_said(held):
    table = quality(held)
    row = table[table["measure"] == "f1"].tail(1)
    many = pd.concat([row.assign(code=f"c{n}") for n in range(90)])
    made, rows = spec(quality_chart(many, "f1"))
    assert len(rows) == 80
    assert "10 more codes are in the table" in json.dumps(made)


@pytest.mark.parametrize(
    "chart",
    [
        lambda held: quality_chart(quality(held), "auc"),
        lambda held: calibration_chart(calibration_table(held).head(0)),
        lambda held: learning_curve_chart(
            pd.DataFrame(
                columns=["measure", "utterances", "documents", "value", "low", "high", "reason"]
            )
        ),
    ],
)
def test_nothing_to_show_is_a_chart_that_says_so(chart, held):
    made, rows = spec(chart(held))
    assert made["mark"]["type"] == "text"
    assert rows[0]["text"].startswith("There is no")


@pytest.mark.parametrize("chart", [quality_chart, calibration_chart, learning_curve_chart])
def test_a_missing_column_is_said(chart):
    with pytest.raises(OptionError, match="lacks the column"):
        chart(pd.DataFrame({"code": []}))
