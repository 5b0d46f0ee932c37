"""A disk without room and a place that may not be written: one sentence, no damage."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qualkit.errors import QualkitError, UnwritableError
from qualkit.model import Code, Codebook
from qualkit.workflow.project import Project, create_project, open_project

BOOK = Codebook("B", (Code("pay", "Pay"), Code("time", "Time")))
SIZE = 4 * 1024 * 1024
SAYINGS = "\n\n".join(f"{'Ann Lee' if n % 2 else 'Bob Hart'}: I say {n}." for n in range(60))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    made = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)],
            capture_output=True,
            check=False,
        )
        if sys.platform == "linux"
        else None
    )
    if made is None or made.returncode:
        pytest.skip("needs the right to mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def study(folder: Path, source: Path) -> Project:
    path = source / "talk.txt"
    path.write_text(SAYINGS, encoding="utf-8")
    project = create_project(folder / "study.qualkit", codebook=BOOK)
    project.import_documents([path])
    return project


def fill(folder: Path) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return ballast


def code_until_refused(project: Project) -> tuple[int, str]:
    for done, position in enumerate(range(2, 60)):
        try:
            project.code_utterance("talk", position, "Pay", coder="Ana")
        except UnwritableError as problem:
            return done, str(problem)
    return 58, "never refused"


def test_a_full_disk_is_said_and_what_was_there_stays(small_disk: Path, tmp_path: Path):
    with study(small_disk, tmp_path) as project:
        project.code_utterance("talk", 1, "Pay", coder="Ana")
        before = project.list_codings()
        ballast = fill(small_disk)
        coded, told = code_until_refused(project)
        assert "that the disk has room" in told
        assert "\n" not in told
        assert len(project.list_codings()) == len(before) + coded
        project.verify()
        with pytest.raises(UnwritableError, match="the copy cannot be made"):
            project.backup()
        assert sorted(one.name for one in small_disk.glob(".study*")) == []
        assert project.snapshot(minutes=0) is None
        ballast.unlink()
        project.code_utterance("talk", 59, "Time", coder="Ana")
        project.verify()
    with open_project(small_disk / "study.qualkit") as again:
        again.verify()
        assert len(again.list_codings()) == len(before) + coded + 1


def test_a_project_is_not_half_made_on_a_full_disk(small_disk: Path):
    ballast = fill(small_disk)
    with pytest.raises(UnwritableError):
        create_project(small_disk / "study.qualkit", codebook=BOOK)
    ballast.unlink()
    assert list(small_disk.iterdir()) == []


def said_by_another_user(path: Path) -> str:
    """Return what somebody without rights is told who codes in the project."""
    inner, outer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            with open_project(path) as project:
                project.code_utterance("talk", 2, "Pay", coder="Ana")
            os.write(outer, b"nothing")
        except QualkitError as problem:
            os.write(outer, str(problem).encode())
        finally:
            os._exit(0)
    os.close(outer)
    with os.fdopen(inner, "rb") as told:
        said = told.read().decode()
    os.waitpid(child, 0)
    return said


@pytest.fixture
def anyones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that another user may reach."""
    import tempfile  # noqa: PLC0415  pytest's own folders are closed to others

    if not hasattr(os, "geteuid"):
        pytest.skip("about the rights of POSIX systems")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.mark.parametrize("which", ["file", "folder"])
def test_a_place_that_may_not_be_written_is_said_in_one_sentence(anyones: Path, tmp_path, which):
    with study(anyones, tmp_path) as project:
        project.code_utterance("talk", 1, "Pay", coder="Ana")
    path = anyones / "study.qualkit"
    path.chmod(0o444 if which == "file" else 0o666)
    anyones.chmod(0o755 if which == "folder" else 0o777)
    if which == "folder" and os.geteuid() != 0:
        anyones.chmod(0o555)
    told = said_by_another_user(path)
    assert f"{path}: " in told
    assert "may be written" in told
    assert "\n" not in told
    anyones.chmod(0o755)
    path.chmod(0o644)
    with open_project(path) as project:
        project.verify()
        assert len(project.list_codings()) == 1
