from __future__ import annotations

from collections import Counter

from qualkit.text.reading import Reading
from qualkit.text.segmentation import Segmentation, segment

_MINUTES = """Northgate Health Forum
Minutes of the meeting held on Tuesday 5 March 2024
Venue: Room 3, Town Hall

Present: Priya Nair (PN, Chair), Owen Hale (OH, Age Concern Northgate), Sal Brook (SB)
In attendance: Mary Quist, Head of Commissioning

1. Welcome
PN welcomed everyone to the meeting.

2. Winter pressures
OH reported that referrals had risen by a third. He said that staff were exhausted.
The Head of Commissioning explained that money was set aside. SB asked whether this was new. \
Ms Quist replied that it was not.
It was noted that the team is short of four posts.
OH and SB welcomed the news.
A carer from the audience described her week.

3. Close
Members agreed that a letter should be sent.
RESOLVED: That the report be noted.
"""


def _told(text: str) -> tuple[Segmentation, list[tuple[str | None, str]]]:
    found = segment(Reading(text))
    return found, [
        (u.speaker, u.text_in(text)) for u in found.utterances if u.codable and u.reported
    ]


def test_initials_roles_and_surnames_find_the_person() -> None:
    found, told = _told(_MINUTES)
    assert [(name, words.split()[0]) for name, words in told] == [
        ("Priya Nair", "PN"),
        ("Owen Hale", "OH"),
        ("Mary Quist", "The"),
        ("Sal Brook", "SB"),
        ("Mary Quist", "Ms"),
        (None, "It"),
        ("OH and SB", "OH"),
        ("Carer", "A"),
        ("Members", "Members"),
        (None, "RESOLVED:"),
    ]
    roles = {s.name: (s.role, s.is_moderator, s.is_generic) for s in found.speakers}
    assert roles["Priya Nair"] == ("Chair", True, False)
    assert roles["Mary Quist"] == ("Head of Commissioning", False, False)
    assert roles["Members"][2]


def test_a_pronoun_goes_on_with_the_speaker_before() -> None:
    _, told = _told(_MINUTES)
    assert told[1][1].endswith("He said that staff were exhausted.")


def test_numbered_headings_carry_their_number_as_label() -> None:
    found, _ = _told(_MINUTES)
    assert [u.label for u in found.utterances if u.level and u.label] == ["1.", "2.", "3."]


def test_sections_under_a_name_are_that_persons_and_questions_are_cut() -> None:
    text = (
        "Notes of a seminar\n\nAnn Lund, Organiser, Northgate Union\n\n- Said pay is low.\n"
        "- Asked for more.\n\n"
        "Dr Bo Day, Minister for Care\n\n- Welcomed the debate.\n\nQuestions\n\n"
        "- Cy Ray, a retired porter, asked about travel. The Minister said that it counts.\n"
        "- A question was asked by Di Fox, who wondered about visas. The Minister replied.\n"
        "- The Minister heard a question from Ed Orr. He asked about rents.\n"
    )
    found, told = _told(text)
    assert Counter(name for name, _ in told) == {
        "Ann Lund": 2,
        "Dr Bo Day": 3,
        "Cy Ray": 1,
        "Di Fox": 1,
        "Ed Orr": 1,
    }
    assert {s.name: s.role for s in found.speakers}["Cy Ray"] == "retired porter"


def test_a_first_name_of_several_people_is_reported_not_guessed() -> None:
    text = (
        "Notes\n\nATTENDEES\n\nName\tRole\nSam Baron\tClerk\nSam Bell\tCarer\nPia Roe\tChair\n\n"
        "Discussion\n\n- Sam asked about pay.\n- Pia Roe said it was low.\n- Sam thanked her.\n"
        "- Pia Roe closed the meeting.\n"
    )
    found, told = _told(text)
    assert [name for name, _ in told] == ["Sam", "Pia Roe", "Sam", "Pia Roe"]
    assert any("Sam Baron, Sam Bell" in f.message for f in found.findings)


def test_a_letter_is_not_read_as_minutes() -> None:
    found = segment(
        Reading("Dear Minister,\n\nWe ask for more. We said so before.\n\nYours faithfully,")
    )
    assert not any(u.reported for u in found.utterances)
