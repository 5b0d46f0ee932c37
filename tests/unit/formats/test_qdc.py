import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from qualkit.errors import CodebookError, EmptyFileError, QualkitError, UnreadableFileError
from qualkit.formats.codebooks import load_codebook, write_codebook
from qualkit.formats.qdc import description_of, dump_qdc, fields_of
from qualkit.model import Code, Codebook

SHARED = Path(__file__).parents[3].parent / "shared" / "samples" / "qda"
HEAD = '<?xml version="1.0"?><CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>'
TAIL = "</Codes></CodeBook>"
GUIDS = [str(uuid.UUID(int=number, version=4)) for number in range(1, 9)]

BOOK = Codebook(
    "small",
    (
        Code("pay", "Pay & more <x>", colour="#1b6ca8", guid=GUIDS[0]),
        Code(
            "low_pay",
            "Low pay",
            "pay",
            definition="Too little.\n\nInclude: is not a label in a definition.",
            include="Wages",
            exclude="Fees,\nsee Pay",
            examples=("One line.", "Two\n- lines\n\nand more"),
            markers=("low*", "/a|b/"),
            shortcut="l",
            notes="Merged.",
            guid=GUIDS[1],
        ),
        Code("old", "Very low", "low_pay", retired=True, guid=GUIDS[2]),
        Code("training", "Training", guid=GUIDS[3]),
    ),
)


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="book.qdc"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return write_file


@pytest.fixture(scope="module")
def schema():
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return etree.XMLSchema(file=str(SHARED / "schema" / "Codebook.xsd"))


def whole(book):
    return [(code, code.guid) for code in book.codes]


def test_a_codebook_comes_back_with_its_tree_its_guids_and_every_field(tmp_path):
    path = write_codebook(tmp_path / "small.qdc", BOOK)
    back = load_codebook(path)
    assert whole(back) == whole(BOOK)
    assert back.remarks == ()
    again = write_codebook(tmp_path / "again.qdc", back)
    assert again.read_bytes() == path.read_bytes()


def test_what_is_written_is_valid_under_the_schema_of_the_standard(schema):
    schema.assertValid(etree.fromstring(dump_qdc(BOOK).encode("utf-8")))


def test_other_programs_show_a_description_that_people_can_read():
    assert description_of(BOOK.codes[2]) == "Id: old\n\nRetired: yes"
    code = Code("pay", "Pay", definition="Money.", include="Wages", examples=("a", "b"))
    assert description_of(code) == "Money.\n\nInclude: Wages\n\nExamples:\n- a\n- b"


def test_a_retired_code_cannot_be_applied_in_other_programs():
    tree = etree.fromstring(dump_qdc(BOOK).encode("utf-8"))
    codable = {one.get("name"): one.get("isCodable") for one in tree.iter("{*}Code")}
    assert codable == {
        **dict.fromkeys(["Pay & more <x>", "Low pay", "Training"], "true"),
        "Very low": "false",
    }


def samples():
    return sorted(SHARED.glob("**/*.qdc")) or [None]


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name if path else "none")
def test_codebooks_of_other_programs_are_read_whole_and_written_validly(path, schema, tmp_path):
    tree = etree.parse(str(path)).getroot()
    elements = list(tree.iter("{*}Code"))
    book = load_codebook(path)
    assert len(book.codes) == len(elements)
    assert [code.guid for code in book.codes] == [one.get("guid") for one in elements]
    colours = {one.get("guid"): one.get("color") for one in elements}
    assert {code.guid: code.colour for code in book.codes} == colours
    above = {one.get("guid"): one.getparent().get("guid") for one in elements}
    parents = {code.guid: book.by_id[code.parent].guid if code.parent else None
               for code in book.codes}  # fmt: skip
    assert parents == above
    told = {one.get("guid"): (one.findtext("{*}Description") or "").strip() for one in elements}
    assert {code.guid: code.definition for code in book.codes} == told
    out = write_codebook(tmp_path / path.name, book)
    schema.assertValid(etree.parse(str(out)))
    assert whole(load_codebook(out)) == whole(book)


def test_codes_of_one_name_under_two_parents_are_told_apart(write):
    rows = "".join(
        f'<Code guid="{GUIDS[n]}" name="{name}" isCodable="true">'
        f'<Code guid="{GUIDS[n + 1]}" name="Cost" isCodable="true"/></Code>'
        for n, name in ((0, "Travel"), (2, "Training"))
    )
    book = load_codebook(write(HEAD + rows + TAIL))
    assert [code.name for code in book.codes] == ["Travel", "Cost", "Training", "Cost (Training)"]
    assert book.remarks == ("the name 'Cost' occurs twice; one is 'Cost (Training)' now",)


