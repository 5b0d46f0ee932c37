from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from qualkit.errors import (
    NewerProjectError,
    NotAProjectError,
    OlderProjectError,
    ProjectExistsError,
    UnwritableError,
)
from qualkit.store import projects, upgrades
from qualkit.store.database import Database
from qualkit.workflow.project import create_project, open_project

needs_file = pytest.mark.skipif(
    "__import__('os').environ.get('QUALKIT_TEST_DB') == 'postgresql'", reason="about files"
)


def stamp(target: str, revision: str) -> None:
    database = Database(target)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    database.close()


def test_a_project_is_there_after_reopening(project, target):
    name = project.name
    with open_project(target) as again:
        assert again.name == name
        assert list(again.list_documents()["document"]) == ["elm"]


def test_a_second_project_at_the_same_place_is_refused(project, target, codebook):
    with pytest.raises(ProjectExistsError):
        create_project(target, codebook=codebook)


def test_a_newer_project_is_refused_in_one_sentence(project, target):
    project.close()
    stamp(target, "9999")
    with pytest.raises(NewerProjectError, match="newer qualkit; update qualkit"):
        open_project(target)


def test_an_older_project_is_upgraded_with_a_backup_or_only_when_asked(
    project, target, monkeypatch
):
    project.close()
    stamp(target, "0000")
    monkeypatch.setattr(upgrades, "known_revisions", lambda: ["0001", "0000"])
    monkeypatch.setattr(upgrades.command, "upgrade", lambda settings, to: None)
    if "://" in target:
        with pytest.raises(OlderProjectError, match="qualkit upgrade"):
            open_project(target)
        open_project(target, upgrade=True).close()
    else:
        open_project(target).close()
        copies = list(Path(target).parent.glob("*.before-upgrade-*"))
        assert len(copies) == 1
        with closing(sqlite3.connect(copies[0])) as copy:
            assert copy.execute("SELECT count(*) FROM documents").fetchone() == (1,)


def test_a_failure_while_making_a_project_leaves_nothing(target, tmp_path):
    def fail() -> None:
        with projects.create(target, "half"):
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError):
        fail()
    assert [path for path in tmp_path.iterdir() if "study" in path.name] == []
    if "://" in target:
        with pytest.raises(NotAProjectError):
            open_project(target)


@needs_file
@pytest.mark.parametrize("content", [b"", b"Dear Sir", b"SQLite format 3\x00" + b"\0" * 200])
def test_another_file_is_not_a_project(tmp_path, content):
    path = tmp_path / "letter.qualkit"
    path.write_bytes(content)
    with pytest.raises(NotAProjectError, match="not a qualkit project"):
        open_project(path)


@needs_file
def test_half_a_project_file_is_refused_in_one_sentence(project, target):
    project.close()
    path = Path(target)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(NotAProjectError, match="damaged"):
        open_project(path)


@needs_file
def test_a_missing_folder_is_named(tmp_path, codebook):
    with pytest.raises(UnwritableError, match="nowhere"):
        create_project(tmp_path / "nowhere" / "study.qualkit", codebook=codebook)


def test_an_empty_database_is_not_a_project(target):
    with pytest.raises(NotAProjectError, match="no project here"):
        open_project(target)
