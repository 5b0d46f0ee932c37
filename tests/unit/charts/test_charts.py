import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qualkit.charts import agreement_chart, cooccurrence_heatmap, theme_heatmap
from qualkit.errors import OptionError


def frequency(codes=("Pay", "Rota"), groups=("carer", "funder")):
    rows = [
        {"code": code, "level": "theme", "type": group, "denominator": "utterances", "n": n,
         "total": 4, "share": n / 4, "low": 0.0, "high": 1.0, "note": None}
        for n, (code, group) in enumerate((c, g) for c in codes for g in groups)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def agreement(**values):
    rows = [
        {"code": code, "coefficient": "alpha", "value": value, "low": low, "high": high,
         "reason": reason}
        for code, (value, low, high, reason) in values.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def spec(chart):
    """Return the specification, which must be JSON without NaN, and its rows."""
    made = chart.to_dict()
    json.dumps(made, allow_nan=False)
    [rows] = made["datasets"].values()
    return made, rows


def test_importing_the_package_does_not_load_altair():
    script = "import sys, qualkit.charts; sys.exit('altair' in sys.modules)"
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0


def test_an_unknown_chart_is_an_attribute_error():
    import qualkit.charts  # noqa: PLC0415

    with pytest.raises(AttributeError, match="pie"):
        _ = qualkit.charts.pie


def test_theme_heatmap_draws_share_as_colour_and_counts_as_text():
    chart = theme_heatmap(frequency(), "type", title="Whose", code_title="T", group_title="G")
    made, rows = spec(chart)
    assert [row["text"] for row in rows] == ["0/4", "1/4", "2/4", "3/4"]
    assert rows[1]["interval"] == "0.0% to 100.0%"
    cells, words = made["layer"]
    assert (cells["mark"]["type"], words["mark"]["type"]) == ("rect", "text")
    assert cells["encoding"]["color"]["field"] == "share"
    assert cells["encoding"]["color"]["scale"] == {"scheme": "blues", "domain": [0, 0.75]}
    assert cells["encoding"]["x"]["title"] == "G"
    assert cells["encoding"]["y"]["title"] == "T"
    assert cells["encoding"]["y"]["sort"] == ["Pay", "Rota"]
    assert words["encoding"]["text"]["field"] == "text"
    assert [tip["field"] for tip in cells["encoding"]["tooltip"]][-1] == "interval"
    assert (made["width"], made["height"]) == ({"step": 64}, {"step": 24})
    title = made.get("title") or cells["title"]
    assert (title["text"], title["subtitle"]) == ("Whose", ["share of utterances"])


def test_theme_heatmap_takes_the_themes_and_one_denominator():
    table = frequency()
    codes = table.assign(level="code", share=0.9)
    words = table.assign(denominator="words", share=0.8)
    _, rows = spec(theme_heatmap(pd.concat([table, codes, words]), "type"))
    assert [row["share"] for row in rows] == [0, 0.25, 0.5, 0.75]


def test_theme_heatmap_draws_codes_where_there_are_no_themes():
    _, rows = spec(theme_heatmap(frequency().assign(level="code"), "type"))
    assert len(rows) == 4


def test_an_undefined_share_is_null_and_said_in_the_tooltip():
    table = frequency()
    table.loc[0, ["share", "low", "high"]] = np.nan
    _, rows = spec(theme_heatmap(table, "type"))
    assert rows[0]["share"] is None
    assert rows[0]["interval"] == "not defined"


def test_too_many_themes_are_capped_and_said():
    table = frequency(codes=[f"c{n}" for n in range(70)], groups=["a"])
    made, rows = spec(theme_heatmap(table, "type"))
    assert len(rows) == 60
    assert "10 more themes are in the table" in json.dumps(made)


@pytest.mark.parametrize(
    "chart",
    [
        lambda: theme_heatmap(frequency().head(0), "type"),
        lambda: cooccurrence_heatmap(pd.DataFrame(columns=["code_a", "code_b", "n_ab", "jaccard"])),
        lambda: agreement_chart(agreement(Pay=(0.5, 0.4, 0.6, None)), "kappa"),
    ],
)
def test_nothing_to_show_is_a_chart_that_says_so(chart):
    made, rows = spec(chart())
    assert made["mark"]["type"] == "text"
    assert rows[0]["text"].startswith("There is no")


def test_cooccurrence_heatmap_draws_each_pair_both_ways():
    pairs = [("Pay", "Rota", 2, 0.5), ("Pay", "Home", 0, 0.0)]
    table = pd.DataFrame(pairs, columns=["code_a", "code_b", "n_ab", "jaccard"])
    made, rows = spec(cooccurrence_heatmap(table, code_title="Theme"))
    assert {(row["row"], row["column"]) for row in rows} == {
        ("Pay", "Rota"), ("Rota", "Pay"), ("Pay", "Home"), ("Home", "Pay"),
    }  # fmt: skip
    encoding = made["layer"][0]["encoding"]
    assert encoding["color"]["field"] == "jaccard"
    assert encoding["x"]["sort"] == encoding["y"]["sort"] == ["Pay", "Rota", "Home"]
    assert encoding["x"]["title"] == "Theme"


def test_a_signed_measure_gets_a_scale_with_white_at_nought():
    table = pd.DataFrame([("a", "b", 1, -0.4)], columns=["code_a", "code_b", "n_ab", "npmi"])
    made, _ = spec(cooccurrence_heatmap(table, "npmi"))
    assert made["layer"][0]["encoding"]["color"]["scale"] == {
        "scheme": "blueorange", "reverse": True, "domain": [-0.4, 0.4],
    }  # fmt: skip


def test_the_codes_that_meet_most_are_drawn_when_there_are_too_many():
    names = [f"c{n}" for n in range(50)]
    rows = [(a, b, int(a == "c49"), 0.1) for a, b in zip(reversed(names), names, strict=True)]
    table = pd.DataFrame(rows, columns=["code_a", "code_b", "n_ab", "jaccard"])
    made, drawn = spec(cooccurrence_heatmap(table))
    assert {"c49", "c0"} <= {row["row"] for row in drawn}
    assert "10 codes that meet others less often are in the table" in json.dumps(made)


def test_an_unknown_measure_and_a_missing_column_are_refused():
    table = pd.DataFrame(columns=["code_a", "code_b", "n_ab", "jaccard"])
    with pytest.raises(OptionError, match="choose one of jaccard"):
        cooccurrence_heatmap(table, "c")
    with pytest.raises(OptionError, match="lacks the column phi"):
        cooccurrence_heatmap(table, "phi")
    with pytest.raises(OptionError, match="lacks the column role"):
        theme_heatmap(frequency(), "role")
    with pytest.raises(OptionError, match="lacks the column reason"):
        agreement_chart(agreement(Pay=(1, 1, 1, None)).drop(columns="reason"))


def test_agreement_chart_has_dots_intervals_and_words_for_the_undefined():
    table = agreement(
        Pay=(0.5, 0.4, 0.6, None),
        Rota=(np.nan, np.nan, np.nan, "nobody applied it"),
        Home=(-0.2, np.nan, np.nan, "one document"),
    )
    made, rows = spec(agreement_chart(table, title="How well", code_title="Theme"))
    assert [layer["mark"]["type"] for layer in made["layer"]] == ["rule", "circle", "text"]
    assert [row["undefined"] for row in rows] == [None, "not defined: nobody applied it", None]
    lines, dots, words = made["layer"]
    assert dots["encoding"]["x"]["field"] == "value"
    assert dots["encoding"]["x"]["scale"]["domain"] == [-0.2, 1.0]
    assert (lines["encoding"]["x"]["field"], lines["encoding"]["x2"]["field"]) == ("low", "high")
    assert words["encoding"]["text"]["field"] == "undefined"
    assert dots["encoding"]["y"]["sort"] == ["Pay", "Rota", "Home"]


def test_agreement_chart_draws_one_coefficient():
    percent = agreement(Pay=(0.9, 0.8, 1.0, None)).assign(coefficient="percent")
    table = pd.concat([agreement(Pay=(0.5, 0.4, 0.6, None)), percent])
    _, rows = spec(agreement_chart(table, "percent"))
    assert [row["value"] for row in rows] == [0.9]
