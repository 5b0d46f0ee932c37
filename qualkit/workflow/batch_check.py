"""What people found in an audit, and what it makes of the counts of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import CodingsFileError, NotEnoughError, OptionError
from qualkit.formats.frames import read_frame
from qualkit.suggest.audit import NEAR, OFFERED, REST, Population, Sample, audit_estimates
from qualkit.workflow.batch_audit import Design, read_design, titles_of
from qualkit.workflow.batch_coding import WHO
from qualkit.workflow.batch_tables import Coded, coded_partitions, manifest_of

__all__ = ["check_audit"]

_PLACE = ["document", "position"]
_YES, _NO = {"yes", "y", "1", "true", "x"}, {"no", "n", "0", "false", ""}
_CLASSES = (REST, NEAR, OFFERED)
_NOT_SAID = "not said"
_USUAL = ("role", "stakeholder_type")
_ESTIMATOR = (
    "post-stratified by what the machine said (Holt & Smith 1979; prediction-powered inference,"
    " Angelopoulos et al. 2023, for yes/no predictions), over the strata of the draw"
)
_INTERVAL = (
    "95 %; Wilson with the effective sample size (Korn & Graubard 1998), put together by MOVER"
    " (Zou & Donner 2008, Donner & Zou 2012)"
)


def check_audit(
    target: str | Path,
    sheet: str | Path,
    *,
    by: Sequence[str] | None = None,
    beyond: bool = False,
) -> pd.DataFrame:
    """Return how right a batch is, and how common codes really are, from a checked sample.

    Args:
        target: the folder that ``code_batch`` wrote.
        sheet: the filled-in sheet of ``draw_audit``, .csv or .xlsx.
        by: attributes to show apart: "speaker", "role", "organisation", "stakeholder_type"; None:
            role and stakeholder_type, where the utterances have them.
        beyond: speak of documents like these and not of these alone: intervals also hold that
            other documents differ.

    Returns:
        One row for each code, in all and in each group: attribute, group (str; both missing for
        all), then the columns of :func:`qualkit.suggest.audit.audit_estimates`: code, utterances,
        checked, given, machine_n, machine_share, prevalence, low, high, precision, precision_low,
        precision_high, recall, recall_low, recall_high, reason. ``attrs["about"]`` names the
        estimator, the audit, and how many were checked.

    Raises:
        CodingsFileError: a cell is neither yes nor no, a row was not drawn or stands twice, or a
            row has answers but is not said to be checked.
        OptionError: the batch knows no such audit, or has no such attribute.
        NotEnoughError: nobody has checked anything of some stratum.
        FileError: the sheet or a file of the batch cannot be read.
    """
    folder, name = Path(target), Path(sheet).name
    cells = read_frame(sheet)
    design = _design_of(folder, cells, name)
    truth, rows = _answers(_named(cells, design), design, name)
    manifest = manifest_of(folder)
    gathered = _Gathered(design, rows, by)
    for part in coded_partitions(folder, design.codes):
        gathered.take(part)
    sample = gathered.sample(truth, beyond=beyond)
    tables = []
    for key, population in gathered.populations(beyond=beyond):
        table = audit_estimates(sample, population, gathered.inside(key))
        table.insert(0, "group", pd.Series([key[1]] * len(table), dtype="str"))
        table.insert(0, "attribute", pd.Series([key[0]] * len(table), dtype="str"))
        tables.append(table)
    found = pd.concat(tables, ignore_index=True)
    found.attrs["about"] = {
        "counts": f"machine counts, corrected by an audit of {len(rows)} utterances",
        "audit": design.audit,
        "checked": _how_many(len(rows), design.n),
        "machine_answers": "shown to those who checked" if design.shown else "not shown",
        "speaks_of": "documents like these" if beyond else "this material",
        "estimator": _ESTIMATOR,
        "interval": _INTERVAL,
        "model": manifest["model"],
        "seed": design.seed,
    }
    return found


def _design_of(folder: Path, cells: pd.DataFrame, name: str) -> Design:
    audits: list[str] = sorted(set(cells["audit"])) if "audit" in cells else []
    if len(audits) != 1:
        what = "does not say which audit it is of, or of more than one"
        raise OptionError(what, where=name, remedy="leave the column audit as it was written")
    return read_design(folder, audits[0])


def _answers(
    cells: pd.DataFrame, design: Design, name: str
) -> tuple[npt.NDArray[np.bool_], pd.DataFrame]:
    """Return what was found (checked utterances x codes), and which rows of the draw these are."""
    missing = [one for one in ("row", "position", "checked", *design.codes) if one not in cells]
    if missing:
        what = f"lacks the column {missing[0]}"
        raise CodingsFileError(what, where=name, remedy="leave the titles as they were written")
    said = cells[["checked", *design.codes]].apply(lambda one: one.str.strip().str.casefold())
    strange = ~said.isin([*_YES, *_NO])
    if strange.to_numpy().any():
        row, column = np.argwhere(strange.to_numpy())[0]
        what = f"{said.iloc[row, column]!r} under {said.columns[column]} is neither yes nor no"
        where = f"{name}, row {cells.index[row]}"
        raise CodingsFileError(what, where=where, remedy="write yes, no or nothing")
    at = _places(cells, design, name)
    is_done = said["checked"].isin(_YES).to_numpy()
    has_more = (said["checked"] == "") & (said[design.codes] != "").any(axis=1)
    if has_more.any():  # were these taken and empty rows not, only what was found would count
        what = "the row has answers, but nothing under checked"
        remedy = "write yes there in every row that is done, also where no code applies"
        where = f"{name}, row {cells.index[has_more][0]}"
        raise CodingsFileError(what, where=where, remedy=remedy)
    drawn = pd.DataFrame(design.rows, columns=[*_PLACE, "stratum"])
    rows = drawn.iloc[at[is_done]].reset_index(drop=True)
    left = set(drawn["stratum"]) - set(rows["stratum"])
    if left:
        stratum = design.strata[min(left)]
        what = f"nobody has checked any of the {stratum['drawn']} utterances of one stratum"
        remedy = f"check more: {len(rows)} of {design.n} are"
        raise NotEnoughError(what, where=f"{name}, stratum {stratum['stratum']}", remedy=remedy)
    return said.loc[is_done, design.codes].isin(_YES).to_numpy(bool), rows


def _named(cells: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Return the cells, with the codes as titles: also where case or a guard was put in or out."""
    codes = {title: code for code, title in titles_of(design.codes).items()}
    folded = {title.casefold(): code for title, code in codes.items()}
    given = [str(one) for one in cells]
    found = [codes.get(one) or folded.get(_unguarded(one), one) for one in given]
    return cells.set_axis(found, axis=1)


