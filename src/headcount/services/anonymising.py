"""Giving up names: inactive people become anonymous; what they counted, and documents, stay (SPEC 7.7)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from headcount.core.calendar import first_instant
from headcount.core.errors import refuse
from headcount.core.members import INACTIVE, StatusSpan
from headcount.services.context import Context, write_journal
from headcount.services.customers import pool_of
from headcount.services.members import known_member
from headcount.storage import customers, members, merging
from headcount.storage.transaction import committed_or_not, hold_catalog, organization_transaction


@dataclass(frozen=True, slots=True)
class Anonymised:
    """How many people of a customer gave up their names. `done` of `total` customers were looked at."""

    customer: str
    people: int
    done: int
    total: int


def anonymise(context: Context, customer: str, member: str, *, dry_run: bool = False) -> None:
    """One person, who must be inactive. Refused: `still_active`, `unknown_customer`, `unknown_member`."""
    with committed_or_not(context.organization_id, dry_run=dry_run):
        hold_catalog(context.organization_id)
        pool = pool_of(customer)
        member_id = known_member(pool, member)
        customers.lock([pool.id])
        if member_id not in _inactive(context, pool.id, context.now):
            raise refuse("still_active", "member", given=member)
        _anonymise(context, pool.id, [member_id])


def anonymise_inactive(
    context: Context, since: date, customer: str | None = None, *, dry_run: bool = False
) -> Iterator[Anonymised]:
    """Everybody who is inactive since that day or longer, a customer a transaction. Who is anonymous stays so."""
    with organization_transaction(context.organization_id):
        pools = {customer: pool_of(customer).id} if customer else customers.all_ids()
    end = first_instant(since, context.place)
    for done, (key, pool_id) in enumerate(pools.items(), 1):
        with committed_or_not(context.organization_id, dry_run=dry_run):
            hold_catalog(context.organization_id)
            customers.lock([pool_id])
            named = {one.id for one in members.registered(pool_id, "") if one.anonymised_at is None}
            people = sorted(_inactive(context, pool_id, end) & named)
            if people:
                _anonymise(context, pool_id, people)
        yield Anonymised(key, len(people), done, len(pools))


def _inactive(context: Context, pool_id: int, since: datetime) -> set[int]:
    """Who is inactive now, and was so from `since` on."""

    def is_inactive(span: StatusSpan) -> bool:
        return span.status == INACTIVE and span.start <= since and span.holds_at(context.now)

    histories = members.histories([pool_id])
    return {one.member_id for one in histories if any(is_inactive(span) for span in one.spans)}


def _anonymise(context: Context, pool_id: int, people: Collection[int]) -> None:
    merging.anonymise(list(people), context.now)
    write_journal(context, "members.anonymised", {"customer": pool_id, "members": sorted(people)})
