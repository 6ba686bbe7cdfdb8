"""The journal: an append-only chain of what was done, by whom. Each entry's hash covers the entry before it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection

from headcount.storage.models import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

GENESIS = "0" * 64

_HEAD = """
INSERT INTO journal_head AS head (organization_id, number, hash) VALUES (%s, 0, %s)
ON CONFLICT (organization_id) DO UPDATE SET number = head.number
RETURNING number, hash
"""


def canonical(value: object) -> str:
    """One text for one value, whoever writes it: sorted keys, no spaces, no floats expected."""
    return msgspec.json.encode(value, order="sorted").decode()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def entry_hash(entry: JournalEntry) -> str:
    """What the hash of an entry must be; audits compare it."""
    covered = [
        entry.previous_hash, entry.organization_id, entry.number, entry.recorded_at.isoformat(), entry.actor,
        entry.request_id, entry.action, entry.details,
    ]  # fmt: skip
    return digest(canonical(covered))


def append(
    organization_id: int,
    recorded_at: datetime,
    actor: str,
    request_id: str,
    action: str,
    details: Mapping[str, object],
) -> None:
    """Adds an entry. Call it last in a transaction: the end of the chain stays locked until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, [organization_id, GENESIS])
        number, previous_hash = cursor.fetchone()
    entry = JournalEntry(
        organization_id=organization_id,
        recorded_at=recorded_at,
        number=number + 1,
        actor=actor,
        request_id=request_id,
        action=action,
        details=msgspec.json.decode(canonical(details)),
        previous_hash=previous_hash,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_head SET number = %s, hash = %s WHERE organization_id = %s",
            [entry.number, entry.hash, organization_id],
        )


def latest(action: str) -> dict[str, Any] | None:
    """The details of the newest entry about an action."""
    found = JournalEntry.objects.filter(action=action).order_by("-number").values_list("details", flat=True)
    return found.first()
