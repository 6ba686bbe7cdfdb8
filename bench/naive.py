"""The naive way: a Django model, a row an event, unique ids, the indexes one would add, COUNT(DISTINCT) when asked."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import ClassVar

from django.db import connections, models

BATCH = 1_000


class NaiveEvent(models.Model):
    """What one would write first."""

    event_id = models.CharField(max_length=100, unique=True)
    customer = models.CharField(max_length=200, db_index=True)
    member = models.CharField(max_length=200, db_index=True)
    kind = models.CharField(max_length=50, db_index=True)
    occurred_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager[NaiveEvent]] = models.Manager()

    class Meta:
        app_label = "bench"
        db_table = "naive_event"
        indexes = (models.Index(fields=["customer", "occurred_at"], name="naive_event_of_customer"),)


COUNT = """
SELECT count(DISTINCT member) FROM naive_event
WHERE customer = %s AND occurred_at >= '2026-01-01Z' AND occurred_at < '2026-02-01Z'
"""


def create_table() -> None:
    """Anew for each measurement of a call."""
    with connections["owner"].schema_editor() as schema:
        schema.execute("DROP TABLE IF EXISTS naive_event")
        schema.create_model(NaiveEvent)


def load(path: Path, how_many: int) -> float:
    """Seconds for the first `how_many` events, a transaction for each thousand."""
    create_table()
    with path.open(encoding="utf-8") as file:
        events = csv.reader(file)
        next(events)
        begin = perf_counter()
        rows = islice(events, how_many)
        while batch := list(islice(rows, BATCH)):
            store(batch)
        return perf_counter() - begin


def store(batch: Sequence[Sequence[str]]) -> None:
    """A transaction, without row-level security."""
    NaiveEvent.objects.using("owner").bulk_create([_event(*row) for row in batch], ignore_conflicts=True)


def _event(event_id: str, customer: str, member: str, kind: str, occurred_at: str) -> NaiveEvent:
    at = datetime.fromisoformat(occurred_at)
    return NaiveEvent(event_id=event_id, customer=customer, member=member, kind=kind, occurred_at=at)


def count(customer: str) -> float:
    """Seconds for one count of one month."""
    with connections["owner"].cursor() as cursor:
        begin = perf_counter()
        cursor.execute(COUNT, [customer])
        return perf_counter() - begin
