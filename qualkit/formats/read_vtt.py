"""Captions: WebVTT and SubRip."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import decode
from qualkit.formats.read_plain import encoding_remarks
from qualkit.formats.turn_text import TurnText
from qualkit.text.normalise import normalise
from qualkit.text.reading import Hint, Reading
from qualkit.text.shapes import seconds

__all__ = ["read_srt", "read_vtt"]

_VOICE = re.compile(r"<v(?P<classes>(?:\.[^\s>.]+)*)(?:\s+(?P<name>[^>]{1,200}))?>")
_TAG = re.compile(
    r"</?(?:c|b|i|u|ruby|rt|v|lang|font)(?:\.[^>\s]{1,80})?(?:\s[^>]{0,200})?>|"
    r"<\d{1,3}:\d{2}(?::\d{2})?[.,]\d{1,3}>"
)
_HEADER = "WEBVTT"
_CLASS_NUMBER = re.compile(r"^(speaker|spk|s)[_-]?(\d+)$", re.IGNORECASE)


@dataclass(frozen=True)
class _Cue:
    """Words of one voice in one caption."""

    time: float
    speaker: str | None
    words: str


def read_vtt(source: bytes, source_name: str) -> Reading:
    r"""Return the captions of a WebVTT file.

    Captions with voice tags become turns; others are searched for speaker labels.

    Raises:
        EmptyFileError: there are no captions.
        UnreadableFileError: the file is no WebVTT.

    Example:
        >>> data = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>We left."
        >>> reading = read_vtt(data, "a.vtt")
        >>> reading.text, reading.turns[0].speaker, reading.turns[0].time
        ('Ann: We left.', 'Ann', 1.0)
    """
    return _read(source, source_name, "vtt")


def read_srt(source: bytes, source_name: str) -> Reading:
    r"""Return the captions of a SubRip file.

    Raises:
        EmptyFileError: there are no captions.
        UnreadableFileError: the file is no SubRip.

    Example:
        >>> read_srt(b"1\n00:00:01,000 --> 00:00:02,000\nWe left.\n", "a.srt").text
        'We left.'
    """
    return _read(source, source_name, "srt")


def _read(source: bytes, source_name: str, kind: str) -> Reading:
    decoded = decode(source, source_name)
    text = decoded.text
    if kind == "vtt" and not text.lstrip().startswith(_HEADER) and "-->" in text:
        text = f"{_HEADER}\n\n{text}"
    try:
        captions = webvtt.WebVTT.from_buffer(iter(text.splitlines(keepends=True)), format=kind)
    except (MalformedFileError, MalformedCaptionError, ValueError, IndexError) as error:
        raise UnreadableFileError(
            f"this is no {'WebVTT' if kind == 'vtt' else 'SubRip'} file, or it is damaged",
            where=source_name,
            remedy="export the captions again, or save them as text",
        ) from error
    cues = [cue for caption in captions.iter_slice() for cue in _voices(caption)]
    if not cues:
        raise EmptyFileError("there are no captions in the file", where=source_name)
    remarks = encoding_remarks(decoded)
    if any(cue.speaker for cue in cues):
        return _as_turns(cues, decoded.encoding, remarks)
    return _as_lines(cues, decoded.encoding, remarks)


def _voices(caption: webvtt.Caption) -> Iterator[_Cue]:
    raw = caption.raw_text
    time = seconds(caption.start)
    place, speaker = 0, None
    for found in _VOICE.finditer(raw):
        yield from _cue(raw[place : found.start()], speaker, time)
        place, speaker = found.end(), _speaker(found)
    yield from _cue(raw[place:], speaker, time)


def _cue(raw: str, speaker: str | None, time: float) -> Iterator[_Cue]:
    words = html.unescape(_TAG.sub("", raw)).replace("\xa0", " ")
    plain = "\n".join(" ".join(line.split()) for line in words.splitlines() if line.strip())
    if plain:
        yield _Cue(time, speaker, normalise(plain))


def _speaker(found: re.Match[str]) -> str | None:
    name = html.unescape(found.group("name") or "").strip()
    if name:
        return " ".join(name.split())
    classes = [part for part in found.group("classes").split(".") if part]
    if not classes:
        return None
    return _CLASS_NUMBER.sub(r"\1 \2", classes[0])


def _as_turns(cues: list[_Cue], encoding: str, remarks: tuple[tuple[str, str], ...]) -> Reading:
    text = TurnText()
    for cue in cues:
        text.add(cue.words, speaker=cue.speaker, time=cue.time, is_joined=True)
    return text.reading(encoding, remarks)


def _as_lines(cues: list[_Cue], encoding: str, remarks: tuple[tuple[str, str], ...]) -> Reading:
    hints: dict[int, Hint] = {}
    offset = 0
    for cue in cues:
        hints[offset] = Hint(time=cue.time)
        offset += len(cue.words) + 1
    text = "\n".join(cue.words for cue in cues)
    return Reading(text, hints, is_timed=True, encoding=encoding, remarks=remarks)
