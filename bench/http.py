"""Activity, claims and counts over HTTP: the real server with its two workers, PostgreSQL and the asker on one machine.

Activity is sent to Headcount and to the naive table in turns, the same to both.
"""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from bench import events
from bench.http_server import Played, Request, play, web_server
from bench.sample import Sample

REPEATS = 5
SIZES = (1_000, 10_000)
"""Of batches."""
BATCHES = {1_000: 40, 10_000: 5}
"""How many of each size are sent in each repeat."""
MOST_AT_ONCE, UNDER_WAY = 10_000, 200_000
"""So much happened in the month already before anything is measured."""
SENDERS = 8
CLAIMS, CLAIMERS = 3_000, 16
READS = 2_000
AT = (1_000, 100_000, 1_000_000)
MOST = 10_000_000

MONTH, NOW = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC)
LARGE_LIMIT, SMALL_LIMIT = 100_000, 5
FIELDS = ("id", "customer", "member", "kind", "occurred_at")


def _catalog(key: str) -> dict[str, object]:
    """A test organization, so that its clock stands in the month of the activity."""
    tiers = [{"up_to": SMALL_LIMIT, "price": "5.00"}, {"up_to": LARGE_LIMIT, "price": "900.00"}]
    charge = {"key": "clients", "basis": "committed", "meter": "clients", "model": "brackets", "tiers": tiers}
    return {
        "organization": {"key": key, "name": key, "mode": "test", "time_zone": "Europe/Berlin", "currency": "EUR"},
        "meter": [{"key": "clients", "counts": "activity", "kinds": ["edit"]}],
        "product": [{"key": "practice"}],
        "plan": [{"key": "monthly", "product": "practice", "billing_period": "1 month", "charge": [charge]}],
    }


def measure(folder: Path, *, large: bool) -> Iterator[Sample]:
    """Everything, in the order it is printed."""
    with web_server() as port:
        yield from _claims(port)  # before the tables are so large that PostgreSQL tidies them up meanwhile
        yield from _ingest(port)
        yield from _reads(port, folder, [*AT, MOST] if large else AT)


def _found(key: str, limits: dict[str, int]) -> str:
    """An organization whose customers have contracts with these limits, if not 0. Returns a key for it."""
    from headcount.core.catalog_file import read_catalog
    from headcount.services.api_keys import SCOPES, create_key
    from headcount.services.catalog import apply_catalog
    from headcount.services.context import open_context
    from headcount.services.subscriptions import Wish, subscribe
    from headcount.storage import customers
    from headcount.storage.transaction import organization_transaction

    apply_catalog(read_catalog(_catalog(key)), "bench", NOW)
    context = open_context(key, "bench")
    with organization_transaction(context.organization_id):
        customers.insert(context.organization_id, limits, context.now)
    for customer, limit in limits.items():
        if limit:
            subscribe(context, Wish(customer, customer, "monthly", date(2026, 3, 1), quantity=str(limit)))
    return create_key(context, "bench", SCOPES).key


