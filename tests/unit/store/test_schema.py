from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from qualkit.store import upgrades
from qualkit.store.database import Database
from qualkit.store.schema import REVISION, metadata
from qualkit.store.tallies import derived


def migrated(target: str) -> Database:
    database = Database(target)
    settings = upgrades.config()
    with database.write() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
    return database


def test_migrations_build_exactly_the_schema(target):
    database = migrated(target)
    with database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), [metadata, derived])
    database.close()
    assert differences == []


def test_the_partial_index_on_speakers_is_made_by_the_migration(target):
    database = migrated(target)
    with database.read() as connection:
        names = {index["name"] for index in inspect(connection).get_indexes("speakers")}
    database.close()
    assert "ix_speakers_everywhere" in names


def test_the_stated_revision_is_the_newest_migration():
    assert upgrades.known_revisions()[0] == REVISION
