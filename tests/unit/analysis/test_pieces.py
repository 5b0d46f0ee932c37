import numpy as np
import pandas as pd
import pytest

from qualkit.analysis import cooccurrence
from qualkit.analysis.material import gather
from qualkit.analysis.pieces import cut
from qualkit.errors import OptionError

UTTERANCES = pd.DataFrame(
    {
        "document": ["d"] * 6 + ["e"] * 2,
        "position": [1, 2, 3, 4, 5, 6, 1, 2],
        "speaker": ["Ana", "Ana", "Chair", "Ana", "Ben", "Ben", "Ben", None],
        "is_moderator": [False, False, True, False, False, False, False, False],
    }
)


def units(rows, within, utterances=UTTERANCES, columns=("document", "position", "code")):
    codings = pd.DataFrame(rows, columns=list(columns))
    material = gather(codings, utterances, parents=None, moderators=False)
    pieces = cut(material, codings, within)
    return pieces.holds.todense().astype(int).tolist(), pieces.document.tolist()


ROWS = [("d", 1, "x"), ("d", 2, "y"), ("d", 5, "x"), ("e", 1, "y"), ("d", 3, "x")]


def test_utterances_and_documents():
    assert units(ROWS, "utterance") == (
        [[1, 0], [0, 1], [0, 0], [1, 0], [0, 0], [0, 1], [0, 0]],
        [0, 0, 0, 0, 0, 1, 1],
    )
    assert units(ROWS, "document") == ([[1, 1], [0, 1]], [0, 1])


def test_a_turn_ends_where_somebody_else_speaks_even_the_moderator():
    # Ana 1-2 | (Chair) | Ana 4 | Ben 5-6 | Ben in e | the unnamed voice of e
    assert units(ROWS, "turn") == (
        [[1, 1], [0, 0], [1, 0], [0, 1], [0, 0]],
        [0, 0, 0, 1, 1],
    )


def test_windows_end_at_each_utterance_and_never_cross_a_document():
    assert units(ROWS, "window:3") == (
        [[1, 0], [1, 1], [1, 1], [1, 1], [1, 0], [0, 1], [0, 1]],
        [0, 0, 0, 0, 0, 1, 1],
    )


SPANS = ("document", "position", "code", "start", "end")


def test_spans_cut_an_utterance_where_they_begin_and_end():
    # x 0-10, y 5-15 in a text 0-20: pieces 0-5 x, 5-10 xy, 10-15 y, 15-20 none.
    one = pd.DataFrame({"document": ["d"], "position": [1], "start": [0], "end": [20]})
    rows = [("d", 1, "x", 0, 10), ("d", 1, "y", 5, 15)]
    assert units(rows, "span", one, SPANS)[0] == [[1, 0], [1, 1], [0, 1], [0, 0]]
    bare = one.drop(columns=["start", "end"])
    assert units(rows, "span", bare, SPANS)[0] == [[1, 0], [1, 1], [0, 1]]


def test_a_coding_without_a_span_covers_all_pieces_of_its_utterance():
    two = pd.DataFrame(
        {"document": ["d"] * 3, "position": [1, 2, 3], "start": [0, 21, 41], "end": [20, 40, 60]}
    )
    rows = [("d", 2, "x", 30, 35), ("d", 2, "y", None, None), ("d", 3, "y", None, None)]
    found, document = units(rows, "span", two, SPANS)
    assert found == [[0, 0], [0, 1], [1, 1], [0, 1], [0, 1]]
    assert document == [0] * 5


def test_spans_that_only_touch_share_nothing():
    codings = pd.DataFrame([("d", 1, "x", 0, 5), ("d", 1, "y", 5, 9)], columns=list(SPANS))
    one = pd.DataFrame({"document": ["d"], "position": [1]})
    assert cooccurrence(codings, one, within="span")["n_ab"].tolist() == [0]
    assert cooccurrence(codings, one)["n_ab"].tolist() == [1]


def test_whole_utterances_as_spans_are_utterances():
    rows = [(*row, None, None) for row in ROWS]
    assert units(rows, "span", UTTERANCES, SPANS) == units(ROWS, "utterance")


def test_spans_agree_with_painting_every_character():
    random = np.random.default_rng(4)
    texts = pd.DataFrame(
        {"document": ["d"] * 5, "position": range(5), "start": range(0, 100, 20),
         "end": range(20, 120, 20)}
    )  # fmt: skip
    start = random.integers(0, 99, 25)
    start -= (start % 20 == 19).astype(int)
    end = np.minimum(start + random.integers(1, 12, 25), (start // 20 + 1) * 20)
    code = random.choice(list("abc"), 25)
    rows = list(zip(["d"] * 25, start // 20, code, start, end, strict=True))
    found, _ = units(rows, "span", texts, SPANS)
    painted = np.zeros((100, 3), dtype=int)
    for _, _, letter, first, last in rows:
        painted[first:last, "abc".index(letter)] = 1
    edges = np.unique(np.concatenate([start, end, np.arange(0, 101, 20)]))
    assert found == painted[edges[:-1]].tolist()


def test_a_span_without_text_is_refused():
    one = pd.DataFrame({"document": ["d"], "position": [1], "start": [0], "end": [20]})
    with pytest.raises(OptionError, match="1 of 2 spans hold no text of their utterance"):
        units([("d", 1, "x", 4, 4), ("d", 1, "y", 1, 2)], "span", one, SPANS)
    with pytest.raises(OptionError, match="1 of 1 spans hold no text"):
        units([("d", 1, "x", 30, 40)], "span", one, SPANS)
    with pytest.raises(OptionError, match="codings has no column 'start'"):
        units(ROWS, "span")


@pytest.mark.parametrize("within", ["window", "window:1", "window:x", "window:-2", "page", ""])
def test_unknown_units_are_refused_with_what_is_allowed(within):
    with pytest.raises(OptionError, match="one of utterance, span, turn, window:K, document"):
        units(ROWS, within)
