"""A ready study to look around in, made from invented transcripts."""

from __future__ import annotations

from pathlib import Path

from qualkit import places
from qualkit.errors import UnwritableError
from qualkit.model import CoderKind
from qualkit.workflow.project import Project, create_project, open_project

__all__ = ["make_demo"]

CODEBOOK = "social_care_workforce.yaml"
STAKEHOLDERS = "stakeholders_social_care.yaml"
CONSENSUS = "consensus"


def make_demo(folder: str | Path = "demo") -> Project:
    """Make the sample study in a folder, if it is not there yet, and open it.

    The study is ``demo.qualkit``: six invented transcripts, three coders, a consensus on one
    transcript, and the codings of the markers. One that is there already is opened as it is.

    Raises:
        UnwritableError: the folder refuses.
        NotAProjectError: something else has the name ``demo.qualkit``.
    """
    place = Path(folder)
    target = place / "demo.qualkit"
    if target.exists():
        return open_project(target)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UnwritableError(
            f"the folder cannot be made: {problem.strerror}", where=str(place)
        ) from problem
    draft = place / "demo.draft.qualkit"
    draft.unlink(missing_ok=True)
    with _filled(draft) as project:
        project.verify()
    draft.rename(target)
    return open_project(target)


def _filled(target: Path) -> Project:
    codebooks, study = places.codebooks(), places.sample_study()
    project = create_project(
        target,
        codebook=codebooks / CODEBOOK,
        stakeholders=codebooks / STAKEHOLDERS,
        name="Sample study (invented)",
    )
    project.import_documents(sorted((study / "transcripts").glob("*.txt")))
    project.import_people(study / "people.csv")
    for path in sorted((study / "codings").glob("*.csv")):
        kind = CoderKind.CONSENSUS if path.stem == CONSENSUS else CoderKind.HUMAN
        project.import_codings(path, coder=path.stem.capitalize(), kind=kind)
    project.autocode("markers")
    return project
