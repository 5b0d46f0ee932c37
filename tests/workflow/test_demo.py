"""The files of the sample study, laid out for the tutorial."""

from __future__ import annotations

import pytest

from qualkit.errors import UnwritableError
from qualkit.workflow.demo import lay_out_demo


def test_files_are_laid_out_and_those_that_are_there_stay(tmp_path):
    assert lay_out_demo(tmp_path) == ["data", "codebooks"]
    transcripts = sorted((tmp_path / "data" / "transcripts").glob("*.txt"))
    assert len(transcripts) == 6
    assert (tmp_path / "codebooks" / "social_care_workforce.yaml").exists()
    transcripts[0].write_text("mine")
    transcripts[1].unlink()
    lay_out_demo(tmp_path)
    assert transcripts[0].read_text() == "mine"
    assert transcripts[1].exists()


def test_a_place_that_refuses_is_said_in_one_sentence(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(UnwritableError, match="the files cannot be copied"):
        lay_out_demo(tmp_path)
