"""An audit: people check a random sample of a batch, and the counts are corrected by it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qualkit.errors import OptionError, UnknownFileKindError, UnreadableFileError
from qualkit.formats.atomic import write_text
from qualkit.formats.partitions import cut
from qualkit.formats.tables import write_csv
from qualkit.formats.utterance_tables import UtteranceTable
from qualkit.formats.workbook import write_workbook
from qualkit.suggest.audit import NEAR, OFFERED, allocate
from qualkit.workflow.batch_coding import WHO
from qualkit.workflow.batch_job import Job, make_folder, read_job
from qualkit.workflow.batch_tables import Coded, coded_partitions, manifest_of
from qualkit.workflow.handle import known

__all__ = ["Design", "draw_audit", "read_design", "titles_of"]

_PLACE = ["document", "position"]
_FOLDER = "audits"
_COLUMNS = {"audit", "row", *_PLACE, *WHO, "before", "text", "after", "machine", "checked"}
_DRAW = 0xA0D17  # keeps the draw apart from whatever else somebody seeds with 1
_HOW = (
    "Read each text and write yes under every code that applies; write yes under checked when you"
    " are done with the row, also where no code applies. An empty cell of a checked row means no."
)


@dataclass(frozen=True)
class Design:
    """How a sample was drawn.

    Attributes:
        audit: its id; every row of the sheet names it.
        batch: key of the batch.
        n: utterances drawn.
        seed: of the draw.
        by: the attribute that was drawn apart by; None: none.
        codes: names of the codes that are checked.
        shown: whether the sheet says what the machine offered.
        strata: name, size (utterances of the whole) and drawn, of each.
        rows: document, position and number of the stratum, of each utterance drawn, in the order
            of the sheet; its probability to be drawn was drawn / size of its stratum.
    """

    audit: str
    batch: str
    n: int
    seed: int
    by: str | None
    codes: list[str]
    shown: bool
    strata: list[dict[str, Any]]
    rows: list[list[Any]]


def draw_audit(  # noqa: PLR0913 - how much, of what, and where to
    target: str | Path,
    path: str | Path | None = None,
    *,
    n: int = 400,
    seed: int = 1,
    by: str | None = None,
    codes: Sequence[str] = (),
    shown: bool = False,
    source: str | Path | None = None,
) -> pd.DataFrame:
    """Draw a random sample of a batch and write the sheet in which people check it.

    The utterances are dealt into strata: one for each code, with the utterances offered that code
    and none that is rarer; one where something came near; and the rest, so that what the machine
    missed is found too. From each stratum utterances are drawn at random, as many as the root of
    its size asks for. The probabilities are kept in the batch's folder. The rows of the sheet
    stand in random order, one of each stratum first, so that whoever does not come to the end has
    checked a random sample all the same.

    Args:
        target: the folder that ``code_batch`` wrote.
        path: the sheet, .csv or .xlsx; None puts it into the folder, as audits/<id>.csv.
        n: utterances to draw.
        seed: of the draw; the same seed draws the same.
        by: draw apart by this attribute, too: "speaker", "role", "organisation" or
            "stakeholder_type".
        codes: check these codes only; none named: all that are offered somewhere, or could be.
        shown: show what the machine offered; then people check less freely.
        source: the input of the batch, where it is now; None: where it was.

    Returns:
        The strata: stratum (str), size, drawn (int64), probability (float64). ``attrs["about"]``
        has audit, sheet, seed and how to fill it in.

    Raises:
        OptionError: n is too small for the strata, the seed is below 0, there is no such
            attribute, or no batch.
        UnknownNameError: no such code.
        NotEnoughError: the batch is not complete.
        UnreadableFileError: the input is gone, or has changed since.
        UnwritableError: the sheet cannot be written.
    """
    folder = Path(target)
    job, manifest = read_job(folder), manifest_of(folder)
    wanted = _codes(manifest, codes)
    place = None if path is None else Path(path)
    if place is not None and place.suffix.lower() not in {".csv", ".xlsx"}:
        what = "a sheet is written as .csv or .xlsx"
        raise UnknownFileKindError(what, where=str(place), remedy="name it so")
    table = _input(job, source)
    order = {row["code"]: row["machine_n"] for row in manifest["codes"]}
    draw = _Draw(wanted, [order[code] for code in wanted], _Asked(n, seed, by))
    for part in coded_partitions(folder, wanted):
        draw.take(part)
    strata, picked = draw.finish()
    picked = _mixed(pd.concat([picked, _words(table, job, picked)], axis=1), seed)
    design = _design(job, _Asked(len(picked), seed, by), (wanted, shown), strata, picked)
    make_folder(folder / _FOLDER)
    place = place or folder / _FOLDER / f"{design.audit}.csv"
    plain = json.dumps(asdict(design), ensure_ascii=False, indent=1) + "\n"
    write_text(folder / _FOLDER / f"{design.audit}.json", plain)
    _write_sheet(place, _sheet(design, picked))
    strata.attrs["about"] = {
        "audit": design.audit,
        "sheet": str(place),
        "drawn": len(picked),
        "seed": seed,
        "machine_answers": "shown" if shown else "not shown",
        "how": _HOW,
    }
    return strata


def _input(job: Job, source: str | Path | None) -> UtteranceTable:
    """Return the input of a batch, once it is sure that it is the same still."""
    table = UtteranceTable(source or job.source)
    if table.files() != job.input:
        what = "the input has changed since it was coded"
        raise UnreadableFileError(what, where=str(table.path), remedy="code it again")
    return table


def _design(
    job: Job,
    asked: _Asked,
    what: tuple[list[str], bool],
    strata: pd.DataFrame,
    picked: pd.DataFrame,
) -> Design:
    codes, shown = what
    content: dict[str, Any] = {
        "batch": job.key,
        **asdict(asked),
        "codes": codes,
        "shown": shown,
        "strata": strata.drop(columns="probability").to_dict("records"),
        "rows": picked[[*_PLACE, "stratum"]].astype(object).to_numpy().tolist(),
    }
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False).encode("utf-8")
    # A letter first: of digits alone, or of 12e345, a spreadsheet would make a number.
    return Design(audit=f"a{hashlib.sha256(plain).hexdigest()[:9]}", **content)


def read_design(folder: Path, audit: str) -> Design:
    """Return how an audit was drawn.

    Raises:
        OptionError: the batch knows no such audit.
    """
    place = folder / _FOLDER / f"{audit}.json"
    try:
        if not audit.isalnum():
            raise OptionError("the sheet does not say which audit it is of")
        return Design(**json.loads(place.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        what = f"the batch knows no audit {audit!r}"
        remedy = "name the folder and the sheet that belong together"
        raise OptionError(what, where=str(folder), remedy=remedy) from error


def titles_of(codes: Sequence[str]) -> dict[str, str]:
    """Return the title that each code has in a sheet: its name, if no other column is called so.

    Example:
        >>> titles_of(["Pay", "Role"])
        {'Pay': 'Pay', 'Role': 'Role (code)'}
    """
    return {code: f"{code} (code)" if code.casefold() in _COLUMNS else code for code in codes}


@dataclass(frozen=True)
class _Asked:
    """How many are drawn, and how."""

    n: int
    seed: int
    by: str | None

    def __post_init__(self) -> None:
        """Check the seed."""
        if self.seed < 0:
            raise OptionError(f"a seed is 0 or more, not {self.seed}", where="seed")


class _Draw:
    """Goes through a batch once, and keeps the luckiest utterances of each stratum."""

    def __init__(self, codes: Sequence[str], machine: Sequence[int], asked: _Asked) -> None:
        self._codes, self._asked = codes, asked
        self._rarest = np.argsort(np.array(machine), kind="stable")
        self._sizes: dict[str, int] = {}
        self._kept = pd.DataFrame()

    def take(self, part: Coded) -> None:
        """Take one partition."""
        label = self._label(part)
        for name, size in label.value_counts().items():
            self._sizes[str(name)] = self._sizes.get(str(name), 0) + int(size)
        luck = np.random.default_rng([_DRAW, self._asked.seed, part.number + 1]).random(len(label))
        who = [one for one in WHO if one in part.utterances]
        new = part.utterances[[*_PLACE, *who]].assign(label=label, luck=luck, part=part.number)
        new = _luckiest(new, self._asked.n)
        offered = part.state[new.index] == OFFERED
        names = np.array(self._codes, dtype=object)
        new["machine"] = ["; ".join(names[row]) for row in offered]
        both = pd.concat([self._kept, new.assign(row=new.index)], ignore_index=True)
        self._kept = _luckiest(both, self._asked.n)

    def finish(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the strata, and the utterances drawn, in the order of the batch."""
        names = sorted(self._sizes)
        sizes = [self._sizes[name] for name in names]
        drawn = allocate(sizes, self._asked.n)
        strata = pd.DataFrame({"stratum": pd.Series(names, dtype="str"), "size": sizes})
        strata = strata.assign(drawn=drawn, probability=np.array(drawn) / np.array(sizes))
        kept = self._kept.sort_values("luck", kind="stable")
        rank = kept.groupby("label").cumcount()
        number = pd.Index(names).get_indexer(pd.Index(kept["label"]))
        is_first = rank.to_numpy() == 0
        kept = kept.assign(stratum=number, is_first=is_first)
        picked = kept[rank.to_numpy() < np.array(drawn)[number]]
        return strata, picked.sort_values(["part", "row"]).reset_index(drop=True)

    def _label(self, part: Coded) -> pd.Series[Any]:
        """Return the stratum of each utterance: its rarest code, or how near anything came."""
        names = np.array([*self._codes, "near", "nothing"], dtype=object)
        many, by = len(self._codes), self._asked.by
        number = np.where((part.state == NEAR).any(axis=1), many, many + 1)
        for code in self._rarest[::-1]:
            number[part.state[:, code] == OFFERED] = code
        label = pd.Series(names[number], dtype="str")
        if by is None:
            return label
        there = [one for one in WHO if one in part.utterances]
        if by not in there:
            remedy = f"it has {', '.join(there)}" if there else "draw without"
            raise OptionError(f"the batch has no attribute {by!r}", where="by", remedy=remedy)
        return part.utterances[by].astype("str") + ": " + label


