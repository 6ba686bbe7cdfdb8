"""Claims: may this person count now? Answered and recorded in one step, never beyond a limit (SPEC 2.1)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from headcount.core.activity import check_text
from headcount.core.calendar import month_of
from headcount.core.catalog import MONTH, ActivityMeter
from headcount.core.errors import Refusal, nearest, refuse
from headcount.core.limits import BLOCK, crossed
from headcount.services.accounts import instants
from headcount.services.conflicts import tried_again
from headcount.services.context import Context
from headcount.services.customers import pool_of
from headcount.services.events import tell_all
from headcount.services.licences import LimitRefused, limit_reached, make_room, next_package, tell_crossings
from headcount.services.used import running_days, used_now
from headcount.storage import catalog, claims, counts, customers
from headcount.storage import limits as stored_limits
from headcount.storage.catalog import StoredCatalog
from headcount.storage.claims import ALREADY, FULL, INACTIVE, NEW, REPEATED, WITHDRAWN, Claimed
from headcount.storage.transaction import organization_transaction, part, share_catalog


@dataclass(frozen=True, slots=True)
class Claim:
    """`kind`: of the activity as which the claim is recorded. `key`: the asker's name for it; asked again with it the
    answer is the same. `accept_up_to`: the most that raising the licence may make due now, net, in major units.
    """

    customer: str
    member: str
    kind: str
    key: str = ""
    accept_up_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MeterAnswer:
    """How many count, this person included, and how many may; None: no limit. `outcome`: new, already or full."""

    meter: str
    outcome: str
    used: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome`: new, already, or refused. `repeated`: said before to the same key. `refusal`: why not."""

    outcome: str
    key: str
    meters: tuple[MeterAnswer, ...]
    refusal: Refusal | None = None
    repeated: bool = False

    @property
    def is_allowed(self) -> bool:
        return self.refusal is None


def claim(context: Context, wish: Claim) -> Answer:
    """Whether a person may count now; if so they do. Who counts already goes on, whatever the limit.

    An answer of "no" is no refusal of the question. Refused: unknown customers and kinds, `key_reused`, `withdrawn`.
    """
    key = wish.key or f"claim:{secrets.token_hex(12)}"
    check_text((wish.customer, wish.member, wish.kind, key), ("customer", "member", "kind", "key"))

    def attempt() -> Answer:
        names, said = _at_once(context, wish, key)
        if said is not None and all(one.outcome in (NEW, ALREADY) for one in said):
            return _answer(key, names, said)
        with organization_transaction(context.organization_id):
            return _claim(context, wish, key, [one for one in said or () if one.outcome == FULL])

    return tried_again(attempt, same_key=True)


def _at_once(context: Context, wish: Claim, key: str) -> tuple[Mapping[int, str], list[Claimed] | None]:
    """The keys of the meters, and what each says, in one call of the database; None if that is not enough.

    By the catalog that this process read last; if that is another one by now, nothing is done.
    """
    stored = catalog.last_known(context.organization_id)
    if stored is None or wish.kind not in stored.catalog.kinds:
        return {}, None
    meters = _meters(stored, wish.kind)
    if any(meter.window != MONTH and _may_be_limited(stored, meter) for meter in meters):
        return {}, None
    names = {stored.meter_ids[meter.key]: meter.key for meter in meters if meter.window == MONTH}
    month = month_of(context.today).start
    return names, claims.claim_at_once(
        context.organization_id, stored.stamp, wish.customer, wish.member, key, wish.kind, context.now, month,
        list(names),
    )  # fmt: skip


def _meters(stored: StoredCatalog, kind: str) -> list[ActivityMeter]:
    return [meter for meter in stored.catalog.meters if isinstance(meter, ActivityMeter) and kind in meter.kinds]


def _may_be_limited(stored: StoredCatalog, meter: ActivityMeter) -> bool:
    """Whether any contract that was ever sold limits it."""
    charges = (charge for plan in stored.versions.values() for charge in plan.charges if charge.meter == meter.key)
    return any(charge.basis == "committed" or charge.maximum_members is not None for charge in charges)


def _answer(key: str, names: Mapping[int, str], said: Sequence[Claimed]) -> Answer:
    outcome = NEW if any(one.outcome == NEW for one in said) else ALREADY
    meters = (MeterAnswer(names[one.meter_id], one.outcome, one.used, one.quantity) for one in said)
    return Answer(outcome, key, tuple(meters))


def _claim(context: Context, wish: Claim, key: str, full: Sequence[Claimed]) -> Answer:
    """`full`: the meters that had no room a moment ago."""
    share_catalog(context.organization_id)
    stored = catalog.load(context.organization_id)
    if wish.kind not in stored.catalog.kinds:
        raise refuse("unknown_kind", "kind", given=wish.kind, nearest=nearest(wish.kind, stored.catalog.kinds))
    pool = pool_of(wish.customer)
    asking = _Asking(context, stored, wish, key, pool.id, pool.member(wish.member))
    try:
        asking.refuse_by(full)
        with part():  # a raise by one meter is undone where another one refuses
            return asking.answer()
    except LimitRefused as refused:
        tell_all(context, [refused.event])
        return Answer("refused", key, (), refused.refusals[0])


