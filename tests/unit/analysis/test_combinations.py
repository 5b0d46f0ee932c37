import pandas as pd
import pytest

from qualkit.analysis import frequency
from qualkit.analysis.combinations import combinations
from qualkit.errors import OptionError


def test_sets_are_counted_by_hand(parents):
    said = pd.DataFrame({"document": "d", "position": [1, 2, 3, 4]})
    rows = [("d", 1, "Low pay"), ("d", 1, "Hours"), ("d", 2, "Pay"), ("d", 3, "Respect"),
            ("d", 3, "Hours")]  # fmt: skip
    codings = pd.DataFrame(rows, columns=["document", "position", "code"])
    themes = combinations(codings, said, parents=parents)
    assert themes[["codes", "n"]].to_numpy().tolist() == [
        [("Pay",), 2], [(), 1], [("Pay", "Respect"), 1],
    ]  # fmt: skip
    codes = combinations(codings, said, parents=parents, level="code")
    assert set(codes["codes"]) == {("Low pay", "Hours"), ("Pay",), ("Hours", "Respect"), ()}
    assert codes["share"].tolist() == [0.25] * 4


def test_sets_add_up_to_all_and_to_each_code(study, parents):
    codings, utterances = study()
    table = combinations(codings, utterances, parents=parents)
    assert table["n"].sum() == table.attrs["utterances"]
    whole = frequency(codings, utterances, parents=parents)
    for theme in ("Pay", "Respect"):
        rows = whole[(whole["code"] == theme) & (whole["level"] == "theme")]
        there = table["codes"].apply(lambda codes, theme=theme: theme in codes)
        assert table.loc[there, "n"].sum() == rows["n"].sum()


def test_nothing_to_count_is_an_empty_table(study):
    codings, utterances = study()
    assert len(combinations(codings[:0], utterances[:0])) == 0
    with pytest.raises(OptionError, match="no level 'word'"):
        combinations(codings, utterances, level="word")
