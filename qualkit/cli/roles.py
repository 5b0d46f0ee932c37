"""Commands about who leads a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qualkit.cli.group import ListingGroup
from qualkit.cli.opening import reading, working
from qualkit.cli.output import listing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMMANDS"]


@click.group(cls=ListingGroup)
def role() -> None:
    """List who leads, or name somebody lead or coder."""


@role.command("list")
@click.argument("project")
@listing
def role_list(project: str) -> pd.DataFrame:
    """List the coders and their roles (what `qualkit role PROJECT` does)."""
    with reading(project) as opened:
        return opened.list_roles()


@role.command("set")
@click.argument("project")
@click.argument("coder")
@click.argument("role", type=click.Choice(["lead", "coder"]))
@listing
def role_set(project: str, coder: str, role: str) -> pd.DataFrame:
    """Name CODER lead, or coder again; a project without any lead lets everybody do all."""
    with working(project) as opened:
        return opened.set_role(coder, role)


COMMANDS = (role,)
