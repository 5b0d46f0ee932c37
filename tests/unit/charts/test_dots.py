import json

import numpy as np
import pandas as pd
import pytest

from qualkit.charts import difference_dots, theme_dots
from qualkit.errors import OptionError


def rows(codes=("Pay", "Rota"), groups=("carer", "funder")):
    return pd.DataFrame(
        [
            {"code": code, "level": "theme", "type": group, "denominator": "utterances", "n": n,
             "total": 4, "share": n / 4, "low": 0.0, "high": 1.0,
             "note": "carried by one speaker, who has 90%" if n == 3 else None}
            for n, (code, group) in enumerate((c, g) for c in codes for g in groups)
        ]
    )  # fmt: skip


def spec(chart):
    made = chart.to_dict()
    json.dumps(made, allow_nan=False)
    return made


def test_each_theme_has_a_panel_with_a_dot_and_an_interval_for_each_group():
    made = spec(theme_dots(rows(), "type", title="Whose"))
    assert made["facet"]["field"] == "code"
    assert made["facet"]["sort"] == ["Pay", "Rota"]
    middle, lines, dots = made["spec"]["layer"]
    assert [one["mark"]["type"] for one in (middle, lines, dots)] == ["rule", "rule", "point"]
    assert (lines["encoding"]["x"]["field"], lines["encoding"]["x2"]["field"]) == ("low", "high")
    assert dots["encoding"]["y"]["sort"] == ["carer", "funder"]
    data = next(iter(made["datasets"].values()))
    assert [row["overall"] for row in data] == [0.125, 0.125, 0.625, 0.625]


def test_what_one_speaker_carries_is_an_open_dot_so_it_shows_without_colour():
    made = spec(theme_dots(rows(), "type"))
    data = next(iter(made["datasets"].values()))
    assert [row["carried"] for row in data] == [False, False, False, True]
    fill = made["spec"]["layer"][2]["encoding"]["fill"]
    assert fill["condition"]["value"] == "#ffffff"


def test_a_suppressed_cell_has_no_dot_and_no_number():
    table = rows().astype({"n": "Int64"})
    table.loc[1, ["n", "share", "low", "high"]] = pd.NA
    data = next(iter(spec(theme_dots(table, "type"))["datasets"].values()))
    assert data[1]["n"] is None
    assert data[1]["share"] is None


def test_too_many_groups_are_capped_and_said():
    made = spec(theme_dots(rows(groups=[f"g{n}" for n in range(20)]), "type"))
    assert "4 more groups are in the table" in json.dumps(made)


def compared(**more):
    row = {"code": "Pay", "level": "theme", "group_a": "carer", "group_b": "funder",
           "difference": 0.2, "low": 0.1, "high": 0.3, "least": 0.15, "most": 0.25, "q": 0.01,
           "note": None}  # fmt: skip
    return pd.DataFrame([row | more, row | {"code": "Rota", "q": 0.5, "low": np.nan}])


def test_differences_are_in_points_and_filled_where_they_are_sure():
    made = spec(difference_dots(compared()))
    data = next(one for one in made["datasets"].values() if len(one) == 2)
    assert [row["difference"] for row in data] == [20, 20]
    assert [row["sure"] for row in data] == [True, False]
    assert "carer →" in json.dumps(made, ensure_ascii=False)
    assert made["description"].endswith("2 codes, 1 with q below .05.")


def test_a_code_that_is_a_theme_too_has_two_rows():
    made = spec(difference_dots(compared().assign(code="Pay", level=["theme", "code"])))
    data = next(one for one in made["datasets"].values() if len(one) == 2)
    assert [row["name"] for row in data] == ["Pay (theme)", "Pay (code)"]


def test_nothing_and_missing_columns_are_said():
    assert "nothing to show" in theme_dots(rows().head(0), "type").description
    assert "nothing to compare" in difference_dots(compared().head(0)).description
    with pytest.raises(OptionError, match="lacks the column role"):
        theme_dots(rows(), "role")
    with pytest.raises(OptionError, match="lacks the column least"):
        difference_dots(compared().drop(columns="least"))
