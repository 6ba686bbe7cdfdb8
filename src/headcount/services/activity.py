"""Activity of known and new people: prepared without the database, then recorded a batch a transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from zlib import crc32
from zoneinfo import ZoneInfo

from headcount.core.activity import (
    AHEAD,
    LONGEST_KEY,
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
from headcount.services.licences import make_room
from headcount.storage import activity as evidence
from headcount.storage import catalog, customers, organizations
from headcount.storage.activity import Risen
from headcount.storage.catalog import StoredCatalog
from headcount.storage.customers import Pool
from headcount.storage.transaction import organization_transaction, share_catalog

AT_ONCE = 2
"""How many parts of a batch are recorded at the same time."""

Rows = list[tuple[int, Activity, str]]
ByCustomer = dict[str, Rows]
ByPool = list[tuple[Pool, Rows]]


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
    rules, place = activity_rules(context), context.place
    prepared = read_ahead(part for chunk in chunks for part in prepare(chunk, rules, place))
    take = partial(record, create_customers=create_customers)
    return with_positions(context, prepared, take, dry_run=dry_run, at_once=AT_ONCE)


def activity_rules(context: Context) -> ActivityRules:
    """What the organization accepts at this moment."""
    with organization_transaction(context.organization_id):
        kinds = organizations.load(context.organization_id).kinds
    return ActivityRules(frozenset(kinds), max(context.now, system_now()) + AHEAD)


def prepare(chunk: Chunk, rules: ActivityRules, place: ZoneInfo, parts: int = AT_ONCE) -> list[PreparedBatch]:
    """Everything about a batch that needs no database, in parts of different customers: no part waits for another.

    The first part, which may be empty, has what was refused.
    """
    valid, rejects = read_rows(chunk, lambda line, values: (line, read_activity(values, rules)))
    return _grouped(valid, rejects, place, chunk.position, parts)


def _grouped(
    valid: list[tuple[int, Activity]], rejects: list[Reject], place: ZoneInfo, position: int, parts: int
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
    first, *others = _parts(by_customer, parts)
    return [
        PreparedBatch(first, rejects, repeated, position),
        *(PreparedBatch(other, [], 0, position) for other in others if other),
    ]


def _conflict(line: int, activity: Activity) -> Reject:
    refusal = Refusal("id_conflict", "id", numbers={"given": activity.id})
    return Reject(line, refusal, raw_row(_values(activity)))


def _parts(by_customer: ByCustomer, how_many: int) -> list[ByCustomer]:
    if how_many == 1:
        return [by_customer]
    parts: list[ByCustomer] = [{} for _ in range(how_many)]
    for customer, rows in by_customer.items():
        parts[crc32(customer.encode("utf-8", "surrogateescape")) % how_many][customer] = rows
    return parts


def _values(activity: Activity) -> tuple[str, ...]:
    return (activity.id, activity.customer, activity.member, activity.kind, activity.occurred_at.isoformat())


def record(context: Context, batch: PreparedBatch, *, create_customers: bool) -> Outcome:
    """One batch, inside a transaction of the caller. People not known yet are registered; unknown customers only if
    `create_customers`, else their rows are refused.
    """
    return recorded(context, batch, create_customers=create_customers, named=False)[0]


def recorded(
    context: Context, batch: PreparedBatch, *, create_customers: bool, named: bool
) -> tuple[Outcome, frozenset[str]]:
    """The same; if `named`, with the ids that made somebody count. In a batch an id stands for one activity only."""
    share_catalog(context.organization_id)
    stored = catalog.load(context.organization_id)
    meters = [meter for meter in stored.catalog.meters if isinstance(meter, ActivityMeter)]
    pools = _pools(context, batch.by_customer.keys(), create_customers=create_customers)
    taken, too_long = _of_sites([(pools[key], rows) for key, rows in batch.by_customer.items() if key in pools])
    lines = [f"{pool.id}\t{pool.copied_prefix}{text}" for pool, rows in taken for _, _, text in rows]
    rejects = [*batch.rejects, *_of_unknown_customers(batch, pools), *too_long]
    appended = evidence.append(
        context.organization_id,
        context.now,
        lines,
        evidence.meter_kinds(meters, stored.meter_ids),
        month_of(context.today).start,
        named=named,
    )
    _mind_limits(context, stored, appended.risen)
    repeated = len(lines) + batch.repeated - appended.counted
    done = {"kept": appended.kept, "counted": appended.counted, "repeated": repeated, "refused": len(rejects)}
    if appended.kept:
        if late := _late_pools(context, meters, taken):
            customers.touch(late, context.today, context.today)
        write_journal(context, "activity.recorded", done)
    return Outcome(Counter(done), rejects), frozenset(id for _, id in appended.counting)


def _mind_limits(context: Context, stored: StoredCatalog, risen: Sequence[Risen]) -> None:
    """What was reported is not refused; it may raise a licence, and is told where it comes near a limit (SPEC 2.2)."""
    if not risen:
        return
    customers.lock(sorted({one.pool_id for one in risen}))
    keys = {id: key for key, id in stored.meter_ids.items()}
    for one in risen:
        make_room(context, one.pool_id, keys[one.meter_id], one.before, one.after, reported=True)


def _late_pools(context: Context, meters: Iterable[ActivityMeter], taken: ByPool) -> list[int]:
    """Whose activity may be about a window that is over: the run looks at them at once, not only when they are due.

    A month counts as over one day early, as the run may be under way while the clock here still says yesterday.
    """
    tomorrow = context.today + timedelta(days=1)
    only_months = all(meter.window == MONTH for meter in meters)
    open_since = first_instant(month_of(tomorrow).start if only_months else tomorrow, context.place)
    return [pool.id for pool, rows in taken if min(activity.occurred_at for _, activity, _ in rows) < open_since]


def _of_sites(taken: ByPool) -> tuple[ByPool, list[Reject]]:
    """Where people count once per site their keys are longer: those that can be recorded, and the others."""
    fitting, rejects = [], []
    for pool, rows in taken:
        room = LONGEST_KEY - len(pool.prefix)
        good = [row for row in rows if len(row[1].member) <= room] if pool.prefix else rows
        if len(good) < len(rows):
            refusal = Refusal("too_long", "member", numbers={"most": room})
            rejects += [Reject(line, refusal, raw_row(_values(a))) for line, a, _ in rows if len(a.member) > room]
        if good:
            fitting.append((pool, good))
    return fitting, rejects


def _pools(context: Context, keys: Iterable[str], *, create_customers: bool) -> dict[str, Pool]:
    wanted = list(keys)
    known = customers.pools(wanted)
    unknown = [key for key in wanted if key not in known]
    if not (create_customers and unknown):
        return known
    customers.insert(context.organization_id, unknown, context.now)
    return customers.pools(wanted)


def _of_unknown_customers(batch: PreparedBatch, pools: Mapping[str, Pool]) -> list[Reject]:
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
