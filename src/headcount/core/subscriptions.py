"""Subscriptions: appended changes become a timeline of quantities (SPEC 4.1 to 4.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from headcount.core import catalog, proration
from headcount.core.calendar import Period
from headcount.core.catalog import (
    AT_RENEWAL,
    IN_ARREARS,
    Charge,
    Plan,
    quantity_text,
)
from headcount.core.errors import Refusal, Refused, nearest, refuse
from headcount.core.rating import UNLIMITED, Brackets, Quantity, is_less, parse_quantity
from headcount.core.terms import end_by_notice, last_day_to_cancel, natural_end, possible_ends, term_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SUBSCRIBE = "subscribe"
CHANGE_QUANTITY = "change_quantity"
RAISE, UNDO_RAISE, RESET = "raise", "undo_raise", "reset"
"""A licence extended itself; that was taken back within its time; it was lowered again on request (SPEC 2.3, 2.4)."""
CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Change:
    """One appended entry. A cancellation is effective on the first day without the subscription.

    A later entry about the same charge takes back what was still waiting on the day it was recorded (SPEC 4.4);
    what had taken effect by then stays, so that a back-dated entry does not undo what followed it.
    """

    number: int
    kind: str
    effective_on: date
    quantities: tuple[tuple[str, Quantity], ...] = ()
    recorded_on: date = date.max


@dataclass(frozen=True, slots=True)
class Subscription:
    """A customer on a plan, with everything that was ever agreed. `key` is the vendor's own name for it.

    `purchase_order`: what the customer wants to read on documents, which are never mixed with those of another.
    """

    id: int
    key: str
    customer: int
    plan_version: int
    plan: Plan
    start_on: date
    changes: tuple[Change, ...]
    purchase_order: str = ""

    @property
    def end_on(self) -> date | None:
        """The first day without the subscription: as cancelled, or where a fixed duration ends by itself."""
        cancelled = next((c.effective_on for c in reversed(self.changes) if c.kind == CANCEL), None)
        return natural_end(self.plan.terms, self.start_on) if cancelled is None else cancelled

    def runs_on(self, day: date) -> bool:
        return self.start_on <= day < (self.end_on or date.max)

    @property
    def ends_early(self) -> bool:
        """Whether it ends on a day on which the terms would not let it end."""
        return self.end_on is not None and not _may_end(self, self.end_on)

    @property
    def anchor(self) -> int:
        """On which day of the month its months begin (SPEC 4.1, 4.10)."""
        return self.plan.terms.billing_day or self.start_on.day

    def period_of(self, day: date) -> Period:
        """The whole billing period that holds a day of the subscription."""
        return self.plan.terms.billing_period_of(self.start_on, day)

    def quantity_on(self, charge: str, day: date) -> Quantity:
        """What was committed at the end of `day`."""
        agreed: Quantity = 0
        for effective_on, quantity in standing(self.changes, charge):
            if effective_on <= day:
                agreed = quantity
        return agreed


def standing(changes: Iterable[Change], charge: str) -> list[tuple[date, Quantity]]:
    """From which day on which quantity of a charge is agreed; of one day, what was recorded later comes later."""
    about = [(change, dict(change.quantities)[charge]) for change in changes if charge in dict(change.quantities)]
    kept = [
        (change.effective_on, change.number, quantity)
        for change, quantity in about
        if not any(later.number > change.number and change.effective_on > later.recorded_on for later, _ in about)
    ]
    return [(effective_on, quantity) for effective_on, _, quantity in sorted(kept, key=lambda entry: entry[:2])]


def cancel_by(subscription: Subscription, today: date) -> date | None:
    """The last day to cancel for the next end that the terms still allow; None if it ends already (SPEC 4.2)."""
    if subscription.end_on is not None:
        return None
    return last_day_to_cancel(subscription.plan.terms, earliest_end(subscription, today))


def earliest_end(subscription: Subscription, today: date) -> date:
    """Where the terms let it end if notice is received today; before its start, as if on its first day."""
    start = subscription.start_on
    return end_by_notice(subscription.plan.terms, start, max(today, start))


def _may_end(subscription: Subscription, day: date) -> bool:
    for end in possible_ends(subscription.plan.terms, subscription.start_on):
        if end >= day:
            return end == day
    return False


def paid_days(subscription: Subscription, charge: Charge, period: Period) -> Period:
    """The days of a billing period, not before the start, for which a committed charge is owed.

    A contract that ends by its terms is paid up to its end. One that ends early keeps the period that has begun,
    but for what is billed in arrears (SPEC 4.10, 4.11).
    """
    start, end = max(period.start, subscription.start_on), subscription.end_on or date.max
    if end >= period.end:
        return Period(start, period.end)
    keeps_begun = charge.billed != IN_ARREARS and subscription.ends_early
    return Period(start, period.end if keeps_begun else end)


def segments(
    subscription: Subscription, charge: Charge, period: Period, as_of: date
) -> Iterator[tuple[Period, Quantity]]:
    """The charged parts of a billing period with one committed quantity each.

    By the changes that are collected up to `as_of`, each from the day on which the plan's proration lets it count.
    What is billed in arrears knows all of them by then. What was to change after an early end never does.
    """
    rule, paid = subscription.plan.proration, paid_days(subscription, charge, period)
    end, in_arrears = min(paid.end, subscription.end_on or date.max), charge.billed == IN_ARREARS
    agreed: Quantity = 0
    turns: list[tuple[date, Quantity]] = []
    for effective_on, quantity in standing(subscription.changes, charge.key):
        if effective_on <= paid.start:
            agreed = quantity
        elif effective_on < end and (in_arrears or collected_on(subscription, effective_on) <= as_of):
            day = proration.turn(rule, period, effective_on, subscription.anchor)
            turns += [] if day is None else [(day, quantity)]
    charged = proration.charged(rule, period, paid, subscription.anchor)
    start = charged.start
    for day, quantity in turns:
        if quantity != agreed and day > start:
            yield Period(start, day), agreed
            start = day
        agreed = quantity
    yield Period(start, charged.end), agreed


def collected_on(subscription: Subscription, effective_on: date) -> date:
    """The day on which a change inside a billing period is billed, as the plan's collection says (SPEC 4.6)."""
    match subscription.plan.collection:
        case catalog.END_OF_DAY:
            day = effective_on + timedelta(days=1)
        case catalog.NEXT_INVOICE:
            day = subscription.period_of(effective_on).end
        case catalog.END_OF_TERM:
            day = term_of(subscription.plan.terms, subscription.start_on, effective_on).end
        case _:
            return effective_on
    return min(day, max(effective_on, subscription.end_on or date.max))


