"""Speakers, the people on a list, and the stakeholder types they stand for."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Person", "Speaker", "StakeholderType", "TypeRule", "Typology"]


@dataclass(frozen=True)
class Person:
    """A line of an attendee list or of a list of authors.

    Attributes:
        name: as printed, without role.
        role: job title, if printed.
        organisation: if printed.
    """

    name: str
    role: str | None = None
    organisation: str | None = None


@dataclass(frozen=True)
class Speaker:
    """The voice an utterance belongs to.

    Attributes:
        name: as the document prints it most fully.
        role: job title or part played, if known.
        organisation: if known.
        aliases: other ways the document prints the name: initials, misprints, short forms.
        is_moderator: asks rather than answers: chair of a round table, interviewer, facilitator.
        is_generic: a label such as "Participant A" that means another person in another document.
        is_organisation: the author of a letter or report, not a person.
        stakeholder_type: id of the type; None until a typology decides.
        type_reason: the rule that decided, or who set it by hand.
    """

    name: str
    role: str | None = None
    organisation: str | None = None
    aliases: tuple[str, ...] = ()
    is_moderator: bool = False
    is_generic: bool = False
    is_organisation: bool = False
    stakeholder_type: str | None = None
    type_reason: str | None = None


@dataclass(frozen=True)
class StakeholderType:
    """A group that speakers stand for.

    Attributes:
        id: short and stable: lower case, digits, underscores.
        name: as shown.
        definition: who belongs to it.
        colour: "#rrggbb".
        is_moderator: its speakers are left out of denominators unless asked for.
    """

    id: str
    name: str
    definition: str = ""
    colour: str | None = None
    is_moderator: bool = False


@dataclass(frozen=True)
class TypeRule:
    """Speakers whose fields match are of this type; every field named must match.

    Attributes:
        type: id of a stakeholder type.
        name, role, organisation: patterns in the marker language (see ``qualkit.text.markers``);
            a field matches when any of its patterns does; an empty tuple asks nothing.
        moderator: if set, the speaker must (or must not) be a moderator.
    """

    type: str
    name: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    moderator: bool | None = None


@dataclass(frozen=True)
class Typology:
    """The stakeholder types of a project and the rules that assign them; the first match wins."""

    name: str
    types: tuple[StakeholderType, ...]
    rules: tuple[TypeRule, ...] = ()
    description: str = ""
