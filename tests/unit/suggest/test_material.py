import numpy as np
import pandas as pd
import pytest

from qualkit.errors import OptionError
from qualkit.model import Code, Codebook
from qualkit.suggest.material import (
    coded_rows,
    codes_in_use,
    deal,
    entries_of,
    evenly,
    in_blocks,
    in_order,
    near_rows,
    themes_of,
)

BOOK = Codebook(
    "b",
    (
        Code("pay", "Pay", definition="what staff earn"),
        Code("low", "Low pay", parent="pay", examples=("I count coins",), exclude="volunteers"),
        Code("sick", "Sick pay", parent="pay", markers=("sick note*", "/sick\\d/")),
        Code("lone", "Lone", retired=True),
    ),
)


def frame(documents="aabb"):
    positions = [3, 1, 2, 1]
    return pd.DataFrame({"document": list(documents), "position": positions, "text": list("wxyz")})


def test_utterances_come_in_order_whatever_the_order_given():
    found = in_order(frame(), None)
    assert found["text"].tolist() == ["x", "w", "z", "y"]
    assert found["order"].tolist() == [0, 1, 2, 3]
    assert found["place"].tolist() == [0, 1, 0, 1]
    assert found.index.tolist() == [1, 0, 3, 2]
    assert found["language"].tolist() == [None] * 4


def test_languages_that_are_known_are_not_told_again():
    found = in_order(frame(), "detect", {"a": "french"})
    assert found["language"].tolist() == ["french"] * 4


def test_neighbours_of_chosen_utterances_end_with_the_document():
    long = pd.DataFrame({"document": ["a"] * 8 + ["b"] * 3})
    chosen = np.zeros(11, bool)
    chosen[7] = True
    assert np.flatnonzero(near_rows(long, chosen)).tolist() == [2, 3, 4, 5, 6, 7]


def test_codes_are_those_of_the_codebook_then_strangers_by_name():
    used = pd.Series(["Zoo", "Pay", "Apes"])
    names = [code.name for code in codes_in_use(BOOK, used)]
    assert names == ["Pay", "Low pay", "Sick pay", "Apes", "Zoo"]


def test_codes_of_one_theme_share_a_number_and_lone_ones_have_none():
    codes = codes_in_use(BOOK, pd.Series(["Zoo"]))
    assert themes_of(codes, BOOK).tolist() == [0, 0, 0, -1]
    assert themes_of(codes, None).tolist() == [-1] * 4


def test_entries_hold_name_rules_examples_and_markers_but_not_what_is_excluded():
    entries = entries_of(codes_in_use(BOOK, pd.Series([], dtype=object)), BOOK)
    assert entries.code.tolist() == [0, 1, 1, 2, 2]
    assert "volunteers" not in " ".join(entries.texts)
    assert "Pay" in entries.texts[1].split("\n")[-1]
    assert entries.texts[2] == "I count coins"
    assert entries.texts[4] == "sick note"
    assert entries.marks == [None, None, None, None, "sick"]


def test_reviewed_utterances_and_their_codings_are_found_and_a_doubled_one_is_named():
    ordered = in_order(frame(), None)
    reviewed = pd.DataFrame({"document": ["a", "b"], "position": [3, 1]})
    codings = pd.DataFrame({"document": ["b", "a"], "position": [1, 1], "code": ["x", "x"]})
    seen, table = coded_rows(ordered, codings, reviewed)
    assert seen.tolist() == [False, True, True, False]
    assert table["code"].tolist() == ["x"]
    assert table.columns.tolist() == ["document", "position", "code"]
    with pytest.raises(OptionError, match="stands twice"):
        coded_rows(pd.concat([ordered, ordered]), codings, reviewed)


def test_rows_are_dealt_by_document_the_same_way_each_time():
    documents = np.repeat(np.arange(30), 10)
    parts = deal(documents, 100, seed=4)
    assert sorted(np.concatenate(parts)) == list(range(300))
    assert all(len(part) <= 110 for part in parts)
    whose = [set(documents[part]) for part in parts]
    assert sum(len(one) for one in whose) == 30
    assert all((a == b).all() for a, b in zip(parts, deal(documents, 100, seed=4), strict=True))


def test_one_document_too_large_is_cut():
    assert max(len(part) for part in deal(np.zeros(1000), 100, seed=0)) <= 200


def test_rows_are_spread_evenly_and_blocks_hold_whole_documents():
    assert evenly(np.arange(10), 3).tolist() == [0, 4, 9]
    assert evenly(np.arange(2), 3).tolist() == [0, 1]
    ordered = in_order(frame(), None)
    assert [len(block) for block in in_blocks(ordered, 1)] == [2, 2]
    assert [len(block) for block in in_blocks(ordered, 3)] == [4]
    assert list(in_blocks(ordered.head(0), 3)) == []
