"""Write the pages of the reference from the code itself; ``--check`` fails when one is stale.

command-line.md is made from the commands, api.md from the public names, columns.md from the tables
that the sample study gives.
"""

from __future__ import annotations

import inspect
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import click

import qualkit as qk
from qualkit.cli import main

DOCS = Path(__file__).parent
COMMAND_LINE = """# The command line

Written by `docs/generate.py` from the commands themselves. PROJECT is a project file or a
`postgresql+psycopg://` URL. What lists something shows a table; `--json` and `--csv` give the same
columns to a script, see [Scripts](scripting.md).

## How it ends

| Code | |
|---|---|
| 0 | all went well; a list may be empty |
| 1 | a check ran to its end and found faults: {faults} |
| 2 | it could not be done: one sentence on stderr says what, where and what would do |
| 130 | stopped with Ctrl+C |
| 141 | nobody read the output to its end, as in `qualkit codings PROJECT \\| head` |

Nothing is stored by half: a command that ends with 2 has changed nothing, but for `import`, which
takes each document by itself and says which were refused. A wrong option ends with 2 as well.

| Error | Code | |
|---|---|---|
{errors}
"""
API = """# From Python

Written by `docs/generate.py`. On the site this page shows each function with what it takes, returns
and raises; read as a file it lists them, and `help(qualkit.Project.frequency)` says the same.
[Recipes](recipes.md) has a line for each of them, [Columns](columns.md) what stands in the tables.

`import qualkit as qk` is quick: names are loaded when first used. All names here are public; what
is not here may change in any version.

## Making and opening a project

{opening}

## What people do with a project

A verb is a method of `Project`. Each is one transaction: it is carried out whole or not at all.

{verbs}

## Functions on tables of your own

These need no project.

{functions}

## The nouns

{nouns}

## Errors

{errors}
"""
OPENING = ("make_demo", "create_project", "create_project_from", "open_project")
FUNCTIONS = (
    "agreement", "frequency", "cooccurrence", "read_document", "load_codebook", "load_typology",
    "selfcheck",
)  # fmt: skip
COLUMNS = """# Columns of the tables

Written by `docs/generate.py` from what the sample study gives. The same columns, in the same order,
come from Python, from `--csv` and from `--json`; a type is that of pandas: `str` is text, `Int64` a
whole number that may be missing, `float64` a number that may be missing (empty in csv, `null` in
JSON), `object` is text that may be missing. The meaning is that of the [function](api.md).
"""
GIVEN: dict[str, tuple[object, ...]] = {
    "agreement_difference": ("Low pay", "Pay gap"),
    "concordance": ("pay",),
    "differences": ("Care worker", "Central government"),
    "pair_differences": ("Care worker", "Care provider"),
    "portrait": ("harbour_round_table",),
    "retrieve": ('code:"Low pay"',),
    "utterance_history": ("harbour_round_table", 14),
}
OPTIONS: dict[str, dict[str, object]] = {
    "agreement_difference": {"between": "code"},
    "autocode": {"dry_run": True},
}
NOT_SHOWN = {  # what the study cannot give, or only slowly; see evaluation.md and suggestions.md
    "calibration_curve", "evaluate", "explain_suggestion", "learning_curve", "rate_rules",
    "suggestion_quality",
}  # fmt: skip


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its full name, groups before what is in them."""
    for name in sorted(group.commands):
        command = group.commands[name]
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


def error_kinds() -> list[type[qk.QualkitError]]:
    """Return the public errors by name."""
    found = [getattr(qk, name) for name in qk.__all__ if name.endswith("Error")]
    return sorted(found, key=lambda kind: (kind.exit_code, kind.__name__))


def command_line() -> str:
    """Return the page of the commands."""
    rows = "\n".join(
        f"| {kind.__name__} | {kind.exit_code} | {inspect.getdoc(kind).splitlines()[0]} |"
        for kind in error_kinds()
    )
    faults = "`verify`, `doctor`, `selfcheck`"
    parts = [COMMAND_LINE.format(errors=rows, faults=faults)]
    for name, command in commands(main, "qualkit"):
        context = click.Context(command, info_name=name, terminal_width=88)
        parts.append(f"## {name}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def verbs() -> dict[ModuleType, list[str]]:
    """Return the public verbs of a project by the module they come from, in the project's order."""
    found: dict[ModuleType, list[str]] = {}
    for name, function in vars(qk.Project).items():
        if inspect.isfunction(function) and not name.startswith("_"):
            home = inspect.getmodule(function)
            assert home is not None
            found.setdefault(home, []).append(name)
    return found


