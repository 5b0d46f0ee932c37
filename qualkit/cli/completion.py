"""Completion in the shell: commands and options, and the names that a project knows."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    get_completion_class,
)

import qualkit as qk

if TYPE_CHECKING:
    from qualkit import Project

__all__ = ["COMMANDS", "teach"]

_PROGRAM = "qualkit"
_VARIABLE = "_QUALKIT_COMPLETE"
_SHELLS = ("bash", "zsh", "fish")
_QUOTED = re.compile(r"([^\w@%+=:,./-])")  # what bash would not take as it stands
_NAMES: dict[str, Callable[[Project], Iterable[str]]] = {
    "code": lambda project: (code.name for code in project.codebook().codes),
    "coder": lambda project: project.list_round_progress()["coder"],
    "document": lambda project: project.list_documents()["document"],
    "round": lambda project: project.list_rounds()["round"],
    "speaker": lambda project: project.list_speakers()["speaker"],
    "type": lambda project: (one.name for one in project.typology().types),
}
_NOUNS = {
    "code": "code",
    "coder": "coder",
    "coders": "coder",
    "document": "document",
    "documents": "document",
    "group_a": "type",
    "group_b": "type",
    "order": "document",
    "parent": "code",
    "round": "round",
    "round_name": "round",
    "speaker": "speaker",
    "stakeholder_type": "type",
    "viewer": "coder",
}


class _ProjectFile(click.types.StringParamType):
    """The place of a project: the shell offers files."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Leave it to the shell."""
        del ctx, param
        return [CompletionItem(incomplete, type="file")]


class _Name(click.types.StringParamType):
    """A name that the project on the same line knows."""

    def __init__(self, noun: str) -> None:
        self.noun = noun

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the project's names that begin like this, in any case; none without a project."""
        del param
        project = ctx.params.get("project") or next(iter(ctx.args), None)
        if project is None:
            return []
        try:
            with qk.open_project(project) as opened:
                names = [str(name) for name in _NAMES[self.noun](opened)]
        except qk.QualkitError:
            return []  # the command itself will say what is wrong
        wanted = incomplete.casefold()
        found = dict.fromkeys(name for name in names if name.casefold().startswith(wanted))
        return [CompletionItem(name) for name in found]


class _Bash(BashComplete):
    """Bash takes a word as it is handed one: spaces in it have to be quoted."""

    def format_completion(self, item: CompletionItem) -> str:
        """Return a line for click's script, with what bash would split or expand quoted.

        Within quotation marks nothing is. The script reads a line with ``read``, which takes one
        backslash away.
        """
        words = os.environ.get("COMP_WORDS", "").split("\n")
        word = words[min(int(os.environ.get("COMP_CWORD", "0")), len(words) - 1)]
        if item.type == "plain" and not word.startswith(("'", '"')):
            quoted = _QUOTED.sub(r"\\\\\1", item.value)
            item = CompletionItem(quoted, type="plain", help=item.help)
        return super().format_completion(item)


def _parameters(command: click.Command) -> Iterator[click.Parameter]:
    yield from command.params
    if isinstance(command, click.Group):
        for one in command.commands.values():
            yield from _parameters(one)


def teach(main: click.Group) -> None:
    """Let every parameter of the command line complete what its name stands for."""
    add_completion_class(_Bash)
    for parameter in _parameters(main):
        if type(parameter.type) is not click.types.StringParamType:
            continue
        if parameter.name == "project":
            parameter.type = _ProjectFile()
        elif parameter.name in _NOUNS:
            parameter.type = _Name(_NOUNS[parameter.name])


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    r"""Print the script that lets SHELL complete commands, options and a project's names.

    \b
    bash: qualkit completion bash > ~/.local/share/bash-completion/completions/qualkit
    zsh:  qualkit completion zsh > "${fpath[1]}/_qualkit"
    fish: qualkit completion fish > ~/.config/fish/completions/qualkit.fish
    """
    root = click.get_current_context().find_root().command
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(root, {}, _PROGRAM, _VARIABLE).source())


COMMANDS = (completion,)
