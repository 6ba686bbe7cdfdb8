"""The invoice run: what is expected minus what was billed, for every customer, day by day up to a date.

A run can be killed between any two statements and started again: what a batch did is committed wholly or not at all,
and the next run computes the difference anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date
from functools import partial

from headcount.core import drafts
from headcount.core.calendar import first_instant
from headcount.core.catalog import Address
from headcount.core.drafts import Account, Draft
from headcount.core.errors import Refusal, Refused, refuse
from headcount.core.subscriptions import Subscription
from headcount.core.tax import Totals, rate_for, totals
from headcount.documents.snapshot import Buyer, Content, missing_fields, snapshot
from headcount.services.accounts import load_accounts
from headcount.services.context import Context, write_journal
from headcount.storage import catalog, customers, invoices, organizations, sequences
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.customers import CustomerRecord
from headcount.storage.invoices import FinalInvoice
from headcount.storage.journal import canonical, digest
from headcount.storage.transaction import organization_transaction, rehearsal, share_catalog

BATCH = 500
Scope = Callable[[], AbstractContextManager[None]]
"""What a batch runs in: a transaction of its own, or (on a dry run) the one that is undone at the end."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A customer who was not billed, and why. The others are."""

    customer: str
    billing_date: date
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Issued:
    number: str
    customer: str
    billing_date: date
    lines: int
    currency: str
    net_minor: int
    gross_minor: int


@dataclass(frozen=True, slots=True)
class Step:
    """One batch of one day. `carried`: customers whose difference is a credit that waits, in minor units."""

    day: date
    customers: int
    issued: tuple[Issued, ...]
    failures: tuple[Failure, ...]
    carried: tuple[tuple[str, int], ...]


def bill(context: Context, until: date, *, dry_run: bool) -> Iterator[Step]:
    """Bills everything that is due up to and including `until`; a test organization's clock moves there.

    Refused: `until_in_future` for a live organization (a dry run may look ahead).
    """
    is_live = context.terms.mode == "live"
    if is_live and until > context.today and not dry_run:
        raise refuse("until_in_future", "until", given=str(until), today=str(context.today))
    if dry_run:
        with rehearsal(context.organization_id):
            yield from _run(context, until, nullcontext)
        return
    scope = partial(organization_transaction, context.organization_id)
    yield from _run(context, until, scope)
    if not is_live:
        with scope():
            organizations.move_clock(context.organization_id, _living_on(context, until).now)


def _living_on(context: Context, day: date) -> Context:
    """A test organization lives on the day that is billed, unless its clock is further already."""
    if context.terms.mode == "live":
        return context
    return replace(context, now=max(context.now, first_instant(day, context.place).astimezone(UTC)))


def _run(context: Context, until: date, scope: Scope) -> Iterator[Step]:
    with scope():
        agenda = _agenda(context, until)
    failed: set[int] = set()
    for day, customer_ids in agenda:
        due = [customer for customer in customer_ids if customer not in failed]
        for start in range(0, len(due), BATCH):
            with scope():
                batch = _Batch(_living_on(context, day), day, due[start : start + BATCH])
                step = batch.bill(is_last=day == until)
            failed |= batch.failed
            yield step


def _agenda(context: Context, until: date) -> list[tuple[date, list[int]]]:
    """The days on which something may be due, in order, each with its customers; all of them on the last day."""
    stored = catalog.load(context.organization_id)
    plans = catalog.plan_versions(stored.meters)
    by_customer: dict[int, list[Subscription]] = defaultdict(list)
    for subscription in stored_subscriptions.load(plans):
        by_customer[subscription.customer].append(subscription)
    last = customers.billed_until(list(by_customer))
    days: dict[date, list[int]] = defaultdict(list)
    for customer in sorted(by_customer):
        for day in drafts.open_days(by_customer[customer], stored.meters, last.get(customer), until):
            days[day].append(customer)
    return sorted(days.items())


