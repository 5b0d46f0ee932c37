"""What findings count, put in order once for each state of the project."""

from __future__ import annotations

from collections.abc import Sequence

from qualkit.analysis.cooccurrence import Met, met
from qualkit.analysis.material import Material, gather_rows
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import Chosen, counted_rows

__all__ = ["counted_material", "counted_meetings", "is_plain"]

_PLAIN = frozenset({"document", "kind", "label", "organisation", "reported", "role", "section",
                    "speaker", "stakeholder_type"})  # fmt: skip


def is_plain(by: str | None) -> bool:
    """Return whether groups are made by what every utterance says of itself without its words."""
    return by is None or by in _PLAIN


def counted_material(
    project: Handle,
    coders: Sequence[str] | None,
    round_name: str | None,
    *,
    moderators: bool,
) -> tuple[Chosen, Material]:
    """Return what ``layers.counted_layer`` counts, in order; its utterances have no words.

    It stays with the open project as long as that is as it is, and is not to be changed.

    Raises:
        NotEnoughError: nobody has coded yet.
        UnknownNameError: a coder or round that the project lacks.
    """
    chosen = counted_rows(project, coders, round_name)
    key = ("material", None if coders is None else tuple(coders), round_name, moderators)
    return chosen, chosen.read.once(key, lambda: _gathered(chosen, moderators=moderators))


def counted_meetings(
    project: Handle,
    coders: Sequence[str] | None,
    round_name: str | None,
    *,
    moderators: bool,
    within: str,
    by: str | None,
) -> tuple[Chosen, Material, Met]:
    """Return ``counted_material``, and how often codes meet in it; both stay alike.

    Raises:
        NotEnoughError: nobody has coded yet.
        UnknownNameError: a coder or round that the project lacks.
        OptionError: an unknown unit.
    """
    chosen, material = counted_material(project, coders, round_name, moderators=moderators)
    read, parents = chosen.read, chosen.codebook.parents()
    whose = (None if coders is None else tuple(coders), round_name, moderators)
    found = read.once(
        ("met", *whose, within, by),
        lambda: met(material, read.codings, within=within, by=by, parents=parents),
    )
    return chosen, material, found


def _gathered(chosen: Chosen, *, moderators: bool) -> Material:
    read, whole = chosen.read, bool(chosen.codings.all())
    at, code = read.codings["utterance"].to_numpy(), read.codings["code"]
    some = (at, code) if whole else (at[chosen.codings], code[chosen.codings])
    parents = read.codebook.parents()
    return gather_rows(read.places, chosen.seen, some, parents=parents, moderators=moderators)
