"""Documents that correct others: a cancellation gives back all of an invoice, a credit note some of it (SPEC 5.3).

What a cancellation gives back is open again and the next run bills it anew; what was conceded is never billed again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from headcount.core.calendar import Period, parse_date
from headcount.core.drafts import CANCELLATION, CREDIT_NOTE, INVOICE, Draft
from headcount.core.errors import refuse
from headcount.core.ledger import CONCESSION, CORRECTION, MANUAL, PROMOTION, Booked, Entry
from headcount.core.lines import Line
from headcount.core.money import exact_minor, major
from headcount.core.originals import Original
from headcount.services.context import Context, write_journal
from headcount.services.customers import customer_id
from headcount.services.finalising import Issued, issue
from headcount.services.invoices import content
from headcount.services.reopening import reopen_periods
from headcount.storage import customers, invoices, ledger
from headcount.storage.invoices import StoredInvoice
from headcount.storage.transaction import committed_or_not, share_catalog


@dataclass(frozen=True, slots=True)
class _Printed:
    """A line as the original prints it, what stands behind it, and what of it was not given back yet."""

    position: int
    frozen: Mapping[str, str]
    entries: tuple[Booked, ...]
    left_minor: int


@dataclass(frozen=True, slots=True)
class _Corrected:
    document: StoredInvoice
    original: Original
    lines: tuple[_Printed, ...]
    is_untouched: bool


def cancel_invoice(context: Context, number: str, reason: str, *, for_good: bool, dry_run: bool) -> Issued:
    """Everything of an invoice goes back, by a document that names it.

    Refused: `unknown_invoice`, `not_an_invoice`, `already_corrected` for one that was cancelled or credited before.
    """
    with committed_or_not(context.organization_id, dry_run=dry_run):
        found = _locked(context, number)
        if not found.is_untouched:
            raise refuse("already_corrected", "number", given=number)
        lines = [
            _given_back(found.document.currency, line, -line.left_minor, tuple(_taken_back(line, for_good=for_good)))
            for line in found.lines
        ]
        issued = _issue(context, found, CANCELLATION, lines)
        if not for_good:
            reopen_periods(context, [entry for line in found.lines for entry in line.entries])
        details = {"number": issued.number, "original": number, "for_good": for_good, "reason": reason}
        write_journal(context, "invoice.cancelled", details)
    return issued


def credit_invoice(
    context: Context, number: str, position: int | None, amount: Decimal | None, reason: str, *, dry_run: bool
) -> Issued:
    """A concession: `amount` of a line (net, major units), all that is left of it, or of the whole document.

    Refused: as `cancel_invoice`; `unknown_line`, `nothing_left`, `more_than_is_left`, `amount_needs_line`.
    """
    with committed_or_not(context.organization_id, dry_run=dry_run):
        found = _locked(context, number)
        lines = _conceded(found, position, amount)
        if not lines:
            raise refuse("nothing_left", "number", given=number)
        issued = _issue(context, found, CREDIT_NOTE, lines)
        write_journal(context, "invoice.credited", {"number": issued.number, "original": number, "reason": reason})
    return issued


def _locked(context: Context, number: str) -> _Corrected:
    share_catalog(context.organization_id)
    document = next(invoices.stored(number=number), None)
    if document is None:
        raise refuse("unknown_invoice", "number", given=number)
    if document.kind != INVOICE:
        raise refuse("not_an_invoice", "number", given=number, kind=document.kind)
    customers.lock([customer_id(document.customer)])
    original = ledger.originals([document.id])[document.id]
    given_back = ledger.given_back(document.id)
    by_position: dict[int, list[Booked]] = defaultdict(list)
    for booked in ledger.of_document(document.id):
        by_position[booked.position or 0].append(booked)
    frozen: Any = content(document)["lines"]
    lines = [_printed(document.currency, line, by_position, given_back) for line in frozen]
    return _Corrected(document, original, tuple(lines), not given_back and original.left_minor == document.net_minor)


def _printed(
    currency: str, frozen: Mapping[str, Any], by_position: Mapping[int, Sequence[Booked]], given_back: Mapping[int, int]
) -> _Printed:
    entries = tuple(by_position.get(int(frozen["position"]), ()))
    net_minor = exact_minor(Decimal(frozen["net"]), currency)
    left = net_minor + sum(given_back.get(one.id, 0) for one in entries)
    return _Printed(int(frozen["position"]), {k: v for k, v in frozen.items() if k != "position"}, entries, left)


def _taken_back(line: _Printed, *, for_good: bool) -> list[Entry]:
    return [_reversed(one, for_good=for_good) for one in line.entries]


def _reversed(one: Booked, *, for_good: bool) -> Entry:
    entry, amount_minor = one.entry, -one.entry.amount_minor
    if entry.kind == PROMOTION:
        return Entry(PROMOTION, amount_minor, credit=entry.credit)
    if for_good:
        return Entry(CONCESSION, amount_minor, reverses=one.id)
    if entry.kind == MANUAL:
        return Entry(MANUAL, amount_minor, reverses=one.id, adjustment=entry.adjustment, times=-1)
    assert entry.coverage is not None
    covered = replace(entry.coverage, times=-entry.coverage.times)
    return Entry(CORRECTION, amount_minor, covered, reverses=one.id)


def _conceded(found: _Corrected, position: int | None, amount: Decimal | None) -> list[Line]:
    currency = found.document.currency
    if position is None:
        if amount is not None:
            raise refuse("amount_needs_line", "amount")
        if sum(line.left_minor for line in found.lines) != found.original.left_minor:
            raise refuse("line_needed", "line", left=str(major(found.original.left_minor, currency)))
        return [_concession(currency, line, line.left_minor) for line in found.lines if line.left_minor]
    line = next((one for one in found.lines if one.position == position), None)
    if line is None:
        raise refuse("unknown_line", "line", given=position, lines=len(found.lines))
    most = min(line.left_minor, found.original.left_minor)
    wanted = most if amount is None else exact_minor(amount, currency, "amount")
    if wanted <= 0 or wanted > most:
        raise refuse("more_than_is_left", "amount", given=str(major(wanted, currency)), left=str(major(most, currency)))
    return [_concession(currency, line, wanted)]


def _concession(currency: str, line: _Printed, amount_minor: int) -> Line:
    main = max(line.entries, key=lambda one: abs(one.entry.amount_minor), default=None)
    if main is not None and main.entry.kind == PROMOTION:
        entry = Entry(PROMOTION, -amount_minor, credit=main.entry.credit)
    else:
        entry = Entry(CONCESSION, -amount_minor, reverses=main.id if main else None)
    return _given_back(currency, line, -amount_minor, (entry,))


def _given_back(currency: str, line: _Printed, amount_minor: int, entries: tuple[Entry, ...]) -> Line:
    """The printed line with what is given back; in full it keeps its units and unit price."""
    in_full = exact_minor(Decimal(line.frozen["net"]), currency) == -amount_minor
    units = -Decimal(line.frozen["units"]) if in_full else Decimal(-1 if amount_minor < 0 else 1)
    price = Decimal(line.frozen["unit_price"]) if in_full else abs(major(amount_minor, currency))
    start, end = (parse_date(day, "period") for day in line.frozen["period"].split("/"))
    period = Period(start, end)
    return Line(
        subscription=0,
        charge="",
        window=period,
        period=period,
        quantity=None,
        units=units,
        unit_price=price,
        amount_minor=amount_minor,
        entries=entries,
        like=line.frozen,
    )


def _issue(context: Context, found: _Corrected, kind: str, lines: Sequence[Line]) -> Issued:
    frozen: Any = content(found.document)
    draft = Draft(
        customer=found.original.customer,
        billing_date=context.today,
        currency=found.document.currency,
        lines=tuple(lines),
        purchase_order=frozen.get("purchase_order", ""),
        kind=kind,
        original=found.original,
    )
    return issue(context, draft)
