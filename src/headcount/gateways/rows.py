"""Rows of a file, many at a time, each with its line; lines that are no rows are rejected and never stop the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import msgspec

from headcount.core.activity import COLUMNS, Reject
from headcount.core.errors import Refusal, nearest, refuse
from headcount.gateways.files import TextFile

CHUNK = 50_000


@dataclass(slots=True)
class Chunk:
    """Rows as (line, values in the order asked for), and what was no row. `position` is how far the file is read."""

    rows: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    position: int = 0


def raw_row(values: Sequence[str]) -> str:
    """Values as a line of CSV, for the list of rejects."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()


def read_delimited(
    file: TextFile, required: Sequence[str], optional: Sequence[str] = (), chunk: int = CHUNK
) -> Iterator[Chunk]:
    """A CSV file with a header; comma, semicolon or tab. One row a line, so that a stray quote costs one line only.

    Values come in the order `required` + `optional`, a missing optional column as empty text.
    Refused: `empty_file`, `missing_column`, `misspelt_column`.
    """
    lines = file.lines()
    head = next(lines, "").removeprefix("\ufeff")
    delimiter = max(",;\t", key=head.count)
    first_row = next(csv.reader([head], delimiter=delimiter), [])
    header = [name.strip().lower() for name in first_row]
    places = _places(header, required, optional)
    first = 2
    while batch := list(islice(lines, chunk)):
        yield _chunk(batch, first, first_row, delimiter, places, file.position)
        first += len(batch)


def _places(header: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> list[int | None]:
    if not any(header):
        raise refuse("empty_file", "", columns=", ".join(required))
    for column in required:
        if column not in header:
            raise refuse("missing_column", column, nearest=nearest(column, header), columns=", ".join(required))
    missing = [column for column in optional if column not in header]
    for name in header:
        if name not in (*required, *optional) and (meant := nearest(name, missing)):
            raise refuse("misspelt_column", name, nearest=meant)
    return [header.index(column) if column in header else None for column in (*required, *optional)]


def _chunk(
    batch: list[str], first: int, header: list[str], delimiter: str, places: list[int | None], position: int
) -> Chunk:
    width, pick = len(header), _picker(places, len(header))
    split = _split(batch, delimiter)
    if all(len(values) == width and values != header for values in split if isinstance(values, list)):
        fine = [(line, pick(values)) for line, values in enumerate(split, first) if isinstance(values, list)]
        if len(fine) == len(batch):
            return Chunk(fine, position=position)
    found = Chunk(position=position)
    for line, (text, values) in enumerate(zip(batch, split, strict=True), first):
        if isinstance(values, Refusal):
            found.rejects.append(Reject(line, values, text.rstrip("\r\n")))
        elif len(values) == width:
            if values == header:
                found.rejects.append(Reject(line, Refusal("header_again"), text.rstrip("\r\n")))
            else:
                found.rows.append((line, pick(values)))
        elif values:
            numbers: dict[str, object] = {"expected": width, "given": len(values)}
            found.rejects.append(Reject(line, Refusal("wrong_number_of_fields", numbers=numbers), text.rstrip("\r\n")))
    return found


def _picker(places: list[int | None], width: int) -> Callable[[list[str]], Sequence[str]]:
    if places == list(range(width)):
        return lambda values: values
    return lambda values: ["" if place is None else values[place] for place in places]


def _split(batch: list[str], delimiter: str) -> list[list[str] | Refusal]:
    """All lines at once; one at a time only where that does not give a row for each line."""
    try:
        whole: list[list[str] | Refusal] = list(csv.reader(batch, delimiter=delimiter, strict=True))
        if len(whole) == len(batch):
            return whole
    except csv.Error:
        pass
    return [_one(line, delimiter) for line in batch]


def _one(line: str, delimiter: str) -> list[str] | Refusal:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as problem:
        return Refusal("broken_row", numbers={"problem": str(problem)})


class _ActivityDocument(msgspec.Struct):
    id: str
    customer: str
    member: str
    kind: str
    occurred_at: str


def read_json_lines(file: TextFile, chunk: int = CHUNK) -> Iterator[Chunk]:
    """Activity as one JSON object a line; values in the order of the CSV columns. Other keys are ignored."""
    decode = msgspec.json.Decoder(_ActivityDocument).decode
    lines = enumerate(file.lines(), 1)
    while batch := list(islice(lines, chunk)):
        found = Chunk(position=file.position)
        for number, text in batch:
            row = _json_row(text, decode)
            if isinstance(row, Refusal):
                found.rejects.append(Reject(number, row, text.rstrip("\r\n")))
            elif row is not None:
                found.rows.append((number, row))
        yield found


def _json_row(text: str, decode: Callable[[str], _ActivityDocument]) -> Sequence[str] | Refusal | None:
    if not text.strip():
        return None
    try:
        document = decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError) as problem:
        code = "not_utf8" if isinstance(problem, UnicodeEncodeError) else "not_json"
        return Refusal(code, numbers={"problem": str(problem)})
    return [getattr(document, column) for column in COLUMNS]


def is_json_lines(path_name: str) -> bool:
    name = path_name.removesuffix(".gz")
    return name.endswith((".ndjson", ".jsonl"))
