from __future__ import annotations

from qualkit.formats.turn_text import TurnText, Who


def test_turns_of_one_speaker_are_joined_only_when_asked() -> None:
    text = TurnText()
    text.add("One.", speaker="Ann")
    text.add("Two.", speaker="Ann", is_joined=True)
    text.add("Three.", speaker="Ann")
    reading = text.reading("utf-8")
    assert reading.text == "Ann: One.\nTwo.\n\nAnn: Three."
    assert [reading.text[a:b] for a, b in reading.turns[0].parts] == ["One.", "Two."]


def test_a_turn_without_speaker_has_no_label() -> None:
    text = TurnText()
    text.add("One.", who=Who("carer", "Larch House"))
    (turn,) = text.reading("utf-8").turns
    assert (turn.mark, turn.start, turn.role) == (0, 0, "carer")
