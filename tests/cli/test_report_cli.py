"""Reports and codebooks to read, from the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from docx import Document

from qualkit.cli import main
from qualkit.model import Coding


@pytest.fixture
def coded(project, target) -> str:
    rows = project.list_utterances().query("codable")
    for coder, at in zip(("Ana", "Ben"), rows["position"].iloc[1:3], strict=True):
        project.apply_codings([Coding("elm", int(at), "pay", coder)])
    return target


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == code, result.output + result.stderr
    return result.stdout if code == 0 else result.stderr


def test_a_report_takes_its_options(coded, tmp_path):
    page, word = tmp_path / "a.html", tmp_path / "a.docx"
    told = run("export", coded, page, word, "--coder", "Ben", "--codes", "pay", "--quotes", 1)
    assert told.count("with the real names") == 2
    text = page.read_text("utf-8")
    assert "coded by Ben" in text
    assert "coded by Ana" not in text
    assert Document(str(word)).core_properties.title == "Small"


def test_every_quotation_can_be_asked_for(coded, tmp_path):
    run("export", coded, tmp_path / "a.html", "--all-quotes", "--by", "document")
    assert "Every utterance with the code is quoted" in (tmp_path / "a.html").read_text("utf-8")


def test_options_of_a_report_need_a_report(coded, tmp_path):
    told = run("export", coded, tmp_path / "a.csv", "--round", "main", code=2)
    assert "only a report heeds round_name" in told
    assert "name a file that ends in .html or .docx" in told


def test_a_codebook_is_written_to_read_under_pseudonyms_too(coded, tmp_path):
    (tmp_path / "key.csv").write_text("name,label\nTraining,Learning\n", "utf-8")
    run("codebook", "export", coded, tmp_path / "a.docx", "--pseudonyms", tmp_path / "key.csv")
    heads = [p.text for p in Document(str(tmp_path / "a.docx")).paragraphs if "Heading" in
             p.style.name]  # fmt: skip
    assert heads == ["1 Pay", "1.1 Low pay", "1.2 Council fees", "2 Learning"]
    assert ".docx" in run("codebook", "export", coded, tmp_path / "a.odt", code=2)
    told = run("codebook", "check", tmp_path / "a.docx", code=2)
    assert "cannot be read from a '.docx' file; use one of .csv, .qdc" in told
