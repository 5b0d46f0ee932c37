"""The matrix of utterances and codes in its layouts, in Python and in files."""

from __future__ import annotations

import json
import zipfile

import pandas as pd
import pyarrow.parquet as pq
import pytest

from qualkit.errors import NotEnoughError, OptionError
from qualkit.model import CoderKind, Coding
from qualkit.workflow.layers import counted_layer
from qualkit.workflow.matrices import CODINGS, LAYOUTS


@pytest.fixture
def study(project):
    """Ana has looked at three utterances, Ben at two of them, nobody at the others."""
    first, second, third = project.list_utterances("elm").query("codable")["position"].iloc[:3]
    project.apply_codings(
        [Coding("elm", first, "pay", "Ana"), Coding("elm", second, "low_pay", "Ana")],
        reviewed=[("elm", third)],
    )
    project.apply_codings([Coding("elm", first, "pay", "Ben"), Coding("elm", first, "fees", "Ben")],
                          reviewed=[("elm", second)])  # fmt: skip
    return project


def cells(table, *names):
    """Return the first four rows of some columns; None is missing."""
    return [table[name].head(4).astype(object).where(table[name].notna(), None).tolist()
            for name in names]  # fmt: skip


def test_wide_has_a_column_per_code_and_coder_and_tells_unseen_from_uncoded(study):
    table = study.matrix("wide")
    codable = study.list_utterances("elm")["codable"].sum()
    assert len(table) == codable
    assert cells(table, "pay__ana", "pay__ben", "low_pay__ana", "low_pay__ben") == [
        [1, 0, 0, None],
        [1, 0, None, None],
        [0, 1, 0, None],
        [0, 0, None, None],
    ]
    assert set(table.dtypes[6:].astype(str)) == {"Int8"}
    told = {one["column"]: one for one in table.attrs["columns"]}
    assert list(told) == list(table.columns[6:])
    assert told["council_fees__ben"] == {
        "column": "council_fees__ben", "code": "Council fees", "coder": "Ben", "round": "main"
    }  # fmt: skip


def test_pooled_is_what_findings_count(study):
    table = study.matrix("wide", "pooled")
    assert cells(table, "pay", "council_fees") == [[1, 0, 0, None], [1, 0, 0, None]]
    assert table["pay"].notna().sum() == len(counted_layer(study).utterances)


def test_the_consensus_stands_alone(study):
    with pytest.raises(NotEnoughError, match="no consensus"):
        study.matrix("wide", "consensus")
    first = int(study.list_reviews()["position"].min())
    study.apply_codings([Coding("elm", first, "pay", "Consensus")], kind=CoderKind.CONSENSUS)
    assert cells(study.matrix("wide", "consensus"), "pay") == [[1, None, None, None]]


def test_rounds_stand_in_the_names_where_there_are_several(study):
    study.open_round("second", coders=["Ana"])
    first = int(study.list_reviews()["position"].min())
    study.apply_codings([Coding("elm", first, "fees", "Ana", round="second")])
    table = study.matrix("wide")
    assert cells(table, "council_fees__ana__main", "council_fees__ana__second") == [
        [0, 0, 0, None],
        [1, None, None, None],
    ]


def test_long_says_the_same_as_the_matrix_by_coder(study):
    long = study.matrix("long")
    wide = study.matrix("coders")
    codes = [code.name for code in study.codebook().tree()]
    melted = wide.melt(["document", "position", "coder", "round"], codes, "code", "applied")
    keys = ["document", "position", "coder", "round", "code"]
    a, b = (one.astype({key: "str" for key in keys}).set_index(keys)["applied"].sort_index()
            for one in (long, melted))  # fmt: skip
    assert a.astype("int64").equals(b)
    assert len(long) == 5 * len(codes)
    assert set(long.columns) == {*keys, "label", "speaker", "stakeholder_type", "applied"}


def test_by_coder_has_a_row_for_each_utterance_looked_at(study):
    table = study.matrix()
    assert table.groupby("coder").size().to_dict() == {"Ana": 3, "Ben": 2}
    assert int(table.loc[table["coder"] == "Ben", "Council fees"].sum()) == 1
    assert table["text"].notna().all()


def test_nothing_coded_gives_empty_tables(project):
    assert project.matrix().empty
    assert project.matrix("long").empty
    assert list(project.matrix("wide").columns[-2:]) == ["stakeholder_type", "text"]


