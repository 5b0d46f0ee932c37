"""Bringing a project of an older qualkit up to the present schema (Alembic)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from qualkit.store.backups import copy_to
from qualkit.store.database import Database

__all__ = ["config", "known_revisions", "upgrade"]


def config() -> Config:
    """Return the Alembic configuration: where the migrations are."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def known_revisions() -> list[str]:
    """Return every revision this qualkit knows, newest first."""
    script = ScriptDirectory.from_config(config())
    return [revision.revision for revision in script.walk_revisions()]


def upgrade(database: Database) -> Path | None:
    """Upgrade to the newest revision in one transaction; return the backup made of a file."""
    backup = None
    if database.path is not None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        backup = database.path.with_name(f"{database.path.name}.before-upgrade-{stamp}")
        copy_to(database, backup)
    settings = config()
    with database.write() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
    return backup
