from __future__ import annotations

from qualkit.model import Person
from qualkit.text.cast import Cast, similar_names


def test_short_forms_find_their_one_owner_and_no_other() -> None:
    cast = Cast([Person("Nora Lund"), Person("Nora Holt"), Person("Dr Bo Day")])
    assert cast.find("Nora") is None
    assert [cast.find(form).name for form in ("Lund", "NH", "Bo", "Dr Day")] == [
        "Nora Lund",
        "Nora Holt",
        "Dr Bo Day",
        "Dr Bo Day",
    ]


def test_the_fullest_print_is_the_name_and_the_others_aliases() -> None:
    cast = Cast()
    cast.speaker("Ann Lee")
    cast.speaker("Dr Ann Lee MP")
    (speaker,) = cast.as_speakers(["Dr Ann Lee MP"])
    assert speaker.aliases == ("Ann Lee",)


def test_a_role_with_the_name_in_brackets_is_turned_round() -> None:
    cast = Cast()
    first = cast.speaker("The First Minister", ["Nicola Sand"])
    assert (first.name, first.role) == ("Nicola Sand", "First Minister")
    assert cast.speaker("The First Minister") is first


def test_the_chair_on_the_list_speaks_under_the_label_chair() -> None:
    cast = Cast([Person("Ann Marsh", "Chair"), Person("Bo Day", "Chair", "Larch House")])
    assert cast.speaker("Chair").name == "Ann Marsh"


def test_a_role_that_several_have_is_nobodys() -> None:
    cast = Cast([Person("Ann Marsh", "Nurse"), Person("Bo Day", "Nurse")])
    assert cast.by_role("the nurse") is None


def test_misprints_are_reported_once_and_different_people_are_not() -> None:
    assert len(similar_names(["Paul Cumming"], ["Paul Cummings", "Paul Edwards"])) == 1
    assert similar_names(["Ann Lee", "Ann Lowe"]) == []
    assert similar_names([], ["Paul Cumming", "Paul Cummings"]) == []