def test_what_a_codebook_has_no_place_for_is_told(write):
    code = f'<Code guid="{{{GUIDS[0]}}}" name=" A  b " isCodable="false" color="#abc"/>'
    odd = '<Code guid="nonsense" name="" isCodable="true" color="#11223344"/>'
    sets = f'</Codes><Sets><Set guid="{GUIDS[3]}" name="s"/></Sets></CodeBook>'
    book = load_codebook(write(HEAD + code + odd + sets))
    assert [(one.name, one.colour, one.guid) for one in book.codes] == [
        ("A b", "#aabbcc", GUIDS[0]),
        ("(no name)", "#112233", None),
    ]
    assert book.remarks == (
        "codes that only group others are codes like the others now: 'A b'",
        "the colour '#11223344' of '(no name)' is not #rrggbb",
        "the code '(no name)' gets a new guid, its own is wrong or taken",
        "sets of codes are left out (1)",
    )


@pytest.mark.parametrize("namespace", ["urn:QDA-XML:codebook:0:4", "urn:QDA-XML:project:1.0", ""])
def test_other_namespaces_are_read(write, namespace):
    code = f'<Code guid="{GUIDS[0]}" name="Pay" isCodable="true"/>'
    text = (HEAD + code + TAIL).replace("urn:QDA-XML:codebook:1.0", namespace)
    assert load_codebook(write(text)).codes == (Code("pay", "Pay"),)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
    ']><CodeBook><Codes><Code name="&b;" guid="x" isCodable="true"/></Codes></CodeBook>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><CodeBook><Codes>'
    '<Code name="A" guid="x" isCodable="true"><Description>&a;</Description></Code>'
    "</Codes></CodeBook>"
)
DEEP = HEAD + '<Code name="A" guid="x" isCodable="true">' * 60 + "</Code>" * 60 + TAIL
HOSTILE = {
    "entities": (BOMB, "declares entities"),
    "a file outside": (OUTSIDE, "declares entities"),
    "broken": (HEAD + "<Code", "or it is damaged"),
    "no xml": ("name: Pay", "or it is damaged"),
    "another root": ("<Project><CodeBook/></Project>", "holds a 'Project', not a REFI-QDA"),
    "no codes": (HEAD + TAIL, "the codebook has no codes"),
    "deep": (DEEP, "more than 10 levels"),
    "bottomless": (HEAD + "<Code>" * 5000, "nested too deep"),
    "huge": (b" " * 5_000_000 + HEAD.encode(), "is larger than 5 MB"),
    "zip": (b"PK\x03\x04" + b"\x00" * 50, "or it is damaged"),
}


@pytest.mark.parametrize(("text", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_are_refused_in_one_sentence(write, text, words):
    with pytest.raises(QualkitError, match=words) as caught:
        load_codebook(write(text))
    assert isinstance(caught.value, CodebookError | UnreadableFileError)
    assert str(caught.value).startswith("book.qdc")
    assert "\n" not in str(caught.value)


def test_an_empty_or_missing_file_is_said_so(write, tmp_path):
    with pytest.raises(EmptyFileError):
        load_codebook(write(" \n"))
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        load_codebook(tmp_path / "none.qdc")


def test_what_xml_cannot_hold_is_refused():
    with pytest.raises(CodebookError, match="control character"):
        dump_qdc(Codebook("b", (Code("a", "A", definition="bell \x07", guid=GUIDS[0]),)))
    with pytest.raises(CodebookError, match="has no guid"):
        dump_qdc(Codebook("b", (Code("a", "A"),)))
    with pytest.raises(CodebookError, match="no codes"):
        dump_qdc(Codebook("b", ()))


lines = st.sampled_from(
    ["Include: x", "Include:", "\\Include: x", "Examples:", "- a", "  b", "", "Id: z", "Notes:x"]
)
texts = st.one_of(
    st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.just("\n"), max_size=20),
    st.lists(lines, max_size=5).map("\n".join),
).map(str.strip)
items = st.lists(texts.filter(bool), max_size=3).map(tuple)


@given(texts, texts, texts, texts, items, st.booleans())
def test_any_fields_come_back_from_a_description(
    definition, include, exclude, notes, some, retired
):
    code = Code(
        *("pay", "Pay"),
        **{"definition": definition, "include": include, "exclude": exclude, "notes": notes},
        examples=some,
        retired=retired,
    )
    said = fields_of(description_of(code))
    found = Code("pay", "Pay", **{**said, "retired": bool(said.get("retired"))})
    assert found == code
