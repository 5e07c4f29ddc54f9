"""A file as it comes: found, hashed, unpacked and turned to UTF-8, in one pass."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import itertools
import stat
import zlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Literal

from scorecard.errors import ImportRefused
from scorecard.observe.xml_encoding import declared_encoding

Format = Literal["delimited", "json", "json-lines", "xml", "parquet", "workbook"]

_CHUNK = 4 << 20
# What a packed file may grow to: 200 times its size, or 256 MiB where that is more.
_GROWTH, _ALWAYS_ALLOWED = 200, 256 << 20
_FORMATS: dict[str, Format] = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".txt": "delimited",
    ".json": "json",
    ".jsonl": "json-lines",
    ".ndjson": "json-lines",
    ".xml": "xml",
    ".parquet": "parquet",
    ".xlsx": "workbook",
}
_GZIP = b"\x1f\x8b"
_WIDE = ("utf-16", "utf-32")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class SourceFile:
    """A file to be read once. `sha256` and `size` speak of the bytes as they lie on the disk.

    An XML file says its encoding itself; `encoding` is for one that does not, and for all other
    text. One that was `told` by a person with this file in hand wins over what the file says.

    Raises ImportRefused on opening: `file-missing`, `file-is-directory`, `file-unreadable`,
    `file-empty`, `format-unknown`, `encoding-name`, `encoding-unknown`; of packed XML also those of
    unpacking.
    """

    def __init__(self, path: Path, encoding: str, *, told: bool = False) -> None:
        self.path = path
        self.encoding = self._codec(encoding)
        self.size = self._checked_size()
        suffixes = [suffix.lower() for suffix in path.suffixes]
        self.packed = suffixes[-1:] == [".gz"]
        plain = suffixes[:-1] if self.packed else suffixes
        format_ = _FORMATS.get(plain[-1] if plain else "")
        if format_ is None or (self.packed and format_ in ("parquet", "workbook")):
            raise ImportRefused(
                "format-unknown",
                "The ending of the file's name says no kind of file that is known.",
                file=path,
                hint="Name it .csv, .tsv, .txt, .json, .jsonl, .xml (also with .gz), .parquet or "
                ".xlsx.",
            )
        self.format: Format = format_
        self._check_beginning()
        self._digest = hashlib.sha256()
        self._read = 0
        if format_ == "xml" and not told:
            self.encoding = self._declared_encoding() or self.encoding

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes read so far, in hexadecimal."""
        return self._digest.hexdigest()

    @property
    def fraction(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(1.0, self._read / self.size)

    def read_through(self) -> None:
        """Read the whole file for its `sha256`, where something else makes rows of it."""
        for _ in self._raw():
            pass

    def chunks(self) -> Iterator[bytes]:
        """The text in UTF-8, without a byte-order mark, in chunks of some megabytes.

        Raises ImportRefused `encoding-unknown`, `gzip-bad`, `gzip-truncated` and `gzip-bomb` when
        the place is reached.
        """
        raw = self._raw()
        text = self._decoded(self._unpacked(raw) if self.packed else raw)
        first = True
        for chunk in text:
            if first and chunk:
                first = False
                yield chunk.removeprefix(codecs.BOM_UTF8)
            else:
                yield chunk

    def _declared_encoding(self) -> str | None:
        with contextlib.closing(self._raw()) as raw:
            beginning = next(self._unpacked(raw) if self.packed else raw, b"")
        declared = declared_encoding(beginning[:1000])
        if declared is None:
            return None
        codec = self._codec(declared)
        if beginning.startswith(b"<?xml") and b"<?xml".decode(codec, "replace") != "<?xml":
            raise ImportRefused(
                "encoding-unknown",
                f"The file says that it is {declared}, and its bytes are not.",
                file=self.path,
                line=1,
                hint="Give the encoding the file has, such as --encoding utf-8.",
            )
        return codec

    def _codec(self, encoding: str) -> str:
        try:
            with contextlib.suppress(UnicodeError):
                # A codec may also pack or rewrite bytes; `decode` refuses those.
                b"a".decode(encoding)
            return codecs.lookup(encoding).name
        except LookupError:
            raise ImportRefused(
                "encoding-name",
                f"There is no encoding {encoding!r}.",
                file=self.path,
                hint="Write utf-8, latin-1, cp1252 or another name that Python knows.",
            ) from None

    def _checked_size(self) -> int:
        try:
            found = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise ImportRefused("file-missing", "There is no such file.", file=self.path) from None
        except OSError as error:
            raise self._unreadable(error) from None
        if stat.S_ISDIR(found.st_mode):
            raise ImportRefused(
                "file-is-directory",
                "This is a folder.",
                file=self.path,
                hint="Name the files in it, one after the other.",
            )
        if not stat.S_ISREG(found.st_mode):
            raise ImportRefused("file-unreadable", "This is no regular file.", file=self.path)
        if found.st_size == 0:
            raise ImportRefused("file-empty", "The file is empty.", file=self.path)
        return found.st_size

    def _check_beginning(self) -> None:
        try:
            with self.path.open("rb") as opened:
                beginning = opened.read(4)
        except OSError as error:
            raise self._unreadable(error) from None
        if beginning.startswith(b"PK\x03\x04") and self.format != "workbook":
            raise ImportRefused(
                "format-unknown",
                "The file is a ZIP archive or an Excel workbook, whatever its name says.",
                file=self.path,
                hint="Unpack it, or name it .xlsx if it is a workbook.",
            )
        if beginning.startswith(_GZIP) and not self.packed:
            raise ImportRefused(
                "format-unknown",
                "The file is packed with gzip, but its name does not end in .gz.",
                file=self.path,
                hint="Add .gz to its name.",
            )

    def _unreadable(self, error: OSError) -> ImportRefused:
        return ImportRefused(
            "file-unreadable",
            f"The file cannot be read: {error.strerror or error}.",
            file=self.path,
            hint="Give the account that imports the right to read it.",
        )

    def _raw(self) -> Generator[bytes]:
        self._digest, self._read = hashlib.sha256(), 0
        try:
            with self.path.open("rb", buffering=0) as opened:
                while chunk := opened.read(_CHUNK):
                    self._digest.update(chunk)
                    self._read += len(chunk)
                    yield chunk
        except OSError as error:
            raise self._unreadable(error) from None

    def _unpacked(self, raw: Iterator[bytes]) -> Iterator[bytes]:
        allowed = max(_ALWAYS_ALLOWED, _GROWTH * self.size)
        unpacker, grown = zlib.decompressobj(wbits=31), 0
        begun = False
        for chunk in raw:
            while chunk:
                if unpacker.eof:
                    # A gzip file may hold several members, and zeros for padding after the last.
                    chunk = chunk.lstrip(b"\0")
                    if not chunk:
                        break
                    unpacker = zlib.decompressobj(wbits=31)
                try:
                    piece = unpacker.decompress(chunk, _CHUNK)
                except zlib.error as error:
                    raise ImportRefused(
                        "gzip-bad",
                        f"The gzip file is damaged{' or none at all' if not begun else ''}: "
                        f"{error}.",
                        file=self.path,
                        hint="Fetch it again.",
                    ) from None
                begun = True
                chunk = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                grown += len(piece)
                if grown > allowed:
                    raise ImportRefused(
                        "gzip-bomb",
                        f"Unpacked, the file is more than {_GROWTH} times its size "
                        f"({allowed >> 20:,} MiB are allowed).",
                        file=self.path,
                        hint="If it is what it should be, unpack it and import the unpacked file.",
                    )
                if piece:
                    yield piece
        if not unpacker.eof:
            yield unpacker.flush()
        if not unpacker.eof:
            raise ImportRefused(
                "gzip-truncated",
                "The gzip file ends before its end.",
                file=self.path,
                hint="Fetch it again.",
            )

    def _decoded(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        decode = codecs.getincrementaldecoder(self.encoding)().decode
        ascii_first = self.encoding in ("utf-8", "utf-8-sig", "ascii")
        # Where the bytes begin that have not been decoded yet, and the line they begin on.
        at, line, waiting = 0, 1, b""
        for number, chunk in enumerate(itertools.chain(chunks, [b""])):
            if number == 0 and chunk[:2] in _UTF16 and not self.encoding.startswith(_WIDE):
                raise ImportRefused(
                    "encoding-unknown",
                    "The file is UTF-16.",
                    file=self.path,
                    line=1,
                    hint="Save it as UTF-8, or give --encoding utf-16.",
                )
            last = chunk == b""
            if ascii_first and not waiting and chunk.isascii():
                piece, used = chunk, len(chunk)
            else:
                data = waiting + chunk
                try:
                    if self.encoding == "utf-8":
                        _, used = codecs.utf_8_decode(data, "strict", last)
                        piece = data[:used]
                    else:
                        piece, used = decode(chunk, last).encode(), len(data)
                except UnicodeError as error:
                    raise self._undecodable(error, at, line) from None
                chunk = data
            waiting = chunk[used:]
            at += used
            line += piece.count(b"\n")
            if piece:
                yield piece

    def _undecodable(self, error: UnicodeError, at: int, line: int) -> ImportRefused:
        place = "Some of the file"
        if isinstance(error, UnicodeDecodeError):
            line += error.object[: error.start].count(b"\n")
            place = f"Byte 0x{error.object[error.start]:02x} at offset {at + error.start:,}"
        other = "cp1252 or latin-1" if self.encoding.startswith("utf") else "utf-8"
        return ImportRefused(
            "encoding-unknown",
            f"{place} is not valid {self.encoding.upper()}.",
            file=self.path,
            line=line,
            hint=f"Give the encoding the file has, such as --encoding {other}.",
        )
