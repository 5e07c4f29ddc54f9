"""The encoding that an XML file says it has (XML 1.0, appendix F)."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    # Those of UTF-32 begin like those of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8"),
    # A file begins with "<": without a mark, its zeros tell how wide letters are.
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]*)["']""")


def declared_encoding(beginning: bytes) -> str | None:
    """The encoding by byte-order mark or declaration, as written; None where there is neither."""
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding
    declared = _DECLARED.match(beginning)
    return declared[1].decode("ascii", "replace") if declared else None
