import zipfile
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from qualkit.errors import OptionError, UnwritableError
from qualkit.formats import workbook, workbook_cells
from qualkit.formats.workbook import write_workbook
from qualkit.formats.workbook_cells import MAX_CHARACTERS, sheet_name
from qualkit.formats.workbook_frame import range_name
from qualkit.formats.workbook_sheets import Block, Marks, Sheet, sheet_of

RISKY = ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "#N/A", "#DIV/0!", "=", "'=1"]


def written(tmp_path, frame, name="table"):
    path = tmp_path / "a.xlsx"
    events = write_workbook(path, {name: frame}, [("Project", "Care")])
    return path, events


def told(path):
    """The rows of the first sheet."""
    sheet = openpyxl.load_workbook(path)["Read me"]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_it_reads_back_with_the_same_types_and_values(tmp_path):
    frame = pd.DataFrame(
        {
            "document": ["A", "B"],
            "position": [1, 2],
            "x": [0.1 + 0.2, np.nan],
            "certainty": pd.array([3, None], "Int64"),
            "codable": [True, False],
            "maybe": pd.array([True, None], "boolean"),
            "at": pd.to_datetime(["2026-01-02 03:04:05.678", "2026-01-03 23:59:59.999"]),
            "label": ["12.", "1"],
        }
    )
    path, events = written(tmp_path, frame)
    again = pd.read_excel(path, "table", dtype={"label": str})
    assert events == []
    assert again["position"].tolist() == [1, 2]
    assert str(again["position"].dtype) == "int64"
    assert again["x"].tolist()[0] == 0.1 + 0.2
    assert str(again["x"].dtype) == "float64"
    assert again["certainty"].fillna(0).tolist() == [3, 0]
    assert again["codable"].tolist() == [1, 0]
    assert str(again["codable"].dtype) == "int64"
    assert again["maybe"].fillna(9).tolist() == [1, 9]
    assert again["at"].tolist() == frame["at"].tolist()
    assert again["label"].tolist() == ["12.", "1"]


def test_a_text_that_looks_like_a_formula_or_an_error_stays_text(tmp_path):
    path, _ = written(tmp_path, pd.DataFrame({"memo": RISKY, "=head": RISKY}))
    sheet = openpyxl.load_workbook(path)["table"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [cell.value for cell in sheet["A"]][1:] == RISKY
    assert sheet["B1"].value == "=head"
    assert sheet["A2"].quotePrefix
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(n) for n in archive.namelist() if "worksheets/sheet" in n]
    assert not any(b"<f>" in part or b'"str"' in part for part in sheets)


def test_forbidden_characters_become_visible_and_are_counted_in_each_cell(tmp_path):
    odd = ["a\x00b\x1f", "c\ud800", "fine\n", "c\ud800"]
    path, events = written(tmp_path, pd.DataFrame({"memo": pd.Series(odd, dtype=object)}))
    shown = ["a\ufffdb\ufffd", "c\ufffd", "fine\n", "c\ufffd"]
    assert pd.read_excel(path, "table")["memo"].tolist() == shown
    assert events == ["table: 3 cells with control characters, each shown as \ufffd"]


def test_markup_white_space_and_numbered_characters_come_through(tmp_path):
    texts = ["<b>&amp;</b>", " both ends ", "two\nlines", "\u00e9\U0001f600", 'a "quote"']
    path, _ = written(tmp_path, pd.DataFrame({"memo": [*texts, "_x0041_ is no A"]}))
    assert pd.read_excel(path, "table")["memo"].tolist()[:-1] == texts
    with zipfile.ZipFile(path) as archive:
        assert b"_x005F_x0041_ is no A" in archive.read("xl/worksheets/sheet2.xml")


@pytest.mark.parametrize("character", ["x", "\U0001f600"])
def test_a_text_longer_than_a_cell_is_cut_visibly_and_counted(tmp_path, character):
    texts = [character * 40_000, "short"]
    path, events = written(tmp_path, pd.DataFrame({"memo": texts}))
    text = pd.read_excel(path, "table")["memo"][0]
    assert len(text.encode("utf-16-le")) // 2 <= MAX_CHARACTERS
    assert text.startswith(character * 16_000)
    assert text.endswith("[cut here: 40,000 characters in all]")
    assert events == ["table: 1 cell cut at 32,767 characters, marked at the end"]


def test_the_first_sheet_explains_the_others_with_links_and_lists_what_happened(tmp_path):
    path = tmp_path / "a.xlsx"
    table = sheet_of(pd.DataFrame({"memo": ["\x07"]}), name="notes", about="What was noted")
    events = write_workbook(path, {"a/b": table}, [("Project", "Care"), ("Names", "=real")])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Read me", "a b"]
    rows = told(path)
    assert rows[:2] == [("Project", "Care"), ("Names", "=real")]
    assert ("a b", "What was noted. 1 row; as a range: notes.") in rows
    assert [text for what, text in rows if what == "Note"] == events
    assert len(events) == 2
    place = rows.index(("a b", "What was noted. 1 row; as a range: notes.")) + 1
    assert book["Read me"][f"A{place}"].hyperlink.location == "'a b'!A1"


