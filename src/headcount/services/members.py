"""People of a customer, one by one: their status, whether they may be written to, and two records of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from headcount.core.activity import LONGEST_KEY, check_text
from headcount.core.errors import Refused, nearest, refuse
from headcount.core.members import INACTIVE, STATUSES
from headcount.services.context import Context, write_journal
from headcount.services.customers import pool_of
from headcount.services.licences import refusals_told
from headcount.services.people import since_instant
from headcount.services.status_changes import ChangingStatuses, CountChange
from headcount.storage import catalog, customers, members, merging
from headcount.storage.customers import Pool
from headcount.storage.members import NewStatus
from headcount.storage.transaction import committed_or_not, hold_catalog, organization_transaction, share_catalog


@dataclass(frozen=True, slots=True)
class Member:
    """A person as they are now. `status` empty: none was ever said. `since`: when it began."""

    key: str
    status: str
    since: datetime | None
    name: str
    email: str
    marketing: bool
    anonymised_at: datetime | None


def list_members(context: Context, customer: str, status: str = "") -> list[Member]:
    """The people of a customer, or those with one status now. Refused: `unknown_customer`, `not_a_choice`."""
    if status:
        check_status(status)
    with organization_transaction(context.organization_id):
        pool = pool_of(customer)
        now = {
            history.member_id: span
            for history in members.histories([pool.id])
            for span in history.spans
            if span.holds_at(context.now)
        }
        found = members.registered(pool.id, pool.prefix)
    everybody = [
        Member(one.key, span.status if span else "", span.start if span else None, one.name, one.email, one.marketing,
               one.anonymised_at)
        for one in found
        for span in [now.get(one.id)]
    ]  # fmt: skip
    return [one for one in everybody if status in ("", one.status)]


def check_status(status: str) -> None:
    if status not in STATUSES:
        raise refuse(
            "not_a_choice", "status", given=status, choices=", ".join(STATUSES), nearest=nearest(status, STATUSES)
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for one person. `status` empty: it stays. `since` as people write it; empty: now.

    `marketing` None: it stays. `role`: of one who is not known yet.
    """

    customer: str
    member: str
    status: str = ""
    since: str = ""
    marketing: bool | None = None
    role: str = ""


def set_status(context: Context, wish: Wish, *, dry_run: bool = False) -> list[CountChange]:
    """May this person have this status? If so they do; who is not known yet is registered, but not to be inactive.

    What every meter of statuses counted before and counts now (or when the status begins, if that is to come).
    Refused: `limit_reached` with the price of the next package, `unknown_customer`, `unknown_member`.
    """
    check_text((wish.customer, wish.member), ("customer", "member"))
    if not wish.status and wish.marketing is None:
        raise refuse("empty_field", "status")
    with refusals_told(context, dry_run=dry_run), committed_or_not(context.organization_id, dry_run=dry_run):
        share_catalog(context.organization_id)
        pool = pool_of(wish.customer)
        changing = ChangingStatuses(context, catalog.load(context.organization_id), [pool.id])
        member_id, is_new = ask(context, changing, pool, wish)
        if wish.marketing is not None:
            members.save_marketing(context.organization_id, member_id, context.now, marketing=wish.marketing)
        counts = changing.write(registered=[member_id] if is_new else [])
        details = {"customer": pool.id, "member": member_id, "status": wish.status, "marketing": wish.marketing}
        write_journal(context, "member.set", details)
        return counts


def ask(context: Context, changing: ChangingStatuses, pool: Pool, wish: Wish) -> tuple[int, bool]:
    """The id of the person who asked, and whether they are new. The status they have already is no change."""
    key = (pool.id, pool.member(wish.member))
    if len(key[1]) > LONGEST_KEY:
        raise refuse("too_long", "member", most=LONGEST_KEY - len(pool.prefix))
    at = since_instant(context, wish.since) or context.now
    if wish.status:
        check_status(wish.status)
    known = members.ids([key]).get(key)
    if known is None and wish.status in ("", INACTIVE):
        raise unknown_member(pool, wish.member)
    if known is None:
        members.insert(context.organization_id, [key], context.now)
    member_id = known or members.ids([key])[key]
    if wish.role and known is None:
        members.set_roles({member_id: wish.role})
        changing.roles[member_id] = wish.role
    elif wish.role and changing.roles.get(member_id, "") != wish.role:
        raise refuse("role_is_fixed", "role", given=wish.role, role=changing.roles.get(member_id) or "–")
    new = NewStatus(member_id, pool.id, wish.status, at)
    if wish.status and changing.status(new, at) != wish.status:
        changing.ask(new)
    return member_id, known is None


def unknown_member(pool: Pool, given: str) -> Refused:
    known = [one.key.removeprefix(pool.prefix) for one in members.registered(pool.id, pool.prefix)]
    return refuse("unknown_member", "member", given=given, nearest=nearest(given, known))


def known_member(pool: Pool, member: str) -> int:
    """The id of a person; of a merged record, of whom it was merged into. Refused: `unknown_member`."""
    key = (pool.id, pool.member(member))
    found = members.ids([key])
    if key not in found:
        raise unknown_member(pool, member)
    return found[key]


@dataclass(frozen=True, slots=True)
class Merged:
    """`windows`: how many counts of months are one less; `counts`: those of statuses, now."""

    windows: int
    counts: tuple[CountChange, ...]


def merge(context: Context, customer: str, member: str, into: str, *, dry_run: bool = False) -> Merged:
    """Two records are one person: what was said and done of either counts once, then, now and from now on.

    What was billed too much is credited by the next run. Refused: `unknown_customer`, `unknown_member`,
    `same_member`.
    """
    with committed_or_not(context.organization_id, dry_run=dry_run):
        hold_catalog(context.organization_id)
        stored = catalog.load(context.organization_id)
        pool = pool_of(customer)
        merged_id, into_id = known_member(pool, member), known_member(pool, into)
        if merged_id == into_id:
            raise refuse("same_member", "into", given=member, into=into)
        before = ChangingStatuses(context, stored, [pool.id]).write()
        windows = merging.merge(context.organization_id, pool.id, merged_id, into_id, context.now)
        after = ChangingStatuses(context, stored, [pool.id]).write()
        customers.touch([pool.id], context.today, context.today)
        details = {"customer": pool.id, "member": merged_id, "into": into_id, "windows": windows}
        write_journal(context, "member.merged", details)
    return Merged(windows, _differences(before, after))


def _differences(before: Sequence[CountChange], after: Sequence[CountChange]) -> tuple[CountChange, ...]:
    return tuple(
        CountChange(then.pool_id, then.meter, then.after, now.after) for then, now in zip(before, after, strict=True)
    )
