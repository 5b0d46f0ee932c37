from __future__ import annotations

import pytest

from qualkit.model import Person
from qualkit.text.people import inline_people, merge_people, parse_person, people_from_rows


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("· Nigel Taylor", Person("Nigel Taylor")),
        ("Dr Femi Ode (FO)", Person("Dr Femi Ode")),
        ("Ann Lee (AL, Chair)", Person("Ann Lee", "Chair")),
        ("Jo Ray – Team Leader, Larch House", Person("Jo Ray", "Team Leader", "Larch House")),
        ("Declan Price, Personal assistant", Person("Declan Price", "Personal assistant")),
        ("Ann Lee, Unite the Union", Person("Ann Lee", None, "Unite the Union")),
    ],
)
def test_lines_of_a_list(text: str, person: Person) -> None:
    assert parse_person(text) == person


@pytest.mark.parametrize(
    "text", ["Pay and conditions", "APOLOGIES FOR ABSENCE", "We met on Monday.", "", "-"]
)
def test_lines_that_name_nobody(text: str) -> None:
    assert parse_person(text) is None


def test_commas_inside_brackets_do_not_part_people() -> None:
    found = inline_people("Ann Lee (AL, Chair), Bo Day (BD, Larch House) and Cy Ray")
    assert [(p.name, p.role, p.organisation) for p in found] == [
        ("Ann Lee", "Chair", None),
        ("Bo Day", None, "Larch House"),
        ("Cy Ray", None, None),
    ]


def test_semicolons_part_people_whose_details_hold_commas() -> None:
    found = inline_people("I: Ann Lee, Director, Larch House; Bo Day, Clerk, Unity Care.")
    assert [p.organisation for p in found] == ["Larch House", "Unity Care"]


def test_a_table_needs_a_column_of_names() -> None:
    assert people_from_rows(["Year", "Posts"], [["2020", "4"]]) is None
    rows = [["Ann", "Lee", "Clerk", "Larch House"], ["", "", "x", "y"]]
    header = ["First Name", "Surname", "Job Title", "Company"]
    assert people_from_rows(header, rows) == [Person("Ann Lee", "Clerk", "Larch House")]


def test_one_person_listed_twice_is_one() -> None:
    merged = merge_people([Person("Cllr Ann Lee"), Person("Ann Lee", "Chair", "Northgate")])
    assert merged == (Person("Cllr Ann Lee", "Chair", "Northgate"),)
