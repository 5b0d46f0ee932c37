"""What the change log says has become of the tables."""

from __future__ import annotations

from qualkit.store import touched
from qualkit.store.touched import touched_since


def test_nothing_done_touches_nothing(project):
    with project.database.read() as connection:
        found = touched_since(connection, project.revision)
    assert (found.revision, found.effects, found.tables) == (project.revision, [], frozenset())


def test_rows_that_went_and_came_are_told(project):
    project.code_utterance("elm", 1, "Pay", coder="Ana")
    since = project.revision
    project.undo("Ana")
    with project.database.read() as connection:
        found = touched_since(connection, since)
    assert [(sign, row["code_id"]) for sign, row in found.rows("codings")] == [(-1, "pay")]


def test_very_much_is_not_looked_through(project, monkeypatch):
    monkeypatch.setattr(touched, "_MOST_BYTES", 10)
    with project.database.read() as connection:
        assert touched_since(connection, 0) is None
