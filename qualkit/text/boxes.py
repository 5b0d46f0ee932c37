"""Tick boxes: which options a line offers, and which of them are ticked."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Option", "decision", "options", "stated_decision"]

_BOX = re.compile(
    r"(?P<box>[☐□❏☒☑✅]|\[\s?[xX✓✔]?\s?\]|\(\s?[xX✓✔]\s?\)|\(\s\))"
    r"(?P<mark>\s*(?:[✓✔]|[YyXx](?![\w.])|[Yy]es(?=\s*$)))?|(?P<tick>[✓✔])"
)
_EMPTY = re.compile(r"[☐□❏]|\[\s*\]|\(\s\)")
_MARKUP = re.compile(r"[*_]")
_EDGES = " .,;/|\t–—-"
_SAID = {
    "accept": "accepted",
    "agree": "agreed",
    "decline": "declined",
    "reject": "rejected",
    "note": "noted",
    "refuse": "refused",
    "approve": "approved",
    "defer": "deferred",
    "disagree": "disagreed",
    "support": "supported",
}
_LEFT_OUT = frozenset({"recommendation", "the", "this"})
_STATED = re.compile(
    r"(?:(?:we|i|the \w+(?: \w+)?)\s+)?(?P<no>(?:do|does|did|cannot|can)\s*not\s+|cannot\s+)?"
    r"(?P<how>(?:(?:partially|partly|fully|not|in part|already|largely|broadly)[\s-]+)?)"
    r"(?P<verb>accept|agree|reject|decline|support|defer|note|disagree|approve|refuse)"
    r"(?:s|ed|d|red)?\b(?P<rest>[^.,;:–—]{0,40})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to tick.

    Attributes:
        words: printed beside the box, with what leads the line before a colon.
        is_ticked: whether its box is ticked.
    """

    words: str
    is_ticked: bool


def options(text: str) -> list[Option]:
    """Return the options of a line with boxes, in order; empty when it has none.

    The words of an option stand before its box where the line ends in a box, else behind it.

    Example:
        >>> [option.words for option in options("Accepted: Yes ☒ No ☐") if option.is_ticked]
        ['Accepted: Yes']
        >>> options("[ ] Agree [x] Disagree")[1]
        Option(words='Disagree', is_ticked=True)
    """
    plain = _MARKUP.sub("", text)
    found = list(_BOX.finditer(plain))
    if not found:
        return []
    ticked = [_is_ticked(box) for box in found]
    if len(found) == 1:
        words = " ".join((plain[: found[0].start()] + " " + plain[found[0].end() :]).split())
        return [Option(words.strip(_EDGES), ticked[0])]
    edges = [0, *(place for box in found for place in box.span()), len(plain)]
    between = [plain[a:b].strip(_EDGES) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    lead, colon, first = between[0].rpartition(":")
    if between[-1]:
        lead = lead if first.strip() == "" and colon else between[0].rstrip(":")
        said = between[1:]
    else:
        said = [first.strip() if colon else between[0], *between[1:-1]]
        lead = lead if colon else ""
    prefix = f"{lead.strip()}: " if lead.strip() else ""
    return [Option(prefix + word, state) for word, state in zip(said, ticked, strict=True)]


def _is_ticked(box: re.Match[str]) -> bool:
    return bool(box.group("mark") or box.group("tick") or not _EMPTY.fullmatch(box.group("box")))


def decision(words: str) -> str:
    """Return an option as something that was decided.

    Example:
        >>> decision("Accept recommendation in full"), decision("Partly agreed")
        ('accepted in full', 'partly agreed')
    """
    plain = words.split()
    if not plain:
        return ""
    first = _SAID.get(plain[0].casefold())
    if first is None:
        return words if plain[0].isupper() else words[0].lower() + words[1:]
    return " ".join([first, *(word for word in plain[1:] if word.casefold() not in _LEFT_OUT)])


def stated_decision(text: str) -> str | None:
    """Return the decision with which a response in prose begins, or None.

    Example:
        >>> stated_decision("Accept in principle. The data will follow.")
        'accepted in principle'
        >>> stated_decision("The Government does not accept this recommendation.")
        'not accepted'
        >>> stated_decision("The roof leaks.") is None
        True
    """
    found = _STATED.match(text.strip(" *_"))
    if found is None:
        return None
    no = "not" if found.group("no") else ""
    verb = _SAID[found.group("verb").casefold()]
    rest = [word for word in found.group("rest").split() if word.casefold() not in _LEFT_OUT]
    return " ".join(filter(None, (no, found.group("how").strip().lower(), verb, *rest)))
