from __future__ import annotations

import pytest

from qualkit.text.boxes import decision, options, stated_decision


@pytest.mark.parametrize(
    ("text", "ticked"),
    [
        ("Accept ☒", ["Accept"]),
        ("Accept ☑", ["Accept"]),
        ("Accept ☐ Y", ["Accept"]),
        ("Accept ☐ ✓", ["Accept"]),
        ("Accept ✔", ["Accept"]),
        ("[x] Accept", ["Accept"]),
        ("[X] Accept", ["Accept"]),
        ("( ) Accept (x) Reject", ["Reject"]),
        ("Accept ☐", []),
        ("Yes ☒ No ☐", ["Yes"]),
        ("Agreed ☐ Partly agreed ☐ Not agreed ☒", ["Not agreed"]),
        ("☐ Yes ☑ No", ["No"]),
        ("Accepted: ☒ Yes ☐ No", ["Accepted: Yes"]),
        ("Accepted: Yes ☐ No ☒", ["Accepted: No"]),
        ("**Accept** in part* [✓]", ["Accept in part"]),
        ("We accept.", []),
    ],
)
def test_ticks_are_read_in_any_spelling(text: str, ticked: list[str]) -> None:
    assert [option.words for option in options(text) if option.is_ticked] == ticked


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Accept recommendation in full", "accepted in full"),
        ("Decline the recommendation", "declined"),
        ("Partly agreed", "partly agreed"),
        ("YES", "YES"),
        ("", ""),
    ],
)
def test_an_option_becomes_a_decision(words: str, said: str) -> None:
    assert decision(words) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Accept. The data will follow.", "accepted"),
        ("We accept this recommendation in principle.", "accepted in principle"),
        ("The Government does not accept this.", "not accepted"),
        ("Partially accepted: see below.", "partially accepted"),
        ("Rejected", "rejected"),
        ("A survey will be held.", None),
        ("Acceptance is high.", None),
    ],
)
def test_prose_that_begins_with_a_decision_states_it(text: str, said: str | None) -> None:
    assert stated_decision(text) == said
