from __future__ import annotations

from qualkit.text.furniture import find_furniture
from qualkit.text.lines import split_lines


def _furniture(text: str) -> list[str]:
    lines = split_lines(text)
    return [lines[index].text for index in sorted(find_furniture(lines, ()))]


_STORIES = [
    ("We waited at the harbour for nearly two hours because of the", "late bus."),
    ("Nobody had told the new colleagues that they should bring their", "own gloves."),
    ("It took the council until the autumn to answer a letter that was", "a page long."),
    ("She said that she would rather clean offices at night than go", "back there."),
]


def _page(number: int, header: str = "Northgate Care Forum") -> str:
    begun, ended = _STORIES[number - 1]
    return f"{begun}\n\n\n\n{header}\n\nSupported by Larch House\n\n{ended}\n\n"


def test_a_header_misspelt_once_goes_with_the_others() -> None:
    text = _page(1) + _page(2) + _page(3, "Northgate Cane Forum") + _page(4)
    assert _furniture(text) == ["Northgate Care Forum", "Supported by Larch House"] * 2 + [
        "Northgate Cane Forum",
        "Supported by Larch House",
        "Northgate Care Forum",
        "Supported by Larch House",
    ]


def test_page_numbers_are_furniture_with_or_without_the_word() -> None:
    assert _furniture("One.\n\n1\n\nTwo.\n\n2\n\nThree.\n\nPage 3 of 9") == [
        "1",
        "2",
        "Page 3 of 9",
    ]


def test_a_blank_page_says_so_itself() -> None:
    assert _furniture("One.\n\nThis page has been left blank") == ["This page has been left blank"]


def test_a_form_that_repeats_itself_between_sentences_is_no_furniture() -> None:
    part = "What did you see?\n\nPlease answer in full sentences.\n\nI saw number {n}.\n\n"
    assert _furniture("".join(part.format(n=n) for n in range(5))) == []
