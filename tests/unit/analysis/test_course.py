import pandas as pd
import pytest

from qualkit.analysis.course import over_length, portrait
from qualkit.errors import OptionError, UnknownNameError

SAID = pd.DataFrame(
    {
        "document": ["d"] * 4 + ["e"] * 2,
        "position": [1, 2, 3, 4, 1, 2],
        "speaker": ["Ana", "Ben", "Ana", "Chair", "Ana", "Ben"],
        "text": ["one two three", "four", "five six", "well", "a", "b c"],
        "is_moderator": [False, False, False, True, False, False],
    }
)
CODINGS = pd.DataFrame(
    [("d", 1, "Low pay"), ("d", 3, "Respect"), ("d", 3, "Hours"), ("e", 1, "Low pay")],
    columns=["document", "position", "code"],
)


def test_parts_of_documents_are_put_together_by_hand(parents):
    table = over_length(CODINGS, SAID, parts=2, parents=parents)
    pay = table[(table["code"] == "Pay") & (table["level"] == "theme")]
    # d has three that count: 1 and 2 in the first half, 3 in the second; e one in each
    assert pay[["part", "n", "total"]].to_numpy().tolist() == [[1, 2, 3], [2, 1, 2]]
    assert pay["share"].tolist() == pytest.approx([2 / 3, 1 / 2])
    assert pay[["from_share", "to_share"]].to_numpy().tolist() == [[0, 0.5], [0.5, 1]]
    assert table.attrs["documents"] == 2


def test_parts_cover_every_utterance_once(study, parents):
    codings, utterances = study()
    table = over_length(codings, utterances, parents=parents, parts=7)
    one = table[(table["code"] == "Respect") & (table["level"] == "theme")]
    assert one["total"].sum() == table.attrs["utterances"]
    assert one["total"].max() - one["total"].min() <= 4
    known = table.dropna(subset=["low"])
    assert ((known["low"] <= known["share"]) & (known["share"] <= known["high"])).all()
    with pytest.raises(OptionError, match="1 parts are too few"):
        over_length(codings, utterances, parts=1)


def test_a_portrait_has_every_utterance_with_its_codes_and_room(parents):
    table = portrait(CODINGS, SAID, "d", parents=parents)
    assert table["position"].tolist() == [1, 2, 3, 3, 4]
    assert table[["from_word", "to_word"]].to_numpy().tolist() == [
        [0, 3], [3, 4], [4, 6], [4, 6], [6, 7],
    ]  # fmt: skip
    assert table["code"].tolist() == ["Low pay", None, "Hours", "Respect", None]
    assert table["theme"].tolist() == ["Pay", None, "Pay", "Respect", None]
    assert table["moderator"].tolist() == [False] * 4 + [True]
    assert table["stakeholder_type"].isna().all()
    assert table.attrs["words"] == 7


def test_a_document_that_is_not_there_is_named():
    with pytest.raises(UnknownNameError, match="no document 'f'; there is d, e"):
        portrait(CODINGS, SAID, "f")
