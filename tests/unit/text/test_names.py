from __future__ import annotations

import pytest

from qualkit.text.names import initials, is_full_name, is_generic, is_moderating, is_name, name_key


@pytest.mark.parametrize(
    "name",
    [
        "Ann Lee",
        "Lord Hunt of Wirral",
        "Kath O'Dwyer",
        "Tom Baker-Price",
        "Didem van Kaya",
        "Mr S E Lund",
    ],
)
def test_names_of_people(name: str) -> None:
    assert is_full_name(name)


@pytest.mark.parametrize(
    "name", ["Pay per hour", "Skills for Care", "ann lee", "Room 3", "", "Care Workers"]
)
def test_what_is_no_name(name: str) -> None:
    assert not name or not is_name(name)


@pytest.mark.parametrize(
    "label", ["Participant A", "Speaker 2", "Interviewer", "P1", "S2", "Female voice", "Q", "id3"]
)
def test_labels_that_mean_another_person_elsewhere(label: str) -> None:
    assert is_generic(label)


@pytest.mark.parametrize("label", ["Ann Lee", "Robert Francis", "Larch House"])
def test_labels_that_mean_one_person(label: str) -> None:
    assert not is_generic(label)


def test_titles_play_no_part_in_the_key() -> None:
    assert name_key("Cllr. Ann LEE MP") == name_key("Ann Lee")
    assert initials("Dr Finn Turner Berry") == "FTB"


def test_who_asks_by_label() -> None:
    assert all(
        map(
            is_moderating,
            ["Chair", "The Convener", "Interviewer 2", "Moderator", "Presiding Officer"],
        )
    )
    assert not any(map(is_moderating, ["Deputy Chair", "Carer", "Chief Executive"]))
