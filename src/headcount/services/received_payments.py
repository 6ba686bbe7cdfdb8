"""Payments come in, one by hand or many in a file, and settle what they are for (SPEC 3.10)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from headcount.core.activity import Reject, check_text, first_refusal
from headcount.core.calendar import parse_date
from headcount.core.errors import Refused, nearest, refuse
from headcount.core.payments import METHODS, parse_amount
from headcount.gateways.rows import Chunk, raw_row
from headcount.services.context import Context, new_request_id, write_journal
from headcount.services.customers import customer_id
from headcount.services.imports import Outcome, read_rows, with_positions
from headcount.services.payments import for_journal, named_invoices, settle_customers
from headcount.storage import customers, payments
from headcount.storage.payments import NamedInvoice, NewPayment, StoredPayment
from headcount.storage.transaction import committed_or_not, hold_payments

COLUMNS = ("id", "amount", "received_on")
OPTIONAL = ("customer", "currency", "method", "reference", "invoice")


@dataclass(frozen=True, slots=True)
class Wish:
    """Money that somebody says has come. Empty texts: not known; a `currency` or `method` is then made up.

    `key` is the sender's own id of it; the same again changes nothing. `amount` as people write it: `119.00`.
    """

    key: str
    amount: str
    received_on: date
    customer: str = ""
    currency: str = ""
    method: str = ""
    reference: str = ""
    invoice: str = ""


def record(context: Context, wish: Wish, *, dry_run: bool = False) -> StoredPayment:
    """One payment, which settles what its reference names, then the oldest due, and else stays free.

    Refused: unknown customers and invoices, `not_an_amount`, `payment_in_future`, `payment_differs` for a key in use.
    """
    wish = replace(wish, key=wish.key or f"payment-{new_request_id()}")
    new = _checked(context, wish)
    with committed_or_not(context.organization_id, dry_run=dry_run):
        hold_payments(context.organization_id)
        if wish.customer:
            customer_id(wish.customer)
        ground = _ground([wish], [new])
        if matched := ground.matched(wish, new):
            _take(context, [matched], "payment.recorded")
        return payments.by_key([wish.key])[wish.key]


def import_payments(context: Context, chunks: Iterable[Chunk], *, dry_run: bool) -> Iterator[tuple[int, Outcome]]:
    """Outcomes: added, of which unmatched (nobody knows yet whose they are); repeated, refused."""
    return with_positions(context, chunks, take_payments, dry_run=dry_run)


def take_payments(context: Context, chunk: Chunk) -> Outcome:
    """One chunk, inside a transaction of the caller."""
    hold_payments(context.organization_id)
    read, rejects = read_rows(chunk, lambda line, values: (line, values, *_read(context, values)))
    ground = _ground([wish for _, _, wish, _ in read], [new for *_, new in read])
    taken: list[Matched] = []
    for line, values, wish, new in read:
        try:
            matched = ground.matched(wish, new)
        except Refused as refused:
            rejects.append(Reject(line, first_refusal(refused), raw_row(values)))
        else:
            taken += [matched] if matched else []
    _take(context, taken, "payments.imported")
    unmatched = sum(new.customer_id is None for new, _ in taken)
    repeated = len(chunk.rows) + len(chunk.rejects) - len(rejects) - len(taken)
    return Outcome(
        Counter(added=len(taken), unmatched=unmatched, repeated=repeated, refused=len(rejects)), rejects
    )  # fmt: skip


def _read(context: Context, values: Sequence[str]) -> tuple[Wish, NewPayment]:
    key, amount, received_on, *others = (value.strip() for value in values)
    if not (key and amount and received_on):
        raise refuse("empty_field", next(c for c, v in zip(COLUMNS, values, strict=False) if not v.strip()))
    wish = Wish(key, amount, parse_date(received_on, "received_on"), *others)
    return wish, _checked(context, wish)


def _checked(context: Context, wish: Wish) -> NewPayment:
    """What can be said without looking anything up. An invoice that is named becomes a part of the reference."""
    reference = f"{wish.reference} {wish.invoice}".strip() if wish.invoice not in wish.reference else wish.reference
    check_text([wish.key, wish.customer, reference], ["id", "customer", "reference"])
    currency = wish.currency or context.terms.currency
    if not re.fullmatch("[A-Z]{3}", currency):
        raise refuse("not_a_currency", "currency", given=currency)
    method = wish.method or METHODS[0]
    if method not in METHODS:
        raise refuse("not_a_choice", "method", given=method, choices=", ".join(METHODS),
                     nearest=nearest(method, METHODS))  # fmt: skip
    if wish.received_on > context.today:
        raise refuse("payment_in_future", "received_on", given=str(wish.received_on), today=str(context.today))
    amount_minor = parse_amount(wish.amount, currency, "amount")
    return NewPayment(wish.key, None, wish.received_on, currency, amount_minor, method, reference)


Matched = tuple[NewPayment, Collection[int]]
"""A payment with its owner, if known, and the documents that its reference names."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What wishes are matched against, loaded once for all of them. `known`: payments by key, those to come too."""

    customers: Mapping[str, int]
    payers: Mapping[int, int]
    invoices: Mapping[str, NamedInvoice]
    named: Mapping[str, Sequence[NamedInvoice]]
    known: dict[str, StoredPayment | NewPayment]

    def matched(self, wish: Wish, new: NewPayment) -> Matched | None:
        """None for what is there already. Refused: `payment_differs`, unknown names, `invoice_of_another`."""
        candidates = self._candidates(wish)
        if wish.invoice and wish.invoice not in self.invoices:
            raise refuse("unknown_invoice", "invoice", given=wish.invoice)
        if (before := self.known.get(wish.key)) is not None:
            _check_same(before, new, candidates)
            return None
        named = [self.invoices[wish.invoice]] if wish.invoice else []
        if named and candidates and named[0].customer_id not in candidates:
            raise refuse("invoice_of_another", "invoice", given=wish.invoice, customer=wish.customer)
        named += self.named.get(new.reference, ())
        owners = [one.customer_id for one in named if not candidates or one.customer_id in candidates] + candidates
        self.known[wish.key] = new = replace(new, customer_id=next(iter(owners), None))
        return new, {one.id for one in named}

    def _candidates(self, wish: Wish) -> list[int]:
        """Whose it may be: of whoever pays for the customer now, or of the customer, who did so before."""
        if not wish.customer:
            return []
        customer = self.customers.get(wish.customer)
        if customer is None:
            raise refuse("unknown_customer", "customer", given=wish.customer,
                         nearest=nearest(wish.customer, self.customers))  # fmt: skip
        return list(dict.fromkeys([self.payers[customer], customer]))


