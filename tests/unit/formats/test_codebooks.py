import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.errors import CodebookError, EmptyFileError, UnreadableFileError
from qualkit.formats.codebooks import dump_codebook, load_codebook
from qualkit.model import Code, Codebook, slug

GOOD = """\
name: Small
description: >
  For a test.
codes:
  - name: Pay and conditions
    id: pay
    colour: "#1b6ca8"
    shortcut: p
    definition: What people are paid.
    include: Wages.
    exclude: Bursaries, see Training.
    examples: [The wage is low.]
    markers: [low pay, wage*, '/£\\d+ an hour/']
    codes:
      - name: Sick pay
        codes:
          - name: Covid sick pay
  - name: Training
    retired: true
"""


@pytest.fixture
def write(tmp_path):
    def write_file(content):
        path = tmp_path / "book.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def test_a_codebook_is_read_with_its_tree_and_its_fields(write):
    book = load_codebook(write(GOOD))
    assert (book.name, book.description, book.version) == ("Small", "For a test.", 1)
    assert [(c.id, c.parent, book.depth(c.id)) for c in book.codes] == [
        ("pay", None, 0),
        ("sick_pay", "pay", 1),
        ("covid_sick_pay", "sick_pay", 2),
        ("training", None, 0),
    ]
    assert book.codes[0] == Code(
        "pay",
        "Pay and conditions",
        definition="What people are paid.",
        include="Wages.",
        exclude="Bursaries, see Training.",
        examples=("The wage is low.",),
        markers=("low pay", "wage*", r"/£\d+ an hour/"),
        colour="#1b6ca8",
        shortcut="p",
    )
    assert book.codes[1].colour is None
    assert book.codes[3].retired


def test_a_path_may_be_text_and_the_file_may_begin_with_a_byte_order_mark(write):
    assert load_codebook(str(write(b"\xef\xbb\xbf" + GOOD.encode()))).name == "Small"


FAULTS = {
    "broken yaml": ("name: A\ncodes:\n  - name: B\n definition: x: y\n", 4, "is not YAML"),
    "colon in text": (
        "name: A\ncodes:\n  - name: B\n    include: use: it\n",
        4,
        "not allowed here",
    ),
    "control character": ("name: A\n\ncodes: [{name: \x07}]\n", 3, "is not YAML"),
    "two documents": ("name: A\ncodes: [{name: B}]\n---\nname: C\n", 3, "is not YAML"),
    "unknown field": (
        "name: A\ncodes:\n  - name: B\n    color: '#112233'\n",
        4,
        "field 'color': there is no such field; did you mean 'colour'?",
    ),
    "strange field": ("name: A\nzzz: 1\ncodes: [{name: B}]\n", 2, "the fields are name, desc"),
    "number for a field": ("name: A\n1: 1\ncodes: [{name: B}]\n", 2, "no such field"),
    "wrong type": ("name: A\ncodes:\n  - name: 12\n", 3, "field 'name': must be text; put it in"),
    "truth for text": ("name: A\ncodes:\n  - name: No\n", 3, "must be text; put it in quotes"),
    "text for a list": ("name: A\ncodes:\n  - name: B\n    markers: pay\n", 4, "must be a list"),
    "text for a code": ("name: A\ncodes:\n  - B\n", 3, "must be a block of fields"),
    "text for a book": ("hello\n", 1, "must be a block of fields"),
    "number in a list": (
        "name: A\ncodes:\n  - name: B\n    markers:\n    - 1\n",
        5,
        "must be text",
    ),
    "missing name": ("name: A\ncodes:\n  - name: B\n  - id: c\n", 4, "field 'name': is missing"),
    "missing book name": ("codes: [{name: B}]\n", 1, "field 'name': is missing"),
    "blank name": ("name: A\ncodes:\n  - name: ' '\n", 3, "is empty; give a name"),
    "name on two lines": (
        "name: A\ncodes:\n  - name: |\n      a\n      b\n",
        3,
        "more than one line",
    ),
    "duplicate name": (
        "name: A\ncodes:\n  - name: Pay\n  - name: C\n    id: x\n  - name: PAY\n    id: y\n",
        6,
        "the name 'PAY' is taken in line 3",
    ),
    "duplicate id": (
        "name: A\ncodes:\n  - name: B\n    id: x\n  - name: C\n    id: X\n",
        6,
        "the id 'X' is taken in line 4",
    ),
    "same slug": (
        "name: A\ncodes:\n  - name: Pay!\n  - name: Pay?\n",
        4,
        "the id 'pay' is taken in",
    ),
    "name like an id": (
        "name: A\ncodes:\n  - name: Wages\n    id: pay\n  - name: Pay\n    id: y\n",
        5,
        "the name 'Pay' is taken in line 4",
    ),
    "field twice": ("name: A\ncodes: [{name: B}]\nname: C\n", 3, "'name' twice, first in line 1"),
    "bad colour": ("name: A\ncodes:\n  - name: B\n    colour: blue\n", 4, "'blue' is not a colour"),
    "bad id": ("name: A\ncodes:\n  - name: B\n    id: a b\n", 4, "'a b' cannot be an id"),
    "empty id": ("name: A\ncodes:\n  - name: B\n    id: ''\n", 4, "cannot be an id"),
    "long shortcut": ("name: A\ncodes:\n  - name: B\n    shortcut: pp\n", 4, "is not one key"),
    "duplicate shortcut": (
        "name: A\ncodes:\n  - name: B\n    shortcut: p\n  - name: C\n    shortcut: P\n",
        6,
        "the shortcut 'P' is taken in line 4",
    ),
    "bad marker": (
        "name: A\ncodes:\n  - name: B\n    markers:\n      - fine\n      - /(/\n",
        6,
        "field 'markers': the marker '/(/' is not a regular expression",
    ),
    "empty example": (
        "name: A\ncodes:\n  - name: B\n    examples: ['']\n",
        4,
        "has an empty entry",
    ),
    "eleven levels": (
        "name: A\ncodes: " + "[{name: B, codes: " * 10 + "\n [{name: E}]" + "}]" * 10 + "\n",
        3,
        "'E' stands on level 11 of at most 10",
    ),
    "no codes": ("name: A\ncodes: []\n", 2, "the codebook has no codes"),
    "codes left blank": ("name: A\ncodes:\n", 2, "the codebook has no codes"),
    "no codes field": ("name: A\n", 1, "the codebook has no codes"),
    "reference": ("name: &a A\ncodes: [{name: B}]\n", 1, "uses a reference (& or *)"),
    "reference bomb": ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 1, "uses a reference"),
    "bottomless": ("name: " + "[" * 1000, 1, "is nested more than 30 levels deep"),
    "odd key": ("name: A\n? [x, y]\n: z\n", 2, "has a field whose name is not a word"),
    "impossible date": ("name: A\ncodes:\n  - name: 2020-99-99\n", 3, "YAML cannot read"),
    "python tag": ("name: !!python/object:os.system x\n", 1, "YAML cannot read"),
    "version nought": ("name: A\nversion: 0\ncodes: [{name: B}]\n", 2, "must be 1 or more"),
    "wrong encoding": (b"name: A\ncodes: [{name: Caf\xe9}]\n", 2, "is not in UTF-8"),
}


