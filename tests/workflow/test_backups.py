from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from qualkit.errors import CheckFailedError, NotAProjectError, OptionError
from qualkit.store import backups as stored
from qualkit.store import schema
from qualkit.workflow import backups
from qualkit.workflow.backups import doctor, list_snapshots, restore
from qualkit.workflow.project import open_project


@pytest.fixture
def path(project) -> Path:
    """Where the project is; its tests are about files."""
    if project.database.is_server:
        pytest.skip("about projects in files")
    project.code_utterance("elm", 7, "Pay", coder="Ana")
    return project.database.path


def test_a_backup_is_a_whole_project_and_was_proved(project, path, tmp_path):
    copy = project.backup(tmp_path / "copy.qualkit")
    assert sorted(one.name for one in tmp_path.glob("copy*")) == ["copy.qualkit"]
    with open_project(copy) as opened:
        assert len(opened.list_codings()) == 1
        opened.verify()


def test_a_backup_of_a_tampered_project_is_not_called_sound(project, path, tmp_path):
    with project.database.write() as connection:
        connection.execute(update(schema.codings).values(memo="another"))
    with pytest.raises(CheckFailedError, match=r"table codings.*differs"):
        project.backup(tmp_path / "copy.qualkit")


def test_a_snapshot_is_made_when_there_is_something_new(project, path):
    first = project.snapshot(minutes=0)
    assert first.parent.name == f"{path.name}.backups"
    assert project.snapshot(minutes=0) is None
    project.code_utterance("elm", 8, "Pay", coder="Ana")
    assert project.snapshot(minutes=20) is None
    second = project.snapshot(minutes=0)
    assert list(list_snapshots(path)["file"]) == [str(first), str(second)]
    assert list(list_snapshots(path)["changes"])[-1] == project.revision
    assert stored.newest_change(second) == project.revision


def test_an_older_project_is_copied_before_its_first_change(project, path, monkeypatch):
    with project.database.write() as connection:
        connection.execute(text("UPDATE projects SET created_at='2020-01-01T00:00:00Z'"))
    revision = project.revision
    project.close()
    monkeypatch.setenv(backups.SWITCH, "off")
    with open_project(path) as opened:
        opened.code_utterance("elm", 8, "Pay", coder="Ana")
        opened.undo("Ana")
    assert list_snapshots(path).empty
    monkeypatch.delenv(backups.SWITCH)
    with open_project(path) as opened:
        assert list_snapshots(path).empty
        opened.code_utterance("elm", 8, "Training", coder="Ana")
        opened.code_utterance("elm", 9, "Training", coder="Ana")
    assert list(list_snapshots(path)["changes"]) == [revision + 2]


def test_the_ten_newest_and_one_a_day_are_kept(path):
    folder = stored.folder_of(path)
    folder.mkdir()
    now = datetime(2026, 3, 31, 12, tzinfo=UTC)
    for hours in range(0, 24 * 60, 6):
        moment = now - timedelta(hours=hours)
        (folder / f"{moment:%Y%m%dT%H%M%SZ}-{1000 - hours // 6}.qualkit").touch()
    stored.thin_out(path, now)
    left = [made for _, made, _ in stored.snapshots(path)]
    assert len(left) == 31 + 10 - 3
    assert left[-10:] == [now - timedelta(hours=6 * n) for n in range(9, -1, -1)]
    assert {made.date() for made in left} == {(now - timedelta(days=n)).date() for n in range(31)}


def test_restoring_keeps_the_present_file_beside_it(project, path):
    taken = project.snapshot(minutes=0)
    project.code_utterance("elm", 8, "Pay", coder="Ana")
    project.close()
    chosen, former = restore(path)
    assert chosen == taken
    with open_project(path) as opened, open_project(former) as before:
        assert len(opened.list_codings()) == 1
        assert len(before.list_codings()) == 2
        opened.verify()


def test_a_damaged_backup_is_not_restored(project, path, tmp_path):
    copy = project.backup(tmp_path / "copy.qualkit")
    content = bytearray(copy.read_bytes())
    content[8192:20480] = os.urandom(12288)
    copy.write_bytes(content)
    project.close()
    before = path.read_bytes()
    with pytest.raises((CheckFailedError, NotAProjectError)):
        restore(path, copy)
    assert path.read_bytes() == before


def test_restoring_says_what_is_missing(project, path, tmp_path):
    with pytest.raises(OptionError, match="there is no snapshot of this project"):
        restore(path)
    with pytest.raises(OptionError, match="this is the project itself"):
        restore(path, path)
    with pytest.raises(NotAProjectError, match="there is no project here"):
        restore(path, tmp_path / "nowhere.qualkit")


def test_a_lost_file_is_brought_back(project, path):
    project.snapshot(minutes=0)
    project.close()
    path.unlink()
    assert restore(path)[1] is None
    with open_project(path) as opened:
        opened.verify()


def test_the_doctor_finds_nothing_wrong_with_a_sound_project(project):
    assert doctor(
        project.location
        if project.database.path
        else str(project.database.engine.url.render_as_string(hide_password=False))
    ).empty


def test_the_doctor_rebuilds_tables_from_an_intact_log(project, path):
    whole = project.list_codings()
    with project.database.write() as connection:
        connection.execute(schema.codings.delete())
        connection.execute(update(schema.speakers).values(role="king"))
    assert set(doctor(path)["repaired"]) == {"can be"}
    project.close()
    faults = doctor(path, repair=True)
    assert faults["repaired"].str.startswith("yes; the file as it was is ").all()
    with open_project(path) as opened:
        opened.verify()
        assert opened.list_codings().equals(whole)
    former = Path(faults["repaired"].iloc[0].removeprefix("yes; the file as it was is "))
    with open_project(former) as before:
        assert before.list_codings().empty
    assert doctor(path).empty


def test_the_doctor_says_what_cannot_be_repaired(project, path):
    with project.database.write() as connection:
        connection.execute(update(schema.changes).values(payload=json.dumps({"n": 1})))
    project.close()
    before = path.read_bytes()
    faults = doctor(path, repair=True)
    assert list(faults["what"]) == ["line 1 of the change log does not follow from those before it"]
    assert faults["repaired"].iloc[0] == "no: bring back a backup with qualkit restore"
    assert path.read_bytes() == before


def test_the_doctor_finds_a_text_that_was_changed(project):
    with project.database.write() as connection:
        connection.execute(update(schema.texts).values(text="Other words."))
    target = (
        project.location
        if project.database.path
        else str(project.database.engine.url.render_as_string(hide_password=False))
    )
    assert "the text is not the one imported" in set(doctor(target)["what"])
    with pytest.raises(CheckFailedError, match="elm: the text is not the one imported"):
        project.verify()


def test_the_doctor_clears_away_old_drafts(project, path):
    old = path.with_name(f".{path.name}.0a1b2c3d")
    fresh = path.with_name(f".{path.name}.deadbeef")
    old.touch()
    fresh.touch()
    os.utime(old, (time.time() - 7200,) * 2)
    assert list(doctor(path)["where"]) == [str(old)]
    assert set(doctor(path, repair=True)["repaired"]) == {"yes"}
    assert not old.exists()
    assert fresh.exists()
