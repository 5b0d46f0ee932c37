import re
from pathlib import Path

import pytest

from qualkit.formats.codebooks import dump_codebook, load_codebook
from qualkit.formats.typologies import dump_typology, load_typology
from qualkit.model import Speaker
from qualkit.text.markers import find_markers
from qualkit.text.stakeholders import assign_type

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
TAKEN_KEYS = set("jkhlvmnurcxasfg?/.,123456789")
TOO_WIDE = {
    "care",
    "carer",
    "carers",
    "staff",
    "people",
    "work",
    "worker",
    "workers",
    "money",
    "pay",
}


@pytest.fixture(scope="module")
def book():
    return load_codebook(ROOT / "codebooks" / "social_care_workforce.yaml")


@pytest.fixture(scope="module")
def typology():
    return load_typology(ROOT / "codebooks" / "stakeholders_social_care.yaml")


def test_the_codebook_has_themes_with_codes_on_at_most_three_levels(book):
    themes = list(book.children(None))
    assert len(themes) == 11
    assert len(book.codes) == 60
    assert all(3 <= len(list(book.children(theme.id))) <= 6 for theme in themes)
    assert max(book.depth(code.id) for code in book.codes) == 2


def test_every_code_says_what_it_is_and_what_it_is_not(book):
    for code in book.codes:
        assert all((code.definition, code.include, code.exclude)), code.name
        assert all((code.examples, code.markers)), code.name
        assert len(code.name) <= 42, code.name
        assert len(set(code.markers)) == len(code.markers), code.name


def test_a_code_that_is_named_elsewhere_exists(book):
    for code in book.codes:
        for name in re.findall(r"\(([A-Z][^()]*?)\)", code.exclude):
            assert book.find(name) is not None, f"{code.name}: {name}"


def test_shortcuts_leave_the_keys_of_the_coding_screen_alone(book):
    keys = [code.shortcut for code in book.codes if code.shortcut]
    assert len(keys) == 12
    assert not TAKEN_KEYS & set(keys)


def test_themes_have_colours_of_their_own(book):
    colours = [theme.colour for theme in book.children(None)]
    assert None not in colours
    assert len(set(colours)) == len(colours)


def test_no_marker_is_a_word_that_stands_everywhere(book):
    assert not TOO_WIDE & {marker for code in book.codes for marker in code.markers}


def test_shipped_files_survive_a_round_trip(book, typology, tmp_path):
    (tmp_path / "book.yaml").write_text(dump_codebook(book), encoding="utf-8")
    (tmp_path / "types.yaml").write_text(dump_typology(typology), encoding="utf-8")
    assert load_codebook(tmp_path / "book.yaml") == book
    assert load_typology(tmp_path / "types.yaml") == typology


def test_every_theme_has_markers_that_occur_in_the_seeds(book):
    if not SEEDS.is_dir():
        pytest.skip("../shared is not here")
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))
    hits = find_markers(text.split("\n\n"), {code.id: code.markers for code in book.codes})
    assert {book.theme(code).id for code in hits["code"]} == {t.id for t in book.children(None)}


def test_no_marker_of_a_code_is_in_most_paragraphs_of_the_seeds(book):
    if not SEEDS.is_dir():
        pytest.skip("../shared is not here")
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))
    paragraphs = [part for part in text.split("\n\n") if len(part.split()) >= 8]
    hits = find_markers(paragraphs, {code.id: code.markers for code in book.codes})
    assert hits.groupby("code").size().max() < len(paragraphs) / 5


SPEAKERS = [
    (("Dan Smith", "Organiser", "UNISON North-West"), "union"),
    (("Mo Baines", "Director", "Association for Public Service Excellence"), "sector_body"),
    (("Sandra", "Care Worker", None), "care_worker"),
    (
        ("Cllr Val Armstrong", "Cabinet Member for Adult Social Care", "Cheshire West Council"),
        "local_authority",
    ),
    (("Gillian Keegan MP", "Minister for Social Care", None), "central_government"),
    (("Kim Johnson MP", "Chair", None), "parliament"),
    (("Paul Cummings", "Cabinet Member for Adult Social Care in Sefton", None), "local_authority"),
    (("Samantha", "former Knowsley support worker", None), "care_worker"),
    (("Policy Officer", "Social Care's Policy Officer", "TUC"), "union"),
    (("Suzanne", None, None), None),
    (
        ("Tom Surrey", "Director of Workforce", "Department of Health and Social Care"),
        "central_government",
    ),
    (("Liz Twist MP", "Chair", None), "parliament"),
    (("Nigel Taylor", None, "CareTech"), "provider"),
    (("Think Local Act Personal", None, None), "sector_body"),
    (("Scrutiny Task Group", None, None), "local_authority"),
    (("Councillor Adrian Hardman", "CMR for Adult Social Care", None), "local_authority"),
    (("Participant A", None, None), None),
    (("Participant A", "nurse in dementia care", None), "professional"),
    (("Participant B", "social worker", None), "professional"),
    (("Participant C", "care provider", None), "provider"),
    (("Participant E", "home care worker", None), "care_worker"),
    (("Participant F", "registered manager", None), "provider"),
    (("Q", "Interviewer", None), "moderator"),
    (("Helen Rowlands", "Co-Chair", "Cheshire Disabled People's Panel"), "people_who_draw_on_care"),
    (("Shereen Hussein", "Professor of Health Policy", "London School of Hygiene"), "academic"),
    (("Elaine Bowker", "Principal", "The City of Liverpool College"), "education_provider"),
    (("Jonathan Steel", "Lead fellow", "Royal College of Physicians"), "professional"),
    (("Donna Kelly", "Group Director", "Jigsaw Homes Group"), "other"),
]


@pytest.mark.parametrize(("fields", "expected"), SPEAKERS, ids=[f"{s[0][0]}" for s in SPEAKERS])
def test_a_speaker_gets_the_type_a_reader_would_give(typology, fields, expected):
    assert assign_type(Speaker(*fields), typology).stakeholder_type == expected


def test_who_moderates_is_a_moderator_unless_an_office_says_more(typology):
    def kind(*fields):
        return assign_type(Speaker(*fields, is_moderator=True), typology).stakeholder_type

    assert kind("Gillian Manthorpe") == "moderator"
    assert kind("Kim Johnson MP", "Chair") == "parliament"
    assert kind("Cllr Ann Lee", "Chair of the panel") == "local_authority"


def test_every_type_can_be_reached_by_a_rule(typology):
    assert {rule.type for rule in typology.rules} == {kind.id for kind in typology.types}
    assert [kind.id for kind in typology.types if kind.is_moderator] == ["moderator"]
