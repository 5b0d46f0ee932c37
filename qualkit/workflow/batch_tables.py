"""Reading back what a batch wrote: its counts, and its partitions one after the other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import NotEnoughError, UnreadableFileError
from qualkit.formats.partitions import read_part
from qualkit.suggest.audit import NEAR, OFFERED, REST
from qualkit.workflow.batch_job import read_job

__all__ = ["Coded", "batch_counts", "coded_partitions", "manifest_of"]

_PLACE = ["document", "position"]


@dataclass(frozen=True)
class Coded:
    """One partition of a batch.

    Attributes:
        number: 0, 1, 2 ...
        utterances: document, position, who speaks; index 0, 1 ...
        state: utterances x codes: ``REST``, ``NEAR`` or ``OFFERED``.
    """

    number: int
    utterances: pd.DataFrame
    state: npt.NDArray[np.int8]


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return the manifest of a batch that has come to its end.

    Raises:
        OptionError: the folder holds no batch.
        NotEnoughError: it has not come to its end.
    """
    read_job(folder)
    try:
        found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    except FileNotFoundError as error:
        remedy = "give the command again: it goes on where it was"
        raise NotEnoughError(
            "the batch is not complete", where=str(folder), remedy=remedy
        ) from error
    return found


def batch_counts(target: str | Path) -> pd.DataFrame:
    """Return the machine counts of a batch again, as ``code_batch`` returned them.

    Raises:
        OptionError: the folder holds no batch.
        NotEnoughError: it has not come to its end.
    """
    manifest = manifest_of(Path(target))
    table = pd.DataFrame(manifest.pop("codes")).astype({"code": "str", "reason": "str"})
    table.attrs["about"] = {name: value for name, value in manifest.items() if name != "key"}
    return table


def coded_partitions(folder: Path, codes: Sequence[str]) -> Iterator[Coded]:
    """Yield the partitions of a batch, each checked against its hashes.

    Raises:
        UnreadableFileError: a file is missing, or has been changed.
    """
    manifest, form = manifest_of(folder), read_job(folder).form
    for number in range(manifest["partitions"]):
        said = json.loads((folder / f"part-{number:05}.json").read_text("utf-8"))
        tables = [_checked(folder / f"{kind}-{number:05}.{form}", said["sha256"])
                  for kind in ("utterances", "codes")]  # fmt: skip
        utterances, coded = tables
        places = pd.MultiIndex.from_frame(utterances[_PLACE])
        row = places.get_indexer(pd.MultiIndex.from_frame(coded[_PLACE]))
        column = pd.Index(codes).get_indexer(pd.Index(coded["code"]))
        state = np.full((len(utterances), len(codes)), REST, dtype=np.int8)
        for offered, value in ((False, NEAR), (True, OFFERED)):
            here = (coded["offered"].to_numpy(bool) == offered) & (column >= 0) & (row >= 0)
            state[row[here], column[here]] = value
        yield Coded(number, utterances, state)


def _checked(path: Path, hashes: dict[str, str]) -> pd.DataFrame:
    try:
        is_same = hashlib.sha256(path.read_bytes()).hexdigest() == hashes.get(path.name)
    except OSError:
        is_same = False
    if not is_same:
        what = "is missing, or is not what the batch wrote"
        raise UnreadableFileError(what, where=path.name, remedy="code the batch again")
    return read_part(path)
