"""What was given too much goes back to the documents that charged it, newest first (SPEC 5.2a)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from headcount.core.ledger import CONCESSION, CORRECTION, INVOICED, MOVED, PROMOTION, Booked, Entry
from headcount.core.lines import Line, amount_line


@dataclass(frozen=True, slots=True)
class Original:
    """A document that can be corrected. `left_minor`: its net amount less what was given back on it.

    `customer` got it on `billed_on`, with tax at `tax_rate` percent. `regained`: what may be taken back if more is
    given back than is left: promotional credit that it used, and concessions on it, as entries with what of them still
    stands, below zero.
    """

    id: int
    number: str
    customer: int
    billed_on: date
    left_minor: int
    tax_rate: Decimal
    regained: tuple[Entry, ...] = ()

    @property
    def most_minor(self) -> int:
        return self.left_minor - sum(entry.amount_minor for entry in self.regained)


Note = tuple[Original | None, list[Line]]
"""The lines of one credit note, and the document it corrects; None for what was never on one of ours."""


def credit_notes(
    groups: Iterable[Sequence[Line]], booked: Sequence[Booked], originals: Mapping[int, Original], currency: str
) -> list[Note]:
    """Groups of lines, each below zero in sum, as one credit note for each original, newest first."""
    left = dict(originals)
    notes: dict[int | None, list[Line]] = {}
    for group in groups:
        corrected = [_correcting(line, booked) for line in group]
        for original, lines in _shared_out(corrected, _charged_by(group, booked, left), currency):
            notes.setdefault(original.id if original else None, []).extend(lines)
            if original:
                left[original.id] = less(left[original.id], lines)
    found = [(originals[id] if id is not None else None, lines) for id, lines in notes.items()]
    return sorted(found, key=lambda note: _age(note[0]) if note[0] else (date.min, 0), reverse=True)


def _age(original: Original) -> tuple[date, int]:
    return original.billed_on, original.id


def _charged_by(
    group: Sequence[Line], booked: Sequence[Booked], left: Mapping[int, Original]
) -> list[tuple[Original, int]]:
    """The documents with how much may go back on them: those that charged what a group is about, newest first.

    Each first gives back what it charged of this, so that it can give back the rest for what else it charged. What is
    then still left to give goes back on these, and last on any other document of the payer.
    """
    about = {(line.subscription, line.charge, line.window.end) for line in group}
    charged: Counter[int] = Counter()
    for one in booked:
        if one.document is not None and one.document in left and one.entry.coverage is not None:
            point = one.entry.coverage.point
            if (point.subscription, point.charge, point.period.end) in about:
                charged[one.document] += one.entry.amount_minor
    found = sorted((left[id] for id in charged), key=_age, reverse=True)
    others = sorted((one for one in left.values() if one.id not in charged), key=_age, reverse=True)
    own = [(original, min(original.most_minor, charged[original.id])) for original in found]
    return [*own, *((original, original.most_minor) for original in (*found, *others))]


def _shared_out(
    group: list[Line], originals: Sequence[tuple[Original, int]], currency: str
) -> Iterator[tuple[Original | None, list[Line]]]:
    """The group on the first document, if enough is left of it; else the amounts that others take over are moved."""
    need = -sum(line.amount_minor for line in group)
    shares = _shares(need, originals)
    for place, (original, take) in enumerate(shares):
        lines = list(group) if place == 0 else []
        if moved := (need if place == 0 else 0) - take:
            lines.append(_moved(group[0], moved, currency))
        yield original, [*lines, *_regained(original, take, group[0], currency)]


def _shares(need: int, originals: Sequence[tuple[Original, int]]) -> list[tuple[Original | None, int]]:
    shares: dict[int, int] = {}
    for original, most in originals:
        take = min(need, most - shares.get(original.id, 0))
        if take > 0:
            shares[original.id] = shares.get(original.id, 0) + take
            need -= take
    by_id = {original.id: original for original, _ in originals}
    found: list[tuple[Original | None, int]] = [(by_id[id], take) for id, take in shares.items()]
    return [*found, (None, need)] if need else found


def _moved(like: Line, amount_minor: int, currency: str) -> Line:
    """A part of a credit that another credit note has, or that is taken over from one."""
    return amount_line(Entry(MOVED, amount_minor), like.period.start, currency)


def _regained(original: Original | None, take: int, like: Line, currency: str) -> Iterator[Line]:
    """What was discounted is not given back as money: it can be used again, or is no longer conceded."""
    too_much = take - original.left_minor if original else 0
    for entry in original.regained if original else ():
        part = min(too_much, -entry.amount_minor)
        if part > 0:
            too_much -= part
            yield amount_line(replace(entry, amount_minor=part), like.period.start, currency)


def less(original: Original, lines: Sequence[Line]) -> Original:
    """What is left of a document after a credit note with these lines."""
    back = [entry for line in lines for entry in line.entries if entry.kind in (PROMOTION, CONCESSION)]
    gained = {(entry.credit, entry.reverses): entry.amount_minor for entry in back}
    regained = tuple(
        replace(entry, amount_minor=entry.amount_minor + gained.get((entry.credit, entry.reverses), 0))
        for entry in original.regained
    )
    left = original.left_minor + sum(line.amount_minor for line in lines)
    return replace(original, left_minor=left, regained=regained)


def _correcting(line: Line, booked: Sequence[Booked]) -> Line:
    """A line that takes days back names the entry that charged them."""
    return replace(line, entries=tuple(_correction(entry, booked) for entry in line.entries))


def _correction(entry: Entry, booked: Sequence[Booked]) -> Entry:
    covered = entry.coverage
    if entry.kind != INVOICED or covered is None or covered.times > 0:
        return entry
    charged = [
        one.id
        for one in booked
        if one.entry.coverage is not None and one.entry.coverage.times > 0 and one.entry.coverage.point == covered.point
    ]
    return replace(entry, kind=CORRECTION, reverses=max(charged)) if charged else entry
