from __future__ import annotations

from qualkit.model import UtteranceKind
from qualkit.text.blocks import Block
from qualkit.text.units import cut, shown, split_units

_TEXT = "One two. PAGE 3 Three four. Five."


def _block() -> Block:
    return Block(UtteranceKind.SPEECH, 0, 33, 0, [(0, 8), (16, 33)], label="Q1", asides=[(9, 16)])


def test_the_label_stays_with_the_first_part_and_an_aside_at_a_cut_belongs_to_none() -> None:
    first, second = cut(_block(), [16])
    assert (first.label, first.start, first.end, first.asides) == ("Q1", 0, 8, [])
    assert (second.label, second.start, second.end) == (None, 16, 33)


def test_an_aside_inside_a_part_stays_there() -> None:
    first, second = cut(_block(), [28])
    assert first.asides == [(9, 16)]
    assert _TEXT[second.start : second.end] == "Five."


def test_offsets_are_kept_across_asides() -> None:
    words, places = shown(_block(), _TEXT)
    assert words == "One two. Three four. Five."
    assert "".join(_TEXT[place] for place in places) == words


def test_sentences_of_a_block_with_an_aside() -> None:
    parts = split_units([_block()], _TEXT, "sentence")
    assert [part.words_in(_TEXT).strip() for part in parts] == ["One two.", "Three four.", "Five."]
