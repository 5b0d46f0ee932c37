"""What a batch is: its input, its model, its rules; and how far it has come, as files say it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import pandas as pd

from qualkit import __version__
from qualkit.errors import EmptyFileError, OptionError, RefusedError, UnwritableError
from qualkit.formats.atomic import write_text
from qualkit.formats.partitions import FORMS
from qualkit.formats.utterance_tables import UtteranceTable
from qualkit.workflow.batch_coding import Rules, check_query
from qualkit.workflow.handle import known

if TYPE_CHECKING:
    from qualkit.suggest import Suggester

__all__ = [
    "LOCK",
    "MODEL",
    "NOT_AUDITED",
    "STAGED",
    "BatchOptions",
    "Job",
    "another",
    "begin",
    "finish",
    "make_folder",
    "plan",
    "read_job",
    "sweep",
]

NOT_AUDITED = "machine counts, not audited"
"""What counts are called until people have checked a sample of them."""

MODEL = "model.qkmodel"
"""The model of a project, kept with what it coded."""

LOCK = ".run"
"""The file that is held while a run is alive; see :mod:`qualkit.workflow.batch_lock`."""

STAGED = ".staged-"
"""What files begin with that lie ready for other machines while a batch is running."""

_LEAST = 0.05
_ROWS = 20_000


class BatchOptions(TypedDict, total=False):
    """How a batch is coded.

    Attributes:
        precision: the share of what is offered for a code that should be right; codes that
            cannot reach it are left out, and named. None takes the suggester's own thresholds.
        queries: (code, query) pairs; a query finds utterances for its code.
        markers: whether the codebook's markers count; True when not said.
        least: probabilities from here on are kept though the code is not offered; 0.05.
        rows: utterances of a partition; 20,000.
        form: "parquet", "csv" or "jsonl".
        jobs: processes; 1.
        scheduler: address of a Dask scheduler, such as "tcp://cluster:8786"; its workers code
            instead of this machine, with the same bytes. The target must be on a path that all of
            them share; see docs/scale.md.
        progress: is told in a few words how far it has come.
    """

    precision: float | None
    queries: Sequence[tuple[str, str]]
    markers: bool
    least: float
    rows: int
    form: str
    jobs: int
    scheduler: str | None
    progress: Callable[[str], None] | None


@dataclass(frozen=True)
class Job:
    """What is being done, as ``job.json`` says it.

    Attributes:
        key: hash of the rest.
        qualkit: version.
        input: name and hash of every file.
        model: its id.
        rules: thresholds, markers and queries.
        codes: name, threshold, held-out precision and recall, and why it is left out, if it is.
        rows: utterances of a partition.
        form: of the files written.
        source: where the input was; not part of the key.
    """

    key: str
    qualkit: str
    input: list[dict[str, str]]
    model: str
    rules: dict[str, Any]
    codes: list[dict[str, Any]]
    rows: int
    form: str
    source: str

    def content(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def plan(table: UtteranceTable, suggester: Suggester, options: BatchOptions) -> tuple[Job, Rules]:
    """Return what is to be done.

    Raises:
        OptionError: an option has a value that it cannot take, or a query is wrong.
        UnknownNameError: a query is for a code that neither model nor codebook has.
    """
    from qualkit.suggest.strictness import thresholds_at  # noqa: PLC0415  slow to load

    form, least = options.get("form", "parquet"), options.get("least", _LEAST)
    if form not in FORMS:
        raise OptionError(f"there is no form {form!r}", where="form", remedy=" or ".join(FORMS))
    if not 0 < least <= 1:
        raise OptionError(f"least must be above 0 and at most 1, not {least}", where="least")
    rows = options.get("rows", _ROWS)
    if rows < 1:
        raise OptionError(f"a partition has 1 utterance or more, not {rows}", where="rows")
    codes = thresholds_at(suggester, options.get("precision"))
    kept = codes.dropna(subset="threshold")
    thresholds = dict(zip(kept["code"], kept["threshold"], strict=True))
    markers = _markers(suggester) if options.get("markers", True) else {}
    queries = _queries(suggester, options.get("queries", ()))
    rules = Rules(str(suggester.about_["model"]), thresholds, least, markers, queries)
    told = codes[["code", "threshold", "precision", "recall", "reason"]]
    content: dict[str, Any] = {
        "qualkit": __version__,
        "input": table.files(),
        "model": rules.model,
        "rules": {name: value for name, value in asdict(rules).items() if name != "model"},
        "codes": told.astype(object).where(told.notna(), None).to_dict("records"),
        "rows": rows,
        "form": form,
    }
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True).encode("utf-8")
    key = hashlib.sha256(plain).hexdigest()
    return Job(key=key, source=str(table.path.absolute()), **content), rules


def _markers(suggester: Suggester) -> dict[str, tuple[str, ...]]:
    book = suggester.about_["codebook"] or {"codes": []}
    live = [code for code in book["codes"] if code["markers"] and not code["retired"]]
    return {code["name"]: tuple(code["markers"]) for code in live}


def _queries(
    suggester: Suggester, queries: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    book = suggester.about_["codebook"] or {"codes": []}
    names = {code["id"]: code["name"] for code in book["codes"]}
    names |= {code: code for code in suggester.codes_}
    for _, query in queries:
        check_query(query)
    return tuple((known("code", code, names), query) for code, query in queries)


def make_folder(folder: Path) -> None:
    """Make a folder, if it is not there.

    Raises:
        UnwritableError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"cannot be made a folder ({(error.strerror or str(error)).lower()})"
        raise UnwritableError(what, where=str(folder), remedy="choose another place") from error


