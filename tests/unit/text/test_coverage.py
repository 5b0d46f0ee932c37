from __future__ import annotations

from qualkit.model import Speaker, Utterance, UtteranceKind
from qualkit.text.coverage import coverage

_SPEECH = UtteranceKind.SPEECH


def test_a_lost_word_is_found() -> None:
    account = coverage(
        "Ann: We left. Quickly.", [Utterance(1, _SPEECH, 5, 13, speaker="Ann")], [Speaker("Ann")]
    )
    assert account.left_over == ((14, 21),)
    assert not account.is_complete


def test_words_claimed_twice_are_found() -> None:
    twice = [Utterance(1, _SPEECH, 0, 8), Utterance(2, _SPEECH, 3, 8)]
    assert coverage("We left.", twice).counted_twice == ((3, 8),)


def test_labels_stamps_and_bullets_are_accounted_as_such() -> None:
    text = "[00:01:02] Q7 Ann Lee (carer): We left.\n- 12. Why?"
    said = [
        Utterance(1, _SPEECH, 31, 39, label="Q7", speaker="Ann Lee"),
        Utterance(2, UtteranceKind.LIST_ITEM, 46, 50, label="12."),
    ]
    account = coverage(text, said, [Speaker("Ann Lee", role="carer")])
    assert account.is_complete
    assert account.in_labels["carer"] == 1


def test_an_aside_counts_for_the_utterance_inside_it_alone() -> None:
    text = "We need PAGE 2 more."
    said = [
        Utterance(1, _SPEECH, 0, 20, asides=((8, 15),)),
        Utterance(2, UtteranceKind.NOTE, 8, 14, codable=False, note="page furniture"),
    ]
    assert coverage(text, said).is_complete
