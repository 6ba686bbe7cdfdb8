"""Previews: a change made and taken back, and the document that would follow it, to the cent (SPEC 4.12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from headcount.core import drafts
from headcount.core.lines import Line
from headcount.core.money import major
from headcount.core.subscriptions import Change
from headcount.documents.snapshot import Content, line_content
from headcount.services.accounts import Ledgers, load_accounts
from headcount.services.agreements import append_quantity, locked_subscription
from headcount.services.context import Context
from headcount.storage import catalog, customers
from headcount.storage.catalog import StoredCatalog
from headcount.storage.journal import canonical, digest
from headcount.storage.transaction import rehearsal

TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """As the document would print it. `period` is half-open, `net` in major units."""

    subscription: str
    text: str
    period: str
    net: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change makes due at once; below zero: a credit. `token` stands for the change at this amount."""

    net_minor: int
    currency: str
    lines: tuple[PreviewLine, ...]
    effective_on: tuple[date, ...]
    token: str

    @property
    def net(self) -> str:
        return f"{major(self.net_minor, self.currency):f}"


def preview_change(context: Context, key: str, quantity: str, on: date | None = None) -> Preview:
    """What `change_quantity` would make due. Refused: whatever that refuses."""
    with rehearsal(context.organization_id):
        return change_with_preview(context, key, quantity, on)[1]


def change_with_preview(context: Context, key: str, quantity: str, on: date | None) -> tuple[Sequence[Change], Preview]:
    """The change, and what it makes due: inside a transaction of the caller, who may take it back."""
    day = max(context.today, on or context.today)
    stored, subscription = locked_subscription(context, key)
    before = _due(context, stored, subscription.customer, day)
    appended = append_quantity(context, key, quantity, on)
    after = _due(context, stored, subscription.customer, day)
    lines = _new_lines(before, after)
    net_minor = sum(line.amount_minor for line in lines)
    printed = _printed(context, after, lines)
    effective_on = tuple(change.effective_on for change in appended)
    told = [key, quantity, *map(str, effective_on), net_minor, [[p.text, p.period, p.net] for p in printed]]
    token = digest(canonical({"change": told}))[:TOKEN_LENGTH]
    return appended, Preview(net_minor, context.terms.currency, printed, effective_on, token)


@dataclass(frozen=True, slots=True)
class _Due:
    """The documents of a customer that are missing, and the credit that stays open after them."""

    stored: StoredCatalog
    ledgers: Ledgers
    documents: tuple[drafts.Draft, ...]
    credit: tuple[Line, ...]


def _due(context: Context, stored: StoredCatalog, customer: int, day: date) -> _Due:
    ledgers = load_accounts(context, stored, catalog.plan_versions(stored.meters), [customer], day)
    (account,) = ledgers.accounts
    made = drafts.drafts(account, stored.meters, day)
    return _Due(stored, ledgers, tuple(made), tuple(drafts.open_lines(account, made, stored.meters, day)))


def _new_lines(before: _Due, after: _Due) -> list[Line]:
    """The lines of the documents that the change adds or makes different; else the credit that it leaves open."""
    added = [line for draft in after.documents if draft not in before.documents for line in draft.lines]
    return added or [line for line in after.credit if line not in before.credit]


def _printed(context: Context, due: _Due, lines: Sequence[Line]) -> tuple[PreviewLine, ...]:
    (account,) = due.ledgers.accounts
    named = {s.id: (s.key, s.plan) for s in account.subscriptions}
    content = Content(named, due.stored.meters, due.ledgers.basis)
    buyer = customers.records([account.customer])[account.customer]
    language = buyer.language or context.terms.language
    printed = (line_content(line, context.terms.currency, content, language) for line in lines)
    return tuple(PreviewLine(one["subscription"], one["text"], one["period"], one["net"]) for one in printed)
