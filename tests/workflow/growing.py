"""A project with six transcripts in which words tell the codes, for evaluating suggestions."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from qualkit.model import CoderKind
from qualkit.workflow.project import Project
from tests.unit.suggest.studies import study

EACH = 24  # utterances of each transcript
TEXTS, CODINGS, _ = study(documents=6, utterances=EACH, noise=0)
NAMES = {"Pay": "Pay", "Rota": "Training", "Home": "Council fees"}


def grown(project: Project, folder: Path) -> Project:
    """Return the project with six more transcripts, coded by Ana by words that tell the codes."""
    for name, part in TEXTS.groupby("document"):
        lines = [f"Ann Lee: {text}" for text in part["text"]]
        (folder / f"{name}.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
        project.import_documents([folder / f"{name}.txt"])
    code(project, "Ana")
    return project


def code(project, coder, keep=lambda rows: rows, kind=CoderKind.HUMAN, round_name="main"):
    """Import the codings of the six transcripts, or what is kept of them, for a coder."""
    utterances = project.list_utterances()
    placed = TEXTS.assign(order=TEXTS.groupby("document").cumcount())
    spoken = utterances[utterances["codable"] & (utterances["document"] != "elm")]
    spoken = spoken.assign(order=spoken.groupby("document").cumcount())
    rows = CODINGS.merge(placed, on=["document", "position"])[["document", "order", "code"]]
    rows = spoken[["document", "order", "position"]].merge(
        rows, on=["document", "order"], how="left"
    )
    rows = keep(rows.assign(code=rows["code"].map(NAMES).fillna("")))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "codings.csv"
        rows[["document", "position", "code"]].to_csv(path, index=False)
        project.import_codings(path, coder=coder, finished=True, kind=kind, round_name=round_name)
