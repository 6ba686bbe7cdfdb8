"""Previews: a change made and taken back, and the document that would follow it, to the cent (SPEC 4.12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from headcount.core.drafts import Account, Draft
from headcount.core.lines import Line
from headcount.core.money import major
from headcount.core.subscriptions import Change
from headcount.documents.snapshot import line_content
from headcount.services.accounts import Ledgers, load_accounts
from headcount.services.agreements import append_quantity, locked_subscription
from headcount.services.batches import content_of, drafted
from headcount.services.context import Context
from headcount.storage import customers
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
    payer = customers.payer_of(subscription.customer)
    before = _due(context, stored, payer, day)
    appended = append_quantity(context, key, quantity, on)
    after = _due(context, stored, payer, day)
    lines = [line for draft in after.documents if draft not in before.documents for line in draft.lines]
    net_minor = sum(line.amount_minor for line in lines)
    printed = _printed(context, after, lines)
    effective_on = tuple(change.effective_on for change in appended)
    told = [key, quantity, *map(str, effective_on), net_minor, [[p.text, p.period, p.net] for p in printed]]
    token = digest(canonical({"change": told}))[:TOKEN_LENGTH]
    return appended, Preview(net_minor, context.terms.currency, printed, effective_on, token)


@dataclass(frozen=True, slots=True)
class _Due:
    """The documents of a payer that are missing."""

    stored: StoredCatalog
    ledgers: Ledgers
    account: Account
    documents: tuple[Draft, ...]


def _due(context: Context, stored: StoredCatalog, payer: int, day: date) -> _Due:
    ledgers = load_accounts(context, stored, [payer], day)
    account, made = drafted(ledgers.accounts[0], stored, day)
    return _Due(stored, ledgers, account, tuple(made))


def _printed(context: Context, due: _Due, lines: Sequence[Line]) -> tuple[PreviewLine, ...]:
    records = customers.records({due.account.customer, *(s.customer for s in due.account.subscriptions)})
    keys = {id: record.key for id, record in records.items()}
    content, buyer = content_of(due.account, due.stored, due.ledgers, keys), records[due.account.customer]
    language = buyer.language or context.terms.language
    printed = (line_content(line, context.terms.currency, content, language) for line in lines)
    return tuple(PreviewLine(one["subscription"], one["text"], one["period"], one["net"]) for one in printed)