class _Asking:
    """One claim, inside its transaction."""

    def __init__(
        self, context: Context, stored: StoredCatalog, wish: Claim, key: str, pool_id: int, member: str
    ) -> None:
        self._context, self._stored, self._wish, self._key = context, stored, wish, key
        self._pool_id, self._member = pool_id, member
        meters = _meters(stored, wish.kind)
        self._by_month = [m for m in meters if m.window == MONTH]
        self._by_evidence = [m for m in meters if m.window != MONTH]
        self._keys = {stored.meter_ids[m.key]: m.key for m in meters}

    def answer(self) -> Answer:
        self._make_room_by_evidence()
        said = self._ask()
        if full := [one for one in said if one.outcome == FULL]:
            said = self._ask_for_more_room(full)
        first = said[0] if said else None
        if first is not None and first.outcome == WITHDRAWN:
            raise refuse("withdrawn", "key", given=self._key)
        if first is not None and first.outcome == INACTIVE:
            refusal = Refusal("member_inactive", "member", numbers={"given": self._wish.member})
            return Answer("refused", self._key, (), refusal)
        if first is not None and first.outcome == REPEATED:
            return self._repeated(first)
        self._tell(said)
        return _answer(self._key, self._keys, said)

    def _ask(self) -> list[Claimed]:
        context, ids = self._context, [self._stored.meter_ids[meter.key] for meter in self._by_month]
        month = month_of(context.today).start
        return claims.claim(
            context.organization_id, self._pool_id, self._member, self._key, self._wish.kind, context.now, month, ids
        )

    def _ask_for_more_room(self, full: Sequence[Claimed]) -> list[Claimed]:
        """Raises what extends itself, one asker at a time: who waited may find that it was raised already."""
        self.refuse_by(full)
        claims.hold_numbers(self._pool_id, [one.meter_id for one in full], month_of(self._context.today).start)
        customers.lock([self._pool_id])
        said = self._ask()
        while full := [one for one in said if one.outcome == FULL]:
            for one in full:
                make_room(
                    self._context,
                    self._pool_id,
                    self._keys[one.meter_id],
                    one.used,
                    one.used + 1,
                    accept_up_to=self._wish.accept_up_to,
                )
            said = self._ask()
        return said

    def refuse_by(self, full: Sequence[Claimed]) -> None:
        """By a meter that had no room and extends nothing, unless its limit is another one by now."""
        context, stored = self._context, self._stored
        for one in (one for one in full if one.at_limit == BLOCK):
            limit, meter = stored_limits.held(self._pool_id, one.meter_id, context.now), self._keys[one.meter_id]
            if limit.quantity == one.quantity:
                package = next_package(context, stored, meter, limit, one.used + 1)
                raise limit_reached(context, stored, self._pool_id, meter, limit, one.used, package)

    def _make_room_by_evidence(self) -> None:
        """Windows that are no calendar months are counted from the evidence, one asker at a time."""
        context = self._context
        limited = [
            meter
            for meter in self._by_evidence
            if stored_limits.held(self._pool_id, self._stored.meter_ids[meter.key], context.now).quantity is not None
        ]
        if not limited:
            return
        customers.lock([self._pool_id])
        if claims.is_decided(self._pool_id, self._key):
            return
        for meter in limited:
            used = used_now(context, self._stored, meter, self._pool_id).count
            days = running_days(context, meter, None)
            if not counts.is_active(self._pool_id, self._member, meter.kinds, *instants(context, days)):
                make_room(context, self._pool_id, meter.key, used, used + 1, accept_up_to=self._wish.accept_up_to)

    def _tell(self, said: Sequence[Claimed]) -> None:
        for one in said:
            if one.outcome == NEW and crossed(one.quantity, one.used - 1, one.used):
                limit = stored_limits.held(self._pool_id, one.meter_id, self._context.now)
                meter = self._keys[one.meter_id]
                tell_crossings(self._context, self._stored, self._pool_id, meter, limit, limit, one.used - 1, one.used)

    def _repeated(self, said: Claimed) -> Answer:
        meters = tuple(
            MeterAnswer(self._keys.get(meter, ""), outcome, used, limit)
            for meter, outcome, used, limit, _ in said.answer
        )
        if said.at_limit != self._wish.kind or not claims.is_of(self._pool_id, self._key, self._member):
            raise refuse("key_reused", "key", given=self._key)
        outcome = NEW if any(one.outcome == NEW for one in meters) else ALREADY
        return Answer(outcome, self._key, meters, repeated=True)
