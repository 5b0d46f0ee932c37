import json

import pandas as pd

from qualkit.analysis import over_length, portrait, saturation
from qualkit.charts import length_chart, portrait_chart, progress_chart, saturation_chart

SAID = pd.DataFrame(
    {"document": ["d"] * 4 + ["e"] * 3, "position": [1, 2, 3, 4, 1, 2, 3],
     "speaker": ["Ana", "Ben", "Ana", "Ben", "Cy", "Ana", "Cy"], "text": "some words here"}
)  # fmt: skip
CODINGS = pd.DataFrame(
    [("d", 1, "Low"), ("d", 2, "Rota"), ("d", 2, "Low"), ("e", 1, "Rota"), ("e", 3, "New")],
    columns=["document", "position", "code"],
)
PARENTS = {"Pay": None, "Low": "Pay", "Rota": None, "New": None}


def spec(chart):
    made = chart.to_dict()
    json.dumps(made, allow_nan=False)
    return made


def test_saturation_has_a_band_a_mean_a_line_and_where_it_was_reached():
    table = saturation(CODINGS, SAID, base=1, run=1, threshold=0.9)
    made = spec(saturation_chart(table))
    marks = [one["mark"]["type"] for one in made["layer"]]
    assert marks == ["area", "line", "line", "rule"]
    assert "saturation reached with document 2" in made["description"]
    never = saturation(CODINGS, SAID)
    assert len(spec(saturation_chart(never))["layer"]) == 3


def test_length_has_a_panel_for_each_theme():
    made = spec(length_chart(over_length(CODINGS, SAID, parts=2, parents=PARENTS)))
    assert made["facet"]["sort"] == ["Pay", "Rota", "New"]
    assert made["description"] == (
        "Share of 3 themes over the length of the documents, in 2 parts."
    )


def test_a_portrait_has_rows_of_their_own_for_voices_and_themes():
    table = portrait(CODINGS, SAID, "d", parents=PARENTS)
    made = spec(portrait_chart(table, colours={"Pay": "#123456"}))
    voices, said = made["vconcat"]
    assert voices["encoding"]["y"]["sort"] == ["Ana", "Ben"]
    assert said["encoding"]["y"]["sort"] == ["Pay", "Rota"]
    assert said["encoding"]["color"]["scale"]["range"][0] == "#123456"
    assert made["description"].startswith("Portrait of a document of 12 words: 2 themes")


def test_a_document_without_codes_still_has_its_voices():
    made = spec(portrait_chart(portrait(CODINGS[:0], SAID, "d")))
    assert made["description"] == "Portrait of a document of 12 words: 0 themes."


def test_progress_has_a_panel_for_each_coder():
    rows = [("Kim", "main", "d", 4, 4, 1.0), ("Kim", "main", "e", 3, 0, 0.0)]
    columns = ["coder", "round", "document", "utterances", "reviewed", "share"]
    made = spec(progress_chart(pd.DataFrame(rows, columns=columns)))
    assert made["facet"]["sort"] == ["Kim, main"]
    assert "4 of 7 utterances" in made["description"]


def test_nothing_to_show_is_a_chart_that_says_so():
    for chart, table in (
        (saturation_chart, saturation(CODINGS, SAID)),
        (length_chart, over_length(CODINGS, SAID)),
        (portrait_chart, portrait(CODINGS, SAID, "d")),
    ):
        assert spec(chart(table.head(0)))["mark"]["type"] == "text"
