"""What leaves with a file: under which names, whose codings, of which rounds."""

from __future__ import annotations

from typing import Any

import qualkit
from qualkit.store import changes
from qualkit.text.pseudonyms import Key
from qualkit.workflow.handle import Handle
from qualkit.workflow.reading import everything

__all__ = ["NAMES", "PSEUDONYMS", "PSEUDONYMS_IN_ALL", "contained"]

NAMES = "speakers stand under the names they have in the documents"
PSEUDONYMS_IN_ALL = "names are replaced by labels, and positions count in the text with labels"
PSEUDONYMS = "names are replaced by labels; start and end count in the text with the real names"


def contained(project: Handle, key: Key | None) -> dict[str, Any]:
    """Return what a file made of the project now holds, to be written into it or beside it.

    Args:
        project: an open project.
        key: the pseudonyms under which it leaves; None: under the real names.

    Returns:
        project, written_at (UTC, ISO 8601), qualkit (version), revision (number of the newest
        change), codebook_version, documents, utterances, codings (counts), names (in words),
        coders, rounds (lists of those that have coded or looked at something); left_out (in words,
        only while a blind round is open).
    """
    read = everything(project)
    codings, reviews = read.codings, read.reviewed
    told = {
        "project": project.name if key is None else key.replace(project.name),
        "written_at": changes.now(),
        "qualkit": qualkit.__version__,
        "revision": read.revision,
        "codebook_version": read.codebook.version,
        "documents": len(read.places["document"].unique()),
        "utterances": len(read.places),
        "codings": len(codings),
    }
    people = {
        f"{name}s": sorted({*codings[name].unique(), *reviews[name].unique()})
        for name in ("coder", "round")
    }
    if key is not None:
        people["coders"] = [key.replace(one) for one in people["coders"]]
    left_out = codings.attrs.get("about", {}).get("left_out")
    return {
        **told,
        "names": NAMES if key is None else PSEUDONYMS,
        **people,
        **({"left_out": left_out} if left_out else {}),
    }
