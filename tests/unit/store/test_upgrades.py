"""A project of an earlier release comes up to date whole, with its backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import insert, inspect, select, text

from qualkit.errors import OlderProjectError
from qualkit.model import Exposure
from qualkit.store import upgrades
from qualkit.store.database import Database, is_server
from qualkit.store.schema import APPLICATION_ID, REVISION, metadata
from qualkit.workflow.project import Project, open_project

NEW = {"0001": {"exposures", "rejections", "roles"}, "0002": {"roles"}}
"""An earlier revision -> the tables that have come since."""


@pytest.fixture(params=list(NEW))
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def as_released(project: Project, target: str, release: str) -> None:
    """Write what a project holds into a database as that release has made it."""
    database = Database(target)
    settings = upgrades.config()
    with project.database.read() as source, database.write() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, release)
        assert NEW[release].isdisjoint(inspect(connection).get_table_names())
        for table in metadata.sorted_tables:
            is_new = table.name in NEW[release]
            rows = [] if is_new else source.execute(select(table)).mappings().all()
            if rows:
                connection.execute(insert(table), [dict(row) for row in rows])
        if not database.is_server:
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    database.close()


@pytest.fixture
def old(project: Project, new_target: Callable[[], str], release: str) -> str:
    """A project of an earlier release with a coding."""
    at = int(project.list_utterances().query("codable")["position"].iloc[0])
    project.code_utterance("elm", at, "Pay", coder="Ana")
    place = new_target()
    as_released(project, place, release)
    return place


def test_a_project_of_an_earlier_release_opens_with_all_it_held(project, old):
    at = int(project.list_codings()["position"].iloc[0])
    with open_project(old, upgrade=True) as opened:
        assert opened.list_codings().equals(project.list_codings())
        assert opened.list_changes()["seq"].tolist() == project.list_changes()["seq"].tolist()
        assert opened.verify() == project.verify()
        with opened.database.read() as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        assert version == REVISION
        shown = Exposure("elm", at, "low_pay", None, 1, "codebook", "0.1.0@1")
        assert opened.log_exposures([shown], coder="Ana") == 1
        opened.verify()
        opened.undo("Ana")
        assert opened.list_codings().empty
        assert opened.set_role("Ana", "lead")["role"].tolist() == ["lead"]
        opened.verify()


def test_a_file_is_backed_up_as_it_was_and_a_server_asked_for(old, release):
    if is_server(old):
        with pytest.raises(OlderProjectError, match="qualkit upgrade"):
            open_project(old)
        return
    open_project(old).close()
    [copy] = Path(old).parent.glob(f"{Path(old).name}.before-upgrade-*")
    with closing(sqlite3.connect(copy)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (
            release,
        )
        assert connection.execute("SELECT count(*) FROM codings").fetchone() == (1,)
    assert NEW[release].isdisjoint(names)
