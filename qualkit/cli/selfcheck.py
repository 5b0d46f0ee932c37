"""The command that recomputes published worked examples on this machine."""

from __future__ import annotations

import click

import qualkit as qk
from qualkit.cli.output import show
from qualkit.errors import CheckFailedError

__all__ = ["COMMANDS"]


@click.command()
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV.")
def selfcheck(form: str | None) -> None:
    """Recompute published worked examples: expected, got, and who printed them."""
    table = qk.selfcheck()
    show(table, form)
    failed = int((~table["ok"]).sum())
    if failed:
        raise CheckFailedError(
            f"{failed} of {len(table)} published values do not come out",
            remedy="do not use numbers from this installation, and report it",
        )


COMMANDS = (selfcheck,)
