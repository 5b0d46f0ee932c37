from __future__ import annotations

import json
import shutil
import subprocess

import pandas as pd
import pytest

from qualkit.formats.r_script import RTable, write_r

TABLE = pd.DataFrame(
    {
        "code": ["Pay", "Löhne", None],
        "applied": pd.array([1, 0, None], dtype="Int8"),
        "share": [0.5, None, 2.0],
        "is_it": [True, False, True],
        "at": ["2026-11-22T03:30:39.123456Z", None, "2026-01-01T00:00:00.000000Z"],
        "text": ['=1+1, "so"\nand on', "'-quoted", "NA \\ \U0001f600"],
    }
)
R_TABLE = RTable(TABLE, {"code": ['Odd "one"', "Löhne", "Pay"]}, ("at",), {"applied": 'Is "on"'})
ASK = """
source("study.R", chdir = TRUE, encoding = "UTF-8")
expect <- function(...) stopifnot(...)
expect(is.factor(coded$code), identical(levels(coded$code)[1:2], c("Odd \\"one\\"", "L\\u00f6hne")))
expect(identical(as.integer(coded$code), c(3L, 2L, NA)))
expect(identical(as.integer(coded$applied), c(1L, 0L, NA)), is.integer(coded$applied))
expect(identical(attr(coded$applied, "label"), 'Is "on"'))
expect(is.numeric(coded$share), is.na(coded$share[2]), coded$share[3] == 2)
expect(identical(coded$is_it, c(TRUE, FALSE, TRUE)))
expect(inherits(coded$at, "POSIXct"), is.na(coded$at[2]), format(coded$at[1], "%H:%M") == "03:30")
expect(identical(coded$text[1], "=1+1, \\"so\\"\\nand on"))
expect(identical(coded$text[2], "'-quoted"))
expect(identical(coded$text[3], "NA \\\\ \\U0001f600"))
"""


@pytest.fixture
def made(tmp_path):
    return write_r(
        tmp_path / "study.R", {"coded": R_TABLE}, {"project": "Löhne\n", "coders": ["A"]}
    )


def test_script_tables_and_what_they_contain_lie_together(made):
    assert [one.name for one in made] == ["study.R", "study_coded.csv", "study.about.json"]
    assert json.loads(made[2].read_text("utf-8"))["coders"] == ["A"]
    script = made[0].read_text("utf-8")
    assert "# coders: A" in script
    assert 'types = c("code" = "factor", "applied" = "integer", "share" = "numeric"' in script


def test_no_cell_runs_in_a_spreadsheet(made):
    table = pd.read_csv(made[1], encoding="utf-8-sig")
    assert not table["text"].str.match(r"[=+\-@]").any()


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_r_loads_types_factors_labels_and_every_character(made, locale):
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed")
    ask = made[0].with_name("ask.R")
    ask.write_text(ASK, encoding="utf-8")
    told = subprocess.run(
        [program, "--vanilla", ask.name], cwd=ask.parent, capture_output=True, text=True,
        check=False, env={"LC_ALL": locale, "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr


def test_the_head_of_the_script_has_no_long_tables(tmp_path):
    table = RTable(pd.DataFrame({"n": [1]}))
    about = {"project": "Small", "columns": {"n": "Pay (Ana)"}}
    made = write_r(tmp_path / "s.R", {"wide": table}, about)
    assert "# project: Small" in made[0].read_text()
    assert "Pay (Ana)" not in made[0].read_text()
    assert "Pay (Ana)" in made[-1].read_text()
