"""Limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from headcount.core.catalog import quantity_text
from headcount.services.agreements import limit_spans
from headcount.services.audit.books import Books, Finding, finding
from headcount.storage import audit
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.audit import Limit

_BATCH = 2_000


def limits(books: Books) -> Iterator[Finding]:
    """Every part of a limit follows from what was agreed in a subscription, and nothing that follows is missing."""
    books.look_at("subscription", "subscription_change", "limit_grant")
    for ids in audit.subscription_ranges(_BATCH):
        stored = Counter(audit.limits(ids))
        for missing in _promised(books, ids):
            if stored[missing]:
                stored[missing] -= 1
            else:
                yield finding("limit_missing", "limit_grant", _key(books, missing), _text(missing), None)
        for surplus in stored.elements():
            yield finding("limit_surplus", "limit_grant", _key(books, surplus), None, _text(surplus))


def _promised(books: Books, ids: range) -> Iterator[Limit]:
    agreed = stored_subscriptions.load(books.stored.versions, id__gte=ids.start, id__lt=ids.stop)
    for one in agreed:
        for span in limit_spans(books.context, books.stored, one):
            ends = None if span.to_at is None else _utc(span.to_at)
            yield Limit(one.id, span.meter_id, one.customer, span.quantity, _utc(span.from_at), ends, span.at_limit)


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _key(books: Books, limit: Limit) -> str:
    return books.place(meter=limit.meter_id, customer=limit.pool_id, subscription=limit.subscription_id)


def _text(limit: Limit) -> str:
    until = limit.to_at.isoformat() if limit.to_at else ""
    return f"{quantity_text(limit.quantity)} {limit.from_at.isoformat()}/{until} {limit.at_limit}"
