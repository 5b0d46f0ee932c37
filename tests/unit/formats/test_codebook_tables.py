import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.errors import CodebookError, EmptyFileError, UnknownFileKindError, UnreadableFileError
from qualkit.formats.codebook_tables import CODEBOOK_COLUMNS, codebook_frame, joined, parted
from qualkit.formats.codebooks import load_codebook, write_codebook
from qualkit.model import Code, Codebook

BOOK = Codebook(
    "small",
    (
        Code("pay", "Pay", definition="Money; for work.", colour="#1b6ca8", shortcut="p"),
        Code("low", "Low pay", "pay", examples=("=1+1 is low", "a | b"), markers=("low*", "/a|b/")),
        Code("old", "Old", "low", retired=True, notes="Merged.\nTwice."),
        Code("train", "Training", include="Löhne", exclude="-5 €"),
    ),
)


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="book.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".yaml"])
def test_a_codebook_comes_back_from_a_file_as_it_was(tmp_path, suffix):
    path = write_codebook(tmp_path / f"small{suffix}", BOOK)
    assert load_codebook(path) == BOOK


def test_the_columns_are_the_contract():
    frame = codebook_frame(BOOK)
    assert tuple(frame.columns) == CODEBOOK_COLUMNS
    assert list(frame["parent"]) == ["", "Pay", "Low pay", ""]
    assert list(frame["retired"]) == ["", "", "yes", ""]


def test_a_workbook_says_what_it_holds_and_runs_no_formula(tmp_path):
    path = write_codebook(tmp_path / "small.xlsx", BOOK)
    opened = openpyxl.load_workbook(path)
    assert opened.sheetnames == ["Read me", "Codebook"]
    kinds = {cell.data_type for row in opened["Codebook"].iter_rows() for cell in row}
    assert "f" not in kinds


def test_only_names_are_needed_and_a_parent_may_stand_anywhere(write):
    book = load_codebook(write("Code;Parent;Description\nSick pay;pay;Ill.\nRota;;\nPay;;Money\n"))
    assert book.parents() == {"Rota": None, "Pay": None, "Sick pay": "Pay"}
    assert book.find("sick_pay").definition == "Ill."


def test_a_parent_may_be_given_by_id_and_a_name_goes_first(write):
    text = "id,name,parent\na,b,\nb,c,\nd,D,b\ne,E,A\n"
    book = load_codebook(write(text))
    assert (book.by_id["d"].parent, book.by_id["e"].parent) == ("a", "a")


def test_other_columns_are_named_not_dropped_in_silence(write):
    book = load_codebook(write("name,colour,consensus,who\nPay,,TRUE,Ana\n"))
    assert book.remarks == ("columns that a codebook has no place for: 'consensus', 'who'",)


FAULTS = {
    "no name": ("name,parent\n,x\n", "row 2, column name: is empty"),
    "no column": ("label,parent\na,b\n", "row 1: there is no column 'name'; the columns are"),
    "two columns": ("name,definition,tag,code\na,,b,c\n", None),
    "one thing twice": ("color,code,tag\n,b,c\n", "row 1: the columns 'code' and 'tag' both mean"),
    "name twice": ("name\nPay\n\npay\n", "row 4, column name: the name 'pay' is taken in row 2"),
    "id twice": ("name,id\nA,x\nB,X\n", "row 3, column id: the id 'X' is taken in row 2"),
    "shortcut twice": ("name,shortcut\nA,x\nB,x\n", "row 3, column shortcut: the shortcut 'x'"),
    "two keys": ("name,shortcut\nA,xy\n", "row 2, column shortcut: 'xy' is not one key"),
    "odd id": ("name,id\nA,a b\n", "row 2, column id: 'a b' cannot be an id"),
    "colour": ("name,Color\nA,red\n", "row 2, column Color: 'red' is not a colour"),
    "retired": ("name,retired\nA,perhaps\n", "row 2, column retired: 'perhaps' says neither"),
    "parent": ("name,parent\nA,Z\n", "row 2, column parent: there is no code 'Z'"),
    "own parent": ("name,parent\nA,A\n", "row 2, column parent: the code stands below itself"),
    "circle": ("name,parent\nA,B\nB,A\n", "row 2, column parent: the code stands below itself"),
    "marker": ("name,markers\nA,pay | /(/\n", "row 2, column markers: the marker '/(/'"),
    "long row": ("name,parent\nA,,x\n", "row 2: the row has 3 cells, the header 2"),
    "lines": ('name\n"A\nB"\n', "column name: has more than one line"),
}


@pytest.mark.parametrize(("text", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_names_row_and_column(write, text, words):
    if words is None:
        assert load_codebook(write(text)).codes[0].name == "a"  # its own name wins
        return
    with pytest.raises(CodebookError, match=re.escape(words)) as caught:
        load_codebook(write(text))
    assert str(caught.value).startswith("book.csv, row ")
    assert str(caught.value).count("\n") == 0


def test_what_is_no_table_is_refused(write, tmp_path):
    with pytest.raises(EmptyFileError):
        load_codebook(write("name\n"))
    with pytest.raises(UnreadableFileError, match="is no workbook"):
        load_codebook(write("name\nPay\n", "book.xlsx"))
    with pytest.raises(UnknownFileKindError, match=r"use one of \.csv, \.qdc"):
        load_codebook(write("name\nPay\n", "book.docx"))
    with pytest.raises(UnknownFileKindError):
        write_codebook(tmp_path / "book.pdf", BOOK)


def test_the_codebook_sheet_of_a_whole_study_is_found(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Codings"
    book.active.append(["document", "position"])
    sheet = book.create_sheet("Codebook")
    sheet.append(["code", "id"])
    sheet.append(["Pay", "wages"])
    book.save(tmp_path / "study.xlsx")
    assert load_codebook(tmp_path / "study.xlsx").codes == (Code("wages", "Pay"),)


texts = st.text(
    st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from("|\\'=- \n"), max_size=12
).map(str.strip)


@given(st.lists(texts.filter(bool), max_size=4))
def test_texts_in_one_cell_come_apart_again(values):
    assert parted(joined(values)) == tuple(values)


names = st.lists(
    st.text("abcÄß |'=&-", min_size=1, max_size=8).map(str.strip).filter(bool),
    min_size=1,
    max_size=5,
    unique_by=str.casefold,
)


@settings(deadline=None, max_examples=60)
@given(st.data(), names, st.sampled_from([".csv", ".xlsx"]))
def test_any_codebook_comes_back_from_a_table(tmp_path_factory, data, names, suffix):
    codes = []
    for number, name in enumerate(names):
        parent = data.draw(st.sampled_from([None, *(code.id for code in codes)]))
        definition, include, notes = (data.draw(texts) for _ in range(3))
        examples = tuple(data.draw(st.lists(texts.filter(bool), max_size=3)))
        retired = data.draw(st.booleans())
        said = {"definition": definition, "include": include, "notes": notes}
        codes.append(Code(f"c{number}", name, parent, examples=examples, retired=retired, **said))
    book = Codebook("any", tuple(Codebook("", tuple(codes)).tree()))
    path = write_codebook(tmp_path_factory.mktemp("tables") / f"any{suffix}", book)
    assert load_codebook(path) == book