def _ingest(port: int) -> Iterator[Sample]:
    from bench import naive

    naive.create_table()
    key = _found("bench-ingest", {f"c{number}": 0 for number in range(events.CUSTOMERS)})
    rows = _as_it_happens(events.rows())
    under_way = _batches(rows, MOST_AT_ONCE, UNDER_WAY // MOST_AT_ONCE)
    for where in ("naive", "activity"):
        _send(port, key, where, under_way)
    for size in SIZES:
        rates: dict[str, list[float]] = {"naive": [], "activity": []}
        for _ in range(REPEATS):
            batches = _batches(rows, size, BATCHES[size])
            for where, found in rates.items():
                found.append(_send(port, key, where, batches))
        naively = list(_with_median("the naive way: HTTP", size, rates["naive"], "activities/s"))
        ours = list(_with_median("Headcount: HTTP", size, rates["activity"], "activities/s"))
        yield from [*naively, *ours]
        ratio = ours[-1].figure / naively[-1].figure
        yield Sample("Headcount: HTTP, times the naive way, in batches of", size, ratio, "x")


def _as_it_happens(rows: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """One after the other, ten a second, from the first of the month on; a thirtieth comes up to a day late."""
    chance = random.Random(4)
    for number, (*row, _) in enumerate(rows):
        late = timedelta(seconds=chance.randrange(86_400)) if chance.randrange(30) == 0 else timedelta()
        yield (*row, max(MONTH, MONTH + number * timedelta(seconds=0.1) - late).isoformat())


def _batches(rows: Iterator[tuple[str, ...]], size: int, how_many: int) -> list[bytes]:
    return [
        "\n".join(json.dumps(dict(zip(FIELDS, row, strict=True))) for row in islice(rows, size)).encode()
        for _ in range(how_many)
    ]


def _send(port: int, key: str, where: str, batches: Sequence[bytes]) -> float:
    """Activities a second."""
    place = f"/v1/{where}".encode()
    requests = [Request(b"POST", place, body, b"application/x-ndjson") for body in batches]
    played = play(port, key, requests, SENDERS)
    received = [json.loads(answer.partition(b"\r\n\r\n")[2]) for answer in played.answers]
    assert not any(one.get("refused") for one in received)
    return sum(int(one["received"]) for one in received) / played.seconds


def _with_median(what: str, size: int, rates: Sequence[float], unit: str) -> Iterator[Sample]:
    for rate in rates:
        yield Sample(what, size, rate, unit, is_raw=True)
    yield Sample(f"{what}, median", size, statistics.median(rates), unit)


def _claims(port: int) -> Iterator[Sample]:
    """Of twenty, sixteen are of new people with room left, two of people who count, two where there is no room."""
    limits = {f"c{number}": SMALL_LIMIT if number < 10 else LARGE_LIMIT for number in range(100)}
    key = _found("bench-claims", limits)
    chance = random.Random(2)
    _claim(port, key, chance, "warm")
    rates, milliseconds = [], []
    for repeat in range(REPEATS):
        played = _claim(port, key, chance, str(repeat))
        rates.append(CLAIMS / played.seconds)
        milliseconds.append(played.milliseconds)
    yield from _with_median("Headcount: claims, 16 connections", CLAIMS, rates, "claims/s")
    yield from _percentiles("Headcount: claims, 16 connections", CLAIMS, milliseconds)


def _claim(port: int, key: str, chance: random.Random, repeat: str) -> Played:
    requests = []
    for number in range(CLAIMS):
        small, known = number % 10 == 0, number % 10 == 1
        customer = f"c{chance.randrange(10)}" if small else f"c{10 + chance.randrange(90)}"
        member = "known" if known else f"{repeat}-{number}"
        body = json.dumps({"customer": customer, "member": member, "kind": "edit", "key": f"{repeat}-{number}"})
        requests.append(Request(b"POST", b"/v1/claims", body.encode()))
    return play(port, key, requests, CLAIMERS)


def _percentiles(what: str, size: int, repeats: Sequence[Sequence[float]]) -> Iterator[Sample]:
    for name, place in (("p50", 49), ("p99", 98)):
        each = [statistics.quantiles(one, n=100)[place] for one in repeats]
        yield from _with_median(f"{what}, {name}", size, each, "ms")


def _reads(port: int, folder: Path, sizes: Sequence[int]) -> Iterator[Sample]:
    """One connection reads what large and small customers use, while more and more activity is there."""
    from headcount.core.activity import COLUMNS
    from headcount.gateways.files import open_text
    from headcount.gateways.rows import read_delimited
    from headcount.services.activity import import_activity
    from headcount.services.context import open_context

    watched = [f"c{number}" for number in range(100)]
    key = _found("bench-reads", dict.fromkeys(watched, LARGE_LIMIT))
    context, rows, there = open_context("bench-reads", "bench"), _as_it_happens(events.rows(3)), 0
    for size in sizes:
        file = folder / "more.csv"
        events.write(file, size - there, rows)
        with open_text(file) as text:
            for _ in import_activity(context, read_delimited(text, COLUMNS), create_customers=True, dry_run=False):
                pass
        there = size
        requests = [Request(b"GET", f"/v1/customers/{watched[n % 100]}/counts".encode()) for n in range(READS)]
        play(port, key, requests[:200], 1)
        yield from _percentiles(
            "Headcount: counts of one customer", size, [play(port, key, requests, 1).milliseconds for _ in range(3)]
        )
