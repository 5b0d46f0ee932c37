"""Making and opening projects, and everything a person can do with one, in one list."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from qualkit.errors import OptionError
from qualkit.formats.codebooks import load_codebook
from qualkit.formats.typologies import load_typology
from qualkit.model import Codebook, Round, Typology
from qualkit.store import codebooks as stored_codebooks
from qualkit.store import rounds as stored_rounds
from qualkit.store import typologies as stored_typologies
from qualkit.store.database import is_server
from qualkit.store.projects import create, open_database
from qualkit.workflow import (
    adjudication,
    adoption,
    agreements,
    apart,
    autocoding,
    backups,
    batch,
    checks,
    clusters,
    codebook_changes,
    codebooks,
    coding_imports,
    codings,
    comparisons,
    corrections,
    course,
    documents,
    double_coding,
    drawing,
    evaluation,
    explaining,
    exports,
    exposures,
    findings,
    history,
    listings,
    marking,
    matrices,
    memos,
    methods,
    models,
    operations,
    ordering,
    project_exports,
    project_imports,
    pseudonyms,
    recoding,
    reliability,
    repeats,
    retrieval,
    revisions,
    roles,
    rounds,
    rules,
    segment_imports,
    speakers,
    suggestions,
    words,
)
from qualkit.workflow.handle import Handle

__all__ = ["Project", "create_project", "create_project_from", "open_project"]


@roles.guarded
class Project(Handle):
    """An open project, closed at the end of a ``with`` block.

    Every verb is a function of ``qualkit.workflow`` with this project as its first argument; it
    returns a tidy DataFrame, or says so, and is one transaction.
    """

    import_documents = documents.import_documents
    import_bytes = documents.import_bytes
    list_documents = documents.list_documents
    list_utterances = documents.list_utterances
    list_findings = documents.list_findings
    import_report = documents.import_report
    preview_documents = documents.preview_documents

    split_utterance = corrections.split_utterance
    join_utterances = corrections.join_utterances
    set_utterance = corrections.set_utterance

    list_speakers = speakers.list_speakers
    set_speaker = speakers.set_speaker
    merge_speakers = speakers.merge_speakers
    propose_merges = speakers.propose_merges
    import_people = speakers.import_people

    list_codes = codebooks.list_codes
    list_codebook_versions = codebooks.list_codebook_versions
    apply_codebook = codebooks.apply_codebook
    export_codebook = codebooks.export_codebook
    diff_codebooks = codebooks.diff_codebooks
    add_code = codebook_changes.add_code
    rename_code = codebook_changes.rename_code
    edit_code = codebook_changes.edit_code
    move_code = codebook_changes.move_code
    retire_code = codebook_changes.retire_code
    restore_code = codebook_changes.restore_code
    merge_codes = recoding.merge_codes
    split_code = recoding.split_code
    list_code_codings = recoding.list_code_codings
    list_outdated = recoding.list_outdated
    confirm_codings = recoding.confirm_codings

    apply_codings = codings.apply_codings
    code_utterance = marking.code_utterance
    remove_coding = marking.remove_coding
    review_utterance = marking.review_utterance
    unreview_utterance = marking.unreview_utterance
    apply_operations = operations.apply_operations
    import_codings = coding_imports.import_codings
    match_codings = segment_imports.match_codings
    list_codings = codings.list_codings
    list_reviews = codings.list_reviews
    code_in_vivo = marking.code_in_vivo
    set_coding = codings.set_coding
    code_query = autocoding.code_query
    autocode = autocoding.autocode
    suggest = suggestions.suggest
    explain_suggestion = explaining.explain_suggestion
    log_exposures = exposures.log_exposures
    list_exposures = exposures.list_exposures
    list_decisions = exposures.list_decisions
    reject_suggestion = exposures.reject_suggestion
    list_rejections = exposures.list_rejections
    suggestion_quality = adoption.suggestion_quality
    rate_rules = rules.rate_rules
    evaluate = evaluation.evaluate
    learning_curve = evaluation.learning_curve
    calibration_curve = evaluation.calibration_curve
    next_to_code = ordering.next_to_code
    list_missed = ordering.list_missed
    save_model = models.save_model
    code_batch = batch.code_batch_by_project

    open_round = rounds.open_round
    close_round = rounds.close_round
    list_rounds = rounds.list_rounds
    list_round_progress = rounds.list_round_progress
    list_disagreements = adjudication.list_disagreements
    adjudicate = adjudication.adjudicate
    consensus_progress = adjudication.consensus_progress
    add_memo = memos.add_memo
    change_memo = memos.change_memo
    delete_memo = memos.delete_memo
    list_memos = memos.list_memos

    agreement = agreements.agreement
    agreement_difference = agreements.agreement_difference
    agreement_by_utterance = reliability.agreement_by_utterance
    confusion = reliability.confusion
    disagreement_by = reliability.disagreement_by
    drift = reliability.drift
    methods_paragraph = methods.methods_paragraph
    peer_figures = methods.peer_figures
    plan_double_coding = double_coding.plan_double_coding
    open_double_coding = double_coding.open_double_coding
    open_repeat = repeats.open_repeat
    agreement_with_self = repeats.agreement_with_self
    frequency = findings.frequency
    cooccurrence = findings.cooccurrence
    differences = comparisons.differences
    pair_differences = comparisons.pair_differences
    sequences = comparisons.sequences
    saturation = course.saturation
    over_length = course.over_length
    portrait = course.portrait
    coding_progress = course.coding_progress
    code_tree = clusters.code_tree
    profiles = clusters.profiles
    correspondence = clusters.correspondence
    combinations = clusters.combinations
    chart = drawing.chart
    save_chart = drawing.save_chart
    retrieve = retrieval.retrieve
    concordance = words.concordance
    keywords = words.keywords
    collocations = words.collocations
    matrix = matrices.matrix
    write_table = listings.write_table
    export = exports.export
    export_project = project_exports.export_project
    import_project = project_imports.import_project
    propose_pseudonyms = pseudonyms.propose_pseudonyms
    list_leaks = pseudonyms.list_leaks

    list_roles = roles.list_roles
    set_role = roles.set_role

    list_changes = history.list_changes
    undo = history.undo
    redo = history.redo
    as_of = history.as_of
    utterance_history = history.utterance_history
    verify = checks.verify
    backup = backups.backup
    snapshot = backups.snapshot
    revise_document = revisions.revise_document
    list_quarantine = revisions.list_quarantine
    settle_quarantine = revisions.settle_quarantine
    split_project = apart.split_project
    merge_project = apart.merge_project


def create_project(
    target: str | Path,
    *,
    codebook: str | Path | Codebook,
    stakeholders: str | Path | Typology | None = None,
    name: str | None = None,
) -> Project:
    """Make a project and open it; when anything is wrong, nothing is left behind.

    Args:
        target: a file that does not exist yet, or a ``postgresql+psycopg://`` URL.
        codebook: a codebook, or a file of one (.yaml, .csv, .xlsx, .qdc).
        stakeholders: a stakeholder typology, or the YAML file of one.
        name: shown in reports; None takes the file's name.

    Raises:
        CodebookError: the codebook file is wrong.
        TypologyError: the typology file is wrong.
        ProjectExistsError: there is something at this place already.
        UnwritableError: the folder refuses.
    """
    book = codebook if isinstance(codebook, Codebook) else load_codebook(codebook)
    typology = stakeholders
    if isinstance(stakeholders, (str, Path)):
        typology = load_typology(stakeholders)
    shown = name or ("project" if is_server(target) else Path(target).stem)
    if not shown.strip():
        raise OptionError("the project needs a name")
    with create(target, shown) as journal:
        stored_codebooks.save(journal, book, reason="first version")
        if isinstance(typology, Typology):
            stored_typologies.save(journal, typology)
        stored_rounds.ensure_round(journal, Round("main"))
        journal.record("round.open", {"round": "main"})
    return open_project(target)


def create_project_from(
    source: str | Path,
    target: str | Path,
    *,
    coder: str | None = None,
    round_name: str = "main",
    finished: bool = False,
    offsets: str | None = None,
) -> tuple[Project, pd.DataFrame]:
    """Make a project of another program's file and open it; return it with the report.

    A .qdpx that qualkit wrote, and nobody has changed, gives the same project again.

    Args:
        source: REFI-QDA (.qdpx), QualCoder (.qda), Taguette (.sqlite3), RQDA (.rqda) ...; all are
            in ``qualkit.workflow.project_files.read_project``.
        target: a file that does not exist yet, or a ``postgresql+psycopg://`` URL.
        coder: whose codings those are that name nobody; None calls them "imported".
        round_name: the round they belong to.
        finished: everybody has read to its end each document he or she coded in.
        offsets: of a .qdpx, how its positions are counted; None finds it out.

    Raises:
        FileError: the file is missing, damaged or hostile.
        ProjectExistsError: there is something at the target already.
        RefusedError: no way of counting fits the positions.
    """
    options = project_imports.Options(coder, round_name, finished, offsets)
    report = project_imports.create_from(target, source, options)
    return open_project(target), report


def open_project(target: str | Path, *, upgrade: bool = False) -> Project:
    """Open an existing project.

    Args:
        target: a project file, or a database URL.
        upgrade: bring a server's database up to this qualkit; a file is backed up and upgraded
            without asking.

    Raises:
        NotAProjectError: nothing there, or something else.
        NewerProjectError: written by a newer qualkit.
        OlderProjectError: a server that needs ``upgrade``.
    """
    opened = Project(open_database(target, upgrade=upgrade))
    backups.keep_snapshots(opened)
    return opened