def test_more_rows_than_a_sheet_holds_go_on_numbered_sheets(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_MAX_ROWS", 4)
    frame = pd.DataFrame({"n": range(7)})
    path, events = written(tmp_path, frame)
    sheets = pd.read_excel(path, ["table", "table (2)", "table (3)"])
    assert [len(sheet) for sheet in sheets.values()] == [3, 3, 1]
    assert pd.concat(sheets)["n"].tolist() == list(range(7))
    assert events == ["table: 7 rows stand on 3 sheets"]
    names = openpyxl.load_workbook(path).defined_names
    assert names["table_2"].attr_text == "'table (2)'!$A$1:$A$4"


def test_header_filter_widths_and_formats_help_the_reader(tmp_path):
    row = {"code": "Pay", "share": 0.25, "low": 0.2, "z": 0.3}
    frame = pd.DataFrame([row | {"memo": "word " * 40}, row | {"memo": "short"}])
    table = sheet_of(frame, percent=("share", "low"), heat=("share",), keys=1)
    path, _ = written(tmp_path, table, "frequency")
    sheet = openpyxl.load_workbook(path)["frequency"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:E3"
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert [sheet[f"{c}2"].number_format for c in "BCD"] == ["0.0%", "0.0%", "0.000"]
    assert sheet["E2"].alignment.wrap_text
    assert not sheet["A2"].alignment.wrap_text
    assert sheet.row_dimensions[2].height > 15
    assert sheet.row_dimensions[3].height is None
    assert sheet.column_dimensions["A"].width < sheet.column_dimensions["E"].width <= 82
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["B2:B3"]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert sheet.print_title_rows == "$1:$1"


def test_nothing_is_hidden(tmp_path):
    path, _ = written(tmp_path, pd.DataFrame({"a": [1]}))
    book = openpyxl.load_workbook(path)
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    assert not any(d.hidden for s in book for d in s.column_dimensions.values())


def marked(ones, **said):
    table = pd.DataFrame({"document": [f"d{n}" for n in range(ones.shape[0])]})
    names = [f"code {n}" for n in range(ones.shape[1])]
    return Sheet(len(table), lambda a, b: table.iloc[a:b], marks=Marks(names, ones), **said)


def test_marks_are_zeros_and_ones_in_their_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_AT_ONCE", 3)
    monkeypatch.setattr(workbook_cells, "_ROOM", 1)
    ones = np.array([[1, 0], [0, 0], [1, 1], [0, 1], [1, 0]], dtype="uint8")
    path, _ = written(tmp_path, marked(csr_matrix(ones), keys=1))
    again = pd.read_excel(path, "table")
    assert again[["code 0", "code 1"]].to_numpy().tolist() == ones.tolist()
    assert str(again["code 0"].dtype) == "int64"
    assert again["document"].tolist() == ["d0", "d1", "d2", "d3", "d4"]
    sheet = openpyxl.load_workbook(path)["table"]
    assert sheet["B1"].alignment.textRotation == 90
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["B2:C6"]


def test_a_sheet_is_asked_for_its_parts_only_and_each_row_once(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_AT_ONCE", 10)
    asked = []

    def part(first, last):
        asked.append((first, last))
        return pd.DataFrame({"n": range(first, last)})

    path, _ = written(tmp_path, Sheet(25, part))
    assert pd.read_excel(path, "table")["n"].tolist() == list(range(25))
    assert asked[-3:] == [(0, 10), (10, 20), (20, 25)]


def test_progress_names_each_sheet_and_ends_at_one(tmp_path):
    heard = []
    tables = {"a": pd.DataFrame({"n": [1]}), "b": pd.DataFrame({"n": [1, 2, 3]})}
    write_workbook(tmp_path / "a.xlsx", tables, [], progress=lambda *one: heard.append(one))
    assert list(dict.fromkeys(what for what, _ in heard)) == ["a", "b"]
    assert [done for _, done in heard] == sorted(done for _, done in heard)
    assert heard[-1] == ("b", 1.0)


def block(**said):
    frame = pd.DataFrame({"theme": ["=Pay", "Care"], "union": [0.5, 0.1], "council": [0.2, None]})
    return Block("Themes by type", "Shares", frame, "Theme", "Share", **said)


def test_charts_are_the_spreadsheets_own_with_titles_and_axes_named(tmp_path):
    path = tmp_path / "a.xlsx"
    charts = [block(is_share=True, colours=("96b4ff", "d2784b")), block(drawn=1)]
    write_workbook(path, {"t": pd.DataFrame({"a": [1]})}, [("Project", "Care")], charts=charts)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Read me", "Charts", "t"]
    first, second = book["Charts"]._charts
    assert [len(first.series), len(second.series)] == [2, 1]
    assert first.series[0].val.numRef.f == "'Charts'!$B$4:$B$5"
    assert first.series[0].graphicalProperties.solidFill.srgbClr == "96b4ff"
    with zipfile.ZipFile(path) as archive:
        drawn = ElementTree.fromstring(archive.read("xl/charts/chart1.xml"))
    texts = {one.text for one in drawn.iter() if one.tag.endswith("}t")}
    assert {"Themes by type", "Theme", "Share"} <= texts
    shown = [one.get("val") for one in drawn.iter() if one.tag.endswith("}delete")]
    assert shown == ["0", "0"]
    assert book["Charts"]["A4"].value == "=Pay"
    assert book["Charts"]["A4"].data_type == "s"


def test_every_table_is_a_named_range_and_names_are_legal(tmp_path):
    path = tmp_path / "a.xlsx"
    tables = {"Codings": pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "R1": pd.DataFrame({"a": [1]})}
    write_workbook(path, tables, [])
    names = openpyxl.load_workbook(path).defined_names
    assert {name: one.attr_text for name, one in names.items()} == {
        "codings": "'Codings'!$A$1:$B$3",
        "r1_": "'R1'!$A$1:$A$2",
    }


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("2 sheets", "_2_sheets"), ("Pay & care", "pay_care"), ("AB12", "ab12_"), ("::", "table")],
)
def test_names_of_ranges_look_like_no_cell(wanted, name):
    assert range_name(wanted, []) == name


def test_odd_values_are_written_and_named(tmp_path):
    frame = pd.DataFrame({"odd": [np.inf, 2**60, ("a", "b"), np.int64(5), None, 1.5]}, dtype=object)
    frame = frame.assign(big=[2**60, 1, 2, 3, 4, 5], far=[np.inf, 1, 2, 3, 4, np.nan])
    path, events = written(tmp_path, frame)
    sheet = openpyxl.load_workbook(path)["table"]
    values = [[cell.value for cell in sheet[letter]][1:] for letter in "ABC"]
    assert values[0] == ["inf", str(2**60), "a | b", 5, None, 1.5]
    assert values[1] == [str(2**60), 1, 2, 3, 4, 5]
    assert values[2] == ["inf", 1, 2, 3, 4, None]
    assert sorted(events) == [
        "table: 2 cells with an infinite number, written as text",
        "table: 2 cells with an integer too large for a number, written as text",
    ]


def test_a_table_without_rows_or_columns_is_a_sheet_all_the_same(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, {"none": pd.DataFrame(), "empty": pd.DataFrame({"a": []})}, [])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Read me", "none", "empty"]
    assert book["empty"]["A1"].value == "a"


def test_too_many_columns_are_refused(tmp_path):
    with pytest.raises(OptionError, match="at most 16,384 columns"):
        written(tmp_path, pd.DataFrame(np.zeros((1, 16_385))))
    with pytest.raises(OptionError, match="at most 16,384 columns"):
        written(tmp_path, marked(csr_matrix((1, 16_384))))
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_place_is_said_and_nothing_is_left(tmp_path):
    frame = pd.DataFrame({"a": [1]})
    with pytest.raises(UnwritableError, match=r"a\.xlsx: cannot be written"):
        write_workbook(tmp_path / "gone" / "a.xlsx", {"t": frame}, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("x" * 40, [], "x" * 31),
        ("x" * 40, ["X" * 31], "x" * 27 + " (2)"),
        ("a[b]c:d*e?f/g\\h", [], "a b c d e f g h"),
        ("'quoted'", [], "quoted"),
        ("History", [], "History sheet"),
        ("::", [], "Sheet"),
        ("\U0001f600" * 20, [], "\U0001f600" * 15),
    ],
)
def test_names_of_sheets_are_made_legal_and_unique(wanted, taken, name):
    assert sheet_name(wanted, taken) == name


@settings(deadline=None, max_examples=25)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6), st.lists(st.text(max_size=30)))
def test_any_texts_and_any_names_give_a_workbook_that_opens(tmp_path_factory, texts, names):
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    frame = pd.DataFrame({"memo": np.array([*texts, None], dtype=object)[:-1]})
    sheets = {f"{name}{place}": frame for place, name in enumerate(names)}
    write_workbook(path, sheets, [("Project", texts[0])])
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == len(sheets) + 1
    for title in book.sheetnames[1:]:
        found = [book[title].cell(row, 1) for row in range(2, len(texts) + 2)]
        assert not any(cell.data_type in "fe" for cell in found)
