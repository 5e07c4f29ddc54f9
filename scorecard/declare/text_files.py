"""Reading a declaration file as text."""

from __future__ import annotations

from pathlib import Path

from scorecard.errors import DeclarationError


def read_text(file: Path) -> str:
    """The text of a UTF-8 file, without a byte-order mark and with plain line ends.

    Raises DeclarationError `encoding-invalid` with the line of the first byte that is not UTF-8,
    and `file-unreadable` where the system refuses the file.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DeclarationError(
            "file-unreadable",
            f"The file cannot be read: {error.strerror or error}.",
            file=file,
            hint="Look at the file's permissions, and that it is no folder.",
        ) from None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise DeclarationError(
            "encoding-invalid",
            f"Byte 0x{content[error.start]:02x} is not UTF-8.",
            file=file,
            line=content.count(b"\n", 0, error.start) + 1,
            hint="Save the file as UTF-8.",
        ) from None
