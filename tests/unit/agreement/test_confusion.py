from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from qualkit.agreement.confusion import confusion
from qualkit.agreement.reading import NOTHING

PARENTS = {"Pay": None, "Low pay": "Pay", "Fees": "Pay", "Hours": None}


def by_hand(ratings, a: str, b: str) -> tuple[int, int, int]:
    """Return n, same and how often somebody gave A, pair by pair and unit by unit."""
    n = same = with_a = 0
    for row in ratings:
        seen = [set(value) or {NOTHING} for value in row if value is not None]
        for first, second in permutations(range(len(seen)), 2):
            one, other = seen[first], seen[second]
            n += a in one and b not in one and b in other and a not in other
            if first < second:
                both, either = one & other, one | other
                same += (a in both and b not in either) + (b in both and a not in either)
                with_a += a in either
    return n, same, with_a


@pytest.fixture
def ratings():
    random = np.random.default_rng(5)
    return [
        [
            [c for c in PARENTS if random.random() < 0.35] if random.random() < 0.9 else None
            for _ in range(4)
        ]
        for _ in range(80)
    ]


def test_the_counts_are_those_of_the_definition(ratings, frames_of):
    table = confusion(*frames_of(ratings), parents=PARENTS)
    assert len(table) == 4 * 3 / 2 + 4
    for row in table.to_dict("records"):
        n, same, with_a = by_hand(ratings, row["code_a"], row["code_b"])
        assert (row["n"], row["same"]) == (n, same)
        assert row["share"] == pytest.approx(n / (n + same))
        assert row["share_of_a"] == pytest.approx(n / with_a)


def test_directed_rows_add_up_to_the_others(ratings, frames_of):
    whole = confusion(*frames_of(ratings)).set_index(["code_a", "code_b"])["n"]
    rows = confusion(*frames_of(ratings), directed=True)
    assert (rows["coder_a"] < rows["coder_b"]).all()
    pairs = [tuple(sorted(p)) for p in zip(rows["code_a"], rows["code_b"], strict=True)]
    total = rows["n"].groupby(pd.Series(pairs)).sum()
    assert total.to_dict() == {tuple(sorted(pair)): n for pair, n in whole.items()}


def test_directed_shares_are_of_what_that_coder_gave(frames_of):
    ratings = [[["Pay"], ["Fees"]], [["Pay"], ["Pay"]], [["Pay"], []], [["Fees"], ["Pay"]]]
    rows = confusion(*frames_of(ratings), directed=True).set_index(["code_a", "code_b"])
    assert rows.loc[("Pay", "Fees"), ["n", "share_of_a", "share_of_b"]].tolist() == [1, 1 / 3, 1]
    assert rows.loc[("Fees", "Pay"), ["n", "share_of_a", "share_of_b"]].tolist() == [1, 1, 0.5]
    assert rows.loc[("Pay", NOTHING), "n"] == 1
    assert ("Fees", NOTHING) not in rows.index


def test_what_both_gave_is_no_confusion(frames_of):
    table = confusion(*frames_of([[["Pay", "Fees"], ["Pay", "Hours"]]]))
    assert table[["code_a", "code_b", "n"]].values.tolist() == [["Fees", "Hours", 1]]


def test_the_relation_in_the_codebook_is_told(frames_of):
    ratings = [
        [["Pay"], ["Low pay"]], [["Low pay"], ["Fees"]], [["Fees"], ["Hours"]], [["Hours"], []],
    ]  # fmt: skip
    table = confusion(*frames_of(ratings), parents=PARENTS)
    told = table.set_index(["code_a", "code_b"])["relation"].to_dict()
    assert told == {
        ("Pay", "Low pay"): "one above the other",
        ("Low pay", "Fees"): "same theme",
        ("Fees", "Hours"): "different themes",
        ("Hours", NOTHING): None,
    }
    themes = confusion(*frames_of(ratings), parents=PARENTS, level="theme")
    assert themes["n"].tolist() == [1, 1]


@pytest.mark.parametrize("directed", [False, True])
def test_without_disagreement_the_table_is_empty_with_its_columns(frames_of, directed):
    for ratings in ([[["Pay"], ["Pay"]]], [[["Pay"], None]]):
        table = confusion(*frames_of(ratings), directed=directed)
        assert table.empty
        assert ("coder_a" in table.columns) == directed
        assert table["n"].dtype == "int64"


def test_the_order_of_rows_does_not_matter(ratings, frames_of):
    codings, reviewed = frames_of(ratings)
    shuffled = confusion(
        codings.sample(frac=1, random_state=1), reviewed.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(confusion(codings, reviewed), shuffled)


def test_what_the_other_could_not_give_is_no_confusion(frames_of):
    codings, reviewed = frames_of([[["Pay"], ["Hours"]], [["Hours"], ["Pay"]]])
    number = {"coder 00": 1, "coder 01": 2}
    codings, reviewed = (
        one.assign(codebook_version=one["coder"].map(number)) for one in (codings, reviewed)
    )
    codings = codings[~((codings["coder"] == "coder 00") & (codings["code"] == "Hours"))]
    versions = {1: ["Pay", "Fees"], 2: ["Pay", "Fees", "Hours"]}
    options = {"parents": dict.fromkeys(versions[2])}
    table = confusion(codings, reviewed, versions=versions, **options)
    assert set(zip(table["code_a"], table["code_b"], strict=True)) == {("Pay", NOTHING)}
    assert len(confusion(codings, reviewed, **options)) == 2
