"""An office file packed anew with fixed dates, so that the same paper has the same bytes."""

import re
import zipfile
from datetime import date
from io import BytesIO
from typing import Final

FIRST: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold."""
_TIMES: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def same_bytes(raw: bytes, dated: date) -> bytes:
    """The same office file with entries dated 1980 and its own times set to the morning of `dated`."""
    out = BytesIO()
    stamp = f"{dated:%Y-%m-%d}T09:00:00Z".encode()
    with zipfile.ZipFile(BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _TIMES.sub(rb"\g<1>" + stamp + rb"\g<3>", content)
            fresh = zipfile.ZipInfo(entry.filename, FIRST)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            fresh.external_attr = 0o600 << 16
            new.writestr(fresh, content)
    return out.getvalue()
