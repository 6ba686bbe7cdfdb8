"""Statuses as they change: who counts by them before and after, and what the limits say (SPEC 1.7, 2.1 to 2.3).

One who asks may be refused; what is reported has happened. Everything here is inside a transaction of the caller,
which has shared the catalog.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from headcount.core.catalog import StatusMeter
from headcount.core.members import INACTIVE, StatusChange, StatusSpan, spans, status_at, together
from headcount.services.context import Context
from headcount.services.events import NewEvent, tell_all
from headcount.services.licences import make_room
from headcount.storage import counts, customers, members
from headcount.storage.catalog import StoredCatalog
from headcount.storage.members import NewStatus

_ABOVE_EVERY_ROW = 1 << 62


@dataclass(frozen=True, slots=True)
class CountChange:
    """How many people of a pool a meter of statuses counted before, and counts now."""

    pool_id: int
    meter: str
    before: int
    after: int


class ChangingStatuses:
    """The people of some pools, while statuses are appended to them. `write` must follow; it tells what came of it.

    `people`: without them everybody in the pools is loaded, and counts are known; with them only these, and of the
    pools where a limit holds everybody. `roles`: member -> role, of those who have one.
    """

    def __init__(
        self, context: Context, stored: StoredCatalog, pools: Collection[int], people: Collection[int] | None = None
    ) -> None:
        customers.lock(sorted(pools))
        self._context = context
        self._meters = [meter for meter in stored.meters.values() if isinstance(meter, StatusMeter)]
        self._counted = set(pools) if people is None else set(pools) & self._limited(stored)
        self._records: dict[int, dict[int, list[StatusChange]]] = {}
        self._spans: dict[int, dict[int, Sequence[StatusSpan]]] = defaultdict(dict)
        self._load(members.histories(self._counted))
        if others := set(pools) - self._counted:
            self._load(members.histories(others, people))
        self.roles = members.roles(pools)
        self._numbers = count(_ABOVE_EVERY_ROW)
        self._new: list[NewStatus] = []
        self._status_before: dict[int, str | None] = {}
        self._before = {(pool, meter.key): self.count(pool, meter) for pool in self._counted for meter in self._meters}

    def _limited(self, stored: StoredCatalog) -> set[int]:
        ids = {stored.meter_ids[meter.key] for meter in self._meters}
        return {limit.pool_id for limit in counts.limits_at(self._context.now) if limit.meter_id in ids}

    def _load(self, histories: Iterable[members.History]) -> None:
        for history in histories:
            self._records[history.member_id] = {record: list(said) for record, said in history.records.items()}
            self._spans[history.pool_id][history.member_id] = history.spans

    def count(self, pool_id: int, meter: StatusMeter, at: datetime | None = None) -> int:
        """How many people of a pool count at an instant, or now."""
        instant = at or self._context.now
        return sum(
            self._is_counted(meter, member, status_at(history, instant))
            for member, history in self._spans[pool_id].items()
        )

    def _is_counted(self, meter: StatusMeter, member_id: int, status: str | None) -> bool:
        return status in meter.statuses and (not meter.roles or self.roles.get(member_id, "") in meter.roles)

    def status(self, new: NewStatus, at: datetime) -> str | None:
        return status_at(self._spans[new.customer_id].get(new.member_id, ()), at)

    def ask(self, new: NewStatus) -> None:
        """May this person have this status, now or when it begins? Refused: `limit_reached`."""
        at = max(self._context.now, new.from_at)
        before = self.status(new, at)
        used = {meter.key: self.count(new.customer_id, meter, at) for meter in self._meters}
        self.report(new)
        after = self.status(new, at)
        try:
            for meter in self._meters:
                if self._is_counted(meter, new.member_id, after) > self._is_counted(meter, new.member_id, before):
                    make_room(self._context, new.customer_id, meter.key, used[meter.key], used[meter.key] + 1)
        except BaseException:
            self._take_back(new)
            raise

    def report(self, new: NewStatus) -> None:
        """It is so: this person has this status. Of whom several records were merged, it is said of each of them."""
        self._status_before.setdefault(new.member_id, self.status(new, self._context.now))
        self._new.append(new)
        records = self._records.setdefault(new.member_id, {})
        records.setdefault(new.member_id, [])
        for said in records.values():
            said.append(StatusChange(new.from_at, next(self._numbers), new.status))
        self._join(new)

    def _take_back(self, new: NewStatus) -> None:
        self._new.pop()
        for said in self._records[new.member_id].values():
            said.pop()
        self._join(new)

    def _join(self, new: NewStatus) -> None:
        records = self._records[new.member_id].values()
        self._spans[new.customer_id][new.member_id] = together([spans(said) for said in records if said])

    def make_room_for_reported(self) -> None:
        """Of what was reported: raises a licence that extends itself, and tells what is over its limit (SPEC 2.2)."""
        for pool in sorted(self._counted):
            for meter in self._meters:
                used, wanted = self._before[pool, meter.key], self.count(pool, meter)
                if wanted > used:
                    make_room(self._context, pool, meter.key, used, wanted, reported=True)

    def write(self, *, registered: Collection[int] = ()) -> list[CountChange]:
        """Appends the statuses, and tells whose access ended or came back, but for those `registered` just now."""
        context = self._context
        if self._new:
            rows = [replace(one, member_id=record) for one in self._new for record in self._records[one.member_id]]
            members.append_statuses(context.organization_id, rows, context.now, context.actor, context.request_id)
            customers.touch(sorted({one.customer_id for one in self._new}), context.today, context.today)
        people = {one.member_id: one for one in self._new if one.member_id not in registered}
        tell_all(context, [event for one in people.values() if (event := self._access(one))])
        return [
            CountChange(pool, meter.key, self._before[pool, meter.key], self.count(pool, meter))
            for pool in sorted(self._counted)
            for meter in self._meters
        ]

    def _access(self, new: NewStatus) -> NewEvent | None:
        before, after = self._status_before[new.member_id], self.status(new, self._context.now)
        if after == before or INACTIVE not in (before, after):
            return None
        kind = "member.access_revoked" if after == INACTIVE else "member.access_restored"
        details: Mapping[str, object] = {"since": new.from_at.astimezone(self._context.place).isoformat()}
        return NewEvent(kind, new.customer_id, new.member_id, details)
