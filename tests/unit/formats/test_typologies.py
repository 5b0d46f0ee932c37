import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.errors import EmptyFileError, TypologyError, UnreadableFileError
from qualkit.formats.typologies import dump_typology, load_typology
from qualkit.model import StakeholderType, TypeRule, Typology

GOOD = """\
name: Small
description: For a test.
types:
  - name: Care worker
    definition: Gives care for pay.
    colour: "#1b6ca8"
  - {name: Moderator, id: chair, moderator: true}
rules:
  - {type: chair, moderator: true}
  - type: care_worker
    role: [care assistant, support worker*]
    organisation: ['/homes?$/']
    moderator: false
"""


@pytest.fixture
def write(tmp_path):
    def write_file(content):
        path = tmp_path / "types.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def test_a_typology_is_read_with_types_and_rules(write):
    assert load_typology(write(GOOD)) == Typology(
        "Small",
        (
            StakeholderType("care_worker", "Care worker", "Gives care for pay.", "#1b6ca8"),
            StakeholderType("chair", "Moderator", is_moderator=True),
        ),
        (
            TypeRule("chair", moderator=True),
            TypeRule(
                "care_worker",
                role=("care assistant", "support worker*"),
                organisation=("/homes?$/",),
                moderator=False,
            ),
        ),
        "For a test.",
    )


TYPES = "name: A\ntypes:\n  - name: B\nrules:\n"
FAULTS = {
    "no types": ("name: A\ntypes: []\n", 2, "the typology has no types"),
    "unknown field": (
        "name: A\ntypes:\n  - name: B\n    moderater: true\n",
        4,
        "mean 'moderator'?",
    ),
    "field of a rule": (f"{TYPES}  - type: b\n    rolle: [x]\n", 6, "did you mean 'role'?"),
    "unknown type": (
        f"{TYPES}  - type: c\n    role: [x]\n",
        5,
        "there is no type 'c'; the types are b",
    ),
    "asks nothing": (f"{TYPES}  - type: b\n", 5, "the rule for 'b' asks nothing"),
    "asks an empty list": (f"{TYPES}  - {{type: b, role: []}}\n", 5, "asks nothing"),
    "bad pattern": (
        f"{TYPES}  - type: b\n    role:\n    - x\n    - '*'\n",
        8,
        "does not end a word",
    ),
    "text for a list": (f"{TYPES}  - type: b\n    role: nurse\n", 6, "must be a list"),
    "text for truth": (f"{TYPES}  - type: b\n    moderator: 'on'\n", 6, "must be true or false"),
    "duplicate": (
        "name: A\ntypes:\n  - name: B\n  - name: b\n",
        4,
        "the name 'b' is taken in line 3",
    ),
    "bad colour": ("name: A\ntypes:\n  - name: B\n    colour: red\n", 4, "'red' is not a colour"),
    "bad id": ("name: A\ntypes:\n  - name: B\n    id: b c\n", 4, "cannot be an id"),
    "blank name": ("name: ''\ntypes: [{name: B}]\n", 1, "is empty"),
    "missing type": (f"{TYPES}  - role: [x]\n", 5, "field 'type': is missing"),
    "not yaml": ("name: [A\n", 2, "is not YAML"),
}


@pytest.mark.parametrize(("content", "line", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_is_one_sentence_with_file_line_and_what(write, content, line, words):
    with pytest.raises(TypologyError, match=re.escape(words)) as caught:
        load_typology(write(content))
    sentence = str(caught.value)
    assert sentence.startswith(f"types.yaml, line {line}")
    assert "\n" not in sentence


def test_missing_and_empty_files_have_their_own_errors(write, tmp_path):
    with pytest.raises(UnreadableFileError):
        load_typology(tmp_path / "none.yaml")
    with pytest.raises(EmptyFileError):
        load_typology(write(""))


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(str.strip)
PATTERNS = st.lists(st.sampled_from(["nurse", "support worker*", "/MPs?/", "no"]), max_size=3).map(
    tuple
)


@st.composite
def typologies(draw):
    types = tuple(
        StakeholderType(
            f"t{n}",
            f"Type {n}",
            draw(TEXT),
            draw(st.none() | st.just("#12ab9F")),
            draw(st.booleans()),
        )
        for n in range(draw(st.integers(1, 4)))
    )
    made = st.builds(
        TypeRule,
        type=st.sampled_from([kind.id for kind in types]),
        name=PATTERNS,
        role=PATTERNS,
        organisation=PATTERNS,
        moderator=st.none() | st.booleans(),
    )
    asking = made.filter(lambda r: r.name or r.role or r.organisation or r.moderator is not None)
    rules = tuple(draw(st.lists(asking, max_size=4)))
    return Typology("T", types, rules, draw(TEXT))


@settings(max_examples=100, deadline=None)
@given(typologies())
def test_what_is_written_is_read_back_the_same(tmp_path_factory, typology):
    path = tmp_path_factory.mktemp("round") / "trip.yaml"
    path.write_text(dump_typology(typology), encoding="utf-8", newline="\n")
    assert load_typology(path) == typology
