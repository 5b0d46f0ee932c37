r"""Rich text: .rtf.

Read by a parser of its own, because striprtf, the library for the format, gives the words alone:
headings, lists and table rows are lost, footnotes run into the text, letters beyond the first
65,536 come out as two halves, and a long line with many links takes it hours.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import refuse_other_kind
from qualkit.formats.read_lines import join_lines, one_line
from qualkit.text.reading import Hint, Reading

__all__ = ["read_rtf"]

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9a-fA-F]{2})|"
    r"\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])|(?P<words>[^\\{}\r\n]+)|[\r\n]+|\\"
)
_SIGNS = {"~": "\xa0", "_": "\u2011", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
_LETTERS = {
    "tab": "\t",
    "line": "\v",
    "emdash": "—",
    "endash": "–",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "cell": "\t",
    "nestcell": "\t",
}
_SKIPPED = frozenset(
    {
        "colortbl",
        "pict",
        "object",
        "objdata",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
        "fldinst",
        "listtext",
        "pntext",
        "pntxta",
        "pntxtb",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "themedata",
        "colorschememapping",
        "datastore",
        "latentstyles",
        "xmlnstbl",
        "bkmkstart",
        "bkmkend",
        "filetbl",
        "revtbl",
        "private",
        "do",
        "tc",
        "xe",
        "nonshppict",
    }
)
_MARGIN = frozenset({"annotation", "atnid", "atnauthor", "atnref", "atnicn", "atndate"})
_CHARSETS = {
    0: "cp1252", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 77: "mac_roman",
}  # fmt: skip
_HEADING = re.compile(r"(?:heading|überschrift|titre)\s*(\d)", re.IGNORECASE)
_DEEPEST = 2_000


@dataclass(frozen=True)
class _State:
    """What a group inherits and gives back when it ends."""

    place: str = "body"
    skip: int = 1
    encoding: str = "cp1252"
    level: int | None = None
    is_item: bool = False
    is_row: bool = False
    is_hidden: bool = False


def read_rtf(source: bytes, source_name: str) -> Reading:
    r"""Return the text of a rich-text file with headings, lists, tables and footnotes.

    Pictures, page headers and footers, comments, hidden and deleted text are not read.

    Raises:
        EmptyFileError: there are no words in it.
        UnreadableFileError: it is no rich text.

    Example:
        >>> read_rtf(rb"{\rtf1\ansi Ann: It\'92s low.\par}", "a.rtf").text
        'Ann: It’s low.'
    """
    refuse_other_kind(source, source_name, "rich text")
    if not source.startswith(b"{\\rtf"):
        raise UnreadableFileError(
            "this is no rich text, or its beginning is lost",
            where=source_name,
            remedy="save it again as rich text or docx",
        )
    parser = _Parser(source_name)
    parser.read(source.decode("latin-1"))
    text, hints = join_lines(parser.lines)
    if not text.strip():
        raise EmptyFileError("there are no words in the document", where=source_name)
    return Reading(
        text,
        hints,
        is_flowing=True,
        encoding=parser.encoding,
        remarks=parser.remarks(),
        title=one_line("".join(parser.title)) or None,
    )


class _Parser:
    """Reads tokens one after the other into lines."""

    def __init__(self, source_name: str) -> None:
        self.source_name = source_name
        self.encoding = "cp1252"
        self.title: list[str] = []
        self.comments = 0
        self._found: list[tuple[str, Hint]] = []
        self._notes: list[tuple[str, Hint]] = []
        self._line: list[str] = []
        self._note: list[str] = []
        self._style: list[str] = []
        self._bytes = bytearray()
        self._state = _State()
        self._stack: list[_State] = []
        self._fonts: dict[int, str] = {}
        self._levels: dict[int, int] = {}
        self._font = self._style_number = self._to_skip = 0
        self._is_starred = False

    def read(self, text: str) -> None:
        place = 0
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None:
                break
            place = found.end()
            if found["word"] == "bin":
                place += max(0, int(found["number"] or 0))
            else:
                self._take(found)
            if found["brace"] == "}" and not self._stack:
                break
        self._flush()
        if "".join(self._line).strip():
            self._end_line()

    @property
    def lines(self) -> list[tuple[str, Hint]]:
        return [*self._found, *self._notes]

    def remarks(self) -> tuple[tuple[str, str], ...]:
        said = []
        if self.comments:
            said.append(("left out", f"{self.comments} comments in the margin were not read."))
        if self._stack:
            said.append(("breaks off", "The file breaks off; it was read up to there."))
        return tuple(said)

    def _take(self, found: re.Match[str]) -> None:
        if found["brace"]:
            self._brace(found["brace"])
        elif found["byte"]:
            self._one_byte(int(found["byte"], 16))
        elif found["words"]:
            self._plain(found["words"])
        elif found["sign"]:
            self._sign(found["sign"])
        elif found["word"]:
            number = int(found["number"]) if found["number"] else None
            self._word(found["word"], number)

    def _brace(self, brace: str) -> None:
        self._flush()
        self._to_skip = 0
        if brace == "{":
            if len(self._stack) >= _DEEPEST:
                raise UnreadableFileError(
                    "the rich text is nested too deeply",
                    where=self.source_name,
                    remedy="save it again as docx",
                )
            self._stack.append(self._state)
            return
        was, self._state = self._state, self._stack.pop() if self._stack else self._state
        if was.place == "footnote" != self._state.place:
            self._end_note()
        if was.place == "style" != self._state.place:
            self._end_style()

    def _one_byte(self, value: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(value)

    def _plain(self, words: str) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(words))
            self._to_skip -= skipped
            words = words[skipped:]
        self._bytes += words.encode("latin-1")

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._is_starred = True
        elif sign in "\r\n":
            self._word("par", None)
        elif sign in _SIGNS:
            self._write(_SIGNS[sign])

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        starred, self._is_starred = self._is_starred, False
        self._to_skip = 0
        if word == "u" and number is not None:
            self._write(chr(number % 0x10000))
            self._to_skip = self._state.skip
        elif word in _LETTERS:
            self._write(_LETTERS[word])
        elif word in {"par", "sect", "page", "row", "nestrow"}:
            self._end_paragraph(word)
        elif not self._set(word, number) and not self._go_to(word) and starred:
            self._state = replace(self._state, place="nowhere")

    def _set(self, word: str, number: int | None) -> bool:
        """Take a word that changes how letters or paragraphs are; return whether it was one."""
        if word in {"f", "fcharset", "s"}:
            self._number(word, number or 0)
        elif not self._set_paragraph(word, number):
            return self._set_letters(word, number)
        return True

    def _set_paragraph(self, word: str, number: int | None) -> bool:
        if word == "pard":
            self._state = replace(self._state, level=None, is_item=False, is_row=False)
        elif word == "outlinelevel":
            level = 0 if number is None else number
            self._state = replace(self._state, level=level + 1 if 0 <= level < 9 else None)
        elif word in {"ls", "pnlvlblt", "pnlvlbody"}:
            self._state = replace(self._state, is_item=number != 0)
        elif word == "intbl":
            self._state = replace(self._state, is_row=True)
        else:
            return False
        return True

    def _set_letters(self, word: str, number: int | None) -> bool:
        if word in {"v", "deleted"}:
            self._state = replace(self._state, is_hidden=number != 0)
        elif word == "uc":
            self._state = replace(self._state, skip=max(0, min(number or 0, 16)))
        elif word == "ansicpg":
            self.encoding = _known(f"cp{number}") or "cp1252"
            self._state = replace(self._state, encoding=self.encoding)
        else:
            return False
        return True

    def _number(self, word: str, number: int) -> None:
        if word == "fcharset":
            self._fonts[self._font] = _CHARSETS.get(number, self.encoding) if number else ""
        elif word == "f":
            self._font = number
            known = self._fonts.get(number) or self.encoding
            self._state = replace(self._state, encoding=known)
        elif self._state.place == "style":
            self._style_number = number
        else:
            self._state = replace(self._state, level=self._levels.get(number))

    def _go_to(self, word: str) -> bool:
        """Take a word that says where the text of its group belongs."""
        places = {
            "stylesheet": "style", "fonttbl": "nowhere", "footnote": "footnote", "title": "title",
            "info": "nowhere", "shptxt": "body", "shppict": "nowhere", "fldrslt": self._state.place,
        }  # fmt: skip
        if word in _MARGIN:
            self.comments += word == "annotation"
            self._state = replace(self._state, place="nowhere")
        elif word in _SKIPPED:
            self._state = replace(self._state, place="nowhere")
        elif word in places and self._stack:
            self._state = replace(self._state, place=places[word])
        else:
            return False
        return True

    def _flush(self) -> None:
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            self._write(data.decode(self._state.encoding, "replace"))

    def _write(self, text: str) -> None:
        if self._bytes:
            self._flush()
        place = self._state.place
        if self._state.is_hidden and place == "body":
            return
        if place == "body":
            self._line.append(text)
        elif place == "footnote":
            self._note.append(text)
        elif place == "style":
            self._style.append(text)
            if ";" in text:
                self._end_style()
        elif place == "title":
            self.title.append(text)

    def _end_paragraph(self, word: str) -> None:
        if self._state.place == "footnote":
            self._note.append(" ")
        elif self._state.place == "body":
            in_row = self._state.is_row and word == "par"
            if in_row:
                self._line.append(" ")
            else:
                self._end_line(is_row=word in {"row", "nestrow"})

    def _end_line(self, *, is_row: bool = False) -> None:
        self._flush()
        text = "".join(self._line)
        self._line = []
        if is_row:
            cells = [" ".join(cell.split()) for cell in text.split("\t")]
            if any(cells):
                self._found.append(("\t".join(cells).rstrip("\t"), Hint(is_row=True)))
            self._state = replace(self._state, is_row=False)
            return
        hint = Hint(level=self._state.level, is_item=self._state.is_item)
        if text.strip() or self._found:
            self._found.append((text.rstrip(), hint if text.strip() else Hint()))

    def _end_note(self) -> None:
        words = one_line("".join(self._note))
        self._note = []
        if words:
            self._notes.append((words, Hint(note="footnote")))

    def _end_style(self) -> None:
        found = _HEADING.match("".join(self._style).strip())
        if found:
            self._levels[self._style_number] = max(1, int(found.group(1)))
        self._style = []
        self._style_number = 0


def _known(encoding: str) -> str | None:
    try:
        "a".encode(encoding)
    except (LookupError, UnicodeError):
        return None
    return codecs.lookup(encoding).name