@pytest.mark.parametrize(("content", "line", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_is_one_sentence_with_file_line_and_what(write, content, line, words):
    with pytest.raises(CodebookError, match=re.escape(words)) as caught:
        load_codebook(write(content))
    sentence = str(caught.value)
    assert sentence.startswith(f"book.yaml, line {line}")
    assert "\n" not in sentence


def test_the_fault_that_stands_first_in_the_file_is_told(write):
    content = "name: A\ncodes:\n  - name: B\n    markers: x\n  - name: 1\n"
    with pytest.raises(CodebookError, match="line 4, field 'markers'"):
        load_codebook(write(content))


def test_a_missing_file_and_a_folder_are_unreadable(tmp_path):
    for place in (tmp_path / "none.yaml", tmp_path, f"{tmp_path}/a\x00b"):
        with pytest.raises(UnreadableFileError, match="cannot be read"):
            load_codebook(place)


@pytest.mark.parametrize("content", ["", "  \n\n", "# only a remark\n", "---\n...\n", "~\n"])
def test_an_empty_file_is_told_apart_from_a_wrong_one(write, content):
    with pytest.raises(EmptyFileError, match=re.escape("book.yaml: nothing stands in it")):
        load_codebook(write(content))


def test_a_file_over_five_megabytes_is_not_read(write):
    with pytest.raises(CodebookError, match="is larger than 5 MB"):
        load_codebook(write("#" * 5_000_001))


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=40).map(
    str.strip
)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12)
WORDS = st.sampled_from(
    ["low pay", "wage*", "/£\\d+ an hour/", "can't", "no: yes", "null", "1", "~"]
)


@st.composite
def codebooks(draw):
    codes = []
    names = draw(
        st.lists(NAMES.map(str.strip).filter(bool), min_size=1, max_size=6, unique_by=slug)
    )
    for number, name in enumerate(names):
        above = [c for c in codes[-1:] if number % 3]
        code = Code(
            id=f"{number}-{draw(st.sampled_from('ab_'))}",
            name=f"{name} {number}.",
            parent=above[0].id if above else None,
            definition=draw(TEXT),
            include=draw(TEXT),
            exclude=draw(TEXT),
            examples=tuple(draw(st.lists(TEXT.filter(bool), max_size=2))),
            markers=tuple(draw(st.lists(WORDS, max_size=3))),
            colour=draw(st.none() | st.just("#00ffAA")),
            shortcut=draw(st.none() | st.just(str(number))),
            retired=draw(st.booleans()),
        )
        codes.append(code)
    return Codebook(
        draw(NAMES.map(str.strip).filter(bool)), tuple(codes), draw(TEXT), draw(st.integers(1, 99))
    )


@settings(max_examples=150, deadline=None)
@given(codebooks())
def test_what_is_written_is_read_back_the_same(tmp_path_factory, book):
    path = tmp_path_factory.mktemp("round") / "trip.yaml"
    path.write_text(dump_codebook(book), encoding="utf-8", newline="\n")
    assert load_codebook(path) == book
