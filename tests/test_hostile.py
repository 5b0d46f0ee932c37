"""Files made to do harm: refused or contained in one sentence, at every door, in little memory.

One process with a limit on its memory tries them all (``tests/hostile.py``); here is looked at what
became of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Files that hold something besides what is wrong with them; the door that takes it.
TAKEN_IN = {
    ("slip.qdpx", "project"), ("slip.ROCKproject", "project"), ("absolute.qdpx", "project"),
    ("relative.qdpx", "project"), ("climbing.qdpx", "project"), ("link.qdpx", "project"),
    ("outside.qdpx", "project"), ("twice.qdpx", "project"), ("formulas_saved.xlsx", "documents"),
}  # fmt: skip


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """What became of each file, by name and door, and the folder above the one they lay in."""
    folder = tmp_path_factory.mktemp("hostile")
    quiet = {"QUALKIT_SNAPSHOTS": "off", "OPENBLAS_NUM_THREADS": "1", "QUALKIT_TEST_DB": "sqlite"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile", str(folder)],
        cwd=ROOT, env={**os.environ, **quiet}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return {(one["file"], one["door"]): one for one in json.loads(done.stdout)}, folder


def test_each_is_refused_at_each_door_but_where_it_holds_something_else(tried):
    outcomes, _ = tried
    assert {at: one for at, one in outcomes.items() if one["outcome"] == "crashed"} == {}
    assert {at for at, one in outcomes.items() if one["outcome"] == "in"} == TAKEN_IN
    assert len(outcomes) > 400


def test_each_is_refused_in_one_sentence_that_names_it(tried):
    outcomes, _ = tried
    for (file, door), one in outcomes.items():
        if one["outcome"] == "refused":
            assert "\n" not in one["told"], (file, door)
            assert one["told"].endswith("."), (file, door)
            assert len(one["told"]) < 400, (file, door)
            assert file.split(".")[0] in one["told"], (file, door, one["told"])


def test_nothing_is_written_outside_and_nothing_left_behind(tried):
    _, folder = tried
    assert {one.name for one in folder.rglob("*")} <= {
        "secret.txt", "inside", "s.qualkit", "s.qualkit-wal", "s.qualkit-shm"
    }  # fmt: skip
    assert not [one for one in folder.parent.glob("evil*")]


def test_no_other_file_of_the_computer_comes_in(tried):
    outcomes, _ = tried
    assert not [at for at, one in outcomes.items() if "the secret" in one["told"]]
    for file in ("absolute.qdpx", "relative.qdpx", "climbing.qdpx", "link.qdpx"):
        assert "it is not in the file" in outcomes[file, "project"]["told"]


def test_positions_outside_the_text_and_guids_given_twice_are_listed(tried):
    outcomes, _ = tried
    assert "2,its positions lie outside the text" in outcomes["outside.qdpx", "project"]["told"]
    assert "gets a new guid" in outcomes["twice.qdpx", "project"]["told"]


@pytest.mark.parametrize(
    ("file", "door", "words"),
    [
        ("bomb.qdpx", "project", "unpacks to 80 MB"),
        ("bomb_sidecar.qdpx", "project", "unpacks to 80 MB"),
        ("bomb.ROCKproject", "project", "unpacks to 80 MB"),
        ("entities.qdpx", "project", "entities"),
        ("entities.qdc", "codebook", "entities"),
        ("entities.docx", "documents", "entities"),
        ("nested.qdpx", "project", "nested too deep"),
        ("nested.qdc", "codebook", "nested too deep"),
        ("formulas.xlsx", "codings", "formula"),
        ("wide.csv", "documents", "1,000,004 columns"),
        ("wide.csv", "codings", "1,000,004 columns"),
        ("wide.csv", "codebook", "1,000,004 columns"),
        ("many_cells.tsv", "documents", "columns"),
        ("many_rows.csv", "codings", "12,000,000 cells"),
        ("truncated.qda", "project", "no data.qda|database"),
        ("truncated.sqlite3", "project", "database"),
        ("theirs.sqlite3", "project", "none of QualCoder, Taguette and RQDA"),
        ("theirs.qualkit", "open", "not a qualkit project"),
        ("half.qdpx", "project", "damaged"),
        ("picture.docx", "documents", "picture.docx"),
        ("gzip.qdpx", "project", "damaged"),
        ("deep.json", "documents", "nested"),
        ("deep_project.json", "project", "nested too deep"),
        ("garbage.parquet", "documents", "'.parquet' are not read"),
    ],
)
def test_the_sentence_says_what_is_wrong(tried, file, door, words):
    outcomes, _ = tried
    told = outcomes[file, door]["told"]
    assert any(one in told for one in words.split("|")), told