def _unguarded(title: str) -> str:
    return title.strip().removeprefix("'").strip().casefold()


def _places(cells: pd.DataFrame, design: Design, name: str) -> npt.NDArray[np.intp]:
    """Return which of the rows drawn each row of the sheet is.

    By its number and its position: spreadsheets make numbers and dates of names of documents.
    """
    said = [pd.to_numeric(cells[one], errors="coerce").fillna(0) for one in ("row", "position")]
    at = said[0].to_numpy(np.float64)
    is_there = (at % 1 == 0) & (at >= 1) & (at <= len(design.rows))
    at = np.where(is_there, at - 1, 0).astype(np.intp)
    positions = np.array([row[1] for row in design.rows], dtype=np.float64)
    wrong = ~is_there | (positions[at] != said[1].to_numpy(np.float64))
    wrong |= pd.Series(at).duplicated().to_numpy()
    if wrong.any():
        what = "the utterance was not drawn, or stands twice"
        where = f"{name}, row {cells.index[wrong][0]}"
        raise CodingsFileError(what, where=where, remedy="leave the rows as they were written")
    return at


def _how_many(checked: int, drawn: int) -> str:
    told = f"{checked} of {drawn} drawn"
    return told if checked == drawn else f"{told}; true if chance decided which"


def _values(utterances: pd.DataFrame, attribute: str) -> pd.Series[Any]:
    return utterances[attribute].astype("str").replace("", _NOT_SAID)


