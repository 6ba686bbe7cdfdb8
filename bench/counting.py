"""Import of activity (evidence kept, row-level security on) and reading a count, beside the naive way."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from time import perf_counter

from bench import events
from bench.sample import Sample

READS = 2_000
PARTS: list[int | None] = [1, None]
"""Counts are read after the first chunk and after the rest, to see that they take the same time."""

CATALOG = {
    "organization": {"key": "bench", "name": "Bench", "time_zone": "Europe/Berlin", "currency": "EUR"},
    "meter": [{"key": "clients", "counts": "activity", "kinds": ["edit"]}],
}


def measure(folder: Path, how_many: int, how_many_naively: int) -> list[Sample]:
    """Everything, in the order it is printed."""
    file = folder / "events.csv"
    events.write(file, how_many)
    from bench import naive  # a Django model: only once Django is set up

    naive_rate = how_many_naively / naive.load(file, how_many_naively)
    samples = [Sample("the naive way: import", how_many_naively, naive_rate, "activities/s")]
    samples += _import(file, how_many, naive_rate)
    samples.append(Sample("the naive way: one count", how_many_naively, 1000 * naive.count("c0"), "ms"))
    return samples


def _import(file: Path, how_many: int, naive_rate: float) -> Iterator[Sample]:
    from headcount.core.activity import COLUMNS
    from headcount.core.catalog_file import read_catalog
    from headcount.gateways.files import open_text
    from headcount.gateways.rows import read_delimited
    from headcount.services.activity import import_activity
    from headcount.services.catalog import apply_catalog
    from headcount.services.context import open_context

    apply_catalog(read_catalog(CATALOG), "bench")
    context = open_context("bench", "bench")
    taken, seconds = 0, 0.0
    with open_text(file) as text:
        chunks = read_delimited(text, COLUMNS)
        for size in PARTS:
            begin = perf_counter()
            part = islice(chunks, size)
            for _, outcome in import_activity(context, part, create_customers=True, dry_run=False):
                taken += outcome.done["counted"] + outcome.done["repeated"]
            seconds += perf_counter() - begin
            yield from _reads(context.organization_id, taken)
    rate = how_many / seconds
    yield Sample("Headcount: import", how_many, rate, "activities/s")
    yield Sample("Headcount: import, times the naive way", how_many, rate / naive_rate, "x")


def _reads(organization_id: int, taken: int) -> Iterator[Sample]:
    """The count of one customer in one month, in a transaction of its own as a request would have it."""
    from headcount.storage import catalog, counts, customers
    from headcount.storage.transaction import organization_transaction

    with organization_transaction(organization_id):
        keys = list(customers.all_ids())
        meter = catalog.load(organization_id).meter_ids["clients"]
    chance, milliseconds = random.Random(taken), []
    for _ in range(READS):
        key = chance.choice(keys)
        with organization_transaction(organization_id):
            begin = perf_counter()
            list(counts.counted(meter, date(2026, 2, 1), key))
            milliseconds.append(1000 * (perf_counter() - begin))
    yield Sample("Headcount: one count, median", taken, statistics.median(milliseconds), "ms")
    yield Sample("Headcount: one count, p99", taken, statistics.quantiles(milliseconds, n=100)[98], "ms")
