"""Compressed RTF of Outlook ([MS-OXRTFCP]) undone, and RTF as the text or HTML it stands for ([MS-OXRTFEX]); bounded."""

import re

from intake.mail.charsets import to_text

MAX_RTF = 4 * 1024 * 1024
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier"
    b"{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)")
_SKIPPED = {
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "generator", "listtable", "themedata",
    "listoverridetable", "colorschememapping", "latentstyles", "datastore", "xmlnstbl", "rsidtbl", "filetbl", "revtbl",
}  # fmt: skip
_CODE_PAGES = {
    "1250",
    "1251",
    "1252",
    "1253",
    "1254",
    "1255",
    "1256",
    "1257",
    "1258",
    "932",
    "936",
    "949",
    "950",
    "874",
}


def decompressed(raw: bytes) -> bytes:
    """The RTF within a PR_RTF_COMPRESSED value; b"" where it is none."""
    if len(raw) < 16:
        return b""
    size = min(int.from_bytes(raw[4:8], "little"), MAX_RTF)
    if raw[8:12] == b"MELA":
        return raw[16 : 16 + size]
    if raw[8:12] != b"LZFu":
        return b""
    window = bytearray(4096)
    window[: len(_DICTIONARY)] = _DICTIONARY
    write = len(_DICTIONARY)
    out = bytearray()
    at = 16
    while at < len(raw) and len(out) < size:
        control = raw[at]
        at += 1
        for bit in range(8):
            if at >= len(raw) or len(out) >= size:
                break
            if not control >> bit & 1:
                out.append(raw[at])
                window[write] = raw[at]
                write = (write + 1) & 4095
                at += 1
                continue
            token = int.from_bytes(raw[at : at + 2], "big")
            at += 2
            read = token >> 4
            if read == write:
                return bytes(out)
            for _ in range((token & 15) + 2):
                byte = window[read]
                read = (read + 1) & 4095
                out.append(byte)
                window[write] = byte
                write = (write + 1) & 4095
    return bytes(out[:size])


def as_text(rtf: bytes) -> tuple[str, bool]:
    """The text of an RTF document, and whether it is the HTML that Outlook wrapped in it (then it still has its tags)."""
    source = rtf[:MAX_RTF].decode("latin-1")
    page = "\\fromhtml" in source[:2000]
    return _Reader(page).read(source), page


class _Reader:
    """One pass over the tokens with a stack of (skipped, in an HTML tag, unicode fallback length)."""

    def __init__(self, page: bool) -> None:
        self.page = page
        self.out: list[str] = []
        self.bytes = bytearray()
        self.charset = "cp1252"
        self.stack: list[tuple[bool, bool, int]] = []
        self.skip, self.tag, self.fallback = False, False, 1
        self.swallow = 0

    def read(self, source: str) -> str:
        first = False
        for token in _TOKEN.finditer(source):
            word, number, hexed, symbol, brace, text = token.groups()
            if brace:
                self._brace(brace)
                first = brace == "{"
                continue
            if word is not None:
                self._word(word, number, first)
            elif hexed is not None:
                self._text_byte(int(hexed, 16))
            elif symbol is not None:
                if symbol == "*" and first:
                    continue
                self._symbol(symbol)
            elif text is not None:
                self._text(text)
            first = False
        self._settle()
        return "".join(self.out)

    def _brace(self, brace: str) -> None:
        self._settle()
        if brace == "{":
            if len(self.stack) < 1000:
                self.stack.append((self.skip, self.tag, self.fallback))
        elif self.stack:
            self.skip, self.tag, self.fallback = self.stack.pop()

    def _word(self, word: str, number: str | None, first: bool) -> None:
        if word == "ansicpg" and number in _CODE_PAGES:
            self.charset = f"windows-{number}" if number not in ("932", "936", "949", "950", "874") else f"cp{number}"
        elif word == "htmlrtf":
            self._settle()
            self.skip = number != "0"
        elif word == "htmltag":
            self.tag, self.skip = True, False
        elif word in _SKIPPED or (first and word in ("mhtmltag", "bkmkstart", "bkmkend", "field", "fldinst")):
            self.skip = word not in ("field",)
        elif word == "uc" and number:
            self.fallback = min(int(number), 10)
        elif word == "u" and number and not self.skip:
            self._settle()
            code = int(number) % 65536
            self.out.append(chr(code) if not 0xD800 <= code <= 0xDFFF else "\ufffd")
            self.swallow = self.fallback
        elif not self.skip and word in ("par", "line", "row", "sect", "page"):
            self._settle()
            self.out.append("\n")
        elif not self.skip and word in ("tab", "cell"):
            self._settle()
            self.out.append("\t")
        elif not self.skip and word in ("lquote", "rquote", "emdash", "endash", "bullet", "ldblquote", "rdblquote"):
            self._settle()
            self.out.append({"emdash": "\u2014", "endash": "\u2013", "bullet": "\u2022", "lquote": "\u2018", "rquote": "\u2019",
                             "ldblquote": "\u201c", "rdblquote": "\u201d"}[word])  # fmt: skip

    def _symbol(self, symbol: str) -> None:
        if self.skip:
            return
        if symbol in "{}\\":
            self._text(symbol)
        elif symbol == "~":
            self._text(" ")
        elif symbol in "\r\n":
            self._settle()
            self.out.append("\n")

    def _text_byte(self, byte: int) -> None:
        if self.swallow:
            self.swallow -= 1
        elif not self.skip:
            self.bytes.append(byte)

    def _text(self, text: str) -> None:
        if self.swallow:
            dropped = min(self.swallow, len(text))
            self.swallow -= dropped
            text = text[dropped:]
        if self.skip or not text:
            return
        self._settle()
        self.out.append(text)

    def _settle(self) -> None:
        if self.bytes:
            self.out.append(to_text(bytes(self.bytes), self.charset)[0])
            self.bytes.clear()
