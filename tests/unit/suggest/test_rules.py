"""Rules, judged on counts worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qualkit.suggest.rules import rate_rules


def rows(code: str, places: list[tuple[str, int]], **more: str) -> pd.DataFrame:
    table = pd.DataFrame(places, columns=["document", "position"])
    return table.assign(code=code, **more)


SEEN = rows("", [(f"d{n}", at) for n in range(6) for at in (1, 2, 3)]).drop(columns="code")


def test_precision_and_recall_are_counted_on_what_was_looked_at():
    hits = rows("pay", [("d0", 1), ("d0", 2), ("d1", 1), ("elsewhere", 9)], rule="markers")
    codings = rows("pay", [("d0", 1), ("d1", 1), ("d2", 1), ("d3", 1), ("elsewhere", 9)])
    row = rate_rules(hits, codings, SEEN).iloc[0]
    counts = ["found", "looked_at", "right", "given", "documents"]
    assert row[counts].tolist() == [4, 3, 2, 4, 6]
    assert row["precision"] == pytest.approx(2 / 3)
    assert row["recall"] == pytest.approx(1 / 2)
    assert row["recall_low"] < 0.5 < row["recall_high"]


def test_each_rule_is_judged_on_its_own():
    hits = pd.concat(
        [
            rows("pay", [("d0", 1)], rule="markers"),
            rows("pay", [("d0", 2)], rule="query: wage"),
            rows("fees", [("d0", 2)], rule="markers"),
        ]
    )
    codings = pd.concat([rows("pay", [("d0", 2)]), rows("fees", [("d1", 2)])])
    table = rate_rules(hits, codings, SEEN)
    assert table[["code", "rule", "right"]].to_numpy().tolist() == [
        ["pay", "markers", 0],
        ["pay", "query: wage", 1],
        ["fees", "markers", 0],
    ]


def test_what_is_not_judged_counts_neither_way():
    hits = rows("pay", [("d0", 1), ("d0", 2)], rule="query: wage")
    codings = rows("pay", [("d0", 1)])
    row = rate_rules(hits, codings, SEEN, rows("pay", [("d0", 2)])).iloc[0]
    assert row[["found", "looked_at", "right", "precision"]].tolist() == [2, 1, 1, 1.0]


def test_what_nobody_looked_at_is_undefined_with_a_reason():
    table = rate_rules(rows("pay", [("x", 1)], rule="markers"), rows("pay", [("d0", 1)]), SEEN)
    assert np.isnan(table["precision"].iloc[0])
    assert table["recall"].iloc[0] == 0.0
    assert table["reason"].iloc[0] == "nobody has looked at what it hits"
    table = rate_rules(rows("pay", [("d0", 1)], rule="markers"), rows("fees", [("d0", 1)]), SEEN)
    assert table["precision"].iloc[0] == 0.0
    assert np.isnan(table["recall"].iloc[0])