def _luckiest(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return of each stratum the rows that would be drawn first; never more than n."""
    ordered = rows.sort_values("luck", kind="stable")
    return ordered[ordered.groupby("label").cumcount() < n]


def _codes(manifest: dict[str, Any], wanted: Sequence[str]) -> list[str]:
    there = {row["code"]: row["code"] for row in manifest["codes"]}
    return [known("code", one, there) for one in wanted] or list(there)


def _words(table: UtteranceTable, job: Job, picked: pd.DataFrame) -> pd.DataFrame:
    """Return the words of the utterances drawn, and of those right beside."""
    found = []
    for part in cut(table.blocks(), job.rows):
        here = picked[picked["part"] == part.number]
        if here.empty:
            continue
        at = here["row"].to_numpy() + part.first
        text, document = part.table["text"], part.table["document"]
        same = document.eq(document.shift())
        before = text.shift(fill_value="").where(same, "")
        after = text.shift(-1, fill_value="").where(same.shift(-1, fill_value=False), "")
        columns = {"before": before, "text": text, "after": after}
        found.append(pd.DataFrame({name: values.iloc[at] for name, values in columns.items()}))
    return pd.concat(found, ignore_index=True)


def _mixed(picked: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return rows in random order, after one of each stratum."""
    luck = np.random.default_rng([_DRAW, seed]).random(len(picked))
    order = np.lexsort((luck, ~picked["is_first"].to_numpy(bool)))
    return picked.iloc[order].reset_index(drop=True)


def _sheet(design: Design, picked: pd.DataFrame) -> pd.DataFrame:
    who = [one for one in WHO if one in picked]
    machine = ["machine"] if design.shown else []
    sheet = picked[[*_PLACE, *who, "before", "text", "after", *machine]]
    sheet.insert(0, "row", np.arange(1, len(picked) + 1))
    sheet.insert(0, "audit", design.audit)
    titles = titles_of(design.codes)
    return sheet.assign(checked="", **dict.fromkeys(titles.values(), ""))


def _write_sheet(place: Path, sheet: pd.DataFrame) -> None:
    if place.suffix.lower() == ".xlsx":
        write_workbook(place, {"audit": sheet}, [("How to fill it in", _HOW)])
    else:
        write_csv(place, sheet)
