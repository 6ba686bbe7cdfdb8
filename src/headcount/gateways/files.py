"""A text file as lines, plain or gzip, with how far it has been read. Bytes that are not UTF-8 stay recognisable."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from headcount.core.errors import refuse

_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class TextFile:
    """`size` and `position` are bytes on disk, for progress."""

    path: Path
    size: int
    _raw: IO[bytes]
    _lines: Iterator[bytes]

    @property
    def position(self) -> int:
        return self._raw.tell()

    def lines(self) -> Iterator[str]:
        """Every line with its end. Refused: `damaged_file`, after the lines before the damage."""
        number = 0
        try:
            for line in self._lines:
                number += 1
                yield line.decode("utf-8", "surrogateescape")
        except (EOFError, zlib.error, gzip.BadGzipFile) as damage:
            raise refuse("damaged_file", "", file=str(self.path), after=number, problem=str(damage)) from None


@contextmanager
def open_text(path: Path) -> Iterator[TextFile]:
    """Refused: `no_such_file`, `file_not_readable`."""
    try:
        raw = path.open("rb")
    except FileNotFoundError:
        raise refuse("no_such_file", "", file=str(path)) from None
    except OSError as problem:
        raise refuse("file_not_readable", "", file=str(path), problem=problem.strerror or "") from None
    with raw:
        is_gzip = raw.read(2) == _GZIP
        raw.seek(0)
        stream: IO[bytes] = io.BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 18) if is_gzip else raw
        yield TextFile(path, path.stat().st_size, raw, iter(stream))
