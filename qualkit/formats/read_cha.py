"""CHAT transcripts: .cha, as CLAN writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import decode
from qualkit.formats.read_lines import one_line, tidy
from qualkit.formats.read_plain import encoding_remarks
from qualkit.formats.turn_text import TurnText, Who
from qualkit.text.reading import Reading

__all__ = ["read_cha"]

_TIER = re.compile(r"([*%@])([^:\t]{1,40}):?\t?\s*(.*)", re.DOTALL)
_BULLET = re.compile(
    "\x15[^\x15\n]{0,200}\x15|(?<!\\S)\\d{1,10}_\\d{1,10}(?=[ \\t]*$)", re.MULTILINE
)
_TIMES = re.compile(r"(\d{1,10})_(\d{1,10})")
_TOLD = {"Comment", "Date", "Location", "Situation", "Activities", "Transcriber", "Warning"}
_OPENS = {"Bg", "G"}


@dataclass
class _Transcript:
    names: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    dependent: dict[str, int] = field(default_factory=dict)
    section: str | None = None
    text: TurnText = field(default_factory=TurnText)
    speaking: set[str] = field(default_factory=set)


def read_cha(source: bytes, source_name: str) -> Reading:
    r"""Return the turns of a CHAT transcript with speakers, roles and times.

    Names and roles come from @Participants. The codes within the words stay as they are; times
    between bullets are taken out of them. Dependent tiers (%mor and the like) are counted in a
    finding. Gems (@Bg, @G) become sections.

    Raises:
        EmptyFileError: nobody speaks in it.
        UnreadableFileError: it is no CHAT file.

    Example:
        >>> chat = b"@Participants:\tANN Ann_Lee Investigator\n*ANN:\twe left . \x15150_900\x15\n"
        >>> turn = read_cha(b"@Begin\n" + chat, "a.cha").turns[0]
        >>> turn.speaker, turn.role, turn.time
        ('Ann Lee', 'Investigator', 0.15)
    """
    decoded = decode(source, source_name)
    tiers = _tiers(decoded.text)
    if not any(line.startswith(("@", "*")) for line in tiers):
        raise UnreadableFileError(
            "this is no CHAT transcript; its lines begin with '@', '*' or '%'",
            where=source_name,
            remedy="rename it if it is plain text",
        )
    transcript = _Transcript()
    for tier in tiers:
        found = _TIER.match(tier)
        if found is None or (found[1] == "@" and "\t" not in tier):
            _note(transcript, "", tier.rstrip(": "))
        elif found[1] == "@":
            _header(transcript, found[2], found[3])
        elif found[1] == "%":
            transcript.dependent[found[2]] = transcript.dependent.get(found[2], 0) + 1
        else:
            _turn(transcript, found[2], found[3])
    remarks = (*encoding_remarks(decoded), *_remarks(transcript))
    reading = transcript.text.reading(decoded.encoding, remarks)
    if not reading.turns:
        raise EmptyFileError("nobody speaks in the transcript", where=source_name)
    return reading


def _tiers(text: str) -> list[str]:
    """Return the lines, those that begin with white space joined to the one above."""
    tiers: list[list[str]] = []
    for line in text.split("\n"):
        if line[:1] in {"\t", " "} and tiers:
            tiers[-1].append(line)
        elif line.strip():
            tiers.append([line])
    return ["\n".join(lines) for lines in tiers]


def _note(transcript: _Transcript, name: str, words: str) -> None:
    known = {"@UTF8", "@Begin", "@End", "@Blank", "@Date"}
    if one_line(words) not in known:
        transcript.told.append(f"{name}: {one_line(words)}" if name else one_line(words))


def _header(transcript: _Transcript, name: str, value: str) -> None:
    if name == "Participants":
        for entry in value.split(","):
            words = entry.split()
            if words:
                code, *rest = words
                transcript.names[code] = one_line(" ".join(rest[:-1]).replace("_", " ")) or code
                transcript.roles[code] = one_line(rest[-1].replace("_", " ")) if rest else ""
    elif name in _OPENS:
        transcript.section = one_line(value) or None
    elif name == "Eg":
        transcript.section = None
    elif name in _TOLD and value.strip():
        _note(transcript, name, value)


def _turn(transcript: _Transcript, code: str, value: str) -> None:
    """Add what somebody says, a part for each time it carries."""
    code = one_line(code)
    transcript.speaking.add(code)
    name = transcript.names.get(code) or code
    who = Who(transcript.roles.get(code) or None)
    start = 0
    for bullet in [*_BULLET.finditer(value), None]:
        words = _words(value[start : bullet.start() if bullet else len(value)])
        times = _TIMES.search(bullet.group()) if bullet else None
        time = int(times.group(1)) / 1000 if times else None
        start = bullet.end() if bullet else len(value)
        if words:
            transcript.text.add(
                words, speaker=name, time=time, section=transcript.section, who=who, is_joined=True
            )


def _words(value: str) -> str:
    lines = (" ".join(line.split()) for line in tidy(value).split("\n"))
    return "\n".join(line for line in lines if line)


def _remarks(transcript: _Transcript) -> tuple[tuple[str, str], ...]:
    said = []
    if transcript.told:
        said.append(("header", f"The file says of itself: {'; '.join(transcript.told)}."))
    if transcript.dependent:
        tiers = ", ".join(f"%{name} ({n})" for name, n in sorted(transcript.dependent.items()))
        said.append(("left out", f"Tiers that are not speech were left out: {tiers}."))
    silent = [
        f"{name} ({transcript.roles[code]})"
        for code, name in transcript.names.items()
        if code not in transcript.speaking
    ]
    if silent:
        said.append(("listed", f"Listed as taking part, but without a turn: {', '.join(silent)}."))
    return tuple(said)
