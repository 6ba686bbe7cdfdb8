"""Subscriptions: appended changes become a timeline of quantities (SPEC 4.3, 4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from headcount.core.calendar import Period, period_of
from headcount.core.catalog import Charge, Plan, quantity_text
from headcount.core.errors import Refusal, Refused, nearest, refuse
from headcount.core.rating import UNLIMITED, Brackets, Flat, Quantity, is_less, parse_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SUBSCRIBE = "subscribe"
CHANGE_QUANTITY = "change_quantity"
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
    """A customer on a plan, with everything that was ever agreed. `key` is the vendor's own name for it."""

    id: int
    key: str
    customer: int
    plan_version: int
    plan: Plan
    start_on: date
    changes: tuple[Change, ...]

    @property
    def end_on(self) -> date | None:
        """The first day without the subscription, if it was cancelled."""
        return next((c.effective_on for c in reversed(self.changes) if c.kind == CANCEL), None)

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


def segments(subscription: Subscription, charge: str, period: Period, as_of: date) -> Iterator[tuple[Period, Quantity]]:
    """The parts of a period with one committed quantity each, by the changes effective up to `as_of`."""
    agreed: Quantity = 0
    start = period.start
    for effective_on, wanted in standing(subscription.changes, charge):
        if effective_on > as_of or effective_on >= period.end:
            break
        if wanted != agreed and effective_on > start:
            yield Period(start, effective_on), agreed
            start = effective_on
        agreed = wanted
    yield Period(start, period.end), agreed


def agreed_quantities(plan: Plan, wanted: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """The wish checked against what the plan sells. Refused: unknown charges and sizes that are not sold."""
    committed = {charge.key: charge for charge in plan.committed if not isinstance(charge.model, Flat)}
    refusals = [
        Refusal("unknown_charge", "quantity", numbers={"given": key, "nearest": nearest(key, committed)})
        for key in wanted
        if key not in committed
    ]
    refusals += [
        refusal for key, charge in committed.items() if key in wanted for refusal in _size(charge, wanted[key])
    ]
    if refusals:
        raise Refused(*refusals)
    return dict(wanted)


def _size(charge: Charge, quantity: Quantity) -> list[Refusal]:
    numbers: dict[str, object] = {"charge": charge.key, "given": quantity_text(quantity)}
    if quantity is not UNLIMITED and quantity < 0:
        return [Refusal("negative_quantity", "quantity", numbers=numbers)]
    if isinstance(charge.model, Brackets):
        if quantity in charge.sizes:
            return []
        sold = ", ".join(quantity_text(size) for size in charge.sizes)
        return [Refusal("size_not_sold", "quantity", numbers=numbers | {"sold": sold})]
    if quantity is UNLIMITED:
        return [Refusal("unlimited_not_priced", "quantity", numbers=numbers)]
    return []


def effective_days(
    subscription: Subscription, wanted: Mapping[str, Quantity], today: date
) -> dict[date, dict[str, Quantity]]:
    """When each part of a wish holds: an increase at once, a decrease from the next billing period on (SPEC 4.4).

    Before the subscription starts everything holds from its start.
    """
    day = max(subscription.start_on, today)
    renewal = period_of(subscription.start_on, subscription.plan.billing_period, day).end
    days: dict[date, dict[str, Quantity]] = {}
    for charge, quantity in wanted.items():
        waits = today >= subscription.start_on and is_less(quantity, subscription.quantity_on(charge, day))
        days.setdefault(renewal if waits else day, {})[charge] = quantity
    return days


def check_running(subscription: Subscription, on: date) -> None:
    """Refused: changes before the start, or on and after the end."""
    if on < subscription.start_on:
        raise refuse("before_start", "on", given=str(on), start=str(subscription.start_on))
    if subscription.end_on is not None and on >= subscription.end_on:
        raise refuse("already_ended", "on", given=str(on), end=str(subscription.end_on))


def commitments(subscription: Subscription, charge: str) -> list[tuple[Period, Quantity]]:
    """What is committed from day to day over the whole subscription; the last part ends with it, or never."""
    whole = Period(subscription.start_on, subscription.end_on or date.max)
    return list(segments(subscription, charge, whole, date.max)) if whole.start < whole.end else []


def parse_quantities(text: str, plan: Plan) -> dict[str, Quantity]:
    """`25`, `unlimited`, or `clients=20 coaches=2`, checked against what the plan sells.

    Refused: `which_charge` (one number for several charges), and what `agreed_quantities` refuses.
    """
    sold = [charge.key for charge in plan.committed if not isinstance(charge.model, Flat)]
    wanted: dict[str, Quantity] = {}
    for part in text.replace(",", " ").split():
        key, named, amount = part.rpartition("=")
        if not named and len(sold) != 1:
            raise refuse("which_charge" if sold else "nothing_to_commit", "quantity", given=part, sold=", ".join(sold))
        wanted[key if named else sold[0]] = parse_quantity(amount, "quantity")
    return agreed_quantities(plan, wanted)


def first_quantities(plan: Plan, wanted: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """The quantities of a new subscription: each charge that is bought in advance needs one."""
    missing = [c.key for c in plan.committed if not isinstance(c.model, Flat) and c.key not in wanted]
    if missing:
        raise Refused(*(Refusal("quantity_missing", "quantity", numbers={"charge": key}) for key in missing))
    return dict(wanted)