class _Batch:
    """Some customers on one day, inside one transaction."""

    def __init__(self, context: Context, day: date, customer_ids: Sequence[int]) -> None:
        self._context, self._day = context, day
        self.failed: set[int] = set()
        share_catalog(context.organization_id)
        customers.lock(customer_ids)
        self._stored = catalog.load(context.organization_id)
        self._plans = catalog.plan_versions(self._stored.meters)
        self._ledgers = load_accounts(context, self._stored, self._plans, customer_ids, day)
        self._customers = customers.records(customer_ids)

    def bill(self, *, is_last: bool) -> Step:
        ready, failures, carried = [], [], []
        for account in self._ledgers.accounts:
            try:
                made = drafts.drafts(account, self._stored.meters, self._day)
                ready += [(draft, self._checked(draft)) for draft in made]
                if is_last and (open_minor := self._carried(account, made)):
                    carried.append((self._customers[account.customer].key, open_minor))
            except Refused as refused:
                self.failed.add(account.customer)
                failures.append(Failure(self._customers[account.customer].key, self._day, refused.refusals))
        issued = self._finalise([(draft, total) for draft, total in ready if draft.customer not in self.failed])
        done = [account.customer for account in self._ledgers.accounts if account.customer not in self.failed]
        customers.set_billed_until(done, self._day)
        return Step(self._day, len(self._ledgers.accounts), tuple(issued), tuple(failures), tuple(carried))

    def _carried(self, account: Account, made: Sequence[Draft]) -> int:
        return drafts.carried_minor(account, made, self._stored.meters, self._day)

    def _checked(self, draft: Draft) -> Totals:
        """The totals of a document that may be issued. Refused: what the law asks for and is missing."""
        seller, buyer = self._context.terms, _buyer(self._customers[draft.customer])
        total = totals(draft.net_minor, rate_for(seller.tax, seller.address.country, buyer.address.country))
        if missing := missing_fields(seller, buyer, total):
            raise Refused(*missing)
        return total

    def _finalise(self, ready: Sequence[tuple[Draft, Totals]]) -> list[Issued]:
        """Numbers, frozen snapshots and ledger entries, all in the transaction that holds the numbers."""
        if not ready:
            return []
        issued_on = max(self._context.today, self._day)
        prefix = f"{self._context.terms.invoice_prefix}-{issued_on.year}"
        numbers = sequences.take(self._context.organization_id, prefix, len(ready))
        final = [
            self._final(draft, total, prefix, number, issued_on)
            for (draft, total), number in zip(ready, numbers, strict=True)
        ]
        context = self._context
        invoices.insert(context.organization_id, final, context.now, context.actor, context.request_id)
        documents = [[one.number, one.customer_id, one.net_minor, one.tax_minor, one.sha256] for one in final]
        write_journal(context, "invoices.finalised", {"documents": documents})
        return [self._issued(one) for one in final]

    def _final(self, draft: Draft, total: Totals, prefix: str, number_in_range: int, issued_on: date) -> FinalInvoice:
        number = f"{prefix}-{number_in_range:06d}"
        buyer = _buyer(self._customers[draft.customer])
        value = snapshot(draft, number, issued_on, self._context.terms, buyer, total, self._content(draft))
        text = canonical(value)
        positions = enumerate(draft.lines, 1)
        return FinalInvoice(
            customer_id=draft.customer,
            number_range=prefix,
            number_in_range=number_in_range,
            number=number,
            billing_date=draft.billing_date,
            issued_on=issued_on,
            currency=draft.currency,
            net_minor=total.net_minor,
            tax_minor=total.tax_minor,
            snapshot=text,
            sha256=digest(text),
            tax_rate=total.rate,
            entries=tuple((position, entry) for position, line in positions for entry in line.entries),
        )

    def _content(self, draft: Draft) -> Content:
        account = next(one for one in self._ledgers.accounts if one.customer == draft.customer)
        named = {s.id: (s.key, s.plan) for s in account.subscriptions}
        return Content(named, self._stored.meters, self._ledgers.basis)

    def _issued(self, final: FinalInvoice) -> Issued:
        return Issued(
            number=final.number,
            customer=self._customers[final.customer_id].key,
            billing_date=final.billing_date,
            lines=len({position for position, _ in final.entries}),
            currency=final.currency,
            net_minor=final.net_minor,
            gross_minor=final.net_minor + final.tax_minor,
        )


def _buyer(record: CustomerRecord) -> Buyer:
    address = Address(record.street, record.postal_code, record.city, record.country)
    return Buyer(record.key, record.name, address, record.vat_id, record.language)
