"""The documentation keeps its word: commands run, names are there, every verb is mentioned."""

from __future__ import annotations

import importlib.util
import inspect
import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

import qualkit as qk
from qualkit.cli import main

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
GENERATED = {"api.md", "columns.md", "command-line.md"}
PAGES = sorted([*DOCS.glob("*.md"), *DOCS.glob("howto/*.md"), *DOCS.glob("notebooks/*.md")])
WRITTEN = [path for path in PAGES if path.name not in GENERATED]
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^`?(?:\$ )?qualkit((?: [a-z][a-z-]+)+)", re.MULTILINE)


def _name(page: Path) -> str:
    return page.relative_to(DOCS).with_suffix("").as_posix()


def steps(page: Path) -> list[tuple[str, list[str]]]:
    """Return the commands of a page and the lines that each is said to print."""
    found: list[tuple[str, list[str]]] = []
    for block in CONSOLE.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            elif line.strip() and line != "...":
                found[-1][1].append(" ".join(line.split()))
    return found


def test_every_command_of_the_tutorial_prints_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = steps(DOCS / "tutorial.md")
    assert len(done) > 15
    for command, lines in done:
        program, *words = shlex.split(command)
        assert program == "qualkit"
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, f"{command}\n{result.output}"
        printed = " ".join(result.output.split())
        start = 0
        for line in lines:
            at = printed.find(line, start)
            assert at >= 0, f"{command}\nnot printed: {line}\n{result.output}"
            start = at + len(line)


@pytest.mark.parametrize("page", WRITTEN, ids=_name)
def test_commands_of_a_page_are_typed_as_they_have_to_be(page):
    for command, _ in steps(page):
        program, *words = shlex.split(command)
        assert program == "qualkit"
        part: click.Command = main
        while isinstance(part, click.Group):
            if words[0] not in part.commands:
                words.insert(0, "list")  # a noun alone lists
            part = part.commands[words.pop(0)]
        part.make_context(part.name, words)  # fails on an option that is not there


def test_every_verb_of_a_project_is_on_a_page():
    said = "\n".join(path.read_text(encoding="utf-8") for path in WRITTEN)
    verbs = [
        name
        for name, value in vars(qk.Project).items()
        if inspect.isfunction(value) and not name.startswith("_")
    ]
    assert [name for name in verbs if not re.search(rf"\b{name}\b", said)] == []


def _exists(words: list[str]) -> bool:
    """Say whether these words begin with a command; a group may list what follows."""
    group: click.Command = main
    for word in words:
        if not isinstance(group, click.Group) or word not in group.commands:
            return group is not main
        group = group.commands[word]
    return True


@pytest.mark.parametrize("page", WRITTEN, ids=_name)
def test_commands_that_a_page_names_exist(page):
    code = re.findall(r"```.*?```|`[^`\n]+`", page.read_text(encoding="utf-8"), re.DOTALL)
    named = [found.group(1).split() for part in code for found in COMMAND.finditer(part)]
    assert [words for words in named if not _exists(words)] == []


def test_every_page_has_its_place_on_the_site():
    index = (DOCS / "index.md").read_text("utf-8")
    listed = set(re.findall(r"^(?:.*<)?([\w/-]+)>?$", index, re.MULTILINE))
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in PAGES}
    assert pages - listed == {"index"}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_between_pages_lead_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+\.(?:md|png|py))(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [one for one in links if "://" not in one and not (page.parent / one).exists()] == []


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("themes_by_group", DOCS / "themes_by_group.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_script_of_the_page_on_scripts_runs(tmp_path, capsys):
    qk.make_demo(tmp_path).close()
    assert _script().main([str(tmp_path / "demo.qualkit"), str(tmp_path / "themes.csv")]) == 0
    assert (tmp_path / "themes.csv").read_text("utf-8").startswith("code,")
    assert _script().main([str(tmp_path / "none.qualkit"), "x.csv"]) == 2
    assert "there is no project here" in capsys.readouterr().err


def test_types_are_shipped():
    assert (ROOT / "qualkit" / "py.typed").exists()
