"""Header values: RFC 2047 words, RFC 2231 parameters, message ids and dates as text; structure of parts is elsewhere.

All functions are total and linear; what cannot be read is given as written, cleaned of controls.
"""

import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote_to_bytes

from intake.mail.charsets import clean_text, codec_of, guess, to_text

_WORD = re.compile(
    r"=\?([A-Za-z0-9_:.()+\-]{1,60})(?:\*[A-Za-z0-9\-]{1,20})?\?([bBqQ])\?([^?\n]{0,20000}(?:\?(?!=)[^?\n]{0,2000}){0,3})\?="
)
_GAP = re.compile(r"[ \t\r\n]*")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BLANKS = re.compile(r"[ \t]{2,}")
_ID = re.compile(r"<([^<>\s]{1,998})>")
_SEMICOLON = re.compile(";")
_NAME_END = re.compile("[=;]")
_COMMENT = re.compile(r"\([^()]*\)")
_LOOSE_ID = re.compile(r"[^\s<>,;]{1,998}@[^\s<>,;]{1,998}")


def raw_text(value: bytes) -> str:
    """A header value before its words are decoded: UTF-8 or, failing that, a guess; line breaks kept."""
    try:
        return value.decode("ascii")
    except UnicodeDecodeError:
        return guess(value)


def decoded(value: str) -> str:
    """Header text as a person reads it: encoded words decoded (also glued or split ones), one line, no controls."""
    return one_line(_with_words(value) if "=?" in value else value)


def one_line(value: str) -> str:
    """`value` on one line, without C0, C1, line separators or lone surrogates (no header can be injected from it)."""
    return _BLANKS.sub(" ", _BREAKS.sub(" ", clean_text(value).replace("\n", " "))).strip()


def _with_words(value: str) -> str:
    out: list[str] = []
    held: list[bytes] = []  # neighbouring words of one charset are joined as bytes: some clients cut inside a letter
    charset = ""
    at = 0

    def settle() -> None:
        if held:
            out.append(to_text(b"".join(held), charset)[0])
            held.clear()

    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        if not (held and _GAP.fullmatch(between)):
            settle()
            out.append(between)
        content = _word_bytes(word[2], word[3])
        if held and codec_of(word[1]) != codec_of(charset):
            settle()
        charset = word[1]
        held.append(content)
        at = word.end()
    settle()
    out.append(value[at:])
    return "".join(out)


