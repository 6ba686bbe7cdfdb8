"""Activity of known and new people: prepared without the database, then recorded a batch a transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from zlib import crc32
from zoneinfo import ZoneInfo

from headcount.core.activity import (
    AHEAD,
    Activity,
    ActivityRules,
    Reject,
    conflicting_ids,
    read_activity,
)
from headcount.core.calendar import first_instant, month_of
from headcount.core.catalog import MONTH, ActivityMeter
from headcount.core.errors import Refusal, nearest
from headcount.gateways.ahead import read_ahead
from headcount.gateways.rows import Chunk, raw_row
from headcount.services.clock import system_now
from headcount.services.context import Context, write_journal
from headcount.services.imports import Outcome, read_rows, with_positions
from headcount.storage import activity as evidence
from headcount.storage import catalog, customers, organizations
from headcount.storage.transaction import organization_transaction, share_catalog

AT_ONCE = 2
"""How many parts of a batch are recorded at the same time."""

ByCustomer = dict[str, list[tuple[int, Activity, str]]]


@dataclass(frozen=True, slots=True)
class PreparedBatch:
    """Activity by customer, ready to be copied: (line, activity, its text for COPY)."""

    by_customer: ByCustomer
    rejects: list[Reject]
    repeated: int
    position: int


def import_activity(
    context: Context, chunks: Iterable[Chunk], *, create_customers: bool, dry_run: bool
) -> Iterator[tuple[int, Outcome]]:
    """Records everything that is valid; yields (position in the file, outcome) for each batch.

    Outcomes: `kept` were not known before, `counted` filled a place in a count, `repeated` changed no count.
    """
    rules, place = _rules(context), context.place
    prepared = read_ahead(part for chunk in chunks for part in prepare(chunk, rules, place))
    take = partial(record, create_customers=create_customers)
    return with_positions(context, prepared, take, dry_run=dry_run, at_once=AT_ONCE)


def _rules(context: Context) -> ActivityRules:
    with organization_transaction(context.organization_id):
        kinds = organizations.load(context.organization_id).kinds
    return ActivityRules(frozenset(kinds), max(context.now, system_now()) + AHEAD)


def prepare(chunk: Chunk, rules: ActivityRules, place: ZoneInfo) -> list[PreparedBatch]:
    """Everything about a batch that needs no database, in parts of different customers: no part waits for another."""
    valid, rejects = read_rows(chunk, lambda line, values: (line, read_activity(values, rules)))
    return _grouped(valid, rejects, place, chunk.position)


def _grouped(
    valid: list[tuple[int, Activity]], rejects: list[Reject], place: ZoneInfo, position: int
) -> list[PreparedBatch]:
    once = {row[1].id: row for row in reversed(valid)}
    if len(once) < len(valid) and (conflicting := conflicting_ids([activity for _, activity in valid])):
        rejects += [_conflict(line, activity) for line, activity in valid if activity.id in conflicting]
        valid = [(line, activity) for line, activity in valid if activity.id not in conflicting]
        once = {row[1].id: row for row in reversed(valid)}
    by_customer: ByCustomer = defaultdict(list)
    for line, activity in once.values():
        by_customer[activity.customer].append((line, activity, evidence.copy_tail(activity, place)))
    repeated = len(valid) - len(once)
    first, *others = _parts(by_customer)
    return [
        PreparedBatch(first, rejects, repeated, position),
        *(PreparedBatch(other, [], 0, position) for other in others if other),
    ]


def _conflict(line: int, activity: Activity) -> Reject:
    refusal = Refusal("id_conflict", "id", numbers={"given": activity.id})
    return Reject(line, refusal, raw_row(_values(activity)))


def _parts(by_customer: ByCustomer) -> list[ByCustomer]:
    parts: list[ByCustomer] = [{} for _ in range(AT_ONCE)]
    for customer, rows in by_customer.items():
        parts[crc32(customer.encode("utf-8", "surrogateescape")) % AT_ONCE][customer] = rows
    return parts


def _values(activity: Activity) -> tuple[str, ...]:
    return (activity.id, activity.customer, activity.member, activity.kind, activity.occurred_at.isoformat())


def record(context: Context, batch: PreparedBatch, *, create_customers: bool) -> Outcome:
    """One batch, inside a transaction of the caller. People not known yet are registered; unknown customers only if
    `create_customers`, else their rows are refused.
    """
    share_catalog(context.organization_id)
    stored = catalog.load(context.organization_id)
    meters = [meter for meter in stored.catalog.meters if isinstance(meter, ActivityMeter)]
    pools = _pools(context, batch.by_customer.keys(), create_customers=create_customers)
    taken = [(pools[key], rows) for key, rows in batch.by_customer.items() if key in pools]
    lines = [f"{pool}\t{text}" for pool, rows in taken for _, _, text in rows]
    rejects = [*batch.rejects, *_of_unknown_customers(batch, pools)]
    appended = evidence.append(
        context.organization_id, context.now, lines, evidence.meter_kinds(meters, stored.meter_ids)
    )
    repeated = len(lines) + batch.repeated - appended.counted
    done = {"kept": appended.kept, "counted": appended.counted, "repeated": repeated, "refused": len(rejects)}
    if appended.kept:
        if late := _late_pools(context, meters, taken):
            customers.touch(late, context.today, context.today)
        write_journal(context, "activity.recorded", done)
    return Outcome(Counter(done), rejects)


def _late_pools(
    context: Context, meters: Iterable[ActivityMeter], taken: Iterable[tuple[int, list[tuple[int, Activity, str]]]]
) -> list[int]:
    """Whose activity may be about a window that is over: the run looks at them at once, not only when they are due.

    A month counts as over one day early, as the run may be under way while the clock here still says yesterday.
    """
    tomorrow = context.today + timedelta(days=1)
    only_months = all(meter.window == MONTH for meter in meters)
    open_since = first_instant(month_of(tomorrow).start if only_months else tomorrow, context.place)
    return [pool for pool, rows in taken if min(activity.occurred_at for _, activity, _ in rows) < open_since]


def _pools(context: Context, keys: Iterable[str], *, create_customers: bool) -> dict[str, int]:
    wanted = list(keys)
    known = customers.ids(wanted)
    unknown = [key for key in wanted if key not in known]
    if not (create_customers and unknown):
        return known
    customers.insert(context.organization_id, unknown, context.now)
    return customers.ids(wanted)


def _of_unknown_customers(batch: PreparedBatch, pools: Mapping[str, int]) -> list[Reject]:
    unknown = [key for key in batch.by_customer if key not in pools]
    similar = {key: nearest(key, pools) for key in unknown[:100]}
    return [
        Reject(
            line,
            Refusal("unknown_customer", "customer", numbers={"given": key, "nearest": similar.get(key, "")}),
            raw_row(_values(activity)),
        )
        for key in unknown
        for line, activity, _ in batch.by_customer[key]
    ]