def agreed_quantities(plan: Plan, wanted: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """The wish checked against what the plan sells. Refused: unknown charges and sizes that are not sold."""
    sold = {charge.key: charge for charge in plan.sold}
    refusals = [
        Refusal("unknown_charge", "quantity", numbers={"given": key, "nearest": nearest(key, sold)})
        for key in wanted
        if key not in sold
    ]
    refusals += [refusal for key, charge in sold.items() if key in wanted for refusal in _size(charge, wanted[key])]
    if refusals:
        raise Refused(*refusals)
    return dict(wanted)


def _size(charge: Charge, quantity: Quantity) -> list[Refusal]:
    numbers: dict[str, object] = {"charge": charge.key, "given": quantity_text(quantity)}
    if quantity is not UNLIMITED and quantity < 0:
        return [Refusal("negative_quantity", "quantity", numbers=numbers)]
    if is_less(charge.maximum_members, quantity):
        return [Refusal("above_maximum", "quantity", numbers=numbers | {"most": charge.maximum_members})]
    if isinstance(charge.model, Brackets):
        if quantity in charge.sizes:
            return []
        sold = ", ".join(quantity_text(size) for size in charge.sizes)
        return [Refusal("size_not_sold", "quantity", numbers=numbers | {"sold": sold})]
    if quantity is UNLIMITED:
        return [Refusal("unlimited_not_priced", "quantity", numbers=numbers)]
    if is_less(charge.last_priced, quantity):
        return [Refusal("above_last_tier", "quantity", numbers=numbers | {"most": charge.last_priced})]
    return []


def effective_days(
    subscription: Subscription, wanted: Mapping[str, Quantity], today: date
) -> dict[date, dict[str, Quantity]]:
    """When each part of a wish holds: an increase at once, a decrease from the next billing period on (SPEC 4.4).

    Before the subscription starts everything holds from its start. A plan may let decreases hold at once, too.
    """
    day = max(subscription.start_on, today)
    renewal = subscription.period_of(day).end
    may_wait = today >= subscription.start_on and subscription.plan.decrease == AT_RENEWAL
    days: dict[date, dict[str, Quantity]] = {}
    for charge, quantity in wanted.items():
        waits = may_wait and is_less(quantity, subscription.quantity_on(charge, day))
        days.setdefault(renewal if waits else day, {})[charge] = quantity
    return days


def check_running(subscription: Subscription, on: date) -> None:
    """Refused: changes before the start, or on and after the end."""
    if on < subscription.start_on:
        raise refuse("before_start", "on", given=str(on), start=str(subscription.start_on))
    if subscription.end_on is not None and on >= subscription.end_on:
        raise refuse("already_ended", "on", given=str(on), end=str(subscription.end_on))


def commitments(subscription: Subscription, charge: str) -> list[tuple[Period, Quantity]]:
    """What may be used from day to day over the whole subscription; the last part ends with it, or never.

    A licence that extended itself holds at once, also where it is paid for only from the next period on.
    """
    end = subscription.end_on or date.max
    at_once = [
        replace(change, effective_on=min(change.effective_on, max(change.recorded_on, subscription.start_on)))
        if change.kind in (RAISE, UNDO_RAISE)
        else change
        for change in subscription.changes
    ]
    turns = [(day, quantity) for day, quantity in standing(at_once, charge) if day < end]
    ends = [*(day for day, _ in turns[1:]), end]
    return [(Period(day, until), q) for (day, q), until in zip(turns, ends, strict=False) if day < until]


def parse_quantities(text: str, plan: Plan) -> dict[str, Quantity]:
    """`25`, `unlimited`, or `clients=20 coaches=2`, checked against what the plan sells.

    Refused: `which_charge` (one number for several charges), and what `agreed_quantities` refuses.
    """
    sold = [charge.key for charge in plan.sold]
    wanted: dict[str, Quantity] = {}
    for part in text.replace(",", " ").split():
        key, named, amount = part.rpartition("=")
        if not named and len(sold) != 1:
            raise refuse("which_charge" if sold else "nothing_to_commit", "quantity", given=part, sold=", ".join(sold))
        wanted[key if named else sold[0]] = parse_quantity(amount, "quantity")
    return agreed_quantities(plan, wanted)


def first_quantities(plan: Plan, wanted: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """The quantities of a new subscription: each charge that is bought in advance needs one."""
    missing = [charge.key for charge in plan.sold if charge.key not in wanted]
    if missing:
        raise Refused(*(Refusal("quantity_missing", "quantity", numbers={"charge": key}) for key in missing))
    return dict(wanted)
