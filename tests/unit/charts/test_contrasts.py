import json

import numpy as np
import pandas as pd
import pytest

from qualkit.analysis import (
    code_tree,
    combinations,
    cooccurrence,
    correspondence_of,
    profiles,
)
from qualkit.charts import (
    code_tree_chart,
    cooccurrence_network,
    correspondence_map,
    resemblance_heatmap,
    upset_chart,
)
from qualkit.charts.naming import name_places
from qualkit.errors import OptionError


@pytest.fixture
def study():
    random = np.random.default_rng(3)
    said = pd.DataFrame(
        {"document": "d", "position": range(200), "speaker": random.choice(list("ABCDE"), 200)}
    )
    row, code = np.nonzero(random.random((200, 6)) < 0.2)
    codings = said.iloc[row][["document", "position"]].assign(code=[f"code {n}" for n in code])
    return codings, said


def spec(chart):
    made = chart.to_dict()
    json.dumps(made, allow_nan=False)
    return made


def test_a_tree_has_three_lines_for_each_joining_and_a_name_for_each_leaf(study):
    table = code_tree(*study)
    made = spec(code_tree_chart(table))
    [lines] = made["datasets"].values()
    assert len(lines) == 3 * 5
    assert max(line["x2"] for line in lines) == pytest.approx(table["height"].max())
    assert all(json.dumps(code) in made["encoding"]["y"]["axis"]["labelExpr"]
               for code in table.attrs["order"])  # fmt: skip
    across = [line for line in lines if line["x"] == line["x2"]]
    assert len(across) >= 5


def test_a_map_tells_codes_and_groups_apart_by_shape():
    counts = pd.DataFrame([[9, 1], [2, 8], [5, 5]], index=["x", "y", "z"], columns=["a", "b"])
    table = correspondence_of(counts)
    table["kind"] = table["kind"].map({"row": "code", "column": "group"})
    made = spec(correspondence_map(table))
    dots = made["layer"][2]["encoding"]
    assert dots["shape"]["scale"]["range"] == ["circle", "diamond"]
    assert made["description"].startswith("Map of 3 codes and 2 groups; its axes show 100% and 0%")


def test_a_network_is_the_same_for_the_same_table_and_leaves_out_the_unjoined(study):
    table = cooccurrence(*study)
    made = spec(cooccurrence_network(table, colours={"code 0": "#112233"}))
    assert made == spec(cooccurrence_network(table, colours={"code 0": "#112233"}))
    dots = next(rows for rows in made["datasets"].values() if "colour" in rows[0])
    assert dots[0]["colour"] == "#112233"
    places = np.array([(one["x"], one["y"]) for one in dots])
    apart = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))[np.triu_indices(6, 1)]
    assert apart.min() > 0.1
    few = table.assign(n_ab=np.where(table["code_b"] == "code 5", 0, table["n_ab"]))
    assert "1 codes without such a line" in json.dumps(spec(cooccurrence_network(few)))
    assert "No two codes meet" in cooccurrence_network(table, fewest=999).description
    with pytest.raises(OptionError, match="no measure 'p'"):
        cooccurrence_network(table, "p")


def test_an_upset_chart_has_a_bar_for_each_set_and_a_dot_for_each_code_in_it(study):
    table = combinations(*study, level="code")
    made = spec(upset_chart(table))
    bars, grid = made["vconcat"]
    rows = made["datasets"][bars["data"]["name"]] if "data" in bars else None
    assert grid["layer"][0]["mark"]["type"] == "circle"
    assert rows is None or len(rows) == 25
    cells = max(made["datasets"].values(), key=len)
    shown = table[table["size"] > 0].head(25)
    assert sum(cell["inside"] for cell in cells) == shown["size"].sum()
    bare = int(table.loc[table["size"] == 0, "n"].sum())
    assert f"{bare} utterances have no code" in json.dumps(made)


def test_who_resembles_whom_is_drawn_both_ways_round(study):
    table = profiles(*study)
    made = spec(resemblance_heatmap(table))
    [cells] = made["datasets"].values()
    assert len(cells) == 2 * len(table)
    assert "most alike are" in made["description"]


def test_nothing_to_show_is_a_chart_that_says_so(study):
    empty = [
        code_tree_chart(code_tree(*study).head(0)),
        upset_chart(combinations(*study).head(0)),
        resemblance_heatmap(profiles(*study).head(0)),
    ]
    assert all(spec(chart)["mark"]["type"] == "text" for chart in empty)


def test_names_do_not_lie_on_each_other_while_there_is_room():
    random = np.random.default_rng(1)
    x, y = random.uniform(-1, 1, (2, 12))
    names = [f"theme {n}" for n in range(12)]
    at_x, at_y, free = name_places(x, y, names, 260)
    assert free.all()
    wide, tall = 6.2 * 7 / 260, 13 / 260
    for one in range(12):
        for other in range(one):
            assert abs(at_x[one] - at_x[other]) >= wide or abs(at_y[one] - at_y[other]) >= tall
    _, _, crowded = name_places(np.zeros(9), np.zeros(9), ["a long name"] * 9, 10)
    assert not crowded.all()
