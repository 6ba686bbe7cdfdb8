"""Importing customers and members: rows of a file become records, their details, and appended statuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from headcount.core.activity import AHEAD, Reject, check_text, parse_instant
from headcount.core.calendar import first_instant, parse_date
from headcount.core.catalog import LANGUAGES
from headcount.core.errors import Refusal, nearest, refuse
from headcount.core.members import STATUSES
from headcount.gateways.rows import Chunk, raw_row
from headcount.services.clock import system_now
from headcount.services.context import Context, write_journal
from headcount.services.imports import Outcome, read_rows, with_positions
from headcount.storage import customers, members
from headcount.storage.customers import DETAILS, CustomerRecord
from headcount.storage.members import MemberKey, NewStatus
from headcount.storage.transaction import organization_transaction

CUSTOMER_COLUMNS = ("customer",)
CUSTOMER_OPTIONAL = DETAILS
MEMBER_COLUMNS = ("customer", "member")
MEMBER_OPTIONAL = ("status", "since", "name", "email")


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
    raw: str


def import_members(context: Context, chunks: Iterable[Chunk], *, dry_run: bool) -> Iterator[tuple[int, Outcome]]:
    """Registers people and appends their statuses; one row a status. Outcomes: added, changed, unchanged, refused."""
    return with_positions(context, chunks, take_members, dry_run=dry_run)


def take_members(context: Context, chunk: Chunk) -> Outcome:
    rows, rejects = read_rows(chunk, lambda line, values: _member(context, line, values))
    pools = customers.ids({row.customer for row in rows})
    rejects += [_unknown_customer(row, pools) for row in rows if row.customer not in pools]
    known = [row for row in rows if row.customer in pools]
    keys = {(pools[row.customer], row.member) for row in known}
    before = members.ids(keys)
    members.insert(context.organization_id, keys - before.keys(), context.now)
    ids = members.ids(keys)
    new = _new_statuses(context, known, pools, ids)
    members.append_statuses(context.organization_id, new, context.now, context.actor, context.request_id)
    if new:
        customers.touch(sorted({one.customer_id for one in new}), context.today, context.today)
    _save_names(context, {ids[pools[row.customer], row.member]: (row.name, row.email) for row in known if row.name})
    done = {"added": len(keys) - len(before), "statuses": len(new), "unchanged": len(known) - len(new)}
    if new or len(keys) > len(before):
        write_journal(context, "members.imported", {**done, "statuses_of": sorted({s.member_id for s in new})})
    return Outcome(Counter({**done, "refused": len(rejects)}), rejects)


def _member(context: Context, line: int, values: Sequence[str]) -> MemberRow:
    customer, member, status, since, name, email = (value.strip() for value in values)
    check_text(values, (*MEMBER_COLUMNS, *MEMBER_OPTIONAL))
    if not (customer and member):
        raise refuse("empty_field", "member" if customer else "customer")
    if status not in ("", *STATUSES):
        choices = ", ".join(STATUSES)
        raise refuse("not_a_choice", "status", given=status, choices=choices, nearest=nearest(status, STATUSES))
    if since and not status:
        raise refuse("empty_field", "status")
    return MemberRow(line, customer, member, status, _since(context, since), name, email, raw_row(values))


def _since(context: Context, text: str) -> datetime | None:
    """A date is its first instant in the organization's zone; anything longer is an instant with an offset."""
    if not text:
        return None
    if len(text) > len("2026-05-01"):
        return parse_instant(text, "since", max(context.now, system_now()) + AHEAD)
    return first_instant(parse_date(text, "since"), context.place).astimezone(UTC)


def _unknown_customer(row: MemberRow, pools: Mapping[str, int]) -> Reject:
    numbers: dict[str, object] = {"given": row.customer, "nearest": nearest(row.customer, pools)}
    return Reject(row.line, Refusal("unknown_customer", "customer", numbers=numbers), row.raw)


def _new_statuses(
    context: Context, known: Sequence[MemberRow], pools: Mapping[str, int], ids: Mapping[MemberKey, int]
) -> list[NewStatus]:
    """What the history does not say yet, in the order of the file."""
    said = members.statuses_at(list(ids.values()))
    latest = {member: status for (member, _), status in sorted(said.items())}
    new = []
    for row in known:
        member_id = ids[pools[row.customer], row.member]
        at = row.since or context.now
        before = said.get((member_id, at)) if row.since else latest.get(member_id)
        if row.status and row.status != before:
            said[member_id, at] = latest[member_id] = row.status
            new.append(NewStatus(member_id, pools[row.customer], row.status, at))
    return new


def _save_names(context: Context, wanted: Mapping[int, tuple[str, str]]) -> None:
    known = members.names(wanted.keys())
    changed = {member: named for member, named in wanted.items() if known.get(member) != named}
    members.save_names(context.organization_id, changed, context.now)


def name_members(context: Context, customer: str, names: Mapping[str, str]) -> None:
    """What the people of a customer are called; those who are not registered are passed over."""
    with organization_transaction(context.organization_id):
        pool = customers.ids([customer]).get(customer)
        if pool is not None:
            ids = members.ids({(pool, member) for member in names})
            _save_names(context, {ids[pool, member]: (names[member], "") for _, member in ids})
