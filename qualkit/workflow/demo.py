"""A ready study to look around in, made from invented transcripts."""

from __future__ import annotations

import shutil
from pathlib import Path

from qualkit import places
from qualkit.errors import UnwritableError
from qualkit.model import CoderKind
from qualkit.workflow.project import Project, create_project, open_project

__all__ = ["lay_out_demo", "make_demo"]

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


def lay_out_demo(folder: str | Path) -> list[str]:
    """Copy the files that the sample study is made of; those that are there stay as they are.

    Returns:
        The names of the folders made: "data" (transcripts, codings, who speaks) and "codebooks".

    Raises:
        UnwritableError: the folder refuses.
    """
    sources = {"data": places.sample_study(), "codebooks": places.codebooks()}
    try:
        for name, source in sources.items():
            for file in sorted(one for one in source.rglob("*") if one.is_file()):
                target = Path(folder) / name / file.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    shutil.copyfile(file, target)
    except OSError as problem:
        what = f"the files cannot be copied: {problem.strerror}"
        raise UnwritableError(what, where=str(folder)) from problem
    return [*sources]


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
