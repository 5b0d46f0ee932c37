"""Commands about a whole project: making, filling, showing it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import qualkit as qk
from qualkit import places
from qualkit.cli.opening import reading, working
from qualkit.cli.output import listing, paged, progressing, show
from qualkit.cli.reports import report_options
from qualkit.errors import OptionError

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    import pandas as pd

    class Leaving(TypedDict):
        """How the project leaves."""

        variant: str
        layout: str
        codings: str
        plain: bool

    class ImportOptions(TypedDict):
        """How documents are read."""

        unit: str
        pseudonyms: str | None

    class Sharing(TypedDict, total=False):
        """How others reach the workbench, as ``workbench.launch.Shared`` takes it."""

        login: Path | None
        hosts: tuple[str, ...]
        address: str


__all__ = ["COMMANDS"]

_PORT = 8501


@click.command()
@click.argument("project")
@click.option("--codebook", required=True, type=click.Path(), help="The codebook, a YAML file.")
@click.option("--stakeholders", type=click.Path(), help="The stakeholder typology, a YAML file.")
@click.option("--name", help="Shown in reports; the file's name by default.")
def init(project: str, codebook: str, stakeholders: str | None, name: str | None) -> None:
    """Make a project: a file, or a database URL."""
    with qk.create_project(
        project, codebook=codebook, stakeholders=stakeholders, name=name
    ) as made:
        codes, types = len(made.codebook().codes), len(made.typology().types)
    click.echo(f"{project}: {codes} codes, {types} stakeholder types.")


@click.command("import")
@click.argument("project")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--unit", default="auto", show_default=True, help="auto, turn, paragraph, sentence.")
@click.option("--dry-run", is_flag=True, help="Read and report, store nothing.")
@click.option("--pseudonyms", type=click.Path(), help="A key file: its names are replaced.")
@click.option("--report", is_flag=True, help="With --dry-run: the whole import report.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV.")
def import_(
    project: str,
    paths: tuple[str, ...],
    form: str | None,
    report: bool,
    dry_run: bool,
    **options: Unpack[ImportOptions],
) -> None:
    """Read documents, or folders of them, into a project."""
    with working(project) as opened:
        if report and dry_run:
            show(opened.preview_documents(paths, **options), form)
            return
        progress = (lambda name: click.echo(name, err=True)) if sys.stderr.isatty() else None
        table = opened.import_documents(paths, dry_run=dry_run, progress=progress, **options)
    failed = table[table["status"] == "failed"]
    show(table.drop(columns="message") if form is None else table, form)
    for message in failed["message"]:
        click.echo(f"qualkit: {message}", err=True)
    if len(failed):
        sys.exit(2)


@click.command()
@click.argument("project")
@click.option("--findings", is_flag=True, help="What the reader noticed in each document.")
@click.option("--report", is_flag=True, help="The whole import report of each document.")
@paged
@listing
def documents(project: str, findings: bool, report: bool, **part: Any) -> pd.DataFrame:
    """List the documents, or what the reader made of them."""
    if (findings or report) and part != {"find": "", "limit": None, "offset": 0}:
        what = "--find, --limit and --offset are for the list of documents"
        raise OptionError(what, remedy="leave them out with --findings and --report")
    with reading(project) as opened:
        if report:
            return opened.import_report()
        return opened.list_findings() if findings else opened.list_documents(**part)


@click.command()
@click.argument("project")
@click.option("--document", help="Only this document.")
@listing
def utterances(project: str, document: str | None) -> pd.DataFrame:
    """List the utterances with speaker and text."""
    with reading(project) as opened:
        return opened.list_utterances(document)


@click.command()
@click.argument("project")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--pseudonyms", type=click.Path(), help="A key file: its names are replaced.")
@click.option("--for", "variant", default="standard", help="Whose .qdpx: nvivo, atlas, maxqda ...")
@click.option("--layout", default="coders", show_default=True, help="Of csv, parquet: wide, long.")
@click.option("--codings", default="each", show_default=True, help="Or pooled, consensus.")
@click.option("--plain", is_flag=True, help="A .csv not made safe for spreadsheet programs.")
@report_options
def export(
    project: str, files: tuple[str, ...], pseudonyms: str | None, **options: Unpack[Leaving]
) -> None:
    """Write the project to files, by suffix: html docx xlsx csv parquet sav R zip json qdpx ..."""
    with working(project) as opened:
        if pseudonyms is not None:
            leaks = len(opened.list_leaks(pseudonyms))
            click.echo(f"{leaks} words may still be names: see qualkit pseudonyms leaks.", err=True)
        with progressing() as tell:
            paths = opened.export(*files, pseudonyms=pseudonyms, progress=tell, **options)
        for path in paths:
            names = "the real names" if pseudonyms is None else "pseudonyms"
            click.echo(f"{path} written, with {names}.")


@click.group()
def pseudonyms() -> None:
    """Labels for names: make the key file, look for what it misses."""


@pseudonyms.command("propose")
@click.argument("project")
@click.argument("key", type=click.Path())
def pseudonyms_propose(project: str, key: str) -> None:
    """Write or complete the key file KEY: name, kind, label."""
    with working(project) as opened:
        click.echo(f"{key}: {opened.propose_pseudonyms(key)} names added.")


@pseudonyms.command("leaks")
@click.argument("project")
@click.argument("key", type=click.Path())
@listing
def pseudonyms_leaks(project: str, key: str) -> pd.DataFrame:
    """List what would still give somebody away under KEY."""
    with reading(project) as opened:
        return opened.list_leaks(key)


@click.command()
@click.argument("project", required=False)
@click.option("--port", default=_PORT, show_default=True, help="0 takes a free one.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--login", type=click.Path(path_type=Path), help="Secrets: whom to ask who one is.")
@click.option("--allow-host", "hosts", multiple=True, help="Another name it answers under.")
@click.option("--host", "address", default="127.0.0.1", show_default=True, help="Needs --login.")
def app(project: str | None, port: int, no_browser: bool, **shared: Unpack[Sharing]) -> None:
    """Open the workbench on a project; without one, where projects are chosen and made."""
    if project is not None:
        qk.open_project(project).close()  # what is wrong with it is said here, in one sentence
    _serve(project, port, open_browser=not no_browser, **shared)


def _serve(
    project: str | None, port: int, *, open_browser: bool, **shared: Unpack[Sharing]
) -> None:
    sys.path.insert(0, str(places.apps()))
    from workbench.launch import Shared, serve  # noqa: PLC0415  streamlit is slow to load

    serve(project, port=port, open_browser=open_browser, shared=Shared(**shared))


@click.command()
@click.option("--folder", default="demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--app/--no-app", "with_app", default=True, help="Serve the workbench at the end.")
@click.option("--port", default=_PORT, show_default=True, help="0 takes a free one.")
@click.option("--files", is_flag=True, help="Only lay out the files that it is made of.")
def demo(folder: Path, with_app: bool, port: int, files: bool) -> None:
    """Make a ready study, its findings and its workbook, and open the workbench on it."""
    if files:
        from qualkit.workflow.demo import lay_out_demo  # noqa: PLC0415  loads pandas

        made = lay_out_demo(folder)
        click.echo(f"In {folder}: {' and '.join(made)}.")
        return
    workbook = folder / "demo.xlsx"
    with qk.make_demo(folder) as project:
        _show_demo(project)
        location = project.location
        if not workbook.exists():  # what somebody has worked in is theirs
            project.export(workbook)
    click.echo(f"\nThe study is {location}, its workbook {workbook}.")
    if with_app:
        _serve(location, port, open_browser=False)


def _show_demo(project: qk.Project) -> None:
    table = project.frequency(by="stakeholder_type")
    themes = table[table["level"] == "theme"].assign(
        cell=lambda frame: [
            f"{n}/{total}" for n, total in zip(frame["n"], frame["total"], strict=True)
        ]
    )
    wide = themes.pivot(index="code", columns="stakeholder_type", values="cell")
    click.echo("Themes by stakeholder type: utterances with the theme / utterances coded")
    order: Any = themes["code"].drop_duplicates()
    show(wide.loc[order].reset_index().rename(columns={"code": "theme"}), wrap=True)
    click.echo("\nAgreement between the coders, per theme (Krippendorff's alpha)")
    agreed = project.agreement(level="theme", coefficients=["alpha"])
    show(agreed)


COMMANDS = (
    init,
    import_,
    documents,
    utterances,
    export,
    pseudonyms,
    app,
    demo,
)
