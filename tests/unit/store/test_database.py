from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from qualkit.errors import NotAProjectError
from qualkit.store.database import Database
from qualkit.store.journal import writing


def test_a_failed_write_leaves_nothing(project):
    before = project.revision

    def fail() -> None:
        with writing(project.database) as journal:
            journal.record("test.note", {"n": 1}, op_id="test-note")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fail()
    assert project.revision == before


def test_many_threads_write_without_losing_a_line(project):
    before = project.revision

    def work(name: str) -> None:
        for number in range(20):
            with writing(project.database) as journal:
                note = f"note-{name}-{number}"
                journal.record("test.note", {"n": number}, actor=name, op_id=note)

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert project.revision == before + 100
    assert project.verify()["changes"] == before + 100


def test_two_openings_of_one_project_write_in_turn(project, target):
    other = Database(target)
    before = project.revision

    def work(database: Database) -> None:
        for number in range(20):
            with writing(database) as journal:
                note = f"note-{id(database)}-{number}"
                journal.record("test.note", {"n": number}, op_id=note)

    threads = [threading.Thread(target=work, args=(d,)) for d in (project.database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert project.revision == before + 40


def test_a_file_database_is_safe_against_power_cuts(project):
    if project.database.is_server:
        pytest.skip("about SQLite's own settings")
    with project.database.read() as connection:
        settings = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("mysql+pymysql://me@host/x", "a database of kind 'mysql' is not supported"),
        ("postgresql+nonsense://me@host/x", "not a database URL"),
        ("://", "not a database URL"),
    ],
)
def test_a_wrong_url_is_refused_in_one_sentence(target, message):
    with pytest.raises(NotAProjectError, match=message):
        Database(target)


def test_the_password_of_a_server_is_never_shown():
    database = Database("postgresql+psycopg://me:secret@127.0.0.1:1/x")
    assert "secret" not in database.location
    with pytest.raises(NotAProjectError) as caught, database.read():
        pass
    assert "secret" not in str(caught.value)
    database.close()
