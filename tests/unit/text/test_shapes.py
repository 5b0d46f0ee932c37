from __future__ import annotations

import pytest

from qualkit.text.shapes import (
    box_state,
    is_contact,
    is_date,
    is_editorial,
    is_heading_shape,
    notice_of,
    opening_of,
    seconds,
)


@pytest.mark.parametrize(
    ("text", "sort", "label"),
    [
        ("• pay", "bullet", None),
        ("- 12 posts", "bullet", None),
        ("102. Pay", "number", "102."),
        ("(a) pay", "letter", "(a)"),
        ("2.1 The panel", "number", "2.1"),
        ("1.52 million people", "", None),
        ("2020. That year", "", None),
        ("**Recommendation 3**: Pay", "named", "Recommendation 3"),
        ("[1] https://a.org", "footnote", "[1]"),
        ("-5 degrees", "", None),
    ],
)
def test_openings(text: str, sort: str, label: str | None) -> None:
    assert (opening_of(text).sort, opening_of(text).label) == (sort, label)


@pytest.mark.parametrize(
    "text",
    [
        "June 2022",
        "TUESDAY 23RD NOVEMBER 14:00-15:30",
        "8 January 2020",
        "Thursday, 2 May 2024, Online",
    ],
)
def test_dates(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize("text", ["May I ask?", "In June we left early.", "2022", "March on!"])
def test_no_dates(text: str) -> None:
    assert not is_date(text)


def test_contacts_and_notices() -> None:
    assert is_contact("For more information")
    assert is_contact("Please contact the office at a.b@c.org")
    assert not is_contact("I found it on www.b.org and it helped me a lot, honestly.")
    assert notice_of("The views expressed here are those of the group.") == "disclaimer"


def test_editorial_remarks_stand_alone() -> None:
    assert is_editorial("[Meeting paused]")
    assert is_editorial("*(The witness withdrew)*")
    assert not is_editorial("[laughs] We left.")


def test_boxes_and_stamps() -> None:
    assert [box_state(t) for t in ("Yes [x]", "Yes [ ]", "Yes ☐ Y", "Yes")] == [
        True,
        False,
        True,
        None,
    ]
    assert seconds("1:02:03.5") == 3723.5


def test_a_heading_does_not_end_like_a_sentence() -> None:
    assert is_heading_shape("Evidence of what works elsewhere")
    assert not is_heading_shape("evidence of what works")
    assert not is_heading_shape("It works. We saw it")


@pytest.mark.parametrize(
    "text", ["1" * 5000, "https://a" * 900, "(" * 5000, "a@" * 3000, "- " * 3000]
)
def test_no_shape_takes_long_over_nonsense(text: str) -> None:
    assert not is_date(text[:119])
    assert isinstance(opening_of(text).sort, str)
    is_contact(text[:399])
    is_editorial(text)
