import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.errors import OptionError, UnwritableError
from qualkit.formats.tables import write_csv, write_json, write_parquet

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


@pytest.mark.parametrize("risky", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1", "'=1"])
def test_a_text_that_would_run_gets_an_apostrophe(tmp_path, risky):
    write_csv(tmp_path / "a.csv", pd.DataFrame({"memo": [risky, "fine"]}))
    again = pd.read_csv(tmp_path / "a.csv", keep_default_na=False)
    assert again["memo"].tolist() == ["'" + risky, "fine"]


def test_numbers_missing_values_and_their_types_are_left_alone(tmp_path):
    frame = pd.DataFrame(
        {"n": [-1, 2], "x": [-0.5, None], "mixed": [-3, "-3"], "=head": [None, "a"]}
    )
    write_csv(tmp_path / "a.csv", frame)
    lines = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig").splitlines()
    assert lines == ["n,x,mixed,'=head", "-1,-0.5,-3,", "2,,'-3,a"]


def test_the_table_handed_in_is_not_changed(tmp_path):
    frame = pd.DataFrame({"memo": ["=1"]}, index=[7])
    write_csv(tmp_path / "a.csv", frame)
    assert frame["memo"].tolist() == ["=1"]
    assert frame.index.tolist() == [7]


def test_excel_knows_the_encoding_by_a_mark_that_the_plain_kind_leaves_out(tmp_path):
    frame = pd.DataFrame({"word": ["Löhne"]})
    write_csv(tmp_path / "a.csv", frame)
    write_csv(tmp_path / "b.csv", frame, excel_safe=False)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfword")
    assert (tmp_path / "b.csv").read_bytes() == "word\r\nLöhne\r\n".encode()


@given(st.lists(TEXT, min_size=1, max_size=10))
def test_the_plain_kind_keeps_every_character(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    write_csv(path, pd.DataFrame({"n": range(len(texts)), "memo": texts}), excel_safe=False)
    again = pd.read_csv(path, keep_default_na=False, dtype={"memo": str})
    assert again["memo"].tolist() == texts


def test_half_a_character_is_written_visibly_instead_of_failing(tmp_path):
    frame = pd.DataFrame({"memo": pd.Series(["a\ud800"], dtype=object)})
    write_csv(tmp_path / "a.csv", frame)
    write_json(tmp_path / "a.json", [{"memo": "a\ud800"}])
    assert "a\\ud800" in (tmp_path / "a.csv").read_text("utf-8")
    assert "a\\ud800" in (tmp_path / "a.json").read_text("utf-8")


def test_parquet_keeps_types(tmp_path):
    frame = pd.DataFrame(
        {"n": pd.array([1, None], "Int64"), "x": [0.5, 1.0], "t": ["=a", "b"], "b": [True, False]}
    )
    write_parquet(tmp_path / "a.parquet", frame)
    again = pd.read_parquet(tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(again, frame, check_dtype=False)
    assert again.dtypes.astype(str).tolist()[:2] == ["Int64", "float64"]


def test_a_column_of_many_kinds_is_refused_by_parquet(tmp_path):
    with pytest.raises(OptionError, match=r"a\.parquet: a column cannot be stored.*write csv"):
        write_parquet(tmp_path / "a.parquet", pd.DataFrame({"m": [1, "a"]}))
    assert list(tmp_path.iterdir()) == []


def read(path):
    return json.loads(path.read_text("utf-8"))


def test_json_is_a_list_of_rows_with_null_for_what_is_missing(tmp_path):
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None], "Int64"),
            "x": [np.nan, np.inf],
            "t": ["é", None],
            "d": [pd.Timestamp("2026-01-02"), pd.NaT],
        }
    )
    write_json(tmp_path / "a.json", frame)
    assert read(tmp_path / "a.json") == [
        {"n": 1, "x": None, "t": "é", "d": "2026-01-02T00:00:00"},
        {"n": None, "x": None, "t": None, "d": None},
    ]


def test_json_may_say_what_it_is_about(tmp_path):
    about = {"seed": np.int64(3), "at": datetime(2026, 1, 2, tzinfo=UTC), "of": ("a", "b")}
    write_json(tmp_path / "a.json", [], about)
    assert read(tmp_path / "a.json") == {
        "rows": [],
        "about": {"seed": 3, "at": "2026-01-02T00:00:00+00:00", "of": ["a", "b"]},
    }


def test_one_mapping_is_written_as_it_is(tmp_path):
    write_json(tmp_path / "a.json", {"codes": [{"n": np.float64(0.5)}], "name": "x"})
    assert read(tmp_path / "a.json") == {"codes": [{"n": 0.5}], "name": "x"}


def test_a_float_keeps_all_its_digits(tmp_path):
    write_json(tmp_path / "a.json", pd.DataFrame({"x": [0.1 + 0.2]}))
    assert read(tmp_path / "a.json")[0]["x"] == 0.1 + 0.2


def test_what_json_has_no_word_for_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(OptionError, match="cannot be written as JSON"):
        write_json(tmp_path / "a.json", [{"x": 1j}])
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_unwritable_for_every_kind(tmp_path):
    frame = pd.DataFrame({"n": [1]})
    for write, name in ((write_csv, "a.csv"), (write_json, "a.json"), (write_parquet, "a.parquet")):
        with pytest.raises(UnwritableError, match=name):
            write(tmp_path / "gone" / name, frame)
