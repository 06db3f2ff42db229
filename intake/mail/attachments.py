"""Which parts are files, what they are called and what they truly are; nothing is written, opened or executed here."""

import hashlib
import re
import unicodedata

from intake.mail import transfer
from intake.mail.headers import decoded
from intake.mail.mime import Part
from tracker.submission import Attachment

MAX_ATTACHMENTS = 200
MAX_ATTACHMENT_BYTES = 25 * 1024 * 1024

_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"), (b"\x89PNG\r\n\x1a\n", 0, "image/png"), (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"), (b"GIF89a", 0, "image/gif"), (b"BM", 0, "image/bmp"),
    (b"II*\0", 0, "image/tiff"), (b"MM\0*", 0, "image/tiff"),
    (b"MZ", 0, "application/x-msdownload"), (b"\x7fELF", 0, "application/x-executable"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage"), (b"\x1f\x8b", 0, "application/gzip"),
    (b"Rar!\x1a\x07", 0, "application/vnd.rar"), (b"7z\xbc\xaf\x27\x1c", 0, "application/x-7z-compressed"),
    (b"PK\x03\x04", 0, "application/zip"), (b"\x78\x9f\x3e\x22", 0, "application/ms-tnef"), (b"{\\rtf", 0, "text/rtf"),
    (b"WEBP", 8, "image/webp"), (b"ftyp", 4, "video/mp4"), (b"OggS", 0, "audio/ogg"), (b"ID3", 0, "audio/mpeg"),
)  # fmt: skip
_NAMES = {
    "application/pdf": "document.pdf", "text/plain": "document.txt", "text/html": "document.html", "text/rtf": "document.rtf",
    "text/calendar": "invitation.ics", "image/jpeg": "image.jpg", "image/jpg": "image.jpg", "image/pjpeg": "image.jpg",
    "image/png": "image.png", "image/gif": "image.gif", "image/bmp": "image.bmp", "image/tiff": "image.tif",
    "image/webp": "image.webp", "image/heic": "image.heic", "application/zip": "archive.zip", "audio/mpeg": "audio.mp3",
    "audio/ogg": "audio.ogg", "video/mp4": "video.mp4", "video/quicktime": "video.mov",
}  # fmt: skip
"""What a file is called that came without a name: people must be able to speak of it."""
_DANGEROUS = ("application/x-msdownload", "application/x-executable")


def attachment_of(part: Part, faults: list[str], *, name: str = "", inline: bool = False) -> Attachment:
    """The part as a file: decoded, measured and fingerprinted; over the cap its content is left out and noted."""
    content, fault = transfer.decode(part.body, part.header("content-transfer-encoding"))
    if fault and fault not in faults:
        faults.append(fault)
    return file_of(content, name or part.declared_name, part.content_type, inline=inline or is_inline(part))


def file_of(content: bytes, name: str, content_type: str, *, inline: bool = False) -> Attachment:
    """Bytes with a claimed name and type as an Attachment; `note` says where the content contradicts the claim."""
    found = type_by_content(content)
    note = ""
    if len(content) > MAX_ATTACHMENT_BYTES:
        note = "over the size limit: content left out"
    elif found and not _agree(found, content_type, name):
        note = f"content looks like {found}"
    return Attachment(
        filename=safe_name(name) or _NAMES.get(content_type, ""),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        inline=inline,
        content=content if len(content) <= MAX_ATTACHMENT_BYTES else None,
        note=note,
    )


def distinct(files: list[Attachment]) -> list[Attachment]:
    """The files without repeats of the same name and content, at most 200."""
    return list({(f.filename, f.sha256): f for f in files}.values())[:MAX_ATTACHMENTS]


def safe_name(name: str) -> str:
    """A file name as data: NFC, one line, no folders, no control, direction or zero-width characters, at most 200 long.

    Characters are removed before anything is decided by the name (FreeScout CVE-2026-28289 did it the other way round).
    """
    name = unicodedata.normalize("NFC", decoded(name))
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    name = re.split(r"[/\\]", name)[-1].strip()
    name = "" if not name.strip(". ") else name
    if len(name) <= 200:
        return name
    stem, dot, extension = name.rpartition(".")
    return f"{stem[:180]}.{extension}" if dot and len(extension) <= 10 else name[:200]


def type_by_content(content: bytes) -> str:
    """Content type told by the first bytes; "" where they tell nothing."""
    return next((kind for magic, at, kind in _MAGIC if content.startswith(magic, at)), "")


def _agree(found: str, claimed: str, name: str) -> bool:
    if found in _DANGEROUS:
        return False
    family, lower = found.split("/")[0], name.lower()
    if family == "image":
        return claimed.startswith("image/") or claimed == "application/octet-stream"
    if found in ("application/pdf", "text/rtf"):
        return (
            found.split("/")[1] in claimed
            or claimed == "application/octet-stream"
            or lower.endswith((".pdf", ".rtf", ".doc"))
        )
    return not claimed.startswith(("text/", "image/"))


def is_inline(part: Part) -> bool:
    """Shown within the text (an image with a Content-ID) rather than listed beside it."""
    if part.disposition == "attachment":
        return False
    return bool(part.disposition == "inline" or part.raw("content-id")) and part.content_type.startswith("image/")
