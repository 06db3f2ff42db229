"""Bytes to text in any charset a mail may claim, truthfully or not; nothing here knows headers or parts.

Every function is total and linear. Only codecs named in this module are ever used: Python's registry also holds
transformations (zlib, punycode, unicode_escape) that no mail may choose. Labels follow the WHATWG Encoding Standard,
which takes a superset where senders mean one: iso-8859-1 is read as windows-1252, gb2312 as gb18030.
"""

import codecs
import re

_SUPERSETS = {
    "utf-8": "utf8 unicode-1-1-utf-8 utf8mb4 utf-8-sig cp65001 unicode x-unknown-utf-8",
    "cp1252": (
        "us-ascii ascii ansi_x3.4-1968 iso646-us iso-8859-1 iso8859-1 iso8859_1 iso_8859-1 latin1 latin-1 l1 "
        "windows-1252 cp1252 x-cp1252 cp819 ibm819 ansi x-ansi iso-8859-1-windows-3.1-latin-1 cp-1252 win-1252"
    ),
    "cp1250": "windows-1250 cp1250 x-cp1250 win-1250 cp-1250",
    "cp1251": "windows-1251 cp1251 x-cp1251 win-1251 cp-1251",
    "cp1253": "windows-1253 cp1253 cp-1253",
    "cp1254": "windows-1254 cp1254 iso-8859-9 iso8859-9 iso_8859-9 latin5 cp-1254",
    "cp1255": "windows-1255 cp1255 cp-1255",
    "cp1256": "windows-1256 cp1256 cp-1256",
    "cp1257": "windows-1257 cp1257 cp-1257",
    "cp1258": "windows-1258 cp1258 cp-1258",
    "iso8859_2": "iso-8859-2 iso8859-2 iso_8859-2 latin2 l2",
    "iso8859_3": "iso-8859-3 iso8859-3 latin3",
    "iso8859_4": "iso-8859-4 iso8859-4 latin4",
    "iso8859_5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859_6": "iso-8859-6 iso8859-6 iso-8859-6-i iso-8859-6-e arabic",
    "iso8859_7": "iso-8859-7 iso8859-7 greek",
    "iso8859_8": "iso-8859-8 iso8859-8 iso-8859-8-i iso-8859-8-e hebrew logical visual",
    "iso8859_10": "iso-8859-10 iso8859-10 latin6",
    "iso8859_13": "iso-8859-13 iso8859-13",
    "iso8859_14": "iso-8859-14 iso8859-14",
    "iso8859_15": "iso-8859-15 iso8859-15 iso_8859-15 latin9 latin-9 l9",
    "iso8859_16": "iso-8859-16 iso8859-16",
    "cp874": "tis-620 tis620 iso-8859-11 iso8859-11 windows-874 cp874 x-windows-874 dos-874",
    "koi8_r": "koi8-r koi8 koi8_r koi cskoi8r",
    "koi8_u": "koi8-u koi8-ru",
    "cp437": "cp437 ibm437 437",
    "cp850": "cp850 ibm850 cp-850 850",
    "cp852": "cp852 ibm852",
    "cp855": "cp855 ibm855",
    "cp866": "cp866 ibm866 866",
    "mac_roman": "macintosh mac x-mac-roman macroman x-macintosh",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "mac_latin2": "x-mac-ce x-mac-centraleurope",
    "gb18030": "gb18030 gb2312 gbk gb_2312-80 gb2312-80 cp936 ms936 windows-936 x-gbk chinese csgb2312 euc-cn gb-2312",
    "hz": "hz-gb-2312 hz",
    "big5hkscs": "big5 big-5 big5-hkscs cn-big5 x-x-big5 cp950 csbig5 ms950 windows-950",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji cp932 windows-31j ms932 csshiftjis shiftjis ms932",
    "euc_jis_2004": "euc-jp eucjp x-euc-jp x-euc cp51932 cseucpkdfmtjapanese",
    "iso2022_jp": "iso-2022-jp csiso2022jp cp50220 cp50221 iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-ms",
    "cp949": "euc-kr euckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ks_c_5601 cp949 windows-949 uhc korean ksc_5601",
    "iso2022_kr": "iso-2022-kr csiso2022kr",
    "johab": "johab",
    "utf-16": "utf-16 utf16 ucs-2 iso-10646-ucs-2 csunicode unicodefeff",
    "utf-16-le": "utf-16le utf16le",
    "utf-16-be": "utf-16be utf16be",
    "utf-32": "utf-32 utf32 ucs-4 iso-10646-ucs-4",
}
CODECS = {label: codec for codec, labels in _SUPERSETS.items() for label in labels.split()} | {
    codec: codec for codec in _SUPERSETS
}
"""Charset label in lower case -> name of the Python codec that reads it."""

