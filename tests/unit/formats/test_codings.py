import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.errors import (
    CodingsFileError,
    EmptyFileError,
    UnknownFileKindError,
    UnreadableFileError,
)
from qualkit.formats.codings import read_codings
from qualkit.formats.tables import write_csv
from qualkit.formats.workbook import write_workbook

COLUMNS = [
    "document", "position", "label", "code", "coder", "round", "start", "end", "certainty", "memo",
    "quote", "created_at", "row",
]  # fmt: skip
SHARED = Path(__file__).parents[3].parent / "shared"


def from_text(text, codes=None, encoding="utf-8", name="ana.csv"):
    return read_codings(text.encode(encoding), name, codes)


def pairs(frame, *columns):
    return frame[list(columns)].to_numpy().tolist()


def workbook(rows, title="Sheet"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_the_columns_of_the_contract_come_typed_and_absent_ones_empty():
    frame = from_text("document,position,code\nA,3,Pay\n")
    assert frame.columns.tolist() == COLUMNS
    assert pairs(frame, "document", "position", "code", "coder", "memo") == [
        ["A", 3, "Pay", "", ""]
    ]
    assert frame["certainty"].isna().all()
    numbers = ["position", "start", "end", "certainty"]
    assert set(frame[numbers].dtypes.astype(str)) == {"Int64"}
    assert str(frame["row"].dtype) == "int64"


def test_every_column_is_read():
    frame = from_text(
        "document,position,label,code,coder,round,start,end,certainty,memo,quote,created_at\n"
        "A,3,12.,Pay,Ana,pilot,5,9,2,strong,low pay,2026-01-02\n"
    )
    assert frame.iloc[0].tolist() == [
        "A", 3, "12.", "Pay", "Ana", "pilot", 5, 9, 2, "strong", "low pay", "2026-01-02", 2,
    ]  # fmt: skip


def test_usual_other_names_are_understood_in_any_case():
    frame = from_text("Transcript,LINE,Theme,Rater,Comment,Excerpt\nA,1,Pay,Ana,hm,low pay\n")
    assert pairs(frame, "document", "position", "code", "coder", "memo", "quote") == [
        ["A", 1, "Pay", "Ana", "hm", "low pay"]
    ]


def test_the_own_name_wins_and_unused_columns_are_listed():
    frame = from_text("document,source,position,code,mood\nA,b.txt,1,Pay,glad\n")
    assert frame["document"].tolist() == ["A"]
    assert frame.attrs["left_out"] == ["source", "mood"]


def test_several_codes_in_a_cell_make_several_rows_and_an_empty_cell_means_reviewed():
    frame = from_text('document,position,codes\nA,1,"Pay | Rota;Pay;"\nA,2,\nA,3,|\n')
    assert pairs(frame, "position", "code", "row") == [
        [1, "Pay", 2],
        [1, "Rota", 2],
        [2, "", 3],
        [3, "", 4],
    ]


def test_a_code_whose_name_holds_the_separator_is_kept_whole():
    frame = from_text("document,position,code\nA,1,Pay; benefits\n", codes=["Pay; Benefits"])
    assert frame["code"].tolist() == ["Pay; benefits"]


def test_the_wide_layout_gives_one_row_for_each_mark_and_one_for_none():
    text = "document,position,pay,Rota,text\nA,1,1,x,low pay\nA,2,0,,hello\nA,3,no,YES,rota\n"
    frame = from_text(text, codes=["Pay", "Rota"])
    assert pairs(frame, "position", "code", "quote", "row") == [
        [1, "Pay", "low pay", 2],
        [1, "Rota", "low pay", 2],
        [2, "", "hello", 3],
        [3, "Rota", "rota", 4],
    ]
    assert frame.columns.tolist() == COLUMNS


def test_a_wide_column_called_like_a_code_is_that_code_even_where_it_is_a_usual_other_name():
    frame = from_text("document,position,Notes,Tags\nA,1,1,0\n", codes=["Notes", "Tags"])
    assert frame["code"].tolist() == ["Notes"]
    assert frame["memo"].tolist() == [""]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("speaker,position,code\nA,1,x\n", "there is no column 'document'.*'speaker', 'position'"),
        ("document,speaker,code\nA,1,x\n", "there is no column 'position'"),
        ("document,position,mood\nA,1,x\n", "no column is called like a code; .*'mood'"),
        ("file,source,position,code\nA,A,1,x\n", "'file' and 'source' both mean document"),
        ("document,line,code\nA,1,x\nA,one,x\n", "ana.csv, row 3, column line: 'one' is not a wh"),
        ("document,position,code\nA,1.5,x\n", "row 2, column position: '1.5' is not"),
        ("document,position,code\nA,,x\n", "row 2, column position: the position is missing"),
        ("document,position,code,certainty\nA,1,x,4\n", "column certainty: the certainty '4'"),
        ("document,position,code,start,end\nA,1,x,4,\n", "row 2, column start: half a span"),
        ("document,position,code,start,end\nA,1,x,,4\n", "row 2, column start: half a span"),
        ("document,position,code,start,end\nA,1,x,9,4\n", "begins at '9'"),
        ("document,position,code\nA,1,x,y\n", "row 2: the row has 4 cells, the header 3"),
        ("document,position,Pay\nA,1,perhaps\n", "row 2, column Pay: 'perhaps' says neither"),
    ],
)
def test_a_fault_is_one_sentence_with_row_and_column(text, words):
    with pytest.raises(CodingsFileError, match=words):
        from_text(text, codes=["Pay"])


