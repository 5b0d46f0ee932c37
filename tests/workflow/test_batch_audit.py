"""An audit of a batch: drawn blind, filled in by people, and what it makes of the counts."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import qualkit as qk
from qualkit.errors import (
    CodingsFileError,
    NotEnoughError,
    OptionError,
    UnknownFileKindError,
    UnknownNameError,
    UnreadableFileError,
)
from qualkit.suggest import Suggester

KINDS = {"Pay": "wage", "Garden": "rose"}


def talk(documents: int, seed: int) -> pd.DataFrame:
    """Utterances of which the word tells the code, but not always."""
    rng = np.random.default_rng(seed)
    size = documents * 50
    code = rng.choice(["Pay", "Garden", ""], size, p=[0.15, 0.05, 0.8])
    told = pd.Series(code).map(KINDS).fillna("day")
    noise = rng.random(size) < 0.15
    told = told.mask(noise, pd.Series(rng.choice(["wage", "rose", "day"], size)))
    return pd.DataFrame(
        {
            "document": [f"d{number:03}" for number in range(documents) for _ in range(50)],
            "position": list(range(1, 51)) * documents,
            "text": "then " + told + " so",
            "role": np.where(rng.random(size) < 0.3, "manager", ""),
            "code": code,
        }
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit")
    taught = talk(10, 1)
    suggester = Suggester(language=None).fit(taught, taught[taught["code"] != ""], taught)
    suggester.save(folder / "model")
    talk(80, 2).drop(columns="code").to_csv(folder / "in.csv", index=False)
    qk.code_batch(folder / "in.csv", folder / "out", folder / "model", rows=1500)
    return folder


def filled(sheet: pd.DataFrame) -> pd.DataFrame:
    truth = talk(80, 2).set_index(["document", "position"])["code"]
    keys = pd.MultiIndex.from_arrays([sheet["document"], sheet["position"].astype(int)])
    given = truth.loc[keys].to_numpy()
    return sheet.assign(
        checked="yes", **{code: np.where(given == code, "yes", "") for code in KINDS}
    )


def read(path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def test_an_audit_corrects_the_counts_and_its_intervals_hold_the_truth(place, tmp_path):
    truth = talk(80, 2)
    strata = qk.draw_audit(place / "out", tmp_path / "a.csv", n=300, seed=5)
    assert strata["drawn"].sum() == 300
    assert strata["size"].sum() == 4000
    assert np.allclose(strata["probability"], strata["drawn"] / strata["size"])
    filled(read(tmp_path / "a.csv")).to_csv(tmp_path / "done.csv", index=False)
    found = qk.check_audit(place / "out", tmp_path / "done.csv")
    assert (
        found.attrs["about"]["counts"] == "machine counts, corrected by an audit of 300 utterances"
    )
    assert "Holt & Smith" in found.attrs["about"]["estimator"]
    assert found["group"].fillna("all").unique().tolist() == ["all", "manager", "not said"]
    for row in found.to_dict("records"):
        group = row["group"]
        part = (
            truth if pd.isna(group) else truth[truth["role"].eq("manager") == (group == "manager")]
        )
        share = (part["code"] == row["code"]).mean()
        assert row["utterances"] == len(part)
        assert row["low"] <= share <= row["high"], row
        assert row["high"] - row["low"] < 0.25


def test_the_sheet_is_blind_and_shows_what_stands_beside(place, tmp_path):
    qk.draw_audit(place / "out", tmp_path / "a.csv", n=40)
    sheet = read(tmp_path / "a.csv")
    assert list(sheet.columns) == [
        "audit", "row", "document", "position", "role", "before", "text", "after", "checked",
        "Garden", "Pay"]  # fmt: skip
    assert (sheet[["checked", "Garden", "Pay"]] == "").all(axis=None)
    given = talk(80, 2).set_index(["document", "position"])["text"]
    for row in sheet.to_dict("records"):
        at = (row["document"], int(row["position"]))
        assert row["text"] == given[at]
        assert row["before"] == given.get((at[0], at[1] - 1), "")
        assert row["after"] == given.get((at[0], at[1] + 1), "")
    qk.draw_audit(place / "out", tmp_path / "b.csv", n=40, shown=True)
    assert set(read(tmp_path / "b.csv")["machine"]) >= {"", "Pay"}


def test_the_same_seed_draws_the_same_and_another_does_not(place, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        qk.draw_audit(place / "out", tmp_path / f"{name}.csv", n=40, seed=seed)
    first, same, other = (read(tmp_path / f"{name}.csv") for name in "abc")
    assert first.equals(same)
    assert first[["document", "position"]].values.tolist() != (
        other[["document", "position"]].values.tolist()
    )


def test_a_workbook_does_as_well(place, tmp_path):
    qk.draw_audit(place / "out", tmp_path / "a.xlsx", n=60, codes=["pay"], by="role")
    book = load_workbook(tmp_path / "a.xlsx")
    sheet = book["audit"]
    titles = [cell.value for cell in sheet[1]]
    assert "Garden" not in titles
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, titles.index("checked") + 1, "Yes")
    book.save(tmp_path / "a.xlsx")
    found = qk.check_audit(place / "out", tmp_path / "a.xlsx", by=["role"], beyond=True)
    assert found["code"].unique().tolist() == ["Pay"]
    assert found["given"].eq(0).all()
    assert found.attrs["about"]["speaks_of"] == "documents like these"


def test_strata_may_be_drawn_apart_by_an_attribute(place, tmp_path):
    strata = qk.draw_audit(place / "out", tmp_path / "a.csv", n=60, by="role")
    assert strata["stratum"].str.startswith("manager: ").sum() >= 3
    with pytest.raises(OptionError, match="no attribute 'speaker'; it has role"):
        qk.draw_audit(place / "out", n=60, by="speaker")


def test_what_is_not_checked_is_left_out_until_a_stratum_is_empty(place, tmp_path):
    strata = qk.draw_audit(place / "out", tmp_path / "a.csv", n=60)
    sheet = filled(read(tmp_path / "a.csv"))
    design = json.loads((place / "out" / "audits" / f"{sheet['audit'][0]}.json").read_text())
    stratum = pd.Series([row[2] for row in design["rows"]])
    some = sheet.copy()
    some.loc[stratum[stratum == 0].index[1:], ["checked", "Pay", "Garden"]] = ""
    some.to_csv(tmp_path / "some.csv", index=False)
    about = qk.check_audit(place / "out", tmp_path / "some.csv").attrs["about"]
    assert about["checked"] == (
        f"{60 - strata['drawn'][0] + 1} of 60 drawn; true if chance decided which"
    )
    some.loc[stratum == 0, ["checked", "Pay", "Garden"]] = ""
    some.to_csv(tmp_path / "none.csv", index=False)
    with pytest.raises(NotEnoughError, match="nobody has checked any of the"):
        qk.check_audit(place / "out", tmp_path / "none.csv")


def test_the_sheet_is_in_random_order_so_that_any_beginning_is_a_sample(place, tmp_path):
    strata = qk.draw_audit(place / "out", tmp_path / "a.csv", n=100)
    sheet = filled(read(tmp_path / "a.csv"))
    design = json.loads((place / "out" / "audits" / f"{sheet['audit'][0]}.json").read_text())
    assert len({row[2] for row in design["rows"][: len(strata)]}) == len(strata)
    number = sheet["document"].str[1:].astype(int)
    assert abs(np.corrcoef(number, np.arange(100))[0, 1]) < 0.4
    assert not number.is_monotonic_increasing
    sheet.iloc[20:, sheet.columns.get_loc("checked") :] = ""
    sheet.to_csv(tmp_path / "begun.csv", index=False)
    found = qk.check_audit(place / "out", tmp_path / "begun.csv")
    assert found["checked"].iloc[0] == 20
    share = talk(80, 2)["code"].eq("Pay").mean()
    whole = found[found["group"].isna() & (found["code"] == "Pay")].iloc[0]
    assert whole["low"] <= share <= whole["high"]


def test_what_a_spreadsheet_does_to_names_and_titles_changes_nothing(place, tmp_path):
    qk.draw_audit(place / "out", tmp_path / "a.csv", n=60)
    sheet = filled(read(tmp_path / "a.csv"))
    assert sheet["audit"][0][0] == "a"  # not 12e345, which would become a number
    sheet.to_csv(tmp_path / "plain.csv", index=False)
    mangled = sheet.rename(columns={"Pay": "'PAY", "Garden": " garden"}).sample(
        frac=1, random_state=1
    )
    mangled = mangled.assign(document="1. Feb", position=mangled["position"] + ".0")
    mangled.to_csv(tmp_path / "mangled.csv", index=False, sep=";")
    plain, same = (qk.check_audit(place / "out", tmp_path / f"{one}.csv") for one in
                   ("plain", "mangled"))  # fmt: skip
    pd.testing.assert_frame_equal(plain, same)


def test_a_code_may_be_called_like_a_column_of_the_sheet(tmp_path):
    names = {"Pay": "Text", "Garden": "=Role"}
    taught = talk(10, 1)
    taught["code"] = taught["code"].replace(names)
    Suggester(language=None).fit(taught, taught[taught["code"] != ""], taught).save(tmp_path / "m")
    talk(20, 2).drop(columns="code").to_csv(tmp_path / "in.csv", index=False)
    qk.code_batch(tmp_path / "in.csv", tmp_path / "out", tmp_path / "m")
    qk.draw_audit(tmp_path / "out", tmp_path / "a.csv", n=40)
    sheet = read(tmp_path / "a.csv")
    assert sheet["text"].str.startswith("then ").all()
    assert "Text (code)" in sheet
    sheet.assign(checked="yes", **{"Text (code)": "yes"}).to_csv(tmp_path / "b.csv", index=False)
    found = qk.check_audit(tmp_path / "out", tmp_path / "b.csv", by=[]).set_index("code")
    assert found["given"].to_dict() == {"=Role": 0, "Text": 40}


def test_a_wrong_sheet_is_one_sentence(place, tmp_path):
    qk.draw_audit(place / "out", tmp_path / "a.csv", n=40)
    sheet = filled(read(tmp_path / "a.csv"))
    wrong = [
        (sheet.assign(Pay="perhaps"), "row 2: 'perhaps' under Pay is neither yes nor no"),
        (sheet.assign(position="999"), "row 2: the utterance was not drawn, or stands twice"),
        (sheet.assign(row="0"), "row 2: the utterance was not drawn, or stands twice"),
        (sheet.assign(row=sheet["row"].iloc[::-1].tolist()), "row 2: the utterance was not drawn"),
        (sheet.assign(checked="", Pay="yes"), "row 2: the row has answers, but nothing under"),
        (pd.concat([sheet, sheet.head(1)]), "row 42: the utterance was not drawn, or stands twice"),
        (sheet.drop(columns="Pay"), "lacks the column Pay"),
        (sheet.drop(columns="audit"), "does not say which audit"),
        (sheet.assign(audit="0123456789"), "knows no audit '0123456789'"),
        (sheet.assign(audit="../job"), "does not say which audit"),
    ]
    for frame, words in wrong:
        frame.to_csv(tmp_path / "w.csv", index=False)
        with pytest.raises((CodingsFileError, OptionError)) as problem:
            qk.check_audit(place / "out", tmp_path / "w.csv")
        assert words in str(problem.value)


def test_a_draw_that_cannot_be_is_refused(place, tmp_path):
    with pytest.raises(OptionError, match="3 utterances are too few for 3 strata; draw 6 or more"):
        qk.draw_audit(place / "out", tmp_path / "a.csv", n=3)
    with pytest.raises(UnknownNameError, match="no code 'Hours'"):
        qk.draw_audit(place / "out", tmp_path / "a.csv", codes=["Hours"])
    with pytest.raises(OptionError, match="a seed is 0 or more, not -1"):
        qk.draw_audit(place / "out", tmp_path / "a.csv", seed=-1)
    with pytest.raises(UnknownFileKindError, match=r"written as \.csv or \.xlsx"):
        qk.draw_audit(place / "out", tmp_path / "a.docx")
    (tmp_path / "in.csv").write_text("document,text\nd,x\n")
    with pytest.raises(UnreadableFileError, match="the input has changed since it was coded"):
        qk.draw_audit(place / "out", tmp_path / "a.csv", source=tmp_path / "in.csv")


def test_a_changed_partition_is_noticed(place, tmp_path):
    target = tmp_path / "out"
    qk.code_batch(place / "in.csv", target, place / "model", rows=1500, form="csv")
    part = target / "codes-00000.csv"
    part.write_bytes(part.read_bytes().replace(b"True", b"False", 1))
    with pytest.raises(UnreadableFileError, match=r"codes-00000\.csv: is missing, or is not what"):
        qk.draw_audit(target, n=40)
