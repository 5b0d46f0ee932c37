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
    "MODERATOR",
    "PAGES",
    "PANE",
    "REPORT",
    "ROWS",
    "SHARED",
    "SPEAKERS",
    "THEMES",
    "UNITS",
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
    "look": "Look",
    "yes": "yes",
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
    "correct_button": "Correct  E",
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
    "undo_gone": "That utterance was split or joined since: nothing to undo there.",
    "no_finding": "The reader noticed nothing about single utterances of this document.",
    "reported": "reported",
    "nobody": "nobody named",
    "reading_title": "Correct the reading of utterance {position}",
    "reading_what": "What is wrong?",
    "reading_none": "Nothing fits what you typed.",
    "split_here": "Split here",
    "split": "Split",
    "split_about": "into two utterances: choose where",
    "split_where": "The words the second part begins with",
    "split_none": "These words do not stand inside it.",
    "split_not": "A page break stands inside these words, so they cannot be split.",
    "join": "Join with the next",
    "give": "Whose words are these?",
    "give_about": "Name of the speaker",
    "new_name": "New name: {name}",
    "set_aside": "Set aside",
    "set_aside_about": "takes no codes and is not counted",
    "take_in": "Take back in",
    "as_reported": "Reported",
    "as_reported_about": "somebody else tells what was said",
    "as_spoken": "Spoken",
    "as_spoken_about": "the speaker's own words",
    "reading_waits": "The correction waits until everything before it is saved. Esc drops it.",
    "reading_sent": "Correcting …",
    "reading_first": "A correction is under way; a moment, please.",
    "reading_dropped": "The correction was dropped.",
    "reading_lost": "The program did not answer. Look whether the correction was made.",
    "corrected_elsewhere": "This document was corrected in another window; here it is anew.",
    "done_split": "Split in two, codes on both. To take it back: E, join.",
    "done_join": "Joined. To take it back: E, split.",
    "done_give": "These are now the words of {speaker}.",
    "done_aside": "Set aside. To take it back: E, take back in.",
    "done_in": "Taken back in.",
    "done_reported": "Marked as reported.",
    "done_spoken": "Marked as spoken.",
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
    [["E"], "correct the reading: split, join, whose words, set aside, reported"],
    [["F"], "next utterance about which the reader noticed something"],
    [["Esc"], "let go of the chosen words"],
    [["?"], "this list"],
]
"""The keys of the pane, and what each does."""

DOCUMENTS = {
    "import": "Bring in documents",
    "drop": "Transcripts, minutes, letters, reports",
    "drop_button": "Import",
    "drop_first": "Choose files first.",
    "try": "Try first, store nothing",
    "reading": "Reading …",
    "tried": "Tried, nothing stored. Import stores it like this.",
    "imported": "Import report",
    "report_of": "What the reader would make of",
    "unit": "One utterance is",
    "key": "Key file of pseudonyms, if names must not come in at all (csv with name, kind, label)",
    "list": "Documents",
    "open": "open",
    "document": "Document",
    "reading_of": "What the reader made of it",
    "reading_about": "As it was imported. Each line leads to its place on the page Code, where E "
    "corrects the reading and F goes to the next finding.",
    "column document": "Document",
    "column title": "Title",
    "column source": "File",
    "column file": "File",
    "column status": "What happened",
    "column message": "Why",
    "column utterances": "Utterances",
    "column codable": "Codable",
    "column speakers": "Speakers",
    "column words": "Words",
    "column imported_at": "Imported",
    "column reviewed": "Looked at by you",
}

REPORT = {
    "words": "The document has {whole:,} words: {spoken:,} stand in utterances, {labels:,} in "
    "printed names and labels.",
    "words_same": "Words in = words out.",
    "not accounted for": "**{count} places are lost:** {words}",
    "accounted for twice": "**{count} places are counted twice:** {words}",
    "finding": "What the reader noticed",
    "kind": "Utterances by kind",
    "set aside": "Set aside, and why",
    "speaker": "Who speaks",
    "never speaks": "Listed, but never speaks",
    "none": "Nobody, nothing.",
    "count": "How many",
    "utterance": "utterance {at}",
    "finding: item": "Finding",
    "finding: note": "What it is",
    "kind: item": "Kind",
    "kind: note": "Use",
    "set aside: item": "Why",
    "set aside: note": "The first one",
    "speaker: item": "Speaker",
    "speaker: note": "Known of them",
    "never speaks: item": "Name",
    "never speaks: note": "Known of them",
}

SPEAKERS = {
    "title": "Speakers",
    "none": "No document names a speaker.",
    "open": "open",
    "proposals": "The same person?",
    "proposals_none": "No two names look like the same person.",
    "proposals_more": "{count} more are shown when these are decided.",
    "proposal": "{keep} and {other}{where}: {score} of 100. {why}",
    "in_document": " (in {document})",
    "merge": "Merge into {keep}",
    "apart": "Keep apart",
    "merged": "{other} is now {keep}: {count} utterances.",
    "set": "Say who a speaker is",
    "merge_by_hand": "Make two names one speaker",
    "keep": "The name that stays",
    "other": "The name that becomes another form of it",
    "merge_save": "Merge",
    "speaker": "Speaker",
    "leave": "(leave as it is)",
    "save": "Save",
    "column speaker": "Speaker",
    "column document": "Document",
    "column role": "Role",
    "column organisation": "Organisation",
    "column stakeholder_type": "Stakeholder type",
    "column moderator": "Moderator",
    "column utterances": "Utterances",
    "column type_reason": "Why this type",
}

MODERATOR = {"(leave as it is)": None, "yes": True, "no": False}
"""What is chosen -> whether a speaker is a moderator."""

UNITS = {
    "auto": "a turn where people take turns, else a paragraph",
    "turn": "a turn",
    "paragraph": "a paragraph",
    "sentence": "a sentence",
}
"""What becomes an utterance."""

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
    "names": "People appear under",
    "real": "their real names",
    "masked": "pseudonyms",
    "key_about": "A key file says which label stands for which name (csv with name, kind, label). "
    "Whoever has it can undo the pseudonyms: keep it apart from what you share.",
    "key": "Key file that you have",
    "key_make": "Make a new key file",
    "key_complete": "Add whom the key file lacks",
    "key_added": "{count} names were added to the key file.",
    "key_download": "Download the key file ({count} names)",
    "key_first": "Give a key file, or make one; then the files can be downloaded.",
    "leaks": "**{count} things may still give somebody away.** Look through them; what is a name "
    "goes into the key file as a further line.",
    "leaks_none": "Nothing was found that would still give somebody away. Look yourself, too.",
    "leaks_list": "What may give somebody away",
    "leak words": "Words",
    "leak kind": "What it may be",
    "leak times": "How often",
    "leak document": "First in",
    "inside": "What is in the files",
    "holds_real": "{documents} documents with {speakers} speakers **under their real names**",
    "holds_masked": "{documents} documents with {speakers} speakers **under pseudonyms** "
    "({labels} names replaced)",
    "holds_codings": "codings and reviews of **{coders}**, round **{rounds}**",
    "holds_nothing": "no codings yet",
    "no_names": "No names and no codings; pseudonyms change nothing here",
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
