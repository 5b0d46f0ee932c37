"""Speech-to-text results: .json of WhisperX, Whisper and services like them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import decode
from qualkit.formats.read_lines import one_line, tidy
from qualkit.formats.read_plain import encoding_remarks
from qualkit.formats.turn_text import TurnText
from qualkit.text.reading import Hint, Reading
from qualkit.text.shapes import seconds

__all__ = ["read_json"]

_TEXTS = (
    "text", "transcript", "utterance", "sentence", "content", "display", "words_text", "body",
    "punctuated_word", "word", "value", "token",
)  # fmt: skip
_SPEAKERS = (
    "speaker", "speaker_label", "speaker_name", "speakerName", "speaker_id", "speakerId",
    "speakerTag", "speaker_tag", "name", "participant", "who", "channel",
)  # fmt: skip
_TIMES = (
    "start", "start_time", "startTime", "begin", "from", "ts", "offset", "offsets", "timestamp",
    "timestamps", "time", "start_ms", "startMs", "offsetInTicks",
)  # fmt: skip
_CLOCK = re.compile(r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,6})?")
_LIKE_A_TIME = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s)?")
_WORD = re.compile(r"\w+")
_SIGN = re.compile(r"[^\w\s]+")
_ENDS = re.compile(r"[.!?…]$")
_TOKENS = 1.4
_PAUSE = 2.0
_MOST_NODES = 5_000_000
_SLOWEST = 0.05
_NEARLY_ALL = 0.85


@dataclass
class _Entry:
    words: str
    speaker: str | None = None
    time: float | None = None
    is_whole: bool = True


@dataclass
class _List:
    """All objects with words that stand at one kind of place, such as segments/words."""

    path: str
    entries: list[_Entry] = field(default_factory=list)

    @property
    def words(self) -> int:
        return sum(len(_WORD.findall(entry.words)) for entry in self.entries)

    @property
    def has_speakers(self) -> bool:
        return any(entry.speaker for entry in self.entries)

    @property
    def is_tokens(self) -> bool:
        return len(self.entries) > 1 and self.words < _TOKENS * len(self.entries)


def read_json(source: bytes, source_name: str) -> Reading:
    r"""Return the utterances of a speech-to-text result.

    The list of objects that holds the words is found by looking for objects with a text, wherever
    they stand; among several, the one with (nearly) all the words, with speakers, and with more
    than one word each is read. Single words are joined to turns. What was taken is said in a
    finding.

    Raises:
        EmptyFileError: none of the objects holds words.
        UnreadableFileError: it is no JSON, breaks off, is nested too deeply, or holds no
            utterances.

    Example:
        >>> reading = read_json(b'{"segments": [{"start": 1, "text": " We left.", '
        ...                     b'"speaker": "A"}]}', "a.json")
        >>> reading.text, reading.turns[0].time
        ('A: We left.', 1.0)
    """
    decoded = decode(source, source_name)
    lists = _lists(_parsed(decoded.text, source_name), source_name)
    if not lists:
        raise UnreadableFileError(
            "there is no list of utterances in the JSON; each needs a text and may have a speaker "
            "and a start",
            where=source_name,
            remedy="export it as segments with text, or as vtt",
        )
    chosen = _chosen(lists)
    if not chosen.words:
        raise EmptyFileError("there are no words in the JSON", where=source_name)
    _scale(chosen)
    remarks = (*encoding_remarks(decoded), *_said(chosen, lists))
    entries = _joined(chosen) if chosen.is_tokens else chosen.entries
    return _reading([entry for entry in entries if entry.words], decoded.encoding, remarks)


def _parsed(text: str, source_name: str) -> object:
    try:
        found: object = json.loads(text)
    except RecursionError as error:
        raise UnreadableFileError(
            "the JSON is nested too deeply", where=source_name, remedy="export it again"
        ) from error
    except ValueError as error:
        reason = str(error) if isinstance(error, json.JSONDecodeError) else "a number is too long"
        raise UnreadableFileError(
            f"this is no JSON, or it is damaged or breaks off ({reason})",
            where=source_name,
            remedy="export it again",
        ) from error
    return found


def _lists(root: object, source_name: str) -> list[_List]:
    """Return the objects with words by their place, in the order in which they stand."""
    found: dict[str, _List] = {}
    stack: list[tuple[str, object, str | None]] = [("", root, None)]
    nodes = 0
    while stack:
        path, node, speaker = stack.pop()
        nodes += 1
        if nodes > _MOST_NODES:
            raise UnreadableFileError(
                "the JSON holds too many things to be one transcript",
                where=source_name,
                remedy="split it",
            )
        if isinstance(node, list):
            stack += [(path, child, speaker) for child in reversed(node)]
        elif isinstance(node, Mapping):
            entry = _entry(node, speaker)
            if entry is not None:
                found.setdefault(path, _List(path)).entries.append(entry)
            own = _speaker(node) or speaker
            stack += [
                (f"{path}/{key}" if path else str(key), child, own)
                for key, child in reversed(list(node.items()))
                if isinstance(child, (list, Mapping))
            ]
    return [one for one in found.values() if len(one.entries) > 1 or "/" not in one.path]


def _entry(node: Mapping[str, Any], speaker: str | None) -> _Entry | None:
    words = next((node[key] for key in _TEXTS if isinstance(node.get(key), str)), None)
    if words is None:
        return None
    return _Entry(tidy(words).strip(), _speaker(node) or speaker, _time(node))


def _speaker(node: Mapping[str, Any]) -> str | None:
    for key in _SPEAKERS:
        value = node.get(key)
        if isinstance(value, Mapping):
            value = value.get("name") or value.get("id")
        if isinstance(value, str) and one_line(value):
            return one_line(value)[:200].strip()
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10_000:
            return f"Speaker {value}"
    return None


def _time(node: Mapping[str, Any]) -> float | None:
    for key in _TIMES:
        value = node.get(key)
        if isinstance(value, Mapping):
            value = value.get("from", value.get("start"))
        if isinstance(value, list):
            value = value[0] if value else None
        time = _seconds(value)
        if time is not None:
            return time / 1e7 if key.endswith("Ticks") else time / 1e3 if _is_ms(key) else time
    return None


def _is_ms(key: str) -> bool:
    return key.endswith(("_ms", "Ms"))


def _seconds(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        fits = -1 <= value < 1e15  # also says no to what is no number
        return float(value) if fits and math.isfinite(value) else None
    if not isinstance(value, str):
        return None
    if _CLOCK.fullmatch(value):
        return seconds(value)
    found = _LIKE_A_TIME.fullmatch(value)
    if found is None:
        return None
    return float(found.group(1)) / (1000 if found.group(2) == "ms" else 1)


def _chosen(lists: list[_List]) -> _List:
    most = max(one.words for one in lists)
    full = [one for one in lists if one.words >= _NEARLY_ALL * most]
    return max(full, key=lambda one: (one.has_speakers, not one.is_tokens, one.words))


def _scale(found: _List) -> None:
    """Make seconds of milliseconds, known by speech that would be impossibly slow."""
    times = [entry.time for entry in found.entries if entry.time is not None]
    if len(times) < 2 or any(time != int(time) for time in times):
        return
    if found.words / max(1.0, max(times) - min(times)) < _SLOWEST:
        for entry in found.entries:
            entry.time = None if entry.time is None else entry.time / 1000


def _joined(found: _List) -> list[_Entry]:
    """Join single words to turns of one speaker; without speakers, to sentences."""
    turns: list[_Entry] = []
    words: list[str] = []
    entries = [entry for entry in found.entries if entry.words]
    for entry, after in pairwise([*entries, _Entry("")]):
        if not words:
            turns.append(_Entry("", entry.speaker, entry.time))
        glued = words and _SIGN.fullmatch(entry.words)
        words.append(entry.words if glued or not words else f" {entry.words}")
        if after.speaker != entry.speaker or not after.words or _is_end(found, entry, after):
            turns[-1].words = "".join(words)
            words = []
    return turns


def _is_end(found: _List, entry: _Entry, after: _Entry) -> bool:
    if found.has_speakers:
        return False
    pause = (after.time or 0.0) - (entry.time or 0.0)
    return bool(_ENDS.search(entry.words)) or pause > _PAUSE


def _reading(entries: list[_Entry], encoding: str, remarks: tuple[tuple[str, str], ...]) -> Reading:
    if any(entry.speaker for entry in entries):
        text = TurnText()
        for entry in entries:
            text.add(entry.words, speaker=entry.speaker, time=entry.time, is_joined=True)
        return text.reading(encoding, remarks)
    return _as_lines(entries, encoding, remarks)


def _as_lines(
    entries: list[_Entry], encoding: str, remarks: tuple[tuple[str, str], ...]
) -> Reading:
    """Return the words as captions, in which speaker labels are searched for."""
    hints: dict[int, Hint] = {}
    offset = 0
    for entry in entries:
        hints[offset] = Hint(time=entry.time)
        offset += len(entry.words) + 1
    text = "\n".join(entry.words for entry in entries)
    return Reading(text, hints, is_timed=True, encoding=encoding, remarks=remarks)


def _said(chosen: _List, lists: list[_List]) -> Iterator[tuple[str, str]]:
    def name(one: _List) -> str:
        return f"'{one.path}'" if one.path else "the list itself"

    speakers = "with speakers" if chosen.has_speakers else "without speakers"
    joined = ", its single words joined" if chosen.is_tokens else ""
    yield "columns", f"The utterances were taken from {name(chosen)}, {speakers}{joined}."
    others = ", ".join(name(one) for one in lists if one is not chosen)
    if others:
        yield "left out", f"Other lists of words were not read: {others}."
