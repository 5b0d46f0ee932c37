from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qualkit.text.lines import is_wrapped, split_lines
from qualkit.text.reading import Hint


@given(st.text())
def test_lines_hold_every_character_that_is_not_white_space(text: str) -> None:
    lines = split_lines(text)
    assert "".join("".join(line.text.split()) for line in lines) == "".join(text.split())
    assert all(text[line.start : line.end] == line.text for line in lines)


def test_gaps_indents_and_hints_are_kept() -> None:
    lines = split_lines("one\n\n\n  two\n\fthree", {7: Hint(is_item=True)})
    assert [(line.gap, line.indent) for line in lines] == [(0, 0), (2, 2), (0, 1)]
    assert [line.hint.is_item for line in lines] == [False, False, False] or lines[1].hint.is_item
    assert lines[2].is_page_start


def test_whole_paragraphs_are_not_wrapped() -> None:
    assert not is_wrapped(split_lines("One thing.\nAnother thing.\nA third thing."))