@dataclass
class _Sums:
    """What is added up of one group, partition by partition."""

    counts: npt.NDArray[np.int64]
    spread: npt.NDArray[np.float64]
    documents: int = 0


@dataclass
class _Gathered:
    """Goes through a batch once: the sizes of the classes, and what it says of the sample."""

    design: Design
    rows: pd.DataFrame
    by: Sequence[str] | None
    _sums: dict[tuple[str | None, str | None], _Sums] = field(default_factory=dict)
    _found: list[pd.DataFrame] = field(default_factory=list)
    _states: list[npt.NDArray[np.int8]] = field(default_factory=list)

    def take(self, part: Coded) -> None:
        """Take one partition."""
        document = pd.factorize(part.utterances["document"])[0]
        self._add((None, None), part.state, document)
        for attribute in self._attributes(part):
            values = _values(part.utterances, attribute)
            for value, rows in values.groupby(values, sort=True).groups.items():
                at = np.asarray(rows)
                self._add((attribute, str(value)), part.state[at], document[at])
        wanted = pd.MultiIndex.from_frame(self.rows[_PLACE])
        at = pd.MultiIndex.from_frame(part.utterances[_PLACE]).get_indexer(wanted)
        here = np.flatnonzero(at >= 0)
        self._found.append(part.utterances.iloc[at[here]].set_axis(here))
        self._states.append(part.state[at[here]])

    def sample(self, truth: npt.NDArray[np.bool_], *, beyond: bool) -> Sample:
        """Return what was drawn and found, in the order of the sheet."""
        self._who = pd.concat(self._found)
        order = np.argsort(self._who.index.to_numpy())
        self._who = self._who.iloc[order]
        sizes = np.array([one["size"] for one in self.design.strata], dtype=np.int64)
        document = pd.factorize(self._who["document"])[0].astype(np.int64)
        return Sample(
            self.design.codes,
            self.rows["stratum"].to_numpy(np.int64),
            sizes,
            truth,
            np.concatenate(self._states)[order],
            document if beyond else None,
        )

    def populations(self, *, beyond: bool) -> list[tuple[tuple[Any, Any], Population]]:
        """Return the sizes of the classes in all, and in each group."""
        ordered = sorted(self._sums.items(), key=lambda one: (one[0][0] or "", one[0][1] or ""))
        return [
            (key, Population(one.counts, one.spread if beyond else None, one.documents))
            for key, one in ordered
        ]

    def inside(self, key: tuple[str | None, str | None]) -> npt.NDArray[np.bool_]:
        """Return which utterances of the sample are of a group."""
        attribute, value = key
        if attribute is None:
            return np.ones(len(self._who), dtype=bool)
        return _values(self._who, attribute).eq(str(value)).to_numpy(bool)

    def _attributes(self, part: Coded) -> list[str]:
        if self.by is None:
            return [one for one in _USUAL if one in part.utterances]
        for one in self.by:
            if one not in WHO or one not in part.utterances:
                there = ", ".join(name for name in WHO if name in part.utterances)
                remedy = f"it has {there}" if there else "leave it out"
                raise OptionError(f"the batch has no attribute {one!r}", where="by", remedy=remedy)
        return list(self.by)

    def _add(
        self,
        key: tuple[str | None, str | None],
        state: npt.NDArray[np.int8],
        document: npt.NDArray[np.intp],
    ) -> None:
        codes = len(self.design.codes)
        if key not in self._sums:
            empty = np.zeros((codes, 3), np.int64)
            self._sums[key] = _Sums(empty, np.zeros((codes, 3, 3)))
        names, number = np.unique(document, return_inverse=True)
        each = np.zeros((len(names), codes, 3))
        for one in _CLASSES:
            np.add.at(each[:, :, one], number, state == one)
        mine = self._sums[key]
        mine.counts += each.sum(axis=0).astype(np.int64)
        mine.spread += np.einsum("dci,dcj->cij", each, each)
        mine.documents += len(names)
