import os
from pathlib import Path

import pytest

from qualkit.errors import UnwritableError
from qualkit.formats.atomic import replacing, write_text


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path):
    path = write_text(tmp_path / "a.txt", "old")
    with replacing(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert names(tmp_path) == ["a.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = write_text(tmp_path / "a.txt", "old")

    def fail():
        with replacing(path) as draft:
            draft.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnwritableError, match=r"a\.txt: cannot be written \(No space left"):
        write_text(tmp_path / "a.txt", "new")
    assert names(tmp_path) == []


def test_a_missing_folder_and_a_folder_as_target_are_refused(tmp_path):
    with pytest.raises(UnwritableError, match="No such file or directory"):
        write_text(tmp_path / "gone" / "a.txt", "x")
    with pytest.raises(UnwritableError, match="is a folder"):
        write_text(tmp_path, "x")
    with pytest.raises(UnwritableError, match="Not a directory"):
        write_text(write_text(tmp_path / "a.txt", "x") / "b.txt", "x")
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions or links")
def test_permissions_and_links_stay(tmp_path):
    path = write_text(tmp_path / "a.txt", "old")
    path.chmod(0o640)
    link = tmp_path / "link.txt"
    link.symlink_to(path)
    write_text(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640