def test_other_layouts_and_codings_are_refused(study):
    with pytest.raises(OptionError, match="no layout 'tall'; use coders, wide, long"):
        study.matrix("tall")
    with pytest.raises(OptionError, match="no codings 'mine'; use each, pooled, consensus"):
        study.matrix("wide", "mine")
    with pytest.raises(OptionError, match="layout wide or long"):
        study.matrix("coders", "pooled")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_csv_has_beside_it_what_it_contains_and_parquet_in_it(study, tmp_path, layout):
    files = study.export(tmp_path / "m.csv", tmp_path / "p.parquet", layout=layout)
    assert [one.name for one in files] == ["m.csv", "m.about.json", "p.parquet"]
    about = json.loads(files[1].read_text("utf-8"))
    inside = json.loads(pq.read_schema(files[2]).metadata[b"qualkit"])
    assert {**about, "written_at": ""} == {**inside, "written_at": ""}
    assert (about["layout"], about["codings_of"]) == (layout, "each")
    assert (about["coders"], about["rounds"]) == (["Ana", "Ben"], ["main"])
    assert "names they have" in about["names"]
    told = pd.read_csv(files[0], encoding="utf-8-sig")
    kept = pd.read_parquet(files[2])
    assert list(told.columns) == list(kept.columns)
    assert len(told) == len(kept) == len(study.matrix(layout))


def test_plain_csv_is_for_programs_that_do_not_run_what_they_read(study, tmp_path):
    position = int(
        study.list_utterances("elm").query("text.str.contains('SUM')")["position"].iloc[0]
    )
    study.set_utterance("elm", position, codable=True)
    study.apply_codings([Coding("elm", position, "pay", "Ana", memo="x")])
    study.export(tmp_path / "m.csv", layout="wide", plain=True)
    data = (tmp_path / "m.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"'=" not in data


def test_under_pseudonyms_titles_and_what_is_beside_say_labels(study, tmp_path):
    key = tmp_path / "key.csv"
    key.write_text("name,kind,label\nAna,person,Coder 1\nCouncil,place,Body\n", encoding="utf-8")
    for name in ("wide.csv", "by.csv"):
        study.export(tmp_path / name, layout=name[:4].replace("by.c", "coders"), pseudonyms=key)
    wide, by = (
        pd.read_csv(tmp_path / name, encoding="utf-8-sig") for name in ("wide.csv", "by.csv")
    )
    assert {"pay__coder_1", "body_fees__coder_1"} <= set(wide.columns)
    assert "Body fees" in by.columns
    about = (tmp_path / "wide.about.json").read_text("utf-8")
    assert "Ana" not in about.replace("analys", "")
    assert "labels" in json.loads(about)["names"]


def test_spss_gets_types_in_order_and_unseen_as_missing(study, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat", reason="the extra spss is not installed")
    study.export(tmp_path / "m.sav")
    table, told = pyreadstat.read_sav(str(tmp_path / "m.sav"), user_missing=True)
    assert cells(table, "pay__ben") == [[1, 0, 9, 9]]
    assert told.variable_value_labels["pay__ben"][9] == "not looked at"
    assert told.column_names_to_labels["pay__ben"] == "Pay (Ben)"
    types = [one.name for one in study.typology().types]
    assert list(told.variable_value_labels["stakeholder_type"].values()) == types
    assert "rounds: main" in told.notes
    study.export(tmp_path / "pooled.sav", codings="pooled")
    _, pooled = pyreadstat.read_sav(str(tmp_path / "pooled.sav"))
    assert pooled.column_names_to_labels["pay"] == "Pay (any of Ana, Ben)"


def test_r_gets_its_tables_beside_the_script_or_in_one_archive(study, tmp_path):
    files = study.export(tmp_path / "s.R", tmp_path / "s.zip")
    names = {one.name for one in files}
    tables = ("utterances", "wide", "codings", "reviews", "codes", "speakers")
    assert names == {"s.R", "s.about.json", "s.zip", *(f"s_{one}.csv" for one in tables)}
    with zipfile.ZipFile(tmp_path / "s.zip") as archive:
        inside = {one for one in archive.namelist() if not one.endswith("/")}
    assert inside == {"study.R", "study.about.json", *(f"study_{one}.csv" for one in tables)}
    script = (tmp_path / "s.R").read_text("utf-8")
    assert '"code" = c("Pay", "Low pay", "Council fees", "Training")' in script
    assert CODINGS == ("each", "pooled", "consensus")
