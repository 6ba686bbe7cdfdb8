"""Seats of a subscription: given, invited to, taken and freed (SPEC 1.10, 2.5).

Every change holds the customer, so that the last seat goes to one person. An invitation that expires frees its seat by
time alone: nothing is written then.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from headcount.core.activity import check_text
from headcount.core.calendar import local_date
from headcount.core.catalog import SeatMeter
from headcount.core.errors import refuse
from headcount.core.members import INACTIVE, StatusSpan, status_at
from headcount.core.seats import (
    ASSIGNED,
    INVITED,
    MOST_VALID_DAYS,
    REDEEMED,
    REMOVED,
    SeatEvent,
    check_redeemable,
    expiry,
    seat_spans,
)
from headcount.core.subscriptions import Subscription, check_running
from headcount.services.agreements import find, locked_subscription
from headcount.services.context import Context, write_journal
from headcount.services.events import tell
from headcount.services.licences import make_room, refusals_told
from headcount.services.seated import Seated
from headcount.storage import catalog, customers, members, seats
from headcount.storage.catalog import StoredCatalog
from headcount.storage.journal import digest
from headcount.storage.seats import SeatHistory
from headcount.storage.transaction import committed_or_not, organization_transaction


@dataclass(frozen=True, slots=True)
class Seat:
    """Who has a seat, `activated` or `invited`, since when, and until when if that is known. Instants are UTC."""

    subscription: str
    member: str
    status: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """`code` is told here only; it can be redeemed before `expires_at`, in UTC."""

    subscription: str
    member: str
    code: str
    expires_at: datetime


def assign(context: Context, subscription: str, member: str, *, dry_run: bool = False) -> Seat:
    """Gives a user a seat, by an open invitation the one it holds. Who has one already keeps it, and nothing changes.

    Refused: `unknown_subscription`, `no_seats`, `before_start`, `already_ended`, `member_inactive`, `limit_reached`,
    and what is no key of a person.
    """
    with refusals_told(context, dry_run=dry_run), committed_or_not(context.organization_id, dry_run=dry_run):
        at = _locked(context, subscription)
        user = at.user(member)
        if user.held is not None and user.held.status == "activated":
            return Seat(at.subscription.key, member, user.held.status, user.held.start)
        at.make_room(user.key)
        member_id = at.registered(user)
        at.append(member_id, ASSIGNED)
        at.note("seat.assigned", member_id)
    return Seat(at.subscription.key, member, "activated", context.now)


def invite(
    context: Context, subscription: str, member: str, valid_days: int, email: str = "", *, dry_run: bool = False
) -> Invitation:
    """Holds a seat for a user for so many days, today being the first. Refused: as `assign`, and `has_seat`,
    `invitation_open`, `not_a_validity`.
    """
    if not 0 < valid_days <= MOST_VALID_DAYS:
        raise refuse("not_a_validity", "days", given=valid_days, most=MOST_VALID_DAYS)
    check_text([email], ["email"])
    with refusals_told(context, dry_run=dry_run), committed_or_not(context.organization_id, dry_run=dry_run):
        at = _locked(context, subscription)
        user = at.user(member)
        if user.held is not None:
            code = "has_seat" if user.held.status == "activated" else "invitation_open"
            raise refuse(code, "member", given=member, subscription=at.subscription.key)
        at.make_room(user.key)
        member_id = at.registered(user)
        if email:
            name, _ = members.names([member_id]).get(member_id, ("", ""))
            members.save_names(context.organization_id, {member_id: (name, email)}, context.now)
        return at.invite(member_id, member, valid_days)


def resend(context: Context, subscription: str, member: str, *, dry_run: bool = False) -> Invitation:
    """An open invitation again: one seat, as many days from today on, and another code. Refused: `no_open_invitation`,
    and what is not a running subscription with seats.
    """
    with committed_or_not(context.organization_id, dry_run=dry_run):
        at = _locked(context, subscription)
        user = at.user(member)
        if user.held is None or user.held.status != "invited" or user.history is None:
            raise refuse("no_open_invitation", "member", given=member, subscription=at.subscription.key)
        (record, events), *_ = at.holding(user.history)
        sent = max(event for event in events if event.kind == INVITED)
        assert sent.expires_at is not None
        days = local_date(sent.expires_at, context.place) - local_date(sent.at, context.place)
        return at.invite(record, member, days.days)


def redeem(context: Context, code: str, *, dry_run: bool = False) -> Seat:
    """The user whom an invitation was sent to takes the seat it holds; a code works once.

    Refused: `unknown_code`, `code_replaced`, `code_used`, `seat_removed`, `invitation_expired`, `limit_reached` (where
    the limit became smaller meanwhile), `already_ended`.
    """
    code_hash = _hash(code)
    with refusals_told(context, dry_run=dry_run), committed_or_not(context.organization_id, dry_run=dry_run):
        invited = seats.invited_by(code_hash)
        if invited is None:
            raise refuse("unknown_code", "code")
        at = _locked(context, invited.subscription)
        (history,) = seats.histories([at.subscription.id], invited.member_id)
        check_redeemable(history.records[invited.record_id], code_hash, context.now)
        at.check_active(invited.member_id, history.member)
        at.make_room(history.member)
        at.append(invited.record_id, REDEEMED)
        at.tell("seat.redeemed", invited.record_id)
        at.note("seat.redeemed", invited.record_id)
    return Seat(at.subscription.key, history.member, "activated", context.now)


def remove(context: Context, subscription: str, member: str, *, dry_run: bool = False) -> None:
    """Frees the seat of a user at once, also one that an open invitation holds. Refused: `no_seat`, and what is not a
    running subscription with seats.
    """
    with committed_or_not(context.organization_id, dry_run=dry_run):
        at = _locked(context, subscription)
        user = at.user(member)
        if user.held is None or user.history is None:
            raise refuse("no_seat", "member", given=member, subscription=at.subscription.key)
        for record, _ in at.holding(user.history):
            at.append(record, REMOVED)
        at.tell("seat.removed", user.history.member_id)
        at.note("seat.removed", user.history.member_id)


def list_seats(context: Context, subscription: str) -> list[Seat]:
    """Who has a seat now, by key; where the administrator counts, they too.

    Refused: `unknown_subscription`, `no_seats`.
    """
    with organization_transaction(context.organization_id):
        stored = catalog.load(context.organization_id)
        found = find(stored, subscription)
        if found is None:
            raise refuse("unknown_subscription", "subscription", given=subscription)
        meter = max(_seat_meters(stored, found), key=lambda one: one.administrator)
        held = Seated(context, [found]).holders(meter, found)
    return [Seat(found.key, one.member, one.span.status, one.span.start, one.span.end) for one in held]


def _hash(code: str) -> str:
    return digest(code.strip())


def _seat_meters(stored: StoredCatalog, subscription: Subscription) -> list[SeatMeter]:
    """The meters by which a plan counts its users. Refused: `no_seats`."""
    keys = dict.fromkeys(charge.meter for charge in subscription.plan.charges if charge.meter)
    found = [meter for meter in map(stored.meters.__getitem__, keys) if isinstance(meter, SeatMeter)]
    if not found:
        raise refuse("no_seats", "subscription", given=subscription.key, plan=subscription.plan.key)
    return found


def _locked(context: Context, key: str) -> _Locked:
    stored, subscription = locked_subscription(context, key)
    check_running(subscription, context.today)
    return _Locked(context, subscription, _seat_meters(stored, subscription))


@dataclass(frozen=True, slots=True)
class _User:
    """A person as the subscription knows them: `held` is the seat they have now, `history` None if they never had one.

    `member_id` None: not registered. `key` is the one of the person, whose records may have several.
    """

    key: str
    member_id: int | None
    history: SeatHistory | None
    held: StatusSpan | None


@dataclass(frozen=True, slots=True)
class _Locked:
    """A running subscription whose customer is locked."""

    context: Context
    subscription: Subscription
    meters: Sequence[SeatMeter]

    def user(self, member: str) -> _User:
        check_text([member], ["member"])
        if not member.strip():
            raise refuse("empty_field", "member")
        pool = self.subscription.customer
        member_id = members.ids([(pool, member)]).get((pool, member))
        if member_id is None:
            return _User(member, None, None, None)
        history = next(seats.histories([self.subscription.id], member_id), None)
        if history is None:
            return _User(member, member_id, None, None)
        held = next((span for span in history.spans if span.holds_at(self.context.now)), None)
        return _User(history.member, member_id, history, held)

    def check_active(self, member_id: int, member: str) -> None:
        """Refused: `member_inactive`: whoever has no access gets no seat (SPEC 1.7)."""
        known = members.histories([self.subscription.customer], [member_id])
        if any(status_at(one.spans, self.context.now) == INACTIVE for one in known):
            raise refuse("member_inactive", "member", given=member)

    def make_room(self, user: str) -> None:
        """Room for one more, as if they had no seat yet: also where an open invitation held one (SPEC 2.5)."""
        seated = Seated(self.context, [self.subscription])
        for meter in self.meters:
            others = {one.member for one in seated.holders(meter, self.subscription)} - {user}
            make_room(
                self.context, self.subscription.customer, meter.key, len(others), len(others) + 1,
                subscription_id=self.subscription.id,
            )  # fmt: skip

    def registered(self, user: _User) -> int:
        if user.member_id is not None:
            self.check_active(user.member_id, user.key)
            return user.member_id
        key = (self.subscription.customer, user.key)
        members.insert(self.context.organization_id, [key], self.context.now)
        return members.ids([key])[key]

    def holding(self, history: SeatHistory) -> list[tuple[int, Sequence[SeatEvent]]]:
        """The records of a person that have a seat now, each with what happened to it."""
        return [
            (record, events)
            for record, events in history.records.items()
            if any(span.holds_at(self.context.now) for span in seat_spans(events))
        ]

    def invite(self, member_id: int, member: str, valid_days: int) -> Invitation:
        code = secrets.token_urlsafe(24)
        expires_at = expiry(self.context.today, valid_days, self.context.place).astimezone(UTC)
        self.append(member_id, INVITED, _hash(code), expires_at)
        self.tell("seat.invited", member_id, expires_at=expires_at.isoformat())
        self.note("seat.invited", member_id)
        return Invitation(self.subscription.key, member, code, expires_at)

    def append(self, member_id: int, kind: str, code_hash: str = "", expires_at: datetime | None = None) -> None:
        context = self.context
        seats.append(
            context.organization_id, self.subscription.id, member_id, kind, context.now, context.actor,
            context.request_id, code_hash, expires_at,
        )  # fmt: skip

    def tell(self, kind: str, member_id: int, **details: object) -> None:
        told = {"subscription": self.subscription.key, **details}
        tell(self.context, kind, customer_id=self.subscription.customer, member_id=member_id, details=told)

    def note(self, action: str, member_id: int) -> None:
        """The last thing in the transaction: the next run looks at the customer."""
        customers.touch([self.subscription.customer], self.context.today, self.context.today)
        write_journal(self.context, action, {"subscription": self.subscription.id, "member": member_id})
