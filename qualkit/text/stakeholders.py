"""Which stakeholder type a speaker stands for, by the rules of a typology."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from qualkit.model import Speaker, TypeRule, Typology
from qualkit.text.markers import compile_markers

__all__ = ["assign_type"]


def assign_type(speaker: Speaker, typology: Typology) -> Speaker:
    """Return the speaker with the type of the first rule that matches, and the reason.

    A rule on ``name`` also looks at the aliases. A speaker whom no rule matches comes back as
    given.

    Args:
        speaker: with whatever is known of name, role and organisation.
        typology: its rules are tried in order.

    Raises:
        OptionError: a pattern of a rule is broken; a typology that was loaded has none.

    Example:
        >>> rules = (TypeRule("union", organisation=("UNISON", "GMB")),)
        >>> speaker = Speaker("Jo", organisation="UNISON North")
        >>> typed = assign_type(speaker, Typology("T", (), rules))
        >>> typed.stakeholder_type, typed.type_reason
        ('union', "organisation has 'UNISON' (rule 1)")
    """
    for number, rule in enumerate(typology.rules, start=1):
        reason = _reason(speaker, rule)
        if reason is not None:
            return replace(
                speaker, stakeholder_type=rule.type, type_reason=f"{reason} (rule {number})"
            )
    return speaker


def _reason(speaker: Speaker, rule: TypeRule) -> str | None:
    """Return why the rule matches, or None when it does not."""
    if rule.moderator is not None and rule.moderator != speaker.is_moderator:
        return None
    fields = (
        ("name", rule.name, (speaker.name, *speaker.aliases)),
        ("role", rule.role, (speaker.role or "",)),
        ("organisation", rule.organisation, (speaker.organisation or "",)),
    )
    reasons = []
    for field, patterns, values in fields:
        if not patterns:
            continue
        hit = _first_hit(patterns, values)
        if hit is None:
            return None
        reasons.append(f"{field} has '{hit}'")
    if rule.moderator is not None:
        reasons.append("is a moderator" if rule.moderator else "is not a moderator")
    return " and ".join(reasons) or None


def _first_hit(patterns: tuple[str, ...], values: tuple[str, ...]) -> str | None:
    expression = _compiled(patterns)
    hits = (expression.search(value) for value in values)
    return next((hit.group() for hit in hits if hit), None)


@lru_cache(maxsize=1024)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    expression = compile_markers(patterns)
    assert expression is not None  # a field without patterns is not asked
    return expression
