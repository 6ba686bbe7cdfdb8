"""What is done with customers and their people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from headcount.core.catalog import BILLING_PERIOD, ActivityMeter, Meter, StatusMeter
from headcount.core.document import Table
from headcount.core.members import STATUSES
from headcount.gateways.rows import Chunk
from headcount.services import people as service
from headcount.services.activity import import_activity
from headcount.services.counts import explain
from headcount.stories.fields import instant_field, members_field, named
from headcount.stories.stage import Stage, taken
from headcount.stories.values import Action, Note, Terms

DEFAULTS = {"street": "Lindenweg 1", "postal_code": "50674", "city": "Köln", "country": "DE"}
"""The address of a customer of whom a story says nothing else: complete, so that invoices can be issued."""


MOST_NOTES = 12
"""How much of one step a timeline shows."""


def _chunk(rows: Sequence[Sequence[str]]) -> list[Chunk]:
    return [Chunk(rows=list(enumerate(rows, 1)), position=len(rows))]


@dataclass(frozen=True, slots=True)
class Customers:
    """A customer's details; what is left out is made up, and "" leaves a field empty."""

    changes_something: ClassVar[bool] = True
    key: str
    details: tuple[str, ...]
    customers: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Customers:
        key = table.text("key")
        made_up = {"name": key.replace("-", " ").title(), **DEFAULTS}
        details = (table.text(name, made_up.get(name, "")) for name in service.CUSTOMER_OPTIONAL)
        return cls(key, tuple(details))

    def perform(self, stage: Stage) -> Iterator[Note]:
        stage.unknown([self.key])
        taken(service.import_customers(stage.context(), _chunk([(self.key, *self.details)]), dry_run=False))
        yield Note("customer", {"customer": self.key, "details": ", ".join(part for part in self.details if part)})


def make_customers(stage: Stage, customers: Sequence[str]) -> None:
    """Customers that a story names without saying more about them."""
    if new := stage.unknown(customers):
        rows = [(key, *Customers.read(Table({"key": key}), stage.terms).details) for key in new]
        taken(service.import_customers(stage.context(), _chunk(rows), dry_run=False))


@dataclass(frozen=True, slots=True)
class StatusOfPeople:
    """People of a customer get a status, at the time of the step or since another."""

    customer: str
    status: str
    members: tuple[str, ...]
    since: datetime | None
    role: str

    @classmethod
    def read(cls, table: Table, terms: Terms) -> StatusOfPeople:
        return cls(
            customer=table.text("customer"),
            status=table.choice("status", STATUSES),
            members=members_field(table),
            since=instant_field(table, "since", terms),
            role=table.text("role", ""),
        )

    def rows(self) -> list[tuple[str, ...]]:
        since = self.since.isoformat() if self.since else ""
        return [(self.customer, member, self.status, since, "", "", self.role) for member in self.members]


@dataclass(frozen=True, slots=True)
class People:
    """Statuses of people, all that a step names in one import; who is not known yet is registered."""

    changes_something: ClassVar[bool] = True
    statuses: tuple[StatusOfPeople, ...]

    @classmethod
    def read_all(cls, tables: Sequence[Table], terms: Terms) -> list[Action]:
        return [cls(tuple(StatusOfPeople.read(table, terms) for table in tables))]

    @property
    def customers(self) -> tuple[str, ...]:
        return tuple(one.customer for one in self.statuses)

    def perform(self, stage: Stage) -> Iterator[Note]:
        rows = [row for one in self.statuses for row in one.rows()]
        taken(service.import_members(stage.context(), _chunk(rows), dry_run=False))
        for one in self.statuses:
            since = one.since.astimezone(stage.terms.place).isoformat(timespec="minutes") if one.since else ""
            values = {"customer": one.customer, "status": one.status, "members": named(one.members), "since": since}
            yield Note("people_since" if since else "people", values)
        yield from _counts(stage, self.customers, StatusMeter)


@dataclass(frozen=True, slots=True)
class ActivityOfPeople:
    """Something is done with people of a customer, at the time of the step or another."""

    customer: str
    kind: str
    members: tuple[str, ...]
    at: datetime | None
    id: str

    @classmethod
    def read(cls, table: Table, terms: Terms) -> ActivityOfPeople:
        return cls(
            customer=table.text("customer"),
            kind=table.text("kind"),
            members=members_field(table),
            at=instant_field(table, "at", terms),
            id=table.text("id", ""),
        )

    def rows(self, now: datetime) -> list[tuple[str, ...]]:
        """An id that is left out is made of what happened, so that the same again is a repetition."""
        at = (self.at or now).isoformat()
        what = f"{self.kind} {at} {self.customer}"
        return [(self.id or f"{what} {member}", self.customer, member, self.kind, at) for member in self.members]


@dataclass(frozen=True, slots=True)
class Activity:
    """All activity that a step names, in one batch."""

    changes_something: ClassVar[bool] = True
    happened: tuple[ActivityOfPeople, ...]

    @classmethod
    def read_all(cls, tables: Sequence[Table], terms: Terms) -> list[Action]:
        return [cls(tuple(ActivityOfPeople.read(table, terms) for table in tables))]

    @property
    def customers(self) -> tuple[str, ...]:
        return tuple(one.customer for one in self.happened)

    def perform(self, stage: Stage) -> Iterator[Note]:
        context = stage.context()
        rows = [row for one in self.happened for row in one.rows(context.now)]
        outcome = taken(import_activity(context, _chunk(rows), create_customers=False, dry_run=False))
        for one in self.happened[:MOST_NOTES]:
            yield Note("activity", {"customer": one.customer, "kind": one.kind, "members": named(one.members)})
        yield Note("activity_done", dict(outcome.done))
        yield from _counts(stage, self.customers, ActivityMeter)


def _counts(stage: Stage, customers: Sequence[str], counts: type[ActivityMeter | StatusMeter]) -> Iterator[Note]:
    """What these meters read now, in the window that runs."""
    for customer in list(dict.fromkeys(customers))[:MOST_NOTES]:
        for meter in stage.catalog.meters:
            if isinstance(meter, counts) and not _is_by_billing_period(meter):
                read = explain(stage.context(), meter.key, customer, None)
                values = {"customer": customer, "meter": meter.key, "window": read.window, "count": read.count}
                yield Note("counts", values)


def _is_by_billing_period(meter: Meter) -> bool:
    """Whether its windows are those of each subscription, so that none runs for a customer as such."""
    return isinstance(meter, ActivityMeter) and meter.window == BILLING_PERIOD
