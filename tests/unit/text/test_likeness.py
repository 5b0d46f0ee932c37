from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.formats.documents import read_document
from qualkit.model import Speaker
from qualkit.text.likeness import likely_same, misprint

_SEEDS = Path(__file__).parents[3].parent / "shared" / "seeds"


def _pairs(*speakers: Speaker) -> list[tuple[str, str]]:
    return [(pair.name, pair.other) for pair in likely_same(speakers)]


def _named(*names: str) -> list[tuple[str, str]]:
    return _pairs(*map(Speaker, names))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Gillian Thorpe", "Gillian Manthorpe"),
        ("Gillian Keegan", "Gilligan Keegan MP"),
        ("Paul Cummins", "Paul Cummings"),
        ("Jon Smith", "John Smith"),
        ("Ann Lee", "Dr Ann Lee MP"),
        ("Ann Lee", "Lee, Ann"),
        ("Ann Lee", "Ann Beth Lee"),
        ("A Hardman", "Adrian Hardman"),
        ("Dan Smith", "Daniel Smith"),
        ("TS", "Tom Surrey"),
        ("LVB", "Lucy van der Berg"),
        ("Mrs Holt", "Nora Holt"),
        ("Holt", "Nora Holt"),
        ("Nora", "Nora Holt"),
    ],
)
def test_forms_of_one_name_are_proposed(name: str, other: str) -> None:
    assert _named(name, other, "Bo Day") == [tuple(sorted((name, other), key=len))]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Samantha Baron", "Samantha Brennan"),
        ("Mary Day", "Mark Day"),
        ("Ann Lee", "Ann Lowe"),
        ("Paul Edwards", "Paul Cody"),
        ("Mr Holt", "Mrs Nora Holt"),
        ("Participant A", "Participant B"),
        ("P1", "P11"),
        ("Interviewer", "Interviewee"),
    ],
)
def test_two_people_are_not_proposed(name: str, other: str) -> None:
    assert _named(name, other) == []


def test_a_short_form_that_fits_two_people_is_proposed_for_neither() -> None:
    assert _named("Samantha", "Samantha Baron", "Samantha Brennan") == []
    assert _named("NH", "Nora Holt", "Nat Hill") == []
    assert _named("N Holt", "Nora Holt", "Nell Holt") == []


def test_a_role_is_proposed_for_the_one_person_who_has_it() -> None:
    minister = Speaker("Ann Forde", role="Minister for Health")
    assert _pairs(Speaker("The Minister"), minister) == [("Ann Forde", "The Minister")]
    housing = Speaker("Bo Lind", role="Minister for Housing")
    assert _pairs(Speaker("The Minister"), minister, housing) == []
    assert _pairs(Speaker("The Clerk"), Speaker("Cy Dunn", role="Deputy Clerk")) == []


def test_an_alias_of_one_is_the_name_of_another() -> None:
    (pair,) = likely_same([Speaker("Bobby D"), Speaker("Robert Day", aliases=("Bobby D",))])
    assert pair.score >= 90
    assert "another way" in pair.why


def test_other_organisations_make_it_less_likely() -> None:
    def score(organisation: str) -> int:
        speakers = (Speaker("Nora", None, organisation), Speaker("Nora Holt", None, "Larch House"))
        (pair,) = likely_same(speakers)
        return pair.score

    assert score("Larch House") > score("Northgate Union")


def test_organisations_are_compared_with_organisations_only() -> None:
    one, other = (
        Speaker(name, is_organisation=True) for name in ("Skils for Care", "Skills for Care")
    )
    assert _pairs(one, other, Speaker("Skill Care")) == [("Skils for Care", "Skills for Care")]
    task = (Speaker(f"Task Group {n}", is_organisation=True) for n in (1, 2))
    assert _pairs(*task) == []


def test_the_best_proposal_stands_first() -> None:
    found = likely_same(
        [Speaker(n) for n in ("Nora Holt", "Nora", "Dr Nora Holt", "Tom Reed", "TR")]
    )
    scores = [pair.score for pair in found]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 98


def test_misprints_have_a_score_and_other_names_none() -> None:
    assert misprint("Gillian Thorpe", "Gillian Manthorpe") == 90
    assert misprint("Samantha Baron", "Samantha Brennan") is None
    assert misprint("Ann", "Anne") is None


def test_no_two_of_the_people_in_a_list_of_seventy_five_are_taken_for_one() -> None:
    found = sorted(_SEEDS.glob("000*.txt"))
    if not found:
        pytest.skip("../shared is not here")
    people = read_document(found[0]).people
    assert len(people) == 75
    assert likely_same([Speaker(p.name, p.role, p.organisation) for p in people]) == []


_NAMES = st.text(alphabet="ABab .,-'12李é", min_size=1, max_size=12)


@given(st.lists(st.builds(Speaker, name=_NAMES, role=st.none() | _NAMES), max_size=8))
def test_any_speakers_give_each_pair_once_with_a_score(speakers: list[Speaker]) -> None:
    found = likely_same(speakers)
    assert len({frozenset(pair[:2]) for pair in found}) == len(found)
    assert all(60 <= pair.score <= 100 and pair.name != pair.other for pair in found)
