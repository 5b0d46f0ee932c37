from __future__ import annotations

import pytest
from sqlalchemy import update

from qualkit.errors import CheckFailedError
from qualkit.store import changes, schema


def test_every_line_follows_from_the_one_before(project):
    with project.database.read() as connection:
        assert changes.broken_at(connection) is None
        assert changes.count(connection) == len(changes.frame(connection))


def test_an_altered_line_is_found_with_its_number(project):
    with project.database.write() as connection:
        connection.execute(
            update(schema.changes).where(schema.changes.c.seq == 2).values(actor="somebody else")
        )
    with pytest.raises(CheckFailedError, match="line 2 of the change log"):
        project.verify()


def test_a_deleted_line_is_found(project):
    with project.database.write() as connection:
        connection.execute(schema.changes.delete().where(schema.changes.c.seq == 2))
    with pytest.raises(CheckFailedError, match="line 2"):
        project.verify()


def test_an_altered_text_is_found(project):
    with project.database.write() as connection:
        connection.execute(update(schema.texts).values(text="something else"))
    with pytest.raises(CheckFailedError, match="the text is not the one imported"):
        project.verify()
