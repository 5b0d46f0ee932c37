import pandas as pd
import pytest

from qualkit.agreement import agreement
from qualkit.agreement.spans import pieces
from qualkit.errors import OptionError

UTTERANCES = pd.DataFrame(
    {
        "document": ["d", "d", "e"],
        "position": [1, 2, 1],
        "start": [0, 100, 0],
        "end": [100, 150, 80],
    }
)
COLUMNS = ["document", "position", "code", "coder", "start", "end"]
SPANS = pd.DataFrame(
    [
        ("d", 1, "x", "Ana", 0, 40),
        ("d", 1, "x", "Ben", 20, 60),
        ("d", 1, "y", "Ben", None, None),
        ("d", 2, "x", "Ana", 90, 120),
    ],
    columns=COLUMNS,
).astype({"start": "Int64", "end": "Int64"})
REVIEWED = pd.DataFrame(
    [(d, p, c) for d, p in (("d", 1), ("d", 2), ("e", 1)) for c in ("Ana", "Ben")],
    columns=["document", "position", "coder"],
)


def test_the_ends_of_all_spans_cut_the_utterances():
    coded, seen = pieces(SPANS, REVIEWED, UTTERANCES)
    # d1 at 20, 40 and 60: four pieces; d2 at 120: two; e1: one
    assert seen.groupby(["document", "coder"]).size().tolist() == [6, 6, 1, 1]
    got = coded.groupby(["coder", "code"])["position"].apply(list).to_dict()
    assert got == {("Ana", "x"): [0, 1, 4], ("Ben", "x"): [1, 2], ("Ben", "y"): [0, 1, 2, 3]}


def test_agreement_counts_pieces(value_of):
    table = agreement(SPANS, REVIEWED, unit="span", utterances=UTTERANCES)
    assert value_of(table, "percent", column="n") == 7
    assert value_of(table, "percent") == pytest.approx(4 / 7)
    assert value_of(table, "percent", "y", "positives") == 4
    assert table.attrs["unit"] == "span"


def test_without_spans_pieces_are_the_utterances():
    whole = SPANS.assign(start=pd.NA, end=pd.NA)
    by_piece = agreement(whole, REVIEWED, unit="span", utterances=UTTERANCES)
    pd.testing.assert_frame_equal(by_piece, agreement(whole, REVIEWED))


def test_spans_of_others_do_not_cut():
    _, seen = pieces(SPANS, REVIEWED, UTTERANCES, coders=["Ana"])
    assert len(seen) == 2 + 2 + 1


def test_what_spans_need_is_asked_for():
    with pytest.raises(OptionError, match="spans need the utterances"):
        agreement(SPANS, REVIEWED, unit="span")
    with pytest.raises(OptionError, match="codings: the column 'end' is missing"):
        pieces(SPANS.drop(columns="end"), REVIEWED, UTTERANCES)
    with pytest.raises(OptionError, match="reviewed: there is no utterance 1 in 'e'"):
        pieces(SPANS, REVIEWED, UTTERANCES[:2])
    with pytest.raises(OptionError, match="unit: there is no unit 'word'; one of utterance, span"):
        agreement(SPANS, REVIEWED, unit="word")