def _word_bytes(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"\n", b""), header=True)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    usable = len(kept) - 1 if len(kept) % 4 == 1 else len(kept)
    return binascii.a2b_base64(kept[:usable] + b"=" * (-usable % 4))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Main value in lower case and decoded parameters of `Content-Type: main; name=value` in any state of repair."""
    main, at = _until(value, 0, _SEMICOLON)
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    while at < len(value) and len(plain) + len(pieces) < 100:
        name, at = _until(value, at + 1, _NAME_END)
        name = name.strip().lower()
        if at >= len(value) or value[at] == ";":
            continue
        content, at = _parameter_value(value, at + 1)
        base, star, rest = name.partition("*")
        if not base:
            continue
        if not star:
            plain.setdefault(base, content)
        else:
            number = rest.rstrip("*")
            index = int(number) if number.isdigit() and len(number) < 4 else 0
            pieces.setdefault(base, {}).setdefault(index, (rest.endswith("*") or not rest, content))
    for base, parts in pieces.items():
        plain[base] = _joined(parts)
    return main.strip().strip('"').lower(), {k: v if k == "boundary" else decoded(v) for k, v in plain.items()}


def _until(value: str, at: int, stops: re.Pattern[str]) -> tuple[str, int]:
    """Text from `at` to the next of `stops` without its comments, and where that is."""
    found = stops.search(value, at)
    end = found.start() if found else len(value)
    return _COMMENT.sub("", value[at:end]), end


def _parameter_value(value: str, at: int) -> tuple[str, int]:
    while at < len(value) and value[at] in " \t\r\n":
        at += 1
    if at < len(value) and value[at] == '"':
        close = at + 1
        while (close := value.find('"', close)) > 0 and value[close - 1] == "\\" and value[close - 2] != "\\":
            if value[close + 1 : close + 2] in ("", ";"):  # a path that ends in a backslash
                break
            close += 1
        if close < 0:
            close = value.find(";", at)
            close = len(value) if close < 0 else close
        content = value[at + 1 : close].replace('\\"', '"').replace("\\\\", "\\")
        end = value.find(";", close)
        return re.sub(r"[\r\n]+[ \t]*", " ", content).strip() if "\n" in content else content, len(
            value
        ) if end < 0 else end
    end = value.find(";", at)
    end = len(value) if end < 0 else end
    return value[at:end].strip().strip('"'), end


def _joined(parts: dict[int, tuple[bool, str]]) -> str:
    """RFC 2231 pieces in order; the charset stands in the first encoded one, percent codes only in encoded ones."""
    charset, raw = "", bytearray()
    for index in sorted(parts):
        encoded, content = parts[index]
        if not encoded:
            raw += content.encode("utf-8", "replace")
            continue
        if not charset and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        raw += unquote_to_bytes(content)
    return to_text(bytes(raw), charset)[0]


def message_ids(value: str) -> tuple[str, ...]:
    """Ids of Message-ID, In-Reply-To or References without their brackets, in order, at most 100."""
    found = _ID.findall(value)
    if not found:
        value = value[:5000]
        found = _LOOSE_ID.findall(value) or [one_line(value).strip("<> ")[:998]]
    return tuple(dict.fromkeys(one_line(x).replace(" ", "") for x in found[:100] if x.strip()))


_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb fév fev", "mar mär mrz", "apr avr abr", "may mai mei maj", "jun", "jul", "aug aoû ago", "sep set",
         "oct okt out", "nov", "dec dez déc dic"), 1,
    )
    for name in names.split()
}  # fmt: skip
_ZONES = {"ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
          "pst": -8, "pdt": -7, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "jst": 9, "msk": 3, "ist": 5.5}  # fmt: skip
_DAY = re.compile(r"(?<!\d)0?(\d{1,2})[ .\-]{0,4}([A-Za-zéûä]{3,9})\.?[ \-,]{0,3}(\d{4}|\d{2})(?!\d)")
_MONTH_FIRST = re.compile(
    r"([A-Za-z]{3,9})\.? {1,3}(\d{1,2})(?!\d)[^\d:]{0,3}(?:\d{1,2}:\d\d(?::\d\d)?[^\d]{1,8})?(\d{4})"
)
_ISO = re.compile(r"(\d{4})[\-/.](\d{1,2})[\-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[\-/.](\d{1,2})[\-/.](\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:\.\d+)?(?: ?([AaPp])\.?[Mm])?")
_OFFSET = re.compile(r"([+\-])(\d{2}):?(\d{2})(?!\d)")
_ZONE_NAME = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,4})(?![A-Za-z])")


def date_of(value: str) -> datetime | None:
    """The instant a Date header means (RFC 5322, obsolete and home-made forms); UTC where no zone is told."""
    value = one_line(value)[:200]
    found = _DAY.search(value)
    if found:
        day, month, year = int(found[1]), _MONTHS.get(found[2][:3].lower(), 0), int(found[3])
    elif (found := _MONTH_FIRST.search(value)) is not None:
        day, month, year = int(found[2]), _MONTHS.get(found[1][:3].lower(), 0), int(found[3])
    elif (found := _ISO.search(value)) is not None:
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif (found := _DAY_FIRST.search(value)) is not None:
        day, month, year = int(found[1]), int(found[2]), int(found[3])
    else:
        return None
    if year < 100:
        year += 2000 if year < 70 else 1900
    rest = value[found.end() :] if _CLOCK.search(value, found.end()) else value
    clock = _CLOCK.search(rest)
    hour, minute, second = (int(clock[1]), int(clock[2]), int(clock[3] or 0)) if clock else (0, 0, 0)
    if clock and clock[4]:
        hour = hour % 12 + (12 if clock[4] in "Pp" else 0)
    try:
        naive = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return naive.replace(tzinfo=_zone(rest[clock.end() :] if clock else ""))
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> timezone:
    offset = _OFFSET.search(text)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    for name in _ZONE_NAME.findall(text):
        if name.lower() in _ZONES:
            return timezone(timedelta(hours=_ZONES[name.lower()]))
    return UTC
