import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.errors import OptionError, UnwritableError
from qualkit.formats import workbook
from qualkit.formats.workbook import write_workbook
from qualkit.formats.workbook_cells import MAX_CHARACTERS, sheet_name

RISKY = ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "#N/A", "#DIV/0!", "=", "'=1"]


def written(tmp_path, frame, name="table"):
    path = tmp_path / "a.xlsx"
    events = write_workbook(path, {name: frame}, [("Project", "Care")])
    return path, events


def test_it_reads_back_with_the_same_types_and_values(tmp_path):
    frame = pd.DataFrame(
        {
            "document": ["A", "B"],
            "position": [1, 2],
            "x": [0.5, np.nan],
            "certainty": pd.array([3, None], "Int64"),
            "codable": [True, False],
            "Pay": [True, False],
            "at": pd.to_datetime(["2026-01-02", "2026-01-03"]),
            "label": ["12.", "1"],
        }
    )
    path, events = written(tmp_path, frame)
    again = pd.read_excel(path, "table", dtype={"label": str})
    assert events == []
    assert again["position"].tolist() == [1, 2]
    assert str(again["position"].dtype) == "int64"
    assert str(again["x"].dtype) == "float64"
    assert again["certainty"].fillna(0).tolist() == [3, 0]
    assert str(again["codable"].dtype) == "bool"
    assert again["Pay"].tolist() == [1, 0]
    assert str(again["Pay"].dtype) == "int64"
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


def test_forbidden_characters_become_visible_and_are_counted(tmp_path):
    frame = pd.DataFrame({"memo": pd.Series(["a\x00b\x1f", "c\ud800", "fine\n"], dtype=object)})
    path, events = written(tmp_path, frame)
    assert pd.read_excel(path, "table")["memo"].tolist() == ["a\ufffdb\ufffd", "c\ufffd", "fine\n"]
    assert events == ["table: 2 cells with control characters, each shown as \ufffd"]


@pytest.mark.parametrize("character", ["x", "\U0001f600"])
def test_a_text_longer_than_a_cell_is_cut_visibly_and_counted(tmp_path, character):
    path, events = written(tmp_path, pd.DataFrame({"memo": [character * 40_000, "short"]}))
    text = pd.read_excel(path, "table")["memo"][0]
    assert len(text.encode("utf-16-le")) // 2 <= MAX_CHARACTERS
    assert text.startswith(character * 16_000)
    assert text.endswith("[cut here: 40,000 characters in all]")
    assert events == ["table: 1 cells cut at 32,767 characters, marked at the end"]


def test_the_first_sheet_explains_the_others_and_lists_what_happened(tmp_path):
    path, events = written(tmp_path, pd.DataFrame({"memo": ["\x07"]}), "a/b")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Read me", "a b"]
    rows = [tuple(cell.value for cell in row) for row in book["Read me"].iter_rows()]
    assert rows[:2] == [("Project", "Care"), ("Sheet a b", "1 rows")]
    assert [text for what, text in rows if what == "Note"] == events
    assert len(events) == 2


def test_more_rows_than_a_sheet_holds_go_on_numbered_sheets(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_MAX_ROWS", 4)
    frame = pd.DataFrame({"n": range(7)})
    path, events = written(tmp_path, frame)
    sheets = pd.read_excel(path, ["table", "table (2)", "table (3)"])
    assert [len(sheet) for sheet in sheets.values()] == [3, 3, 1]
    assert pd.concat(sheets)["n"].tolist() == list(range(7))
    assert events == ["table: 7 rows stand on 3 sheets"]


def test_header_filter_widths_and_formats_help_the_reader(tmp_path):
    row = {"code": "Pay", "denominator": "utterances", "share": 0.25, "low": 0.2, "high": 0.3}
    frame = pd.DataFrame([row | {"memo": "word " * 40}])
    path, _ = written(tmp_path, frame, "frequency")
    sheet = openpyxl.load_workbook(path)["frequency"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F2"
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert [sheet[f"{c}2"].number_format for c in "CDE"] == ["0.0%"] * 3
    assert sheet["F2"].alignment.wrap_text
    assert not sheet["A2"].alignment.wrap_text
    assert sheet.column_dimensions["A"].width < sheet.column_dimensions["F"].width <= 62
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["C2"]


def test_a_share_is_a_percentage_only_in_a_frequency_table(tmp_path):
    path, _ = written(tmp_path, pd.DataFrame({"code": ["Pay"], "value": [0.7], "low": [0.6]}))
    sheet = openpyxl.load_workbook(path)["table"]
    assert sheet["C2"].number_format == "General"
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["B2"]


def test_odd_values_are_written_and_named(tmp_path):
    frame = pd.DataFrame({"odd": [np.inf, 2**60, ("a", "b"), np.int64(5), None, 1.5]}, dtype=object)
    path, events = written(tmp_path, frame)
    values = [cell.value for cell in openpyxl.load_workbook(path)["table"]["A"]][1:]
    assert values == ["inf", str(2**60), "a | b", 5, None, 1.5]
    assert events == [
        "table: 1 infinite numbers, written as text",
        "table: 1 integers too large for a cell, written as text",
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