def begin(folder: Path, job: Job) -> None:
    """Note what is being done, or see that it is what has been begun.

    Raises:
        RefusedError: the folder holds another batch, or something else.
        UnwritableError: the folder cannot be written to.
    """
    make_folder(folder)
    place = folder / "job.json"
    if place.exists():
        begun = read_job(folder)
        if begun.key != job.key:
            names = ("model", "input", "qualkit", "form", "rows")
            other = [one for one in names if getattr(begun, one) != getattr(job, one)]
            raise another(folder, other[0] if other else "set of options")
    elif any(one.name not in (LOCK, MODEL) for one in folder.iterdir()):
        what = "the folder holds something that is no batch"
        raise RefusedError(what, where=str(folder), remedy="name a folder that is empty or new")
    else:
        write_text(place, job.content())
    sweep(folder)


def sweep(folder: Path) -> None:
    """Remove what a run that was killed, or a worker that was lost, was about to write."""
    for pattern in (".*.part", f"{STAGED}*"):
        for draft in folder.glob(pattern):
            draft.unlink(missing_ok=True)


def another(folder: Path, what: str) -> RefusedError:
    """Return the error that a folder holds a batch of another model, input ..."""
    said = {"input": "input", "qualkit": "version of qualkit", "rows": "size of partitions"}
    sentence = f"the folder holds a batch of another {said.get(what, what)}"
    return RefusedError(sentence, where=str(folder), remedy="name a folder that is empty or new")


def read_job(folder: Path) -> Job:
    """Return what ``job.json`` in a folder says.

    Raises:
        OptionError: the folder holds no batch, or one that cannot be read.
    """
    try:
        return Job(**json.loads((folder / "job.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        what = "the folder holds no batch that can be read"
        raise OptionError(
            what, where=str(folder), remedy="name the OUT of: qualkit batch"
        ) from error


def finish(folder: Path, job: Job, partitions: int, table: UtteranceTable) -> pd.DataFrame:
    """Add up the partitions, write the manifest, and return the counts.

    Raises:
        EmptyFileError: there was no utterance.
    """
    if not partitions:
        raise EmptyFileError("there is no utterance in it", where=table.path.name)
    totals: dict[str, dict[str, int]] = {}
    sizes = {"utterances": 0, "documents": 0}
    for number in range(partitions):
        part = json.loads((folder / f"part-{number:05}.json").read_text("utf-8"))
        for name in sizes:
            sizes[name] += part[name]
        for code, counts in part["codes"].items():
            mine = totals.setdefault(code, {})
            for origin, n in counts.items():
                mine[origin] = mine.get(origin, 0) + n
    found = _counted(job, totals, sizes["utterances"])
    about = {
        "counts": NOT_AUDITED,
        **sizes,
        "partitions": partitions,
        "model": job.model,
        "input": ", ".join(one["name"] for one in job.input[:3]) + " ..." * (len(job.input) > 3),
        "left_out": ", ".join(table.left_out) or "nothing",
        "not_codable": table.skipped,
        "qualkit": job.qualkit,
    }
    rows = found.astype(object).where(found.notna(), None).to_dict("records")
    manifest = {**about, "key": job.key, "codes": rows}
    place = folder / "manifest.json"
    write_text(place, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
    found.attrs["about"] = about
    return found


def _counted(job: Job, totals: dict[str, dict[str, int]], utterances: int) -> pd.DataFrame:
    """Return the machine counts, one row for each code, as ``code_batch`` describes them."""
    told = {str(one["code"]): one for one in job.codes}
    names = [*told, *sorted(set(totals) - set(told))]
    rows = []
    for name in names:
        counts, one = totals.get(name, {}), told.get(name, {})
        n = counts.get("all", 0)
        by = {f"by_{kind}": counts.get(kind, 0) for kind in ("learned", "rule", "query")}
        row = {"code": name, "machine_n": n, "machine_share": n / max(utterances, 1), **by}
        held = {f"held_out_{kind}": one.get(kind) for kind in ("precision", "recall")}
        rows.append({**row, "threshold": one.get("threshold"), **held, "reason": one.get("reason")})
    numbers = ("machine_share", "threshold", "held_out_precision", "held_out_recall")
    kinds: dict[str, str] = {"code": "str", "reason": "str", **dict.fromkeys(numbers, "float64")}
    return pd.DataFrame(rows).astype(kinds)
