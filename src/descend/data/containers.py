"""What a file holds, told by its content and not by its name; compressed files unpacked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import pyarrow as pa

from descend.data.table import enumerated

Format: TypeAlias = Literal["parquet", "arrow file", "arrow stream", "excel", "json", "text"]

HEAD = 8192
"""Bytes at the beginning by which a format is told."""

REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel file: save it as .xlsx or CSV"),
    (b"%PDF", "a PDF document: save the table as CSV"),
    (b"{\\rtf", "a text document: save the table as CSV"),
    (b"<!doctype html", "a web page: save the table as CSV"),
    (b"<html", "a web page: save the table as CSV"),
    (b"<?xml", "XML: save the table as CSV"),
    (b"$fl2", "a file of SPSS: save it as CSV or Parquet"),
    (b"<stata_dta>", "a file of Stata: save it as CSV or Parquet"),
    (b"\x89hdf", "an HDF5 file: save the table as CSV or Parquet"),
    (b"\x93numpy", "an array of NumPy: save it as CSV, with the columns' names"),
    (b"orc", "an ORC file: save it as Parquet"),
    (b"fea1", "an old Feather file: save it as Feather of version 2, or Parquet"),
)
"""How contents begin that are no table this can read, in lower case, and what they are."""


class Content(NamedTuple):
    """What a file holds once unpacked: bytes in memory, or the path of a file as it lies on disk.

    `quoted` is false if it is known to be a text without quotes.
    """

    held: bytes | Path
    quoted: bool = True

    def open(self) -> pa.NativeFile:
        """Open the content for reading from its beginning."""
        if isinstance(self.held, Path):
            return pa.OSFile(str(self.held))
        return pa.BufferReader(self.held)

    def head(self, size: int) -> bytes:
        """Return the first bytes."""
        with self.open() as stream:
            return bytes(stream.read(size))

    def tail(self, size: int) -> str:
        """Return the last bytes, as text."""
        with self.open() as stream:
            stream.seek(max(0, stream.size() - size))
            return bytes(stream.read()).decode(errors="replace")

    def read(self) -> bytes:
        """Return all bytes."""
        return self.held.read_bytes() if isinstance(self.held, Path) else self.held


def unpacked(path: Path) -> Content:
    """Return the content of a file, unpacked however often it was compressed."""
    content = Content(path)
    while True:
        head = content.head(HEAD)
        if head.startswith(b"\x1f\x8b"):
            content = content._replace(held=gzip.decompress(content.read()))
        elif head.startswith(b"\x28\xb5\x2f\xfd"):
            content = content._replace(held=_streamed(content, "zstd"))
        elif head.startswith(b"\x04\x22\x4d\x18"):
            content = content._replace(held=_streamed(content, "lz4"))
        elif head.startswith(b"BZh"):
            content = content._replace(held=bz2.decompress(content.read()))
        elif head.startswith(b"\xfd7zXZ"):
            content = content._replace(held=lzma.decompress(content.read()))
        elif head.startswith(b"PK") and not _is_workbook(content):
            content = _member(content)
        else:
            return content


UNPACKING_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
"""What the unpackers raise on broken files."""


def format_of(content: Content) -> Format:
    """Return the format of an unpacked file; a ValueError if it is none that can be read."""
    head = content.head(HEAD)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"ARROW1"):
        return "arrow file"
    if head.startswith((b"\xff\xff\xff\xff", b"\x10\x00\x00\x00")) and len(head) > 16:
        return "arrow stream"
    if head.startswith(b"PK"):
        return "excel"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, meaning in REFUSED:
        if start.lower().startswith(beginning):
            raise ValueError(f"it is {meaning}")
    if start.startswith(b"{") or (start.startswith(b"[") and start[1:].lstrip()[:1] == b"{"):
        return "json"
    return "text"


def _streamed(content: Content, codec: str) -> bytes:
    """Return what a stream of one of Arrow's codecs holds."""
    with pa.CompressedInputStream(content.open(), codec) as stream:
        return bytes(stream.read())


def _archive(content: Content) -> zipfile.ZipFile:
    return zipfile.ZipFile(
        content.held if isinstance(content.held, Path) else io.BytesIO(content.held)
    )


def _is_workbook(content: Content) -> bool:
    """Say whether a zip archive is an Excel workbook."""
    with _archive(content) as archive:
        return "xl/workbook.xml" in archive.namelist()


def _member(content: Content) -> Content:
    """Return the only data file of a zip archive."""
    with _archive(content) as archive:
        members = [
            member
            for member in archive.infolist()
            if not member.is_dir()
            and not member.filename.startswith("__MACOSX/")
            and not Path(member.filename).name.startswith(".")
        ]
        names = [member.filename for member in members]
        if "content.xml" in names and "mimetype" in names:
            raise ValueError("it is an OpenDocument file: save the table as .xlsx or CSV")
        if len(members) != 1:
            held = f"{len(names)} files, {enumerated(names, 3)}" if names else "no file"
            raise ValueError(f"the archive holds {held}: unpack the one to read")
        if members[0].flag_bits & 1:
            raise ValueError(f"{names[0]!r} in the archive needs a password: unpack it first")
        return Content(archive.read(members[0]))
