"""One batch of the run: some payers on one day, prepared side by side with other batches, finished in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

from headcount.core.calendar import first_instant
from headcount.core.drafts import CREDIT_NOTE, Account, Draft, drafts
from headcount.core.errors import Refusal, Refused
from headcount.core.expected import next_due
from headcount.documents.snapshot import Content, Heading, headed
from headcount.services.accounts import Ledgers, load_accounts
from headcount.services.context import Context
from headcount.services.finalising import Issued, Ready, checked, finalise
from headcount.storage import catalog, closings, customers, ledger
from headcount.storage import drafts as stored_drafts
from headcount.storage.catalog import StoredCatalog
from headcount.storage.customers import CustomerRecord
from headcount.storage.drafts import WaitingDraft
from headcount.storage.journal import canonical
from headcount.storage.transaction import share_catalog


@dataclass(frozen=True, slots=True)
class Failure:
    """A payer who was not billed, and why. The others are."""

    customer: str
    billing_date: date
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One batch of one day: how many payers were looked at, and what came of it. `waiting`: drafts under review."""

    day: date
    payers: int
    issued: tuple[Issued, ...]
    failures: tuple[Failure, ...]
    waiting: int


def living_on(context: Context, day: date) -> Context:
    """A test organization lives on the day that is billed, unless its clock is further already."""
    if context.terms.mode == "live":
        return context
    return replace(context, now=max(context.now, first_instant(day, context.place).astimezone(UTC)))


def drafted(account: Account, stored: StoredCatalog, day: date) -> tuple[Account, list[Draft]]:
    """The drafts of a payer up to a day. Which documents a credit belongs to is only asked where there is one."""
    made = drafts(account, stored.meters, day)
    if any(draft.kind == CREDIT_NOTE for draft in made):
        documents = {one.document for one in account.booked if one.document is not None}
        account = replace(account, originals=ledger.originals(documents))
        made = drafts(account, stored.meters, day)
    return account, made


def content_of(account: Account, stored: StoredCatalog, ledgers: Ledgers, keys: dict[int, str]) -> Content:
    named = {
        s.id: (s.key, s.plan, "" if s.customer == account.customer else keys[s.customer]) for s in account.subscriptions
    }
    return Content(named, stored.meters, ledgers.basis)


class Batch:
    """In one transaction of the caller: first `prepare`, then `finish`, which holds the numbers until the commit."""

    def __init__(self, context: Context, day: date, payer_ids: Sequence[int], review_days: int | None = None) -> None:
        self._context, self._day, self._payer_ids = living_on(context, day), day, payer_ids
        self._review = timedelta(days=context.terms.review_days if review_days is None else review_days)
        self._ready: list[Ready] = []
        self._waiting: list[tuple[int, Ready, date]] = []
        """Of which payer, what, and until when."""
        self._failures: dict[int, Failure] = {}

    def prepare(self) -> None:
        context = self._context
        share_catalog(context.organization_id)
        payer_ids = customers.lock_payers(self._payer_ids, self._day)
        self._stored = catalog.load(context.organization_id)
        self._ledgers = load_accounts(context, self._stored, payer_ids, self._day)
        whose = {s.customer for account in self._ledgers.accounts for s in account.subscriptions}
        self._records = customers.records(whose.union(payer_ids))
        self._keys = {id: record.key for id, record in self._records.items()}
        for account in self._ledgers.accounts:
            try:
                self._sort(account)
            except Refused as refused:
                key = self._records[account.customer].key
                self._failures[account.customer] = Failure(key, self._day, refused.refusals)
        done = [account for account in self._ledgers.accounts if account.customer not in self._failures]
        self._save_drafts(done)
        self._save_progress(done)

    def _sort(self, account: Account) -> None:
        """What is ready now, and what still waits for its time."""
        account, made = drafted(account, self._stored, self._day)
        if not made:
            return
        content = content_of(account, self._stored, self._ledgers, self._keys)
        documents = [checked(self._context, draft, self._record(draft.customer), content) for draft in made]
        for ready in documents:
            time = ready.draft.billing_date + self._review
            if time <= self._day:
                self._ready.append(ready)
            else:
                self._waiting.append((account.customer, ready, time))

    def _record(self, customer: int) -> CustomerRecord:
        """Of one who gets a document; a credit note may go to somebody who paid before."""
        if customer not in self._records:
            customers.lock([customer])
            self._records |= customers.records([customer])
        return self._records[customer]

    @property
    def failed(self) -> frozenset[int]:
        return frozenset(self._failures)

    def finish(self) -> Step:
        issued = finalise(self._context, self._ready, max(self._context.today, self._day))
        payers = len(self._ledgers.accounts)
        return Step(self._day, payers, tuple(issued), tuple(self._failures.values()), len(self._waiting))

    def _save_drafts(self, done: Sequence[Account]) -> None:
        if not self._context.terms.review_days:
            return
        waiting = [self._waiting_draft(*one) for one in self._waiting]
        payer_ids = [account.customer for account in done]
        stored_drafts.replace(self._context.organization_id, payer_ids, waiting, self._context.now)

    def _waiting_draft(self, payer: int, ready: Ready, time: date) -> WaitingDraft:
        draft, terms = ready.draft, self._context.terms
        heading = Heading("", time, time + timedelta(days=terms.payment_days))
        content = canonical(headed(ready.body, heading))
        return WaitingDraft(
            customer_id=payer,
            billing_date=draft.billing_date,
            finalise_on=time,
            currency=draft.currency,
            purchase_order=draft.purchase_order,
            net_minor=ready.totals.net_minor,
            gross_minor=ready.totals.gross_minor,
            content=content,
        )

    def _save_progress(self, done: Sequence[Account]) -> None:
        """What is closed now, up to which day each payer is billed, and when to look again."""
        waits = {payer: time for payer, _, time in reversed(self._waiting)}
        billed = self._day - self._review
        settled = [account for account in done if account.customer not in waits]  # what waits is not billed yet
        closed = {id: one for account in settled for id, one in self._ledgers.closed(account, billed).items()}
        if closed:
            closings.save(self._context.organization_id, closed, self._context.now)
        if done:
            customers.set_billed({one.customer: (billed, self._look_again(one, waits)) for one in done})

    def _look_again(self, account: Account, waits: dict[int, date]) -> date | None:
        days = [day for s in account.subscriptions if (day := next_due(s, self._day))]
        return min([*days, *([waits[account.customer]] if account.customer in waits else [])], default=None)


def billed_now(context: Context, payer_ids: Sequence[int]) -> Step:
    """Everything that is due today of some payers, without review, inside a transaction of the caller."""
    batch = Batch(context, context.today, payer_ids, review_days=0)
    batch.prepare()
    return batch.finish()
