"""Keywords in their context."""

from __future__ import annotations

import pandas as pd
import pytest

from qualkit.analysis.concordance import concordance
from qualkit.analysis.query_terms import Pattern, Words
from qualkit.errors import OptionError

COLUMNS = ["document", "position", "speaker", "stakeholder_type", "start", "asides", "text"]


def lines(texts: list[str], *values: str, asides=(), **options) -> pd.DataFrame:
    rows = [("d", n, "Ann", "Carer", 100, asides, text) for n, text in enumerate(texts, start=1)]
    wanted = [Words(value, 1) for value in values]
    return concordance(pd.DataFrame(rows, columns=COLUMNS), wanted, query="", **options)


def test_every_place_is_a_line_in_reading_order():
    table = lines(["pay, Pay and\n PAY", "none", "pay"], "pay")
    assert table["position"].tolist() == [1, 1, 1, 3]
    assert table["keyword"].tolist() == ["pay", "Pay", "PAY", "pay"]
    assert table["left"].tolist() == ["", "pay,", "pay, Pay and", ""]
    assert table["start"].tolist() == [100, 105, 114, 100]
    assert table.dtypes[["position", "start", "end"]].astype(str).tolist() == ["int64"] * 3


def test_context_is_cut_between_words():
    table = lines(["one two three four pay five six seven eight"], "pay", width=12)
    assert table[["left", "right"]].to_numpy().tolist() == [["three four", "five six"]]
    long = lines(["x" * 50 + "é pay " + "y" * 50], "pay", width=12)
    assert long["right"].tolist() == ["y" * 12]
    assert long["left"].str.len().tolist() == [12]


def test_lines_can_be_sorted_by_what_stands_before_and_after():
    texts = ["the low pay rises", "a fair pay deal", "no Low pay at all"]
    assert lines(texts, "pay", sort="left")["position"].tolist() == [2, 3, 1]
    assert lines(texts, "pay", sort="right")["position"].tolist() == [3, 2, 1]
    assert lines(["b", "a"], "a", "b", sort="keyword")["keyword"].tolist() == ["a", "b"]


def test_two_words_that_find_one_place_are_one_line():
    assert len(lines(["low pay"], "pay", "pa*")) == 1
    assert lines(["low pay"], "low", "pay")["keyword"].tolist() == ["low", "pay"]


def test_offsets_count_what_is_printed_in_the_middle():
    table = lines(["We need more pay"], "need", "pay", asides=[(107, 115)])
    assert table[["start", "end"]].to_numpy().tolist() == [[103, 107], [121, 124]]


def test_a_pattern_gives_lines_too():
    table = concordance(
        pd.DataFrame([("d", 1, None, None, 0, [], "10p or 12p")], columns=COLUMNS),
        [Pattern(r"\d+p", False, 1)],
        query="",
    )
    assert table["keyword"].tolist() == ["10p", "12p"]


@pytest.mark.parametrize("sort", ["position", "left", "right", "keyword"])
def test_nothing_found_is_an_empty_table(sort):
    assert list(lines([], "pay", sort=sort).columns[-2:]) == ["start", "end"]


@pytest.mark.parametrize("options", [{"width": 5}, {"width": 5000}, {"sort": "colour"}])
def test_what_cannot_be_is_refused(options):
    with pytest.raises(OptionError):
        lines(["pay"], "pay", **options)
