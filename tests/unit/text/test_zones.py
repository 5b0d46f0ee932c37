from __future__ import annotations

from qualkit.text.lines import split_lines
from qualkit.text.zones import find_zones


def test_a_list_in_capitals_ends_before_the_next_heading() -> None:
    text = (
        "Present:\nAnn Lee, Clerk, Larch House\nBo Day, Carer\n\nGETTING PEOPLE HOME\n\nChair: Yes."
    )
    zones = find_zones(split_lines(text))
    assert [p.name for p in zones.people] == ["Ann Lee", "Bo Day"]
    assert sorted(zones.notes) == [1, 2]


def test_details_in_brackets_may_stand_on_the_next_lines() -> None:
    text = "Panel membership\n\nAnn Lee\n(Lead Member of\nthe Panel)\n\nBo Day\n"
    zones = find_zones(split_lines(text))
    assert [(p.name, p.role) for p in zones.people] == [
        ("Ann Lee", "Lead Member of the Panel"),
        ("Bo Day", None),
    ]


def test_contents_and_glossary_are_read() -> None:
    text = (
        "Contents\n1 Introduction ........ 3\n2 Evidence\tPage 4\n\nIntroduction\n\nWe met.\n\n"
        "Abbreviations\nASC – Adult Social Care\nIntegrated Care Board: ICB\n"
    )
    zones = find_zones(split_lines(text))
    assert zones.entries == ["Introduction", "Evidence"]
    assert zones.contents_end == 2
    assert zones.abbreviations == [("Adult Social Care", "ASC"), ("Integrated Care Board", "ICB")]


def test_a_list_ends_where_turns_begin() -> None:
    lines = split_lines("Present:\nAnn Lee\nBo Day: Good morning")
    assert [p.name for p in find_zones(lines, (), {2}).people] == ["Ann Lee"]
