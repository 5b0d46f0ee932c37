"""The workbook of a whole study, as a researcher, pandas and LibreOffice find it."""

from __future__ import annotations

import shutil
import subprocess

import openpyxl
import pandas as pd
import pytest

from qualkit.model import Coding
from qualkit.workflow import workbook
from qualkit.workflow.memos import Target

SHEETS = [
    "Read me",
    "Charts",
    "Utterances x codes",
    "Codings",
    "Utterances",
    "Codebook",
    "Speakers",
    "Theme x stakeholder",
    "Co-occurrence",
    "Agreement",
    "Adjudication",
    "Memos",
    "Log summary",
]
DATES = {"Codings": "created_at", "Memos": "created_at", "Log summary": "first"}


@pytest.fixture
def study(project):
    """Two coders who disagree once, which is settled; memos of all kinds; a span."""
    units = project.list_utterances()
    spoken = units[units["codable"] & units["text"].str.contains("pay")]
    ann, bob = spoken["position"].tolist()[:2]
    start = int(spoken["start"].iloc[0]) + 4
    seen = [("elm", int(one)) for one in units.loc[units["codable"], "position"]]
    project.apply_codings(
        [
            Coding("elm", ann, "pay", "Ana", start=start, end=start + 3, certainty=2, memo="=1+1"),
            Coding("elm", bob, "pay", "Ana"),
            Coding("elm", ann, "pay", "Ben"),
        ],
        reviewed=seen,
    )
    project.adjudicate("elm", bob, "pay", True, reason="he says so", by="Ana")
    project.add_memo("@look again", coder="Ben", target=Target(document="elm", position=bob))
    return project


@pytest.fixture
def book(study, tmp_path):
    return study.export(tmp_path / "study.xlsx")[0]


def test_every_sheet_is_there_and_linked_from_the_first(book):
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames == SHEETS
    links = {cell.hyperlink.location for cell in opened["Read me"]["A"] if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in SHEETS[1:]}
    assert {"codings", "utterances", "frequency", "utterances_x_codes"} <= set(opened.defined_names)


def test_the_first_sheet_says_what_when_whose_which_round_and_how(book):
    rows = [*openpyxl.load_workbook(book)["Read me"].iter_rows(values_only=True)]
    told = {row[0]: row[1] for row in reversed(rows) if row[0]}
    assert {"Written", "Versions", "Material", "Denominators", "Method", "Limits"} <= set(told)
    assert told["Names"] == "speakers stand under the names they have in the documents"
    assert "Ana: 6 utterances looked at, 2 codings" in told["Coders"]
    assert "(the consensus)" in told["Coders"]
    assert told["Rounds"] == "main (open, not closed)"
    assert "consensus where there is one, else any of Ana, Ben" in told["Theme x stakeholder"]


def test_the_matrix_has_a_row_for_each_coder_and_says_what_findings_count(book):
    table = pd.read_excel(book, "Utterances x codes")
    assert table["Pay"].dtype == "int64"
    pay = table.pivot(index="position", columns="coder", values="Pay")
    assert pay[["Ana", "Ben"]].sum().tolist() == [2, 1]
    assert pay["consensus"].sum() == 1
    counted = table[table["counted"] == 1]
    assert not counted.duplicated(["position", "coder"]).any()
    settled = counted[counted["coder"] == "consensus"]["position"]
    assert set(settled).isdisjoint(counted[counted["coder"] != "consensus"]["position"])
    assert "Ben: @look again" in table["utterance_memo"].tolist()
    assert "Pay: =1+1" in table["coding_memo"].tolist()


def test_a_coding_carries_its_words_its_people_and_its_place(book, study):
    table = pd.read_excel(book, "Codings")
    mine = table[(table["coder"] == "Ana") & table["start"].notna()].iloc[0]
    assert mine["quote"] == "pay"
    assert (mine["speaker"], mine["theme"], mine["code"]) == ("Ann Lee", "Pay", "Pay")
    assert (mine["certainty"], mine["memo"], mine["counted"]) == (2, "=1+1", 1)
    whole = table[(table["coder"] == "Ben")].iloc[0]
    assert whole["quote"].startswith("The pay is low")
    settled = table[table["coder"] == "consensus"].iloc[0]
    replaced = table[(table["coder"] == "Ana") & (table["position"] == settled["position"])].iloc[0]
    assert (settled["counted"], replaced["counted"]) == (1, 0)
    assert table["code"].tolist() == study.list_codings()["code"].tolist()


def test_moments_are_dates_and_numbers_numbers(book):
    for sheet, column in DATES.items():
        assert str(pd.read_excel(book, sheet)[column].dtype).startswith("datetime64"), sheet
    found = pd.read_excel(book, "Theme x stakeholder")
    assert set(found["denominator"]) == set(workbook.DENOMINATORS)
    types = found[["n", "total", "share", "low"]].dtypes.astype(str).tolist()
    assert types == ["int64", "int64", "float64", "float64"]
    assert pd.read_excel(book, "Utterances")["codable"].isin([0, 1]).all()


def test_decisions_memos_and_the_log_are_told(book):
    decided = pd.read_excel(book, "Adjudication")
    assert decided["decided"].tolist() == ["applies"]
    assert set(pd.read_excel(book, "Memos")["text"]) >= {"@look again", "=1+1"}
    log = pd.read_excel(book, "Log summary").set_index(["actor", "action"])["changes"]
    assert log["Ana", "adjudication.decide"] == 1


def test_without_codings_findings_are_left_out_and_the_first_sheet_says_why(project, tmp_path):
    [path] = project.export(tmp_path / "empty.xlsx")
    opened = openpyxl.load_workbook(path)
    assert opened.sheetnames == [one for one in SHEETS if one not in {*SHEETS[7:10], "Charts"}]
    rows = [*opened["Read me"].iter_rows(values_only=True)]
    told = {row[0]: row[1] for row in reversed(rows)}
    assert told["Theme x stakeholder"].startswith("left out: ")
    assert told["Coders"] == "nobody has coded yet"


def test_progress_runs_from_reading_to_the_last_row(study, tmp_path):
    heard = []
    study.export(tmp_path / "a.xlsx", progress=lambda what, done: heard.append((what, done)))
    done = [share for _, share in heard]
    assert done == sorted(done)
    assert (heard[0], heard[-1][1]) == (("Utterances x codes", 0.0), 1.0)
    assert {what for what, _ in heard} == set(SHEETS[2:])


def test_libreoffice_opens_it_and_finds_the_same_cells(book, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice (LibreOffice) is not here")
    kind = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [office, home, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), book]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for sheet in openpyxl.load_workbook(book):
        if sheet.title in {"Read me", "Charts"}:
            continue
        path = tmp_path / f"study-{sheet.title}.csv"
        found = pd.read_csv(path, header=None, dtype=str, keep_default_na=False)
        kept = [[_said(cell.value) for cell in row] for row in sheet.iter_rows()]
        assert [[_told(cell) for cell in row] for row in found.to_numpy()] == kept, sheet.title


def _said(value):
    """What a cell says, in the words of both: numbers to nine digits, moments to the second."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:.9g}"
    return str(value) if isinstance(value, str) else f"{value:%Y-%m-%d %H:%M:%S}"


def _told(text):
    try:
        number = float(text.removesuffix("%"))
        return f"{number / 100 if text.endswith('%') else number:.9g}"
    except ValueError:
        return text
