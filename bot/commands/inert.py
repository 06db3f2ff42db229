"""Making other people's text safe to print: what steers a terminal or hides text becomes visible; pure."""

import unicodedata

HIDING = frozenset("\u2028\u2029")
CONTROL_PICTURES = 0x2400
DELETE = "\x7f"


def inert(text: str) -> str:
    """The text with line feeds and tabs as they are and every other control, format or lone surrogate shown.

    ESC becomes ␛, a carriage return ␍, U+202E (which turns text round) <U+202E>. "\\r\\n" counts as one line feed.
    """
    return "".join(_shown(character) for character in text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """`inert` text with every run of white space as one space."""
    return inert(" ".join(text.split()))


def as_text(content: bytes) -> str:
    """Bytes as inert text: UTF-8 where it is, each other byte as \\xNN."""
    return inert(content.decode("utf-8", "backslashreplace"))


def _shown(character: str) -> str:
    if character in "\n\t" or (character.isprintable() and character not in HIDING):
        return character
    if character == DELETE:
        return "\u2421"
    if character < " ":
        return chr(CONTROL_PICTURES + ord(character))
    if unicodedata.category(character) == "Zs":
        return character
    return f"<U+{ord(character):04X}>"
