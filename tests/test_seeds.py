"""The five documents that qualkit is first made for, read exactly.

They lie beside the checkout and may not be copied into it; where they are absent, these tests say
so and are skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from qualkit.formats.documents import read_document
from qualkit.model import Document, Speaker, Utterance, UtteranceKind
from qualkit.text.coverage import coverage

_SEEDS = Path(__file__).parents[1].parent / "shared" / "seeds"
_NUMBERS = ("000", "001", "002", "003", "004")


@lru_cache(maxsize=16)
def _seed(number: str, unit: str = "auto") -> Document:
    found = sorted(_SEEDS.glob(f"{number}*.txt"))
    if not found:
        pytest.skip("../shared is not here")
    return read_document(found[0], unit=unit)


def _speaker(document: Document, part: str) -> Speaker:
    found = [speaker for speaker in document.speakers if part in speaker.name]
    assert len(found) == 1, part
    return found[0]


def _said_by(document: Document, part: str) -> list[Utterance]:
    name = _speaker(document, part).name
    return [u for u in document.utterances if u.speaker == name and u.codable]


def _words(document: Document, utterance: Utterance) -> str:
    return " ".join(utterance.text_in(document.text).split())


def _starting(document: Document, start: str) -> Utterance:
    found = [u for u in document.utterances if _words(document, u).startswith(start)]
    assert len(found) == 1, start
    return found[0]


def _messages(document: Document, kind: str) -> list[str]:
    return [finding.message for finding in document.findings if finding.kind == kind]


@pytest.mark.parametrize("number", _NUMBERS)
@pytest.mark.parametrize("unit", ["auto", "paragraph", "sentence"])
def test_every_word_of_a_seed_is_in_an_utterance_or_a_label(number: str, unit: str) -> None:
    document = _seed(number, unit)
    account = coverage(document.text, document.utterances, document.speakers)
    assert [document.text[a:b] for a, b in account.left_over] == []
    assert account.counted_twice == ()
    assert account.words == account.in_utterances + account.in_labels


@pytest.mark.parametrize("number", _NUMBERS)
def test_every_seed_keeps_positions_order_and_speakers(number: str) -> None:
    document = _seed(number)
    assert [u.position for u in document.utterances] == list(range(1, len(document.utterances) + 1))
    starts = [u.start for u in document.utterances]
    assert starts == sorted(starts)
    assert {s.name for s in document.speakers} == {
        u.speaker for u in document.utterances if u.speaker
    }
    assert not any(u.codable for u in document.utterances if u.kind is UtteranceKind.HEADING)
    assert not any(u.codable for u in document.utterances if u.kind is UtteranceKind.NOTE)
    assert all(u.note for u in document.utterances if not u.codable and u.level is None)


class TestRoundTable:
    def test_turns_are_counted_by_speaker(self) -> None:
        document = _seed("002")
        turns = Counter(u.speaker for u in document.utterances if u.codable)
        assert turns == {
            "Gillian Manthorpe": 38,
            "Gillian Thorpe": 1,
            "Participant A": 8,
            "Participant B": 4,
            "Participant C": 8,
            "Participant D": 9,
            "Participant E": 3,
            "Participant F": 7,
            "Robert Francis": 7,
        }
        assert sum(turns.values()) == 85
        assert {u.kind for u in document.utterances if u.codable} == {UtteranceKind.SPEECH}

    def test_page_broken_turns_are_whole(self) -> None:
        document = _seed("002")
        joined = [
            u
            for u in document.utterances
            if re.search(r"[a-z,]\n\n[a-z]", u.text_in(document.text))
        ]
        assert len(joined) == 6
        assert all(_words(document, u)[-1] in ".?!" for u in joined)

    def test_a_turn_of_two_lines_is_one_turn(self) -> None:
        document = _seed("002")
        asked = [
            u for u in document.utterances if "anything you want to add here" in _words(document, u)
        ]
        assert [u.speaker for u in asked] == ["Gillian Manthorpe"]

    def test_nodding_front_matter_and_date_are_set_aside(self) -> None:
        document = _seed("002")
        nodding = _starting(document, "Participants nod heads")
        assert (nodding.kind, nodding.codable) == (UtteranceKind.NOTE, False)
        assert _starting(document, "June 2022").note == "date"
        first_turn = next(u for u in document.utterances if u.codable)
        assert _words(document, first_turn).startswith("Thank you everyone.")
        assert not any(u.codable for u in document.utterances[: first_turn.position - 1])

    def test_moderator_and_generic_labels_are_known(self) -> None:
        document = _seed("002")
        assert [s.name for s in document.speakers if s.is_moderator] == ["Gillian Manthorpe"]
        assert sorted(s.name for s in document.speakers if s.is_generic) == [
            f"Participant {letter}" for letter in "ABCDEF"
        ]

    def test_the_misprinted_name_is_reported_not_merged(self) -> None:
        (message,) = _messages(_seed("002"), "same speaker?")
        assert "Gillian Thorpe" in message
        assert "Gillian Manthorpe" in message


class TestMinutesInSections:
    def test_sections_belong_to_the_person_in_the_heading(self) -> None:
        document = _seed("000")
        own = Counter(
            u.speaker
            for u in document.utterances
            if u.codable and u.section and u.speaker and u.section.startswith(u.speaker)
        )
        assert own == {
            "Dan Smith": 5,
            "Mo Baines": 2,
            "Sandra": 3,
            "Cllr Val Armstrong": 2,
            "Gillian Keegan MP": 3,
            "Kim Johnson MP": 1,
        }

    def test_role_and_organisation_come_from_the_heading(self) -> None:
        document = _seed("000")
        smith = _speaker(document, "Dan Smith")
        assert (smith.role, smith.organisation) == ("Organiser", "UNISON North-West")
        assert _speaker(document, "Sandra").role == "Care Worker"
        assert _speaker(document, "Keegan").role == "Minister for Social Care"
        assert [s.name for s in document.speakers if s.is_moderator] == ["Kim Johnson MP"]

    def test_the_interrupted_bullet_is_one_utterance_with_an_aside(self) -> None:
        document = _seed("000")
        broken = _starting(document, "Explained how government are well aware")
        assert len(broken.asides) == 1
        assert "urgent need for systemic reform. She spoke" in _words(document, broken)
        inside = [u for u in document.utterances if broken.start < u.start < broken.end]
        assert {(u.kind, u.codable, u.note) for u in inside} == {
            (UtteranceKind.NOTE, False, "page furniture")
        }

    def test_questions_and_answers_go_to_who_asks_and_who_answers(self) -> None:
        document = _seed("000")
        told = [
            (u.speaker, _words(document, u))
            for u in document.utterances
            if u.section == "Questions and Comments" and u.codable
        ]
        askers = [name for name, _ in told[::2]]
        assert askers[0] == "Paul Cummings"
        assert askers[1] == "Samantha"
        assert "Policy Officer" in (askers[2] or "")
        assert askers[3:] == ["Suzanne", "Mandy", "Kim Johnson MP"]
        assert {name for name, _ in told[1::2]} == {"Gillian Keegan MP"}
        assert all(words.lower().startswith("the minister") for _, words in told[1::2])
        assert all(u.reported for u in document.utterances if u.codable)

    def test_attendees_become_people_across_page_furniture(self) -> None:
        document = _seed("000")
        assert len(document.people) == 75
        by_name = {person.name: person for person in document.people}
        assert by_name["Jay McKenna"].role == "Policy Officer"
        assert by_name["Jay McKenna"].organisation == "TUC"
        rows = [u for u in document.utterances if u.kind is UtteranceKind.TABLE_ROW]
        assert len(rows) == 76
        assert {(u.codable, u.note) for u in rows} == {(False, "list of people")}

    def test_all_page_furniture_is_set_aside_with_its_misspellings(self) -> None:
        document = _seed("000")
        furniture = [_words(document, u) for u in document.utterances if u.note == "page furniture"]
        assert len(furniture) == 86
        for misspelt in ("Lord Alfon", "Lord Heselline", "Heseltine Institute for Public"):
            assert misspelt in furniture

    def test_names_that_may_be_one_are_reported(self) -> None:
        messages = " ".join(_messages(_seed("000"), "same speaker?"))
        assert "Gilligan Keegan MP" in messages
        assert "Paul Cummins" in messages


class TestMinutesWithInitials:
    def test_attendees_and_their_roles(self) -> None:
        document = _seed("001")
        assert len(document.people) == 12
        assert document.people[0].role == "Chair"
        surrey = _speaker(document, "Tom Surrey")
        assert surrey.organisation == "Department of Health and Social Care"

    def test_every_answer_is_attributed(self) -> None:
        document = _seed("001")
        assert Counter(u.speaker for u in document.utterances if u.codable) == {
            "Tom Surrey": 16,
            "Nigel Taylor": 3,
            "Isaac Samuels": 2,
            "Nathan Jones": 1,
            "Finn Turner Berry": 1,
            "Deborah Rozansky": 1,
            "Jane Cox": 1,
        }

    def test_initials_are_aliases(self) -> None:
        document = _seed("001")
        for name, short in (
            ("Tom Surrey", "TS"),
            ("Isaac Samuels", "IS"),
            ("Jane Cox", "JC"),
            ("Nigel Taylor", "NT"),
        ):
            assert short in _speaker(document, name).aliases

    def test_the_paragraph_of_two_speakers_is_cut_at_the_sentence(self) -> None:
        document = _seed("001")
        assert _starting(document, "Isaac Samuels recounted").speaker == "Isaac Samuels"
        assert _starting(document, "Jane Cox (JC) built on").speaker == "Jane Cox"

    def test_a_paragraph_without_subject_stays_with_the_last_speaker(self) -> None:
        document = _seed("001")
        assert _starting(document, "An additional important point").speaker == "Tom Surrey"

    def test_notices_and_addresses_are_set_aside(self) -> None:
        document = _seed("001")
        for start in (
            "Date and time",
            "Location",
            "[image",
            "Description automatically",
            "@ASC",
            "This is not an official",
            "For more information",
            "Please contact",
        ):
            assert not _starting(document, start).codable


class TestOpenLetter:
    def test_headings_are_found(self) -> None:
        document = _seed("003")
        headings = [
            _words(document, u) for u in document.utterances if u.kind is UtteranceKind.HEADING
        ]
        for heading in (
            "About us",
            "Securing the foundations for wider change",
            "Building better sustainable social care",
            "Phase 1",
            "Phase 2",
        ):
            assert heading in headings

    def test_bullets_and_considerations_are_list_items(self) -> None:
        document = _seed("003")
        items = [u for u in document.utterances if u.kind is UtteranceKind.LIST_ITEM]
        assert len(items) == 32
        assert [u.label for u in items if u.label] == ["1.", "2.", "3."]
        assert all(u.codable for u in items)

    def test_footnote_and_web_furniture_are_set_aside(self) -> None:
        document = _seed("003")
        notes = [(u.note, u.label) for u in document.utterances if u.kind is UtteranceKind.NOTE]
        assert notes == [("footnote", "[1]"), *[("page furniture", None)] * 3]

    def test_the_letter_has_one_collective_author_and_its_organisations_are_people(self) -> None:
        document = _seed("003")
        (author,) = document.speakers
        assert author.is_organisation
        assert author.role == "joint letter"
        names = [person.name for person in document.people]
        assert "Local Government Association" in names
        assert len(names) == 5
        assert author.organisation == "; ".join(names)


class TestScrutinyReport:
    def test_paragraphs_1_to_102_in_order(self) -> None:
        document = _seed("004")
        labels = [
            u.label
            for u in document.utterances
            if u.kind is UtteranceKind.PARAGRAPH and u.label and u.label[0].isdigit()
        ]
        assert labels == [f"{number}." for number in range(1, 103)]

    def test_page_broken_paragraphs_are_joined(self) -> None:
        document = _seed("004")
        by_label = {
            u.label: _words(document, u)
            for u in document.utterances
            if u.kind is UtteranceKind.PARAGRAPH
        }
        assert "by the CMR (as part of" in by_label["8."]
        assert "funding could be identified" in by_label["42."]
        assert "initial visits to clients" in by_label["94."]

    def test_bullets_are_list_items_of_their_own(self) -> None:
        document = _seed("004")
        under = [u for u in document.utterances if u.section in {"Publicity", "Terms of Reference"}]
        assert sum(u.kind is UtteranceKind.LIST_ITEM for u in under) == 2

    def test_twelve_recommendations_and_their_repeats(self) -> None:
        document = _seed("004")
        labels = [u.label for u in document.utterances if u.label and u.label.startswith("Rec")]
        once = [f"Recommendation {number}" for number in range(1, 13)]
        assert labels == once * 2

    def test_responses_say_which_box_is_ticked(self) -> None:
        document = _seed("004")
        accepted, unticked = "accepted in full", "no box ticked"
        expected = [accepted] * 5 + [unticked] * 4 + [accepted, "declined", accepted]
        assert _messages(document, "response") == [
            f"Recommendation {number}: {said}." for number, said in enumerate(expected, 1)
        ]
        ticked = [
            u
            for u in document.utterances
            if u.codable and u.kind is UtteranceKind.LIST_ITEM and "☒" in u.text_in(document.text)
        ]
        assert {u.speaker for u in ticked} == {"Councillor Adrian Hardman"}

    def test_authors_foreword_and_responses(self) -> None:
        document = _seed("004")
        group = _speaker(document, "Task Group")
        assert group.is_organisation
        foreword = [u for u in document.utterances if u.section == "Foreword" and u.codable]
        assert {u.speaker for u in foreword} == {"Councillor Liz Tucker"}
        comments = [
            _words(document, u)[:20]
            for u in _said_by(document, "Hardman")
            if u.kind is UtteranceKind.PARAGRAPH
        ]
        assert [c.split()[0] for c in comments] == ["I", "Ambitions", "We", "Care"]
        report = [u for u in document.utterances if u.label == "50."]
        assert [u.speaker for u in report] == [group.name]

    def test_members_are_people_and_the_glossary_is_kept(self) -> None:
        document = _seed("004")
        by_name = {person.name: person for person in document.people}
        assert "Lead Member" in (by_name["Liz Tucker"].role or "")
        for name in ("Tom Baker-Price", "Charlie Hotham", "Peter McDonald", "Richard Morris"):
            assert name in by_name
        assert len(document.abbreviations) == 10
        assert ("Skills for Care", "SFC") in document.abbreviations

    def test_contents_boilerplate_and_blank_pages_are_set_aside(self) -> None:
        document = _seed("004")
        for utterance in document.utterances:
            words = _words(document, utterance)
            if words.startswith(("This page is intentionally", "Members of the Cabinet are rem")):
                assert not utterance.codable
            if utterance.note == "contents":
                assert not utterance.codable
        assert sum(u.note == "contents" for u in document.utterances) == 20

    def test_tables_are_rows(self) -> None:
        document = _seed("004")
        rows = [u for u in document.utterances if u.kind is UtteranceKind.TABLE_ROW]
        assert sum(u.codable for u in rows) == 26
        assert any(_words(document, u).startswith("Home Care 141") for u in rows)
