from __future__ import annotations

import sys

import pandas as pd
import pytest

from qualkit.errors import OptionError, UnwritableError
from qualkit.formats.spss import Variable, write_sav

pyreadstat = pytest.importorskip("pyreadstat", reason="the extra spss is not installed")

TABLE = pd.DataFrame(
    {
        "document": ["elm", "oak", "elm"],
        "position": [1, 2, 3],
        "share": [0.25, None, 1.0],
        "is_it": [True, False, True],
        "text": ["=1+1", None, "Löhne \U0001f600"],
        "pay__ana": pd.array([1, 0, None], dtype="Int8"),
    }
)
SEEN = {0: "not applied", 1: "applied", 9: "not looked at"}
VARIABLES = {
    "document": Variable("Document"),
    "position": Variable("Number", "ordinal"),
    "share": Variable("Share", "scale"),
    "pay__ana": Variable("Pay (Ana)", values=SEEN, missing=9),
}


def test_spss_finds_values_labels_levels_and_what_is_missing(tmp_path):
    path = tmp_path / "a.sav"
    assert write_sav(path, TABLE, VARIABLES, {"project": "Löhne", "coders": ["Ana", "Ben"]}) == {}
    table, told = pyreadstat.read_sav(str(path), user_missing=True)
    assert table["pay__ana"].tolist() == [1, 0, 9]
    assert table["text"].tolist() == ["=1+1", "", "Löhne \U0001f600"]
    assert table["share"].isna().tolist() == [False, True, False]
    assert table["is_it"].tolist() == [1, 0, 1]
    assert told.column_names_to_labels["pay__ana"] == "Pay (Ana)"
    assert told.variable_value_labels["pay__ana"] == SEEN
    assert told.missing_ranges == {"pay__ana": [{"lo": 9.0, "hi": 9.0}]}
    assert told.variable_measure["position"] == "ordinal"
    assert told.variable_measure["share"] == "scale"
    assert told.original_variable_types["position"] == "F8.0"
    assert told.file_label == "Löhne"
    assert "coders: Ana, Ben" in told.notes


def test_who_has_not_looked_is_missing_to_whoever_does_not_ask(tmp_path):
    write_sav(tmp_path / "a.sav", TABLE, VARIABLES, {})
    table, _ = pyreadstat.read_sav(str(tmp_path / "a.sav"))
    assert table["pay__ana"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize("letter", ["x", "é", "\U0001f600"])
def test_a_text_that_is_too_long_is_cut_between_characters_and_said(tmp_path, letter):
    frame = pd.DataFrame({"text": [letter * 40_000, "short"]})
    cut = write_sav(tmp_path / "a.sav", frame, {}, {"project": "P"})
    table, told = pyreadstat.read_sav(str(tmp_path / "a.sav"))
    assert cut == {"text": 1}
    assert table["text"][0].endswith(f"{letter} [cut]")
    assert 32_700 < len(table["text"][0].encode()) <= 32_767
    assert table["text"][1] == "short"
    assert "1 texts of text" in " ".join(told.notes)


def test_long_labels_end_visibly(tmp_path):
    variables = {"pay__ana": Variable("ü" * 300, values={0: "n" * 200, 1: "y"}, missing=None)}
    write_sav(tmp_path / "a.sav", TABLE[["pay__ana"]], variables, {})
    _, told = pyreadstat.read_sav(str(tmp_path / "a.sav"))
    assert told.column_names_to_labels["pay__ana"].endswith("ü...")
    assert told.variable_value_labels["pay__ana"][0] == "n" * 117 + "..."


def test_without_pyreadstat_the_sentence_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(OptionError, match=r"qualkit\[spss\]"):
        write_sav(tmp_path / "a.sav", TABLE, {}, {})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_unwritable(tmp_path):
    with pytest.raises(UnwritableError):
        write_sav(tmp_path / "no" / "a.sav", TABLE, VARIABLES, {})


def test_an_empty_table_and_nul_are_written(tmp_path):
    write_sav(tmp_path / "a.sav", pd.DataFrame({"text": ["a\x00b"]}), {}, {})
    assert pyreadstat.read_sav(str(tmp_path / "a.sav"))[0]["text"].tolist() == ["a\ufffdb"]
    write_sav(tmp_path / "b.sav", TABLE.iloc[:0], VARIABLES, {})
    assert len(pyreadstat.read_sav(str(tmp_path / "b.sav"))[0]) == 0
