from __future__ import annotations

import json

import pandas as pd
import pytest

from qualkit.agreement.confusion import confusion
from qualkit.agreement.drift import drift
from qualkit.charts import confusion_heatmap, drift_chart
from qualkit.errors import OptionError


def spec(chart):
    """Return the specification, which must be JSON without NaN, and its rows."""
    made = chart.to_dict()
    json.dumps(made, allow_nan=False)
    assert made["description"]
    [rows] = made["datasets"].values()
    return made, rows


@pytest.fixture
def frames():
    given = [
        ("Pay", "Fees"), ("Pay", "Pay"), ("Pay", "Pay"), ("Fees", "Pay"), ("Hours", None),
        ("Pay", "Pay"), ("Fees", "Fees"), (None, None),
    ]  # fmt: skip
    rows = [
        (f"d{unit % 6}", unit, coder, unit, code)
        for unit in range(48)
        for coder, code in zip(("Ana", "Ben"), given[unit % 8], strict=True)
    ]
    columns = ["document", "position", "coder", "reviewed_at", "code"]
    reviewed = pd.DataFrame(rows, columns=columns)
    return reviewed.dropna(subset="code"), reviewed


def test_every_pair_of_codes_is_drawn_from_both_sides(frames):
    table = confusion(*frames)
    _, rows = spec(confusion_heatmap(table, title="Confusion"))
    assert len(rows) == 2 * len(table)
    counts = {(row["code_a"], row["code_b"]): row["n"] for row in rows}
    assert counts["Pay", "Fees"] == counts["Fees", "Pay"] == 12


def test_many_codes_are_cut_and_told():
    rows = [
        {"code_a": f"a{n}", "code_b": f"b{n}", "n": 100 - n, "same": 0, "share": 1.0}
        for n in range(30)
    ]
    made, drawn = spec(confusion_heatmap(pd.DataFrame(rows)))
    assert made["layer"][0]["title"]["subtitle"] == ["20 more codes are in the table"]
    assert len(drawn) == 40


def test_no_confusion_is_said(frames):
    table = confusion(*frames).head(0)
    assert "No code was taken for another." in json.dumps(confusion_heatmap(table).to_dict())


def test_a_table_of_another_kind_is_refused(frames):
    with pytest.raises(OptionError, match="directed"):
        confusion_heatmap(confusion(*frames, directed=True))
    with pytest.raises(OptionError, match="code_a"):
        confusion_heatmap(pd.DataFrame({"n": [1]}))
    with pytest.raises(OptionError, match="measure"):
        drift_chart(pd.DataFrame({"block": [1]}))


def test_drift_is_drawn_block_by_block(frames):
    table = drift(*frames, blocks=3)
    _, rows = spec(drift_chart(table))
    assert [row["block"] for row in rows] == [1, 2, 3]
    assert {row["coder"] for row in rows} == {"between coders"}
    _, rows = spec(drift_chart(table, "share", code="Pay", title="Pay"))
    assert [row["coder"] for row in rows] == ["Ana"] * 3 + ["Ben"] * 3


def test_a_code_without_values_gives_a_sentence(frames):
    chart = drift_chart(drift(*frames), code="Rain")
    assert "There is no alpha of Rain to show." in json.dumps(chart.to_dict())
