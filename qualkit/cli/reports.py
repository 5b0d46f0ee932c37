"""The options of a report, for the commands that write one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

__all__ = ["report_options"]

_OPTIONS = (
    click.option("--codes", multiple=True, help="Report only this code and those below it."),
    click.option("--by", help="Of a report: what makes the groups, as for frequency."),
    click.option("--quotes", type=int, help="Of a report: how many for each code; 3 by default."),
    click.option("--all-quotes", is_flag=True, help="Of a report: every quotation, whole."),
    click.option("--round", "round_name", help="Report only this round."),
    click.option("--coder", "coders", multiple=True, help="Report only the codings of this coder."),
    click.option(
        "--seed", type=click.IntRange(0), help="Of a report: of all that is drawn at random."
    ),
)
_NAMES = ("codes", "by", "quotes", "round_name", "coders", "seed")


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return the command with the options of a report; it gets those that are in use."""

    @functools.wraps(command)
    def told(*args: Any, all_quotes: bool, **options: Any) -> Any:
        given = {name: options.pop(name) for name in _NAMES}
        reported = {name: value for name, value in given.items() if value not in (None, ())}
        if all_quotes:
            reported["quotes"] = None
        return command(*args, **options, **reported)

    for option in reversed(_OPTIONS):
        told = option(told)
    return told
