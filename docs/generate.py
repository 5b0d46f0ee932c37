"""Write docs/command-line.md from the commands themselves; ``--check`` fails when it is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from qualkit.cli import main

TARGET = Path(__file__).parent / "command-line.md"
HEAD = """# The command line

Written by `docs/generate.py` from the commands themselves. PROJECT is a project file or a
`postgresql+psycopg://` URL. What lists something shows a table; `--json` and `--csv` give the same
columns to a script. An error is one sentence on stderr. The program ends with 0 when all went well,
with 2 when the input was wrong, and with 1 when a check found faults.
"""


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its full name, groups before what is in them."""
    for name in sorted(group.commands):
        command = group.commands[name]
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


def reference() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for name, command in commands(main, "qualkit"):
        context = click.Context(command, info_name=name, terminal_width=88)
        parts.append(f"## {name}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    page = reference()
    if "--check" in sys.argv:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != page:
            sys.exit(f"{TARGET.name} is stale; run: make format")
    else:
        TARGET.write_text(page, encoding="utf-8")
