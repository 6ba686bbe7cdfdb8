"""Importing customers and members: rows of a file become records, their details, and appended statuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from headcount.core.activity import AHEAD, LONGEST_KEY, Reject, check_text, parse_instant
from headcount.core.calendar import first_instant, parse_date
from headcount.core.catalog import LANGUAGES
from headcount.core.errors import Refusal, nearest, refuse
from headcount.core.members import STATUSES
from headcount.gateways.rows import Chunk, raw_row
from headcount.services.clock import system_now
from headcount.services.context import Context, write_journal
from headcount.services.imports import Outcome, read_rows, with_positions
from headcount.services.status_changes import ChangingStatuses
from headcount.storage import catalog, customers, members
from headcount.storage.customers import DETAILS, CustomerRecord, Pool
from headcount.storage.members import MemberKey, NewStatus
from headcount.storage.transaction import organization_transaction, share_catalog

CUSTOMER_COLUMNS = ("customer",)
CUSTOMER_OPTIONAL = DETAILS
MEMBER_COLUMNS = ("customer", "member")
MEMBER_OPTIONAL = ("status", "since", "name", "email", "role")
LONGEST_ROLE = 40


def import_customers(context: Context, chunks: Iterable[Chunk], *, dry_run: bool) -> Iterator[tuple[int, Outcome]]:
    """Adds customers and replaces their details. Outcomes: added, changed, unchanged, refused."""
    return with_positions(context, chunks, take_customers, dry_run=dry_run)


def take_customers(context: Context, chunk: Chunk) -> Outcome:
    wanted, rejects = read_rows(chunk, _customer)
    by_key = {record.key: record for record in wanted}
    known = customers.ids(by_key)
    before = customers.records(known.values())
    customers.insert(context.organization_id, by_key.keys() - known.keys(), context.now)
    ids = customers.ids(by_key)
    changed = [key for key in known if before[known[key]] != by_key[key]]
    save = [key for key in by_key if key not in known] + changed
    customers.save_details(context.organization_id, [(ids[key], by_key[key]) for key in save], context.now)
    done = {"added": len(save) - len(changed), "changed": len(changed), "unchanged": len(by_key) - len(save)}
    if save:
        write_journal(context, "customers.imported", {**done, "customers": sorted(ids[key] for key in save)})
    return Outcome(Counter({**done, "refused": len(rejects)}), rejects)


def _customer(_line: int, values: Sequence[str]) -> CustomerRecord:
    cleaned = [value.strip() for value in values]
    check_text(cleaned, (*CUSTOMER_COLUMNS, *CUSTOMER_OPTIONAL))
    key, name, *details = cleaned
    record = CustomerRecord(key, name or key, *details)
    if not key:
        raise refuse("empty_field", "customer")
    if record.country and not (len(record.country) == 2 and record.country.isalpha() and record.country.isupper()):
        raise refuse("not_a_country", "country", given=record.country)
    if record.language not in ("", *LANGUAGES):
        raise refuse("not_a_choice", "language", given=record.language, choices=", ".join(LANGUAGES))
    if too_long := [name for name, most in customers.LONGEST.items() if len(getattr(record, name)) > most]:
        raise refuse("too_long", too_long[0], most=customers.LONGEST[too_long[0]])
    return record


@dataclass(frozen=True, slots=True)
class MemberRow:
    """`since` is None for a status that holds from now on."""

    line: int
    customer: str
    member: str
    status: str
    since: datetime | None
    name: str
    email: str
    role: str
    raw: str


def import_members(context: Context, chunks: Iterable[Chunk], *, dry_run: bool) -> Iterator[tuple[int, Outcome]]:
    """Registers people and appends their statuses; one row a status. Outcomes: added, changed, unchanged, refused."""
    return with_positions(context, chunks, take_members, dry_run=dry_run)


def take_members(context: Context, chunk: Chunk) -> Outcome:
    share_catalog(context.organization_id)
    rows, rejects = read_rows(chunk, lambda line, values: _member(context, line, values))
    pools = customers.pools({row.customer for row in rows})
    rejects += [_unknown_customer(row, pools) for row in rows if row.customer not in pools]
    known, too_long = _of_sites([row for row in rows if row.customer in pools], pools)
    rejects += too_long
    keys = {(pools[row.customer].id, row.member) for row in known}
    if any(row.status for row in known):
        customers.lock(sorted({pool for pool, _ in keys}))
    before = members.ids(keys)
    members.insert(context.organization_id, keys - before.keys(), context.now)
    ids = members.ids(keys)
    known, fixed = _give_roles(known, pools, ids)
    rejects += fixed
    new = _new_statuses(context, known, pools, ids)
    if new:
        _report(context, new, {id for key, id in ids.items() if key not in before})
    _save_names(context, {ids[pools[row.customer].id, row.member]: (row.name, row.email) for row in known if row.name})
    done = {"added": len(keys) - len(before), "statuses": len(new), "unchanged": len(known) - len(new)}
    if new or len(keys) > len(before):
        write_journal(context, "members.imported", {**done, "statuses_of": sorted({s.member_id for s in new})})
    return Outcome(Counter({**done, "refused": len(rejects)}), rejects)


def _report(context: Context, new: Sequence[NewStatus], registered: Collection[int]) -> None:
    """An import says what has happened: no limit refuses it, but a licence may raise itself (SPEC 2.2, 2.3)."""
    stored = catalog.load(context.organization_id)
    people = {one.member_id for one in new}
    changing = ChangingStatuses(context, stored, {one.customer_id for one in new}, people)
    for one in new:
        changing.report(one)
    changing.make_room_for_reported()
    changing.write(registered=registered)


def _give_roles(
    rows: Sequence[MemberRow], pools: Mapping[str, Pool], ids: Mapping[MemberKey, int]
) -> tuple[list[MemberRow], list[Reject]]:
    """A role says who counted in the past too: once somebody has a status it stays. Rows that want another."""
    if not any(row.role for row in rows):
        return list(rows), []
    roles = members.roles({pool.id for pool in pools.values()})
    fixed = members.have_status(ids.values())
    wanted: dict[int, str] = {}
    fitting, rejects = [], []
    for row in rows:
        member_id = ids[pools[row.customer].id, row.member]
        before = wanted.get(member_id, roles.get(member_id, ""))
        if row.role in ("", before):
            fitting.append(row)
        elif member_id in fixed or member_id in wanted:
            refusal = Refusal("role_is_fixed", "role", numbers={"given": row.role, "role": before or "–"})
            rejects.append(Reject(row.line, refusal, row.raw))
        else:
            wanted[member_id] = row.role
            fitting.append(row)
    members.set_roles(wanted)
    return fitting, rejects


def _of_sites(rows: Sequence[MemberRow], pools: Mapping[str, Pool]) -> tuple[list[MemberRow], list[Reject]]:
    """The rows with the keys by which the people of a chain are told apart, and those that are too long for it."""
    fitting, rejects = [], []
    for row in rows:
        pool = pools[row.customer]
        if len(pool.member(row.member)) <= LONGEST_KEY:
            fitting.append(replace(row, member=pool.member(row.member)) if pool.prefix else row)
        else:
            refusal = Refusal("too_long", "member", numbers={"most": LONGEST_KEY - len(pool.prefix)})
            rejects.append(Reject(row.line, refusal, row.raw))
    return fitting, rejects


def _member(context: Context, line: int, values: Sequence[str]) -> MemberRow:
    customer, member, status, since, name, email, role = (value.strip() for value in values)
    check_text(values, (*MEMBER_COLUMNS, *MEMBER_OPTIONAL))
    if not (customer and member):
        raise refuse("empty_field", "member" if customer else "customer")
    if status not in ("", *STATUSES):
        choices = ", ".join(STATUSES)
        raise refuse("not_a_choice", "status", given=status, choices=choices, nearest=nearest(status, STATUSES))
    if since and not status:
        raise refuse("empty_field", "status")
    if len(role) > LONGEST_ROLE:
        raise refuse("too_long", "role", most=LONGEST_ROLE)
    since_at = since_instant(context, since)
    return MemberRow(line, customer, member, status, since_at, name, email, role, raw_row(values))


def since_instant(context: Context, text: str) -> datetime | None:
    """A date is its first instant in the organization's zone; anything longer is an instant with an offset."""
    if not text:
        return None
    if len(text) > len("2026-05-01"):
        return parse_instant(text, "since", max(context.now, system_now()) + AHEAD)
    return first_instant(parse_date(text, "since"), context.place).astimezone(UTC)


