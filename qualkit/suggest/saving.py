"""A suggester to a file and back: its learned state as plain values, arrays and known classes.

Why a format of our own: pickle runs whatever a stranger wrote into it; skops keeps a list of
trusted types instead, but packs a zip (which can be a bomb), and what is learned here is made of a
dozen small classes of this package, which it would all have to be told of. What is read back here
is filled into classes of ``qualkit.suggest`` and ``qualkit.model`` only, and none of their code
runs but the checks of the nouns.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from qualkit.errors import NotEnoughError, OptionError, UnreadableFileError
from qualkit.suggest.model_files import read_model, write_model

if TYPE_CHECKING:
    from qualkit.suggest.suggester import Suggester

__all__ = ["describe", "load", "save"]

_HOMES = ("qualkit.suggest.", "qualkit.model.")
_ABOUT = "about_"
_KIND = "suggester"
_PROBE = ["What is tried out here is whether it can score.", "And this is another utterance?"]
_MEASURED = {"code": "", "measure": "", "value": 0.0}  # a row of its quality
_WRONG = (
    ArithmeticError,
    AttributeError,
    AssertionError,
    ImportError,
    LookupError,
    MemoryError,
    NotEnoughError,
    OptionError,
    RecursionError,
    TypeError,
    ValueError,
)


def save(
    suggester: Suggester,
    path: str | Path,
    *,
    about: Mapping[str, Any] | None = None,
    texts: bool = True,
) -> str:
    """Write a fitted suggester; ``Suggester.save`` says how."""
    if not hasattr(suggester, "thresholds_"):
        raise NotEnoughError("the suggester has learned nothing yet", remedy="call fit first")
    kept = getattr(suggester, _ABOUT, None)
    manifest = dict(kept) if kept and about is None else describe(suggester) | dict(about or {})
    manifest = {name: value for name, value in manifest.items() if name != "model"}
    manifest["texts"] = texts and bool(manifest.get("texts", True))
    if not _fits_about(manifest, suggester):
        what = "what is to be said of the model is of another shape than what qualkit says itself"
        raise OptionError(what, where="about", remedy="give it names of your own")
    state = {name: value for name, value in vars(suggester).items() if name != _ABOUT}
    writer = _Writer(with_texts=texts)
    return write_model(path, manifest, writer.node(state), writer.arrays)


def load(path: str | Path) -> Suggester:
    """Read a suggester from a file; ``Suggester.load`` says how."""
    from qualkit.suggest.suggester import Suggester  # noqa: PLC0415 - it imports this module

    found = read_model(path)
    name = Path(path).name
    if found.manifest.get("kind") != _KIND:
        raise UnreadableFileError("is a model, but no suggester", where=name)
    by = found.manifest.get("qualkit", "another version")
    try:
        state = _Reader(found.arrays).value(found.state)
        suggester = Suggester()
        suggester.__dict__.update({str(key): value for key, value in state.items()})
        _try_out(suggester)
        if not _fits_about(found.manifest, suggester):
            raise ValueError("it does not say what it is")
    except _WRONG as error:
        what = (
            f"holds no suggester that qualkit {version('qualkit')} can use; qualkit {by} wrote it"
        )
        remedy = "fit it again, or use the version that wrote it"
        raise UnreadableFileError(what, where=name, remedy=remedy) from error
    suggester.about_ = found.manifest | {"model": found.id}
    return suggester


def describe(suggester: Suggester) -> dict[str, Any]:
    """Return what a suggester is and has learned from, as plain values.

    Returns:
        kind, qualkit (version), parameters, codebook (name, version, codes: id, name, parent,
        definition, retired, markers; None without one), codes (code, codings, basis, threshold of
        each), training (documents, utterances, languages, data: a hash of places, words and codes
        learned from).
    """
    fitted, book = suggester._fitted, suggester._codebook
    coded: pd.DataFrame = fitted.coded
    digest = hashlib.sha256()
    for column in ("document", "position", "text"):
        digest.update("\x1f".join(map(str, coded[column])).encode("utf-8", "surrogatepass"))
    digest.update("\x1f".join(suggester.codes_).encode("utf-8", "surrogatepass"))
    digest.update(np.ascontiguousarray(fitted.labels, dtype=np.float32).tobytes())
    columns = {
        "code": suggester.codes_,
        "codings": suggester.counts_.tolist(),
        "basis": suggester.basis_.tolist(),
        "threshold": suggester.thresholds_.tolist(),
    }
    languages = {str(one) for one in suggester.languages_.dropna().unique()}
    return {
        "kind": _KIND,
        "qualkit": version("qualkit"),
        "parameters": suggester.get_params(),
        "codebook": None if book is None else _told_of(book),
        "codes": [
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        ],
        "training": {
            "documents": int(coded["document"].nunique()),
            "utterances": len(coded),
            "languages": sorted(languages),
            "data": digest.hexdigest(),
        },
    }


def _told_of(book: Any) -> dict[str, Any]:
    names = ("id", "name", "parent", "definition", "retired")
    codes = [
        {name: getattr(code, name) for name in names} | {"markers": list(code.markers)}
        for code in book.codes
    ]
    return {"name": book.name, "version": book.version, "codes": codes}


def _try_out(suggester: Suggester) -> None:
    """Let it judge two utterances: what does not fit together shows here, not in the study."""
    places = {"document": "\x00probe", "position": [1, 2], "text": _PROBE, "speaker": ["A", "B"]}
    scores = suggester.score(pd.DataFrame(places)).to_numpy()
    if scores.shape != (2, len(suggester.codes_)) or not np.isfinite(scores).all():
        raise ValueError("its scores are no scores")
    suggester.offers(pd.DataFrame(places))
    suggester.explain(_PROBE[0], suggester.codes_[0])


def _fits_about(said: Mapping[str, Any], suggester: Suggester) -> bool:
    """Return whether a file says of itself what those look for who code with it, or show it."""
    wanted = describe(suggester) | {"texts": True}
    for name, empty in (("coders", ""), ("rounds", ""), ("quality", _MEASURED)):
        rows = said.get(name) or []
        wanted |= {name: [empty] * len(rows)} if rows else {}
    return _fits(said, wanted)


def _fits(said: Any, wanted: Any) -> bool:
    """Return whether values have the shape of others: the same names, lengths and kinds."""
    if isinstance(wanted, dict):
        return isinstance(said, Mapping) and all(
            name in said and _fits(said[name], one) for name, one in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(said, list)
            and len(said) == len(wanted)
            and all(_fits(*pair) for pair in zip(said, wanted, strict=True))
        )
    if type(wanted) is float:
        return said is None or type(said) in (int, float)
    return type(said) is type(wanted)


class _Writer:
    """Turns objects into JSON values; numbers in bulk go to ``arrays``, equal ones once."""

    def __init__(self, *, with_texts: bool) -> None:
        self.arrays: list[npt.NDArray[Any]] = []
        self._places: dict[tuple[str, tuple[int, ...], bytes], int] = {}
        self._with_texts = with_texts

    def node(self, value: Any) -> Any:
        """Return a value as JSON."""
        if value is None or isinstance(value, (bool, str)) or type(value) is int:
            return value
        if isinstance(value, float) and type(value) is float:
            return value if math.isfinite(value) else {"$": "float", "is": repr(value)}
        if isinstance(value, list):
            return [self.node(one) for one in value]
        for kind, write in self._kinds():
            if isinstance(value, kind):
                return write(value)
        return self._object(value)

    def _kinds(self) -> tuple[tuple[Any, Callable[[Any], Any]], ...]:
        return (
            (tuple, lambda one: {"$": "tuple", "of": [self.node(part) for part in one]}),
            ((set, frozenset), lambda one: {"$": "set", "of": sorted(map(str, one))}),
            (dict, self._dict),
            (np.generic, lambda one: {"$": "number", "at": self._place(np.asarray(one))}),
            (np.ndarray, self._array),
            (
                pd.MultiIndex,
                lambda one: {"$": "places", "of": self.node(one.to_frame(index=False))},
            ),
            (pd.Index, self._index),
            (pd.Series, self._series),
            (pd.DataFrame, self._frame),
            (sparse.csr_matrix, self._sparse),
        )

    def _dict(self, value: dict[Any, Any]) -> Any:
        keys = [self.node(key) for key in value]
        return {"$": "dict", "keys": keys, "values": [self.node(one) for one in value.values()]}

    def _array(self, value: npt.NDArray[Any]) -> Any:
        if value.dtype.kind == "O":
            if value.ndim != 1:
                raise TypeError("tables of objects are not written")
            return {"$": "objects", "of": [self.node(one) for one in value.tolist()]}
        return {"$": "array", "at": self._place(value)}

    def _place(self, value: npt.NDArray[Any]) -> int:
        digest = hashlib.sha256(np.ascontiguousarray(value).tobytes()).digest()
        key = (value.dtype.str, value.shape, digest)
        if key not in self._places:
            self._places[key] = len(self.arrays)
            self.arrays.append(value)
        return self._places[key]

    def _values(self, value: Any) -> Any:
        """Return the values of a column and its dtype."""
        if value.dtype.kind in "biuf" and isinstance(value.dtype, np.dtype):
            return self._array(value.to_numpy())
        given, missing = value.astype(object).tolist(), value.isna()
        return [None if gone else self.node(one) for one, gone in zip(given, missing, strict=True)]

    def _index(self, value: pd.Index[Any]) -> Any:
        if isinstance(value, pd.RangeIndex):
            bounds = [value.start, value.stop, value.step]
            return {"$": "range", "of": bounds, "name": self.node(value.name)}
        written = {"$": "index", "dtype": str(value.dtype), "name": self.node(value.name)}
        return written | {"of": self._values(value)}

    def _series(self, value: pd.Series[Any]) -> Any:
        written = {"$": "series", "dtype": str(value.dtype), "name": self.node(value.name)}
        return written | {"of": self._values(value), "index": self.node(value.index)}

    def _frame(self, value: pd.DataFrame) -> Any:
        frame = value
        if not self._with_texts and "text" in frame:
            frame = frame.assign(text=pd.Series("", index=frame.index, dtype=frame["text"].dtype))
        columns = [
            [str(name), str(frame[name].dtype), self._values(frame[name])] for name in frame.columns
        ]
        return {"$": "frame", "columns": columns, "index": self.node(frame.index)}

    def _sparse(self, value: sparse.csr_matrix) -> Any:
        parts = [self._place(part) for part in (value.data, value.indices, value.indptr)]
        return {"$": "csr", "at": parts, "shape": list(map(int, value.shape))}

    def _object(self, value: Any) -> Any:
        kind = type(value)
        if not kind.__module__.startswith(_HOMES):
            raise TypeError(f"objects of {kind.__module__}.{kind.__name__} are not written")
        if dataclasses.is_dataclass(value):
            state = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        else:
            state = vars(value)
        home = kind.__module__.removeprefix("qualkit.")
        return {"$": "object", "class": f"{home}:{kind.__name__}", "state": self._dict(state)}


class _Reader:
    """Turns JSON values back into objects; anything unexpected is an error."""

    def __init__(self, arrays: Any) -> None:
        self._arrays = arrays

    def value(self, node: Any) -> Any:
        """Return the object that a node stands for."""
        if isinstance(node, list):
            return [self.value(one) if isinstance(one, (dict, list)) else one for one in node]
        if not isinstance(node, dict):
            return node
        readers: dict[str, Callable[[Any], Any]] = {
            "float": lambda one: float(str(one["is"])),
            "tuple": lambda one: tuple(self.value(one["of"])),
            "set": lambda one: set(self.value(one["of"])),
            "dict": self._dict,
            "number": lambda one: self._array(one["at"])[()],
            "objects": self._objects,
            "array": lambda one: self._array(one["at"]),
            "places": lambda one: pd.MultiIndex.from_frame(self.value(one["of"])),
            "range": lambda one: pd.RangeIndex.from_range(range(*one["of"]), name=one["name"]),
            "index": lambda one: pd.Index(
                self.value(one["of"]), dtype=one["dtype"], name=one["name"]
            ),
            "series": self._series,
            "frame": self._frame,
            "csr": self._sparse,
            "object": self._object,
        }
        return readers[node["$"]](node)

    def _dict(self, node: Any) -> dict[Any, Any]:
        return dict(zip(self.value(node["keys"]), self.value(node["values"]), strict=True))

    def _array(self, at: Any) -> Any:
        if type(at) is not int or at < 0:
            raise ValueError("an array that is not there")
        return self._arrays[at]

    def _objects(self, node: Any) -> Any:
        values = self.value(node["of"])
        found = np.empty(len(values), dtype=object)
        found[:] = values
        return found

    def _series(self, node: Any) -> Any:
        index, values = self.value(node["index"]), self.value(node["of"])
        return pd.Series(values, index=index, dtype=node["dtype"], name=node["name"])

    def _frame(self, node: Any) -> Any:
        index = self.value(node["index"])
        columns = {
            name: pd.Series(self.value(values), index=index, dtype=dtype)
            for name, dtype, values in node["columns"]
        }
        return pd.DataFrame(columns, index=index)

    def _sparse(self, node: Any) -> sparse.csr_matrix:
        data, indices, indptr = (self._array(at) for at in node["at"])
        rows, columns = map(int, node["shape"])
        if len(indptr) != rows + 1:
            raise ValueError("a sparse table of an absurd shape")
        matrix = sparse.csr_matrix((data, indices, indptr), shape=(rows, columns))
        matrix.check_format(full_check=True)
        return matrix

    def _object(self, node: Any) -> Any:
        home, _, name = str(node["class"]).partition(":")
        module = f"qualkit.{home}"
        if not module.startswith(_HOMES) or not module.replace(".", "").replace("_", "").isalpha():
            raise ValueError("a class that no model is made of")
        kind = getattr(import_module(module), name)
        if not isinstance(kind, type) or kind.__module__ != module:
            raise ValueError("a class that no model is made of")
        state = {str(key): value for key, value in self._dict(node["state"]).items()}
        if dataclasses.is_dataclass(kind):
            return kind(**state)
        made: Any = object.__new__(kind)
        made.__dict__.update(state)
        return made
