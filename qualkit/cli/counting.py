"""Options that all commands with counts share: whose codings, which round, whose words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

__all__ = ["ATTRIBUTES", "BY", "given", "seeded", "whose"]

BY = click.option(
    "--by",
    default="stakeholder_type",
    show_default=True,
    help="What makes the groups: also organisation, role, speaker, document, kind, third ...",
)
ATTRIBUTES = click.option(
    "--attributes",
    metavar="FILE",
    help="A table with a column speaker or document, and more attributes to group by.",
)
_SEED = click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the random numbers."
)
_PERMUTATIONS = click.option(
    "--permutations", default=999, show_default=True, help="How many random arrangements."
)
_WHOSE = (
    click.option("--coder", "coders", multiple=True, help="Whose codings; may be repeated."),
    click.option("--round", "round_name", help="Only this round."),
    click.option("--moderators", is_flag=True, help="Count what moderators said, too."),
)


def whose(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --coder, --round and --moderators."""
    for option in reversed(_WHOSE):
        command = option(command)
    return command


def seeded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --seed and --permutations."""
    return _SEED(_PERMUTATIONS(command))


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options for Python: what was not said is None."""
    return {name: None if value == () else value for name, value in options.items()}
