import pandas as pd
import pytest

from qualkit.analysis.material import ancestors_of, gather, speaker_keys
from qualkit.errors import OptionError, UnknownNameError

UTTERANCES = pd.DataFrame(
    {
        "document": ["b", "a", "a", "a", "b"],
        "position": [2, 3, 1, 2, 1],
        "speaker": ["Kay", "Ana", "Kay", "Ben", None],
        "is_moderator": [False, False, True, None, False],
        "codable": [True, False, True, True, None],
    }
)
CODINGS = pd.DataFrame(
    [("a", 2, "y"), ("a", 2, "x"), ("a", 2, "x"), ("a", 1, "x"), ("b", 9, "x"), ("c", 1, "y")],
    columns=["document", "position", "code"],
)


def test_utterances_are_counted_in_reading_order_and_the_rest_is_told():
    found = gather(CODINGS, UTTERANCES, parents=None, moderators=False)
    assert found.utterances[["document", "position"]].to_numpy().tolist() == [
        ["a", 2], ["b", 1], ["b", 2],
    ]  # fmt: skip
    assert found.about == {
        "utterances": 3,
        "moderators_left_out": 1,
        "not_codable_left_out": 1,
        "codings_left_out": 1,
        "codings_elsewhere": 2,
    }
    assert found.codes == ("x", "y")
    assert found.coded.todense().tolist() == [[1, 1], [0, 0], [0, 0]]


def test_moderators_count_when_asked_for():
    found = gather(CODINGS, UTTERANCES, parents=None, moderators=True)
    assert found.about["utterances"] == 4
    assert found.about["moderators_left_out"] == 0
    assert found.coded.todense().tolist()[0] == [1, 0]


def test_codes_follow_the_codebook():
    found = gather(CODINGS, UTTERANCES, parents={"y": None, "z": None, "x": "y"}, moderators=False)
    assert found.codes == ("y", "z", "x")
    assert found.coded.todense().tolist()[0] == [1, 0, 1]


def test_nothing_at_all_is_nothing():
    found = gather(CODINGS[:0], UTTERANCES[:0], parents=None, moderators=False)
    assert found.about["utterances"] == 0
    lost = gather(CODINGS, UTTERANCES[:0], parents=None, moderators=False)
    assert lost.about["codings_elsewhere"] == len(CODINGS)


@pytest.mark.parametrize(
    ("codings", "utterances", "sentence"),
    [
        (CODINGS.drop(columns="code"), UTTERANCES, "codings has no column 'code'; it has document"),
        (CODINGS, UTTERANCES.drop(columns="position"), "utterances has no column 'position'"),
        (CODINGS, pd.DataFrame(), "utterances has no column 'document'; it has nothing"),
        (CODINGS, pd.concat([UTTERANCES] * 2), "utterance 1 of 'a' stands there twice"),
        (CODINGS, UTTERANCES.assign(codable="yes"), "'codable' takes True and False only"),
        (CODINGS.assign(position=None), UTTERANCES, "codings: a position is empty"),
        (CODINGS, UTTERANCES.assign(position=0.5), "utterances: a position is empty or no whole"),
    ],
)
def test_frames_that_cannot_be_used_are_refused(codings, utterances, sentence):
    with pytest.raises(OptionError) as caught:
        gather(codings, utterances, parents=None, moderators=False)
    assert sentence in str(caught.value)


def test_codes_and_parents_have_to_fit():
    with pytest.raises(UnknownNameError, match="'x' is not in the codebook"):
        gather(CODINGS, UTTERANCES, parents={"y": None}, moderators=False)
    with pytest.raises(OptionError, match="'p', the parent of 'x', is not a code"):
        ancestors_of({"x": "p"})
    with pytest.raises(OptionError, match="stands above itself"):
        ancestors_of({"x": "y", "y": "x"})


def test_a_speaker_is_the_id_else_the_name_else_the_voice_of_the_document():
    frame = pd.DataFrame(
        {
            "document": ["a", "b", "a", "b", "b"],
            "speaker": ["Kay", "Kay", None, " ", "1"],
            "speaker_id": ["1", None, None, None, None],
        }
    )
    assert list(speaker_keys(frame)) == ["id 1", "name Kay", "document a", "document b", "name 1"]
    with pytest.raises(OptionError, match="no column 'speaker'"):
        speaker_keys(frame[["document"]])
