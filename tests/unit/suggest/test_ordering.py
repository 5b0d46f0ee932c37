import numpy as np
import pandas as pd
import pytest

from qualkit.errors import OptionError
from qualkit.model import Code, Codebook
from qualkit.suggest.holdout import HeldOut, Plan, Predictions, hold_out, prepare
from qualkit.suggest.ordering import (
    FEWER,
    MISSED,
    Coded,
    doubtful,
    next_documents,
    next_utterances,
)
from tests.unit.suggest.studies import Knowing, study

LEARNED = pd.Series([True, True], index=["Pay", "Rota"])


def waiting(*rows):
    columns = ["document", "stakeholder_type", "text"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(position=range(1, len(frame) + 1), speaker="Ann")


def coded(pay=50, rota=50, documents=None, types=None):
    counts = pd.Series({"Pay": pay, "Rota": rota})
    documents = {"a": 100, "b": 100} if documents is None else documents
    types = {"union": 100, "carer": 100} if types is None else types
    return Coded(counts, *(pd.Series(one, dtype="int64") for one in (documents, types)))


def scores(*rows):
    return pd.DataFrame(rows, columns=["Pay", "Rota"])


def order(frame, values, so_far, top=10, learned=LEARNED):
    return next_utterances(frame, values, learned, so_far, top)


def test_what_is_least_sure_comes_first():
    frame = waiting(("a", "union", "x"), ("a", "union", "y"), ("a", "union", "z"))
    table = order(frame, scores((0.99, 0.01), (0.5, 0.01), (0.8, 0.01)), coded())
    assert table["position"].tolist() == [2, 3, 1]
    assert table["reason"].tolist()[0] == "unsure about Pay"
    assert table["gain"].tolist()[0] == 1.0
    assert table["gain"].is_monotonic_decreasing


def test_a_rare_code_weighs_more_and_is_said():
    frame = waiting(("a", "union", "x"), ("a", "union", "y"))
    table = order(frame, scores((0.5, 0.01), (0.01, 0.4)), coded(pay=100, rota=2))
    assert table["position"].tolist() == [2, 1]
    assert table["reason"].tolist()[0] == "unsure about Rota; few codings of Rota so far"


def test_a_type_and_a_document_not_yet_coded_come_first_and_are_said():
    frame = waiting(("a", "carer", "x"), ("a", "union", "y"), ("b", "carer", "z"))
    values = scores(*[(0.4, 0.01)] * 3)
    table = order(frame, values, coded(types={"carer": 100}))
    assert table["position"].tolist()[0] == 2
    assert table["reason"].tolist()[0] == "no one of type union is coded yet; unsure about Pay"
    table = order(frame, values, coded(documents={"a": 100}))
    assert table["reason"].tolist()[0] == "nothing of b is coded yet; unsure about Pay"


def test_picks_spread_over_types_documents_and_codes():
    frame = waiting(
        *[("a", "carer", f"pay {n}") for n in range(5)],
        *[("b", "union", f"rota {n}") for n in range(5)],
    )
    values = scores(*[(0.5, 0.01)] * 5, *[(0.01, 0.45)] * 5)
    none = coded(pay=0, rota=0, documents={}, types={})
    table = order(frame, values, none, top=4)
    assert sorted(table["document"].head(2)) == ["a", "b"]
    assert sorted(table["document"]) == ["a", "a", "b", "b"]
    assert "no one of type" not in table["reason"].iloc[2]


def test_the_same_words_are_asked_once():
    frame = waiting(("a", "carer", "Yes."), ("b", "carer", "yes."), ("a", "carer", "no"))
    assert len(order(frame, scores(*[(0.5, 0.5)] * 3), coded())) == 2


def test_without_codings_the_likeness_to_the_codebook_orders_and_is_said():
    frame = waiting(("a", None, "x"), ("a", None, "y"))
    learned = pd.Series([False, False], index=["Pay", "Rota"])
    none = coded(pay=0, rota=0, documents={}, types={})
    table = order(frame, scores((0.0, 0.1), (0.6, 0.0)), none, learned=learned)
    assert table["position"].tolist() == [2, 1]
    expected = (
        "nothing of a is coded yet; like the codebook's entry of Pay; few codings of Pay so far"
    )
    assert table["reason"].tolist()[0] == expected


def test_nothing_left_is_an_empty_table_and_top_below_one_is_refused():
    frame = waiting(("a", "union", "x"))
    empty = order(frame.head(0), scores().reindex(columns=["Pay", "Rota"]), coded())
    assert list(empty.columns) == [
        "document", "position", "speaker", "stakeholder_type", "gain", "reason", "text",
    ]  # fmt: skip
    assert empty.empty
    none = next_documents(frame.head(0), scores(), LEARNED, coded(), 3)
    assert list(none.columns) == ["document", "waiting", "gain", "reason"]
    with pytest.raises(OptionError, match="top must be 1 or more, not 0"):
        order(frame, scores((0.5, 0.1)), coded(), top=0)


def test_documents_are_ordered_by_the_mean_gain_of_what_waits_in_them():
    frame = waiting(
        ("a", "carer", "x"), ("a", "carer", "y"), ("b", "carer", "z"), ("b", "union", "w")
    )
    values = scores((0.1, 0.01), (0.1, 0.01), (0.1, 0.01), (0.5, 0.01))
    table = next_documents(frame, values, LEARNED, coded(types={"carer": 100}), 5)
    assert table["document"].tolist() == ["b", "a"]
    assert table["waiting"].tolist() == [2, 2]
    assert table["reason"].tolist()[0] == "no one of type union is coded yet; unsure about Pay"


def held(values, given, learned=True, elsewhere=0.3):
    """Utterances of a document a, and a hundred of b where nothing is to be found."""
    values, given = np.array(values), np.array(given, dtype=np.int8)
    codes = ["Pay", "Low pay", "Rota"][: given.shape[1]]
    other = np.tile((np.arange(100) < 100 * elsewhere)[:, None], given.shape[1])
    labels = np.vstack([given, other.astype(np.int8)])
    scores_ = np.vstack([values, np.full(other.shape, 0.3)])
    positions = [*range(1, len(given) + 1), *range(1, 101)]
    document = np.repeat([0, 1], [len(given), 100])
    places = pd.DataFrame({"document": np.array(["a", "b"])[document], "position": positions})
    shape = labels.shape
    return HeldOut(
        places.assign(speaker="Ann", text="so it goes"), codes, labels, ["a", "b"], document,
        np.array([0, 1]),
        {"suggester": Predictions(scores_, np.zeros(shape, bool), np.full(shape, learned))},
        {}, Plan(),
    )  # fmt: skip


def judged(one, codebook=None, top=5, words=("goes",)):
    return doubtful(one, codebook, lambda row, code: list(words), top)


def test_a_likely_code_not_given_is_probably_missed_the_likeliest_first():
    one = held([[0.6], [0.9], [0.4], [0.95]], [[0], [0], [0], [1]])
    table = judged(one)
    assert table["position"].tolist() == [2, 1]
    assert table["what"].tolist() == [MISSED] * 2
    assert table["probability"].tolist() == [0.9, 0.6]
    assert table["share"].tolist() == [0.3] * 2
    assert table["reason"].tolist()[0] == "because of “goes”"
    table = judged(one, words=("goes", "(utterances before)"))
    assert table["reason"].tolist()[0] == "because of “goes”, utterances before"


def test_an_unlikely_code_given_is_worth_a_second_look():
    one = held([[0.01], [0.04], [0.3], [0.2]], [[1], [1], [1], [0]])
    table = judged(one, words=())
    assert table["position"].tolist() == [1, 2]
    assert table["what"].tolist() == [FEWER] * 2
    assert table["reason"].tolist()[0] == "nothing in it speaks for it"


def test_a_rare_code_is_not_doubted_for_being_rare():
    """0.04 is little, and yet near the share of 0.05 that the code has in other documents."""
    assert judged(held([[0.04]], [[1]], elsewhere=0.05)).empty
    assert len(judged(held([[0.04]], [[1]], elsewhere=0.1))) == 1


def test_a_code_that_words_hardly_tell_is_not_doubted():
    """Beside the 30 codings of the other document: 10 of 40 look unlikely, then 11 of 41."""
    for many, told in ((10, 10), (11, 0)):
        one = held([[0.01]] * many, [[1]] * many, elsewhere=0.3)
        assert len(judged(one, top=50)) == told


def test_a_theme_is_not_missed_where_a_code_below_it_was_given():
    book = Codebook("b", (Code("pay", "Pay"), Code("low", "Low pay", "pay")))
    one = held([[0.9, 0.2], [0.9, 0.2]], [[0, 1], [0, 0]])
    assert judged(one, book)["position"].tolist() == [2]


def test_a_likeness_to_the_codebook_accuses_nobody():
    assert judged(held([[0.9], [0.01]], [[0], [1]], learned=False)).empty


def test_misses_are_judged_without_the_document_they_are_in():
    """A word that has its code in one document only: nothing else can tell of it there."""
    utterances, codings, reviewed = study(documents=6, noise=0)
    only = (utterances["document"] == "doc02") & (utterances["position"] <= 6)
    utterances.loc[only, "text"] = "so xylophone"
    inside = (codings["document"] == "doc02") & (codings["position"] <= 6)
    given = pd.concat(
        [
            codings[~inside],
            utterances.loc[only].head(5)[["document", "position"]].assign(code="Pay"),
        ]
    )
    whole = hold_out(prepare(utterances, given, reviewed), Plan(), {"suggester": Knowing})
    rows = np.flatnonzero(whole.utterances["text"] == "so xylophone")
    assert (whole.models["suggester"].scores[rows] == 0).all()
    table = doubtful(whole, None, lambda row, code: [], 50)
    assert "so xylophone" not in set(table.loc[table["what"] == MISSED, "text"])
    leaky = Knowing().fit(utterances, given, reviewed)
    assert leaky.score(utterances)["Pay"][only].min() > 0.5


def test_top_below_one_is_refused():
    with pytest.raises(OptionError, match="top must be 1 or more"):
        judged(held([[0.9]], [[0]]), top=0)
