"""Transcriber transcripts: .trs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import refuse_other_kind
from qualkit.formats.read_lines import one_line
from qualkit.formats.read_xml import parse_xml
from qualkit.formats.turn_text import TurnText, Who
from qualkit.text.reading import Reading

__all__ = ["read_trs"]

_KIND = "Transcriber file"
_LONGEST = 10_000_000.0


@dataclass
class _Transcript:
    names: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    marks: Counter[str] = field(default_factory=Counter)
    text: TurnText = field(default_factory=TurnText)
    together: int = 0


def read_trs(source: bytes, source_name: str) -> Reading:
    r"""Return the turns of a Transcriber file with speakers, topics and times.

    Noises and comments stand in square brackets among the words; marks of pronunciation, entities
    and language are counted in a finding. Where two speak at once, each has a turn.

    Raises:
        EmptyFileError: nobody speaks in it.
        UnreadableFileError: it is no Transcriber file, breaks off, or declares entities.

    Example:
        >>> trs = (b'<Trans><Speakers><Speaker id="a" name="Ann"/></Speakers><Section>'
        ...        b'<Turn speaker="a"><Sync time="2.5"/>We left.</Turn></Section></Trans>')
        >>> turn = read_trs(trs, "a.trs").turns[0]
        >>> turn.speaker, turn.time
        ('Ann', 2.5)
    """
    refuse_other_kind(source, source_name)
    root = parse_xml(source, source_name, _KIND)
    if root.tag != "Trans":
        raise UnreadableFileError(
            f"this is no {_KIND}; its first element is '{root.tag}'",
            where=source_name,
            remedy="export it again",
        )
    transcript = _Transcript(
        names={s.get("id") or "": one_line(s.get("name") or "") for s in root.iter("Speaker")},
        topics={t.get("id") or "": one_line(t.get("desc") or "") for t in root.iter("Topic")},
    )
    for section in root.iter("Section"):
        topic = transcript.topics.get(section.get("topic") or "") or None
        for turn in section.iterchildren("Turn"):
            _turn(transcript, turn, topic)
    encoding = (root.getroottree().docinfo.encoding or "utf-8").lower()
    reading = transcript.text.reading(encoding, _remarks(transcript))
    if not reading.turns:
        raise EmptyFileError("nobody speaks in the transcript", where=source_name)
    return reading


def _turn(transcript: _Transcript, turn: Any, topic: str | None) -> None:
    ids = (turn.get("speaker") or "").split()
    names = [transcript.names.get(name) or name for name in ids]
    transcript.together += len(names) > 1
    start = _time(turn.get("startTime"))
    for number, time, words in _pieces(transcript, turn):
        speaker = names[min(number, len(names) - 1)] if names else None
        transcript.text.add(
            words,
            speaker=speaker,
            time=start if time is None else time,
            section=topic,
            who=Who(),
            is_joined=True,
        )


def _pieces(transcript: _Transcript, turn: Any) -> Iterator[tuple[int, float | None, str]]:
    """Yield the words between two times or voices, with the number of the voice."""
    number, time = 0, None
    words = [turn.text or ""]
    for child in turn.iter():
        if child is turn:
            continue
        if child.tag in {"Sync", "Who"}:
            if one_line("".join(words)):
                yield number, time, one_line("".join(words))
            words = []
            time = _time(child.get("time")) if child.tag == "Sync" else time
            number = max(0, _number(child.get("nb")) - 1) if child.tag == "Who" else 0
        else:
            words.append(_mark(transcript, child))
        words += [child.text or "", child.tail or ""]
    if one_line("".join(words)):
        yield number, time, one_line("".join(words))


def _mark(transcript: _Transcript, element: Any) -> str:
    """Return a noise or a comment in brackets; count any other mark."""
    said = one_line(element.get("desc") or "")
    kind = element.get("type") or ""
    if said and (element.tag == "Comment" or (element.tag == "Event" and kind == "noise")):
        return f" [{said}] "
    transcript.marks[kind or str(element.tag).lower()] += 1
    return ""


def _time(value: str | None) -> float | None:
    try:
        time = float(value) if value else None
    except ValueError:
        return None
    return time if time is not None and 0 <= time < _LONGEST else None


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 6 else 1


def _remarks(transcript: _Transcript) -> tuple[tuple[str, str], ...]:
    said = []
    if transcript.marks:
        kinds = ", ".join(f"{kind} ({n})" for kind, n in sorted(transcript.marks.items()))
        said.append(("left out", f"Marks within the words were left out: {kinds}."))
    if transcript.together:
        said.append(("together", f"In {transcript.together} turns several people speak at once."))
    return tuple(said)
