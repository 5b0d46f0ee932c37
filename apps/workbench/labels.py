"""Every word that the workbench shows, in one place, in British English."""

from __future__ import annotations

__all__ = [
    "AGREEMENT",
    "CODE",
    "COOCCURRENCE",
    "COUNTED",
    "DOCUMENTS",
    "EXPORT",
    "FILES",
    "GROUPINGS",
    "HISTORY",
    "KEYS",
    "LEVELS",
    "MEASURES",
    "PAGES",
    "PANE",
    "ROWS",
    "SHARED",
    "THEMES",
    "WITHIN",
]

PAGES = {
    "code": "Code",
    "documents": "Documents",
    "themes": "Themes",
    "cooccurrence": "Co-occurrence",
    "agreement": "Agreement",
    "export": "Export",
    "history": "History",
}

SHARED = {
    "app": "qualkit",
    "icon": "🗂️",
    "no_documents": "The project has no documents yet.",
    "no_documents_remedy": "Bring in transcripts on the page Documents.",
    "nothing_coded": "Code some utterances on the page Code, or import codings with: "
    "qualkit codings import PROJECT FILE --coder NAME",
    "csv": "Download this table (csv)",
    "moderators": "Count what moderators said",
    "method": "What was counted, and how",
    "behind": "The utterances behind a number",
    "behind_none": "No utterance.",
    "behind_count": "{count} utterances",
    "behind_few": "{count} utterances; here are the first {few}, all of them are in the csv.",
    "all": "All",
    "table": "Table",
}

CODE = {
    "who": "Who is coding?",
    "who_why": "Codings are kept apart for each coder, so that coders can be compared.",
    "known": "I have coded here before",
    "new": "My name, or initials",
    "start": "Start coding",
    "somebody_new": "Somebody new",
    "document": "Document",
    "coder": "Coding as **{coder}**",
    "change": "Somebody else",
}

PANE = {
    "progress": "{done} of {all} looked at",
    "all_saved": "All changes saved",
    "not_saved": "{count} not saved yet",
    "trying": "the program does not answer; trying again",
    "no_answer": "The program does not answer; trying again.",
    "refused": "Not stored, and taken back here: {reason}",
    "keys_button": "Keys  ?",
    "find_button": "Find a code  /",
    "help_title": "Keys",
    "close": "Close",
    "palette": "Find a code",
    "no_code_fits": "No code fits what you typed.",
    "include": "Apply when:",
    "exclude": "Not when:",
    "recent_empty": "Codes you use appear here, under the keys 1 to 9.",
    "codes_here": "Codes",
    "part": "part",
    "remove_code": "Remove {code}",
    "accept_code": "Accept the suggestion {code}",
    "by_codebook": "codebook",
    "nothing_applies": "Looked at, nothing applies",
    "not_codable": "This part of the document is set aside: it takes no codes.",
    "whole_only": "A page break stands inside these words, so code the utterance as a whole.",
    "words_chosen": "Words chosen: the next code covers just these words. Esc lets go of them.",
    "has_codes": "It has codes. Remove them first to say that nothing applies.",
    "no_offer": "There is no suggestion here.",
    "nothing_to_undo": "Nothing to undo since this page was opened.",
    "undone_in": "Undone in {document}.",
    "all_reviewed": "Everything in this document has been looked at.",
}

KEYS = [
    [["j", "↓"], "next utterance"],
    [["k", "↑"], "utterance before"],
    [["n"], "next one not looked at"],
    [["/", "c"], "find a code: type, arrows, Enter; Shift+Enter for several"],
    [["1", "to", "9"], "a code used lately, on or off"],
    [["r"], "looked at, nothing applies"],
    [["x", "Del"], "remove the last code here"],
    [["a"], "accept the first suggestion"],
    [["u"], "undo"],
    [["Esc"], "let go of the chosen words"],
    [["?"], "this list"],
]
"""The keys of the pane, and what each does."""

DOCUMENTS = {
    "import": "Bring in documents",
    "drop": "Transcripts, minutes, letters, reports",
    "drop_button": "Import",
    "drop_first": "Choose files first.",
    "imported": "Import report",
    "unit": "One utterance is",
    "list": "Documents",
    "document": "Document",
    "findings": "What the reader noticed",
    "findings_none": "The reader noticed nothing unusual.",
    "speakers": "Speakers",
    "speakers_none": "No document names a speaker.",
    "set": "Say who a speaker is",
    "speaker": "Speaker",
    "type": "Stakeholder type",
    "role": "Role",
    "organisation": "Organisation",
    "leave": "(leave as it is)",
    "save": "Save",
}

THEMES = {
    "title": "Which theme is whose",
    "by": "Compare by",
    "of": "Count",
    "level": "Show",
    "code": "Theme or code",
    "group": "Group",
    "click": "Click a cell of the picture, or choose here.",
}

COOCCURRENCE = {
    "title": "What goes with what",
    "within": "Together means: in the same",
    "measure": "Colour shows",
    "pair": "Pair",
    "none": "No two codes meet.",
    "only_utterance": "Shown are the utterances that carry both codes.",
}

AGREEMENT = {
    "title": "How far coders agree",
    "level": "Show",
    "coefficient": "Coefficient in the picture",
    "coders": "Coders",
}

EXPORT = {
    "title": "Take the study with you",
    "about": "Files are made when you click; they hold the project as it is at that moment.",
    "failed": "The file could not be made: {reason}",
}

HISTORY = {
    "title": "What was done, newest first",
    "about": "The newest {count} of {all} changes. Nothing is ever taken out of this list.",
    "details": "Details",
}

LEVELS = {"theme": "Themes", "code": "Codes"}
"""Which rows of a finding are shown."""

ROWS = {"theme": "Theme", "code": "Code"}
"""What one row of a finding is."""

COUNTED = {
    "utterances": "Utterances",
    "words": "Words",
    "speakers": "Speakers",
    "documents": "Documents",
}
"""What a frequency counts."""

GROUPINGS = {
    "stakeholder_type": "Stakeholder type",
    "organisation": "Organisation",
    "role": "Role",
    "speaker": "Speaker",
    "document": "Document",
}
"""What groups are made by."""

WITHIN = {
    "utterance": "utterance",
    "span": "words (span)",
    "turn": "turn",
    "window:3": "three utterances",
    "document": "document",
}
"""When two codes stand together."""

MEASURES = {
    "jaccard": "share of either (Jaccard)",
    "npmi": "more than chance (npmi)",
    "phi": "correlation (phi)",
    "lift": "times more than chance (lift)",
}
"""What the colour of a pair shows."""

FILES = {
    ".xlsx": ("Workbook", "Everything in one spreadsheet: matrix, codings, findings, methods."),
    ".csv": ("Matrix (csv)", "One row per utterance and coder, one 0/1 column per code."),
    ".json": ("Data (json)", "Documents, utterances, codebook and codings, for a program."),
    ".yaml": ("Codebook (yaml)", "The codebook alone, to edit or to start another project."),
}
"""Suffix -> name of the file and what is in it."""