def _unknown_customer(row: MemberRow, pools: Mapping[str, Pool]) -> Reject:
    numbers: dict[str, object] = {"given": row.customer, "nearest": nearest(row.customer, pools)}
    return Reject(row.line, Refusal("unknown_customer", "customer", numbers=numbers), row.raw)


def _new_statuses(
    context: Context, known: Sequence[MemberRow], pools: Mapping[str, Pool], ids: Mapping[MemberKey, int]
) -> list[NewStatus]:
    """What the history does not say yet, in the order of the file."""
    said = _said({pool for pool, _ in ids}, ids.values())
    latest = {member: status for (member, _), status in sorted(said.items())}
    new = []
    for row in known:
        pool = pools[row.customer].id
        member_id = ids[pool, row.member]
        at = row.since or context.now
        before = said.get((member_id, at)) if row.since else latest.get(member_id)
        if row.status and row.status != before:
            said[member_id, at] = latest[member_id] = row.status
            new.append(NewStatus(member_id, pool, row.status, at))
    return new


def _said(pools: Collection[int], people: Collection[int]) -> dict[tuple[int, datetime], str]:
    """(Person, instant) -> the status last recorded for it; of several records of a person what all of them say."""
    said: dict[tuple[int, datetime], str] = {}
    for history in members.histories(pools, people):
        records = [{one.at: one.status for one in sorted(changes)} for changes in history.records.values()]
        for at in set.intersection(*(set(record) for record in records)):
            statuses = {record[at] for record in records}
            if len(statuses) == 1:
                said[history.member_id, at] = statuses.pop()
    return said


def _save_names(context: Context, wanted: Mapping[int, tuple[str, str]]) -> None:
    known = members.names(wanted.keys())
    changed = {member: named for member, named in wanted.items() if known.get(member) != named}
    members.save_names(context.organization_id, changed, context.now)


def name_members(context: Context, customer: str, names: Mapping[str, str]) -> None:
    """What the people of a customer are called; those who are not registered are passed over."""
    with organization_transaction(context.organization_id):
        pool = customers.pools([customer]).get(customer)
        if pool is not None:
            by_key = {(pool.id, pool.member(member)): (name, "") for member, name in names.items()}
            _save_names(context, {id: by_key[key] for key, id in members.ids(by_key).items()})