def test_a_label_may_stand_in_for_the_position():
    frame = from_text("document,label,code\nA,Q7,x\n")
    assert frame["label"].tolist() == ["Q7"]
    assert frame["position"].isna().all()


def test_rows_are_counted_as_a_spreadsheet_shows_them():
    text = 'document,position,code,memo\n\nA,1,x,"two\nlines"\nA,2,y,\n'
    assert pairs(from_text(text), "position", "row") == [[1, 3], [2, 4]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_are_found_out(encoding, separator):
    text = "document,position,code\nA,1,Löhne\n".replace(",", separator)
    assert from_text(text, encoding=encoding)["code"].tolist() == ["Löhne"]


def test_the_line_that_tells_excel_the_separator_is_understood_and_counted():
    frame = from_text("sep=;\ndocument;position;code\nA;1;x\n")
    assert pairs(frame, "code", "row") == [["x", 3]]


@pytest.mark.parametrize("text", ["", "\n\n", "document,position,code\n", ",,\n,,\n"])
def test_nothing_to_read_is_said(text):
    with pytest.raises(EmptyFileError, match="holds no rows"):
        from_text(text)


def test_other_kinds_of_file_and_missing_files_are_refused(tmp_path):
    with pytest.raises(UnknownFileKindError, match="docx"):
        read_codings(b"x", "a.docx")
    with pytest.raises(UnreadableFileError, match="no workbook"):
        read_codings(b"document,position\n", "a.xlsx")
    with pytest.raises(UnreadableFileError, match=r"gone.csv: cannot be read"):
        read_codings(tmp_path / "gone.csv")
    with pytest.raises(UnreadableFileError, match="UTF-8"):
        read_codings(b"document,position,code\nA,1,\x81\n", "a.csv")


def test_a_field_without_its_closing_quotation_mark_is_refused():
    text = 'document,position,code\nA,1,"' + "x" * 200_000
    with pytest.raises(UnreadableFileError, match="quotation mark"):
        from_text(text)


def test_a_workbook_is_read_with_numbers_dates_and_saved_formula_values(tmp_path):
    rows = [
        ["Document", "Position", "Code", "Certainty"],
        ["A", 1.0, "Pay", 3],
        ["A", 2, None, None],
    ]
    path = tmp_path / "ana.xlsx"
    path.write_bytes(workbook(rows))
    frame = read_codings(path)
    assert pairs(frame, "position", "code", "row") == [[1, "Pay", 2], [2, "", 3]]
    assert frame["certainty"].fillna(0).tolist() == [3, 0]


def test_a_formula_gives_the_value_saved_with_it():
    data = workbook([["document", "position", "code"], ["A", "=1+1", "Pay"]])
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(saved, "w") as new:
        for item in old.namelist():
            part = old.read(item).replace(b"<v></v>", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>")
            new.writestr(item, part)
    assert read_codings(saved.getvalue(), "a.xlsx")["position"].tolist() == [2]


def test_a_formula_saved_without_its_value_is_refused_and_named():
    data = workbook([["document", "position", "code"], ["A", 1, '=IF(1,"Pay","")']])
    with pytest.raises(UnreadableFileError, match=r"a\.xlsx, row 2, column C: the formula"):
        read_codings(data, "a.xlsx")


def test_a_workbook_that_would_fill_the_memory_is_refused_before_it_is_unpacked():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    with pytest.raises(UnreadableFileError, match="would unpack to 30 MB"):
        read_codings(held.getvalue(), "a.xlsx")


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04rubbish", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, b"PK"], ids=range(3)
)
def test_a_damaged_or_old_workbook_is_refused(data):
    with pytest.raises(UnreadableFileError, match=r"a\.xlsx: is"):
        read_codings(data, "a.xlsx")


def test_a_workbook_with_a_document_type_declaration_is_refused():
    held = io.BytesIO(workbook([["document"]]))
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("xl/more.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(UnreadableFileError, match="document type"):
        read_codings(held.getvalue(), "a.xlsx")


def test_a_lone_cell_at_the_far_corner_does_not_hang():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD900000"] = "document", "x"
    held = io.BytesIO()
    book.save(held)
    with pytest.raises(UnreadableFileError, match="ValueError"):
        read_codings(held.getvalue(), "a.xlsx")


def test_what_qualkit_writes_it_reads_back(tmp_path):
    rows = {"document": ["A", "A"], "position": [1, 2], "code": ["Pay", "Rota"],
            "memo": ["=1+1", "'-quoted"]}  # fmt: skip
    frame = pd.DataFrame(rows)
    write_csv(tmp_path / "a.csv", frame)
    write_workbook(tmp_path / "a.xlsx", {"Other": frame[["memo"]], "Codings": frame}, [("a", "b")])
    for name in ("a.csv", "a.xlsx"):
        again = read_codings(tmp_path / name)
        assert pairs(again, *frame.columns) == frame.to_numpy().tolist()


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
            st.integers(1, 10**6),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_any_memo_survives_a_csv_file(tmp_path_factory, rows):
    frame = pd.DataFrame(rows, columns=["memo", "position"]).assign(document="A", code="x")
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    write_csv(path, frame)
    again = read_codings(path)
    assert again["memo"].tolist() == frame["memo"].str.strip().tolist()
    assert again["position"].tolist() == frame["position"].tolist()


def test_a_real_export_of_another_tool_without_positions_is_refused_with_its_columns():
    path = SHARED / "samples" / "qda" / "from-seeds" / "taguette_highlights_all.csv"
    if not path.exists():
        pytest.skip("../shared is not here")
    with pytest.raises(CodingsFileError, match="there is no column 'position'; the columns are"):
        read_codings(path)


def test_a_real_corpus_of_codings_is_read_whole():
    path = SHARED / "corpora" / "pdpilot.csv"
    if not path.exists():
        pytest.skip("../shared is not here")
    frame = read_codings(path)
    told = pd.read_csv(path, dtype=str, keep_default_na=False)
    several = told["codes"].str.split("|").explode()
    assert frame["code"].tolist() == several.tolist()
    assert frame["coder"].unique().tolist() == ["kerrigan"]