def _ground(wishes: Sequence[Wish], new: Sequence[NewPayment]) -> _Ground:
    by_key = customers.ids({wish.customer for wish in wishes})
    return _Ground(
        customers=by_key,
        payers=customers.payers_of(by_key.values()),
        invoices=payments.invoices_by_number({wish.invoice for wish in wishes if wish.invoice}),
        named=named_invoices(one.reference for one in new),
        known={**payments.by_key([wish.key for wish in wishes])},
    )


def _check_same(before: StoredPayment | NewPayment, new: NewPayment, candidates: Sequence[int]) -> None:
    fields = {"amount": "amount_minor", "received_on": "received_on", "currency": "currency", "method": "method",
              "reference": "reference"}  # fmt: skip
    differing = [field for field, name in fields.items() if getattr(before, name) != getattr(new, name)]
    if candidates and before.customer_id not in candidates:
        differing.append("customer")
    if differing:
        raise refuse("payment_differs", differing[0], payment=new.key)


def _take(context: Context, taken: Sequence[Matched], action: str) -> None:
    """Stores payments and lets them settle what is open of their owners."""
    if not taken:
        return
    owners = sorted({new.customer_id for new, _ in taken if new.customer_id is not None})
    customers.lock(owners)
    ids = payments.insert(
        context.organization_id, [new for new, _ in taken], context.now, context.actor, context.request_id
    )  # fmt: skip
    named = {id: invoices for id, (_, invoices) in zip(ids, taken, strict=True)}
    settled = settle_customers(context, owners, named)
    write_journal(context, action, {"payments": ids, "allocations": for_journal(settled)})
