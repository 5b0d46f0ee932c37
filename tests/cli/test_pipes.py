"""The command line among other programs: pipes, full disks, files of commas, no terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from qualkit.cli import main
from qualkit.model import Coding
from qualkit.workflow.project import Project, create_project

QUALKIT = f'"{sys.executable}" -m qualkit'
NASTY = 'She said "no, never", =1+1\nand left;\ttwice'


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a file with a coding whose memo no careless program survives."""
    folder = tmp_path_factory.mktemp("pipes")
    book = folder / "book.yaml"
    book.write_text("name: Small\ncodes:\n- name: Pay, and more\n- name: Training\n", "utf-8")
    text = folder / "talk.txt"
    text.write_text("Ann Lee: The pay is low.\n\nBob Hart: We train a lot.\n", "utf-8")
    with create_project(folder / "study.qualkit", codebook=book) as project:
        assert isinstance(project, Project)
        project.import_documents([text])
        project.apply_codings(
            [
                Coding("talk", 1, "pay_and_more", "Ana", memo=NASTY),
                Coding("talk", 2, "training", "Ana", memo="gebührend, 例"),
            ]
        )
    return folder / "study.qualkit"


def shell(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, check=False, encoding="utf-8"
    )


@pytest.mark.parametrize("words", ["codings STUDY", "completion zsh", "round open --help"])
def test_a_reader_that_stops_reading_is_no_error(study, words):
    line = f"{QUALKIT} {words.replace('STUDY', str(study))} | true; echo ${{PIPESTATUS[0]}}"
    ended = shell(line)
    assert (ended.stdout.strip(), ended.stderr) == ("141", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_told_in_a_sentence():
    ended = shell(f"{QUALKIT} completion zsh >/dev/full")
    assert ended.returncode == 2
    assert ended.stderr == "qualkit: the output cannot be written: No space left on device.\n"


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_json_goes_into_jq(study):
    line = f"{QUALKIT} codings {study} --json | jq -r '.[] | select(.memo != null) | .code'"
    ended = shell(line)
    assert ended.stdout.splitlines() == ["Pay, and more", "Training"]


def test_no_color_is_kept_to_on_a_terminal(study):
    reader, writer = pty.openpty()
    words = [sys.executable, "-m", "qualkit", "documents", str(study)]
    subprocess.run(words, stdout=writer, check=True, env={**os.environ, "NO_COLOR": "1"})
    os.close(writer)
    shown = os.read(reader, 100_000).decode()
    os.close(reader)
    assert "talk" in shown
    assert "\x1b[3" not in shown  # 30 to 37 are the colours; bold is none
    assert "\x1b[9" not in shown


def out(*words: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_an_import_without_a_terminal_tells_no_progress_and_has_no_colours(study, tmp_path):
    more = tmp_path / "more.txt"
    more.write_text("Ann Lee: Hello there.\n", "utf-8")
    result = CliRunner().invoke(main, ["import", str(study), str(more), "--dry-run"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "more" in result.stdout
    assert "\x1b" not in result.stdout


def test_csv_is_quoted_as_rfc_4180_says(study):
    printed = out("codings", study, "--csv")
    assert '"Pay, and more"' in printed
    assert '"She said ""no, never"", =1+1\nand left;\ttwice"' in printed
    rows = list(csv.DictReader(io.StringIO(printed, newline=""), strict=True))
    assert [row["memo"] for row in rows] == [NASTY, "gebührend, 例"]
    assert len({len(row) for row in csv.reader(io.StringIO(printed, newline=""))}) == 1


def test_json_and_csv_say_the_same(study):
    from_json = pd.DataFrame(json.loads(out("codings", study, "--json")))
    from_csv = pd.read_csv(io.StringIO(out("codings", study, "--csv")))
    assert list(from_json.columns) == list(from_csv.columns)
    assert list(from_json["memo"]) == list(from_csv["memo"])


def test_json_knows_no_nan(study):
    def refuse(word: str) -> None:
        raise AssertionError(word)

    table = json.loads(out("frequency", study, "--json"), parse_constant=refuse)
    assert None in {row["p"] for row in table["rows"]}
