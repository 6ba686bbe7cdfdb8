"""Whether somebody may count, and what becomes of licences: claims, withdrawals, requests, raises taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from headcount.core.document import Table
from headcount.core.errors import Refused
from headcount.core.money import parse_price
from headcount.core.rating import parse_quantity
from headcount.services import licence_requests
from headcount.services.claims import Claim as Wish
from headcount.services.claims import claim
from headcount.services.withdrawals import withdraw
from headcount.stories.contract_actions import OfSubscription, of_subscription
from headcount.stories.fields import members_field
from headcount.stories.stage import Stage
from headcount.stories.values import Note, Terms


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether people may count now, one after the other; the first "no" ends the step's actions."""

    changes_something: ClassVar[bool] = True
    customer: str
    members: tuple[str, ...]
    kind: str
    key: str
    accept_up_to: Decimal | None

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Claim:
        return cls(
            customer=table.text("customer"),
            members=members_field(table),
            kind=table.text("kind"),
            key=table.text("key", ""),
            accept_up_to=table.parsed("accept_up_to", _price, None, None),
        )

    @property
    def customers(self) -> tuple[str, ...]:
        return (self.customer,)

    def perform(self, stage: Stage) -> Iterator[Note]:
        for member in self.members:
            answer = claim(stage.context(), Wish(self.customer, member, self.kind, self.key, self.accept_up_to))
            if answer.refusal is not None:
                raise Refused(answer.refusal)
            counts = ", ".join(f"{one.used}/{'∞' if one.limit is None else one.limit}" for one in answer.meters)
            values = {"customer": self.customer, "member": member, "outcome": answer.outcome, "counts": counts}
            yield Note("claimed", values)


def _price(value: object, field: str) -> Decimal | None:
    return parse_price(value, field)


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Activity with this id was a mistake."""

    changes_something: ClassVar[bool] = True
    id: str
    customer: str

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> Withdraw:
        return cls(table.text("id"), table.text("customer", ""))

    @property
    def customers(self) -> tuple[str, ...]:
        return (self.customer,) if self.customer else ()

    def perform(self, stage: Stage) -> Iterator[Note]:
        done = withdraw(stage.context(), self.id, self.customer)
        yield Note("withdrawn", {"id": self.id, "found": done.found, "uncounted": done.uncounted})


@dataclass(frozen=True, slots=True)
class RequestReset:
    """A smaller licence is asked for. Nothing changes until it is approved."""

    changes_something: ClassVar[bool] = False
    of: OfSubscription
    size: int
    customers: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> RequestReset:
        return cls(of_subscription(table), table.parsed("size", _size, 0))

    def perform(self, stage: Stage) -> Iterator[Note]:
        key = self.of.key(stage)
        licence_requests.request_reset(stage.context(), key, self.size)
        yield Note("reset_requested", {"subscription": key, "size": self.size})


def _size(value: object, field: str) -> int:
    return parse_quantity(value, field) or 0


@dataclass(frozen=True, slots=True)
class Decide:
    """Staff approve or decline the open request about a subscription."""

    changes_something: ClassVar[bool] = True
    of: OfSubscription
    approved: bool
    customers: tuple[str, ...] = ()

    @classmethod
    def approve(cls, table: Table, _terms: Terms) -> Decide:
        return cls(of_subscription(table), approved=True)

    @classmethod
    def decline(cls, table: Table, _terms: Terms) -> Decide:
        return cls(of_subscription(table), approved=False)

    def perform(self, stage: Stage) -> Iterator[Note]:
        key, context = self.of.key(stage), stage.context()
        for request in licence_requests.requests(context):
            if request.subscription == key and self.approved:
                lowered = licence_requests.approve(context, request.id)
                yield Note("lowered", {"subscription": key, "to": lowered.to, "date": lowered.effective_on})
            elif request.subscription == key:
                licence_requests.decline(context, request.id)
                yield Note("reset_declined", {"subscription": key})


@dataclass(frozen=True, slots=True)
class UndoRaise:
    """The last raise of a licence is taken back."""

    changes_something: ClassVar[bool] = True
    of: OfSubscription
    customers: tuple[str, ...] = ()

    @classmethod
    def read(cls, table: Table, _terms: Terms) -> UndoRaise:
        return cls(of_subscription(table))

    def perform(self, stage: Stage) -> Iterator[Note]:
        lowered = licence_requests.undo_raise(stage.context(), self.of.key(stage))
        values = {"subscription": lowered.subscription, "to": lowered.to, "date": lowered.effective_on}
        yield Note("raise_undone", values)