def _block(kind: str, names: list[str]) -> str:
    lines = "\n".join(f".. {kind}:: qualkit.{name}" for name in names)
    return f"```{{eval-rst}}\n{lines}\n```"


def _lead(module: ModuleType) -> str:
    first = inspect.getdoc(module).split("\n\n")[0].replace("\n", " ")
    return first.replace("``", "`")


def api() -> str:
    """Return the page of the public names, for autodoc."""
    groups = []
    for module, names in verbs().items():
        title = module.__name__.rpartition(".")[2].replace("_", " ").capitalize()
        listed = _block("automethod", [f"Project.{name}" for name in names])
        groups.append(f"### {title}\n\n{_lead(module)}\n\n{listed}")
    classes = [
        name
        for name in qk.__all__
        if inspect.isclass(getattr(qk, name)) and not name.endswith("Error")
    ]
    errors = [kind.__name__ for kind in error_kinds()]
    return API.format(
        opening=_block("autofunction", list(OPENING)),
        verbs="\n\n".join(groups),
        functions=_block("autofunction", list(FUNCTIONS)),
        nouns=_block("autoclass", classes).replace("\n```", "\n\n```"),
        errors=_block("autoexception", errors),
    )


def _returned(function: Callable[..., object]) -> str:
    """Return what the docstring says under Returns, on one line."""
    text = inspect.getdoc(function) or ""
    _, _, after = text.partition("\nReturns:\n")
    lines = []
    for line in after.splitlines():
        if line and not line.startswith(" "):
            break
        lines.append(line.strip())
    said = " ".join(lines).strip() or text.split("\n\n")[0].replace("\n", " ")
    return said.replace("``", "`").replace("|", r"\|")


def _table_verbs() -> Iterator[str]:
    for names in verbs().values():
        for name in names:
            signature = inspect.signature(getattr(qk.Project, name))
            needed = [
                one
                for one in list(signature.parameters.values())[1:]
                if one.default is one.empty and one.kind is not one.VAR_POSITIONAL
            ]
            tables = signature.return_annotation == "pd.DataFrame"
            if tables and name not in NOT_SHOWN and (name in GIVEN or not needed):
                yield name


def columns() -> str:
    """Return the page of the tables and their columns."""
    parts = [COLUMNS]
    with tempfile.TemporaryDirectory() as folder, qk.make_demo(folder) as project:
        for name in sorted(_table_verbs()):
            table = getattr(project, name)(*GIVEN.get(name, ()), **OPTIONS.get(name, {}))
            listed = " · ".join(f"{one} `{kind}`" for one, kind in table.dtypes.items())
            said = _returned(getattr(qk.Project, name))
            parts.append(f"## {name}\n\n{said}\n\n{listed}\n")
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": command_line,
    "api.md": api,
    "columns.md": columns,
}


if __name__ == "__main__":
    stale = []
    for name, make in PAGES.items():
        page, target = make(), DOCS / name
        if "--check" not in sys.argv:
            target.write_text(page, encoding="utf-8")
        elif not target.exists() or target.read_text(encoding="utf-8") != page:
            stale.append(name)
    if stale:
        sys.exit(f"{', '.join(stale)}: stale; run: make format")
