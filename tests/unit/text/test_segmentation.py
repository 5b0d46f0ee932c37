from __future__ import annotations

import pytest

from qualkit.errors import OptionError
from qualkit.model import UtteranceKind
from qualkit.text.reading import Hint, Reading, Turn
from qualkit.text.segmentation import Segmentation, segment


def _told(text: str, unit: str = "auto") -> list[tuple[str | None, str]]:
    found = segment(Reading(text), unit)
    return [(u.speaker, " ".join(u.text_in(text).split())) for u in found.utterances if u.codable]


def _kinds(found: Segmentation, text: str) -> list[tuple[str, str | None, str]]:
    return [(u.kind.value, u.note, u.text_in(text)) for u in found.utterances]


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee: One.\n\nBo Day: Two.",
        "**Ann Lee**: One.\n\n**Bo Day:** Two.",
        "ANN LEE (carer): One.\nBO DAY: Two.",
        "[00:00:01] Ann Lee: One.\n[00:00:09] Bo Day: Two.",
        "Ann Lee  0:01\nOne.\n\nBo Day  0:09\nTwo.",
        "00:00:01 Ann Lee\nOne.\n\n00:00:09 Bo Day\nTwo.",
        "Q1 Ann Lee: One.\n\nBo Day: Two.",
        "Ann Lee:\nOne.\n\nBo Day:\nTwo.",
    ],
)
def test_turn_shapes(text: str) -> None:
    told = [((speaker or "").title(), words) for speaker, words in _told(text)]
    assert told == [("Ann Lee", "One."), ("Bo Day", "Two.")]


def test_bracketed_ids_and_tabbed_ids_are_speakers_when_they_recur() -> None:
    brackets = "[id1] One.\n\n[id2] Two.\n\n[id1] Three.\n\n[id2] Four."
    tabs = "TOR004\tone\nTOI019\ttwo\nTOR004\tthree\nTOI019\tfour\nTOR004\tfive\nTOI019\tsix"
    assert [speaker for speaker, _ in _told(brackets)] == ["id1", "id2", "id1", "id2"]
    assert [speaker for speaker, _ in _told(tabs)] == ["TOR004", "TOI019"] * 3


def test_a_question_number_is_a_label() -> None:
    text = "Q12 Chair: Why?\n\nAnn Lee: Pay.\n\nQ13 Chair: And?"
    assert [u.label for u in segment(Reading(text)).utterances] == ["Q12", None, "Q13"]


def test_a_word_before_a_colon_is_no_speaker_of_its_own() -> None:
    text = (
        "Chair: Who starts?\n\nAnn Lee: Objectives: we have none. One thing: pay.\n\n"
        "Email: nobody answers it.\n\nChair: Thank you.\n\nAnn Lee: Well."
    )
    assert [speaker for speaker, _ in _told(text)] == ["Chair", "Ann Lee", "Chair", "Ann Lee"]


def test_fields_at_the_top_of_a_report_make_no_transcript() -> None:
    text = "Title: Review\nDate: June 2022\nAuthor: Ann Lee\n\nWe found that pay is low.\n"
    found = segment(Reading(text))
    assert not any(u.kind is UtteranceKind.SPEECH for u in found.utterances)


def test_a_label_that_stands_once_is_believed_by_its_shape_and_reported() -> None:
    text = "Chair: Who?\n\nAnn Lee: Me.\n\nChair: And?\n\nBo Day: Me too.\n\nAnn Lee: Good."
    found = segment(Reading(text))
    (finding,) = [f for f in found.findings if f.kind == "speaker label"]
    assert "Bo Day" in finding.message
    assert finding.position == 4


def test_a_turn_goes_on_over_paragraphs_and_notes_stand_beside_it() -> None:
    text = "Chair: Who?\n\nAnn Lee: One.\n\n[laughter]\n\nTwo.\n\nChair: Thanks."
    found = segment(Reading(text))
    assert [u.kind.value for u in found.utterances] == ["speech", "speech", "note", "speech"]
    assert found.utterances[1].text_in(text).split() == ["One.", "Two."]
    assert [u.text_in(text) for u in segment(Reading(text), "paragraph").utterances] == [
        "Who?",
        "One.",
        "[laughter]",
        "Two.",
        "Thanks.",
    ]


def test_hard_wrapped_turns_and_running_headers_are_put_together() -> None:
    text = (
        "MINUTES OF EVIDENCE            Page 1\n\n"
        "CHAIR: Good afternoon. We have an hour and I would like to\n"
        "begin with training, if nobody\nminds.\n\n"
        "MS OKAFOR: People complete it three times, because no employer\n"
        "trusts the last one. That is a waste of everybody's time and of\n\n"
        "MINUTES OF EVIDENCE            Page 2\n\n"
        "public money. It has to stop.\n\nCHAIR: Thank you."
    )
    told = _told(text)
    assert [speaker for speaker, _ in told] == ["CHAIR", "MS OKAFOR", "CHAIR"]
    assert "time and of public money" in told[1][1]


def test_sentences_are_exact_and_keep_the_speaker() -> None:
    text = (
        "Chair: Who starts?\n\nAnn Lee: Dr. Day did. We followed at 5 p.m. sharp!\n\nChair: Good."
    )
    assert _told(text, "sentence") == [
        ("Chair", "Who starts?"),
        ("Ann Lee", "Dr. Day did."),
        ("Ann Lee", "We followed at 5 p.m. sharp!"),
        ("Chair", "Good."),
    ]


def test_a_list_of_people_gives_roles_to_short_labels() -> None:
    text = (
        "Round table\n\nPresent:\nAnna Holt, Care worker, Larch House\n"
        "Tom Reed, Facilitator, Northgate\n\n"
        "PAY\n\nTom: And pay?\n\nAnna: Low.\n\nTom: Thanks."
    )
    found = segment(Reading(text))
    assert [(s.name, s.role, s.organisation, s.is_moderator) for s in found.speakers] == [
        ("Tom Reed", "Facilitator", "Northgate", True),
        ("Anna Holt", "Care worker", "Larch House", False),
    ]
    assert {u.section for u in found.utterances if u.codable} == {"PAY"}
    assert found.title == "Round table"


def test_given_turns_are_taken_as_they_are() -> None:
    turns = (Turn(0, 5, 9, "Ann", role="carer", time=2.0, section="one"), Turn(10, 10, 14))
    found = segment(Reading("Ann: Yes. Why?", turns=turns))
    assert [(u.speaker, u.start, u.end, u.time, u.section) for u in found.utterances] == [
        ("Ann", 5, 9, 2.0, "one"),
        (None, 10, 14, None, None),
    ]


def test_hints_of_a_container_decide() -> None:
    text = "Pay\nIt is low\nToo low"
    hints = {0: Hint(level=2), 4: Hint(is_item=True), 14: Hint(note="footnote")}
    found = segment(Reading(text, hints, is_flowing=True))
    assert _kinds(found, text) == [
        ("heading", None, "Pay"),
        ("list item", None, "It is low"),
        ("note", "footnote", "Too low"),
    ]


def test_the_unit_turn_without_turns_falls_back_and_says_so() -> None:
    found = segment(Reading("We left early that day.\n\nWe came back late."), "turn")
    assert [f.kind for f in found.findings] == ["unit"]
    assert len(found.utterances) == 2


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(OptionError):
        segment(Reading("We left."), "word")
