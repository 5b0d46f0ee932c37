"""Writing turns that a container gives into one plain text with their spans."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qualkit.text.reading import Reading, Turn

__all__ = ["TurnText", "Who"]


@dataclass(frozen=True)
class Who:
    """What a container says of a speaker beside the name."""

    role: str | None = None
    organisation: str | None = None


_NOBODY = Who()


class TurnText:
    r"""Grows a text turn by turn: "Name: words", a blank line between turns.

    Example:
        >>> text = TurnText()
        >>> text.add("We left.", speaker="Ann")
        >>> text.add("Why?", speaker="Bo")
        >>> reading = text.reading("utf-8")
        >>> reading.text
        'Ann: We left.\n\nBo: Why?'
        >>> [reading.text[turn.start : turn.end] for turn in reading.turns]
        ['We left.', 'Why?']
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._turns: list[Turn] = []
        self._spans: list[list[tuple[int, int]]] = []
        self._length = 0

    def add(
        self,
        words: str,
        *,
        speaker: str | None = None,
        time: float | None = None,
        section: str | None = None,
        who: Who = _NOBODY,
        is_joined: bool = False,
    ) -> None:
        """Add a turn.

        Args:
            words: what is said; must not be blank.
            speaker: label as given.
            time: seconds from the start.
            section: what the turn stands under.
            who: what else is known of the speaker.
            is_joined: go on with the turn before if the speaker is the same.
        """
        last = self._turns[-1] if self._turns else None
        if is_joined and last and last.speaker == speaker and last.section == section:
            self._append("\n")
            start = self._length
            self._append(words)
            self._spans[-1].append((start, self._length))
            return
        if self._parts:
            self._append("\n\n")
        mark = self._length
        if speaker:
            self._append(f"{speaker}: ")
        start = self._length
        self._append(words)
        self._turns.append(
            Turn(
                mark,
                start,
                start,
                speaker=speaker,
                role=who.role,
                organisation=who.organisation,
                time=time,
                section=section,
            )
        )
        self._spans.append([(start, self._length)])

    def _append(self, piece: str) -> None:
        self._parts.append(piece)
        self._length += len(piece)

    def reading(self, encoding: str, remarks: tuple[tuple[str, str], ...] = ()) -> Reading:
        """Return the text with its turns."""
        turns = tuple(
            replace(turn, end=spans[-1][1], parts=tuple(spans))
            for turn, spans in zip(self._turns, self._spans, strict=True)
        )
        return Reading("".join(self._parts), turns=turns, encoding=encoding, remarks=remarks)
