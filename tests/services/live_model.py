"""Who counts, what they may, and what they are told: the rules again, written naively over sets and days.

Nothing is derived cleverly or kept up to date: every number is counted anew from everything that ever happened. A
method that does something returns what the services must answer: the code of a refusal, or what was done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.services.live_sold import SIZES, Code, Raised, Sold, day_of, next_period

KINDS = {"clients": ("edit", "plan"), "busy": ("plan",), "recent": ("edit",)}
RECENT_DAYS = 10
RANK = ("activated", "invited", "added", "inactive")

Person = str
Evidence = tuple[str, str, datetime, str, str]
"""Pool, record, instant, id, kind."""


@dataclass
class Model:
    now: datetime
    customers: Sequence[str]
    evidence: set[Evidence] = field(default_factory=set)
    withdrawn: set[tuple[str, str]] = field(default_factory=set)
    into: dict[tuple[str, str], str] = field(default_factory=dict)
    registered: set[tuple[str, str]] = field(default_factory=set)
    status: dict[tuple[str, str], str] = field(default_factory=dict)
    chain: dict[str, str] = field(default_factory=dict)
    per_site: dict[str, bool] = field(default_factory=dict)
    sold: dict[str, Sold] = field(default_factory=dict)
    claimed: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)
    wishes: dict[tuple[str, str], int] = field(default_factory=dict)
    codes: list[Code] = field(default_factory=list)
    raised: Counter[str] = field(default_factory=Counter)

    @property
    def today(self) -> date:
        return day_of(self.now)

    # Who is who

    def pool(self, customer: str) -> str:
        return self.chain.get(customer, customer)

    def record(self, customer: str, member: str) -> str:
        head = self.chain.get(customer)
        return f"{customer}/{member}" if head and self.per_site[head] else member

    def person(self, pool: str, record: str) -> Person:
        return self.into.get((pool, record), record)

    def records(self, pool: str, record: str) -> set[str]:
        """All records of one person."""
        person = self.person(pool, record)
        return {person} | {one for (of, one), to in self.into.items() if of == pool and to == person}

    # Who counts

    def standing(self) -> Iterator[tuple[str, Person, datetime, str]]:
        """Pool, person, instant, kind of all that was not withdrawn."""
        for pool, record, at, id, kind in self.evidence:
            if not {("", id), (pool, id)} & self.withdrawn:
                yield pool, self.person(pool, record), at, kind

    def active(self) -> dict[tuple[str, str, str], set[Person]]:
        """(Meter, pool, month as 2026-05) -> who counts; of `recent` the month is empty."""
        found: dict[tuple[str, str, str], set[Person]] = {}
        for pool, person, at, kind in self.standing():
            for meter in ("clients", "busy"):
                if kind in KINDS[meter]:
                    found.setdefault((meter, pool, f"{day_of(at):%Y-%m}"), set()).add(person)
            if kind in KINDS["recent"] and 0 <= (self.today - day_of(at)).days < RECENT_DAYS:
                found.setdefault(("recent", pool, ""), set()).add(person)
        return found

    def people(self, meter: str, pool: str) -> set[Person]:
        """Who counts at this moment; of seats each as `subscription/user`."""
        if meter == "staff":
            return {person for (of, person), said in self.status.items() if of == pool and said != "inactive"}
        if meter == "users":
            mine = [one for one in self.sold.values() if one.customer == pool and "users" in one.policies]
            return {f"{one.key}/{user}" for one in mine for user in self.seated(one)}
        return self.active().get((meter, pool, "" if meter == "recent" else f"{self.today:%Y-%m}"), set())

    # Limits

    def grants(self, pool: str, meter: str, only: Sold | None = None) -> list[tuple[Sold, int]]:
        return [
            (one, one.limit[meter][self.today])
            for one in self.sold.values()
            if one.customer == pool and meter in one.policies and one.is_running(self.today) and only in (None, one)
        ]

    def limit(self, pool: str, meter: str, only: Sold | None = None) -> int | None:
        """None: no limit, as such people were never sold for a single day."""
        ever = [one for one in self.sold.values() if one.customer == pool and meter in one.policies]
        ever = [one for one in ever if only in (None, one) and (one.end is None or one.end > one.start)]
        return sum(size for _, size in self.grants(pool, meter, only)) if ever else None

    def make_room(self, pool: str, meter: str, wanted: int, only: Sold | None = None, *, asked: bool = True) -> bool:
        """Whether so many may count; raises a licence that extends itself."""
        limit, grants = self.limit(pool, meter, only), self.grants(pool, meter, only)
        said = {one.policies[meter] for one, _ in grants}
        if limit is None or wanted <= limit or "warn" in said:
            return True
        for one, size in grants:
            fitting = [larger for larger in SIZES if larger >= wanted - limit + size]
            if one.policies[meter] in ("extend", "later") and fitting:
                self._raise(one, meter, fitting[0])
                return True
        for one, size in grants:
            if not asked and one.policies[meter] in ("extend", "later") and size < SIZES[-1]:
                self._raise(one, meter, SIZES[-1])
                return True
        return not asked

    def _raise(self, one: Sold, meter: str, size: int) -> None:
        later = one.policies[meter] == "later"
        paid_from = next_period(one.start, self.today) if later else self.today
        paid, limit = dict(one.paid[meter]), dict(one.limit[meter])
        one.last = Raised(meter, self.now, limit[self.today], paid, limit)
        one.agree(one.paid[meter], self.today, paid_from, size)
        one.agree(one.limit[meter], self.today, self.today, size)
        self.raised[one.customer] += 1

    def all_or_nothing(self, wishes: Sequence[tuple[str, str, int]]) -> bool:
        """Room for (pool, meter, wanted), each; where one has none no licence is raised."""
        before = {key: (one.last, _copy(one.paid), _copy(one.limit)) for key, one in self.sold.items()}
        raised = self.raised.copy()
        if all(self.make_room(*wish) for wish in wishes):
            return True
        for key, (last, paid, limit) in before.items():
            self.sold[key].last, self.sold[key].paid, self.sold[key].limit = last, paid, limit
        self.raised = raised
        return False

    # Activity and claims

    def report(self, rows: Sequence[Evidence]) -> None:
        """Rows of one batch; what is beyond a limit of this month may raise a licence."""
        ids = Counter(id for _, _, _, id, _ in set(rows))
        before = self.active()
        for row in rows:
            if ids[row[3]] == 1:
                self.registered.add(row[:2])
                self.evidence.add(row)
        for (meter, pool, month), people in sorted(self.active().items()):
            if month == f"{self.today:%Y-%m}" and len(people) > len(before.get((meter, pool, month), ())):
                self.make_room(pool, meter, len(people), asked=False)

    def claim(self, customer: str, member: str, kind: str, key: str) -> str:
        pool, record = self.pool(customer), self.record(customer, member)
        if {("", key), (pool, key)} & self.withdrawn:
            return "withdrawn"
        if key and (pool, key) in self.claimed:
            asked, of_kind, said = self.claimed[pool, key]
            is_same = of_kind == kind and self.person(pool, asked) == self.person(pool, record)
            return f"{said} again" if is_same else "key_reused"
        if self.status.get((pool, self.person(pool, record))) == "inactive":
            return "member_inactive"
        meters = [meter for meter, kinds in KINDS.items() if kind in kinds]
        new = [meter for meter in meters if self.person(pool, record) not in self.people(meter, pool)]
        if not self.all_or_nothing([(pool, meter, len(self.people(meter, pool)) + 1) for meter in new]):
            return "limit_reached"
        self.registered.add((pool, record))
        said = "new" if set(new) - {"recent"} else "already"
        happened = (pool, record, self.now, key or f"claim-{len(self.evidence)}", kind)
        if happened not in self.evidence:  # else it was reported as activity, and there is no more to record
            self.claimed[pool, key] = record, kind, said
        self.evidence.add(happened)
        return said

    def withdraw(self, id: str, customer: str) -> int:
        """How many counts of months went down."""
        before = self.active()
        self.withdrawn.add((self.pool(customer) if customer else "", id))
        after = self.active()
        return sum(len(people) - len(after.get(key, ())) for key, people in before.items() if key[2])

    # People

    def merge(self, customer: str, member: str, into: str) -> int | str:
        """How many counts of months went down, or a refusal."""
        pool = self.pool(customer)
        records = self.record(customer, member), self.record(customer, into)
        if any((pool, record) not in self.registered for record in records):
            return "unknown_member"
        merged, kept = (self.person(pool, record) for record in records)
        if merged == kept:
            return "same_member"
        before = self.active()
        for record in self.records(pool, merged):
            self.into[pool, record] = kept
        after = self.active()
        said = [self.status.pop((pool, one)) for one in (merged, kept) if (pool, one) in self.status]
        if said:
            self.status[pool, kept] = min(said, key=RANK.index)
        return sum(len(people) - len(after.get(key, ())) for key, people in before.items() if key[2])

    def set_status(self, customer: str, member: str, status: str, *, asked: bool) -> str:
        pool, record = self.pool(customer), self.record(customer, member)
        person, before = self.person(pool, record), self.people("staff", pool)
        if asked and status == "inactive" and (pool, record) not in self.registered:
            return "unknown_member"
        is_more = status != "inactive" and person not in before
        if is_more and not self.make_room(pool, "staff", len(before) + 1, asked=asked):
            return "limit_reached"
        self.registered.add((pool, record))
        self.status[pool, person] = status
        return "done"

    # Seats

    def seat(self, one: Sold, record: str) -> tuple[str, datetime | None] | None:
        held = one.seats.get(record)
        return held if held and (held[1] is None or self.now < held[1]) else None

    def seated(self, one: Sold) -> dict[Person, str]:
        """Who has a seat, and as what."""
        if not one.is_running(self.today):
            return {}
        found: dict[Person, str] = {}
        for record in one.seats:
            if held := self.seat(one, record):
                person = self.person(one.customer, record)
                found[person] = min(found.get(person, "inactive"), held[0], key=RANK.index)
        return found


def _copy(days: Mapping[str, Mapping[date, int]]) -> dict[str, dict[date, int]]:
    return {meter: dict(agreed) for meter, agreed in days.items()}