_DOUBLE = re.compile(rb"\x1b\$(?:[@B]|\([DO])([^\x1b]*)")
_SURROGATES = re.compile("[\ud800-\udfff]")
_RUN = re.compile(rb"[\x80-\xff](?:[\x40-\x7e]?[\x80-\xff])+[\x40-\x7e]?")
_HIGH = re.compile(rb"[\x80-\xff]")


def _latin_hole(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin_hole", _latin_hole)


def codec_of(label: str) -> str:
    """The codec for a charset label as a mail spells it; "" where the label is unknown or refused (UTF-7)."""
    label = label.strip(" \t\"'<>").lower().removesuffix("$esc").removeprefix("charset=")
    return CODECS.get(label) or CODECS.get(label.replace("_", "-")) or CODECS.get(label.removeprefix("x-")) or ""


def to_text(raw: bytes, label: str = "") -> tuple[str, str]:
    """Text of `raw` in charset `label`, and a fault in words ("" if the label told the truth).

    The order: a byte order mark; the declared charset if it fits; UTF-8 if that fits; the declared charset with
    replacement characters where it is a many-byte one; a guess from the bytes. No lone surrogate ever comes out.
    """
    if raw.startswith(codecs.BOM_UTF8):
        return raw[3:].decode("utf-8", "replace"), ""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and codec_of(label).startswith("utf-16"):
        return raw.decode("utf-16", "replace"), ""
    codec = codec_of(label)
    if not _HIGH.search(raw) and not codec.startswith(("utf-16", "utf-32", "iso2022", "hz")):
        if b"\x1b$" in raw and b"\x1b(" in raw:
            return _from_iso2022_jp(raw), "Japanese escape sequences without their charset" if label else ""
        return raw.decode("ascii"), "" if codec or not label else "unknown charset"
    if codec == "iso2022_jp":
        return _from_iso2022_jp(raw), ""
    if codec.startswith("utf-16") and b"\0" not in raw:
        codec = ""  # many programs write "utf-16" above plain eight-bit text
    if codec == "cp1252" and not label.lower().endswith(("ascii", "1968", "-us")):
        text = _fitting(raw, "utf-8")  # Western text that happens to be valid UTF-8 is so rare that the label lies
        if text is not None:
            return text, "text is UTF-8 and not what its label says"
        return raw.decode("cp1252", "latin_hole"), ""
    if codec and codec != "cp1252":
        text = _fitting(raw, codec)
        if text is not None:
            return text, ""
    text = _fitting(raw, "utf-8")
    if text is not None:
        return text, "text is UTF-8 and not what its label says" if codec else ("unknown charset" if label else "")
    if codec == "utf-8" and _mostly(raw, "utf-8"):
        return _without_surrogates(raw.decode("utf-8", "replace")), "bytes outside the declared charset"
    if codec and codec != "cp1252" and codec != "utf-8":
        return _without_surrogates(raw.decode(codec, "replace")), "bytes outside the declared charset"
    return guess(raw), "charset guessed"


def guess(raw: bytes) -> str:
    """Text of eight-bit bytes nobody declared a charset for: UTF-8, else one whose letters read fluently, else Western.

    In Western text eight-bit bytes stand alone between letters; in East Asian and Cyrillic text they stand in runs.
    """
    text = _fitting(raw, "utf-8")
    if text is not None:
        return text
    sample = b" ".join(_RUN.findall(raw[:200_000]))[:4000]
    high = len(_HIGH.findall(raw[:200_000]))
    best, best_score = "cp1252", 0.3
    if len(sample) >= 4 and len(_HIGH.findall(sample)) * 10 >= min(high, 4000) * 8:
        for codec in ("gb18030", "cp932", "euc_jis_2004", "big5hkscs", "cp949", "koi8_r", "cp1251"):
            score = _fluency(sample, codec)
            if score > best_score:
                best, best_score = codec, score
    return _without_surrogates(raw.decode(best, "latin_hole" if best == "cp1252" else "replace"))


def clean_text(text: str) -> str:
    """`text` with "\\n" line ends and without NUL, other controls but tab, or lone surrogates."""
    if not _UNCLEAN.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _without_surrogates(text.translate(_CONTROLS))


_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_CONTROLS = dict.fromkeys((*range(9), 11, *range(14, 32), *range(127, 160), 65279)) | {12: "\n", 0x85: "\n"}


def _without_surrogates(text: str) -> str:
    return _SURROGATES.sub("\ufffd", text)


def _fitting(raw: bytes, codec: str) -> str | None:
    try:
        text = raw.decode(codec)
    except (UnicodeError, ValueError):
        return None
    return _without_surrogates(text)


def _mostly(raw: bytes, codec: str) -> bool:
    """Whether at least nine in ten eight-bit bytes make sense in `codec`: a mail cut in half is still of its charset."""
    bad = raw.decode(codec, "replace").count("\ufffd")
    return bad * 10 <= max(10, len(_HIGH.findall(raw)))


def _from_iso2022_jp(raw: bytes) -> str:
    """ISO-2022-JP as senders use it: with the rows of Windows (circled digits) that the standard has not."""
    text = _fitting(raw, "iso2022_jp") or _fitting(raw, "iso2022_jp_ext")
    if text is not None:
        return text
    out, at = [], 0
    for found in _DOUBLE.finditer(raw):
        out.append(_single_bytes(raw[at : found.start()]))
        out.append(_jis_to_cp932(found[1]))
        at = found.end()
    out.append(_single_bytes(raw[at:]))
    return _without_surrogates("".join(out))


def _single_bytes(raw: bytes) -> str:
    plain = re.sub(rb"\x1b(?:\([A-Za-z]|\$[@A-Z])", b"", raw)
    return plain.decode("cp932", "replace")


def _jis_to_cp932(raw: bytes) -> str:
    """Pairs of JIS X 0208 bytes (rows 0x21-0x7e) as Windows code page 932."""
    out = bytearray()
    codes = [b for b in raw if 0x21 <= b <= 0x7E]
    for high, low in zip(codes[::2], codes[1::2], strict=False):
        lead = ((high - 0x21) >> 1) + (0x81 if high < 0x5F else 0xC1)
        trail = low + 0x1F + (low >= 0x60) if high & 1 else low + 0x7E
        out += bytes((lead, trail))
    return out.decode("cp932", "replace")


def _fluency(sample: bytes, codec: str) -> float:
    """How much of `sample` becomes letters people write often in that script, 0 to 1."""
    text = sample.decode(codec, "replace")
    foreign = [c for c in text if ord(c) > 0x7F]
    if not foreign:
        return 0.0
    score = 0.0
    for c in foreign:
        code = ord(c)
        if c == "\ufffd" or 0xE000 <= code <= 0xF8FF or 0x80 <= code < 0xA0 or 0xFF61 <= code <= 0xFF9F:
            score -= 1.0
        elif 0x3040 <= code <= 0x30FF or 0x0430 <= code <= 0x044F or c in _COMMON_HAN:
            score += 1.0
        elif 0x4E00 <= code <= 0x9FA5:
            score += 0.45 if not _is_rare(c) else 0.1
        elif 0xAC00 <= code <= 0xD7A3:
            score += 0.6
        elif 0x0410 <= code <= 0x042F or c in "，。、：；！？（）“”《》「」ёЁ":
            score += 0.3
    return score / len(foreign)


def _is_rare(c: str) -> bool:
    """Han characters outside the first level of GB 2312 and of JIS X 0208 are seldom what anybody wrote."""
    try:
        if 0xB0 <= c.encode("gb2312")[0] <= 0xD7:
            return False
    except UnicodeEncodeError:
        pass
    try:
        return not 0x88 <= c.encode("shift_jis")[0] <= 0x97
    except UnicodeEncodeError:
        return True


_COMMON_HAN = frozenset(
    "的一是不我有在人了中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市"
)
