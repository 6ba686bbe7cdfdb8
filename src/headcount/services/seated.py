"""Users of subscriptions as people who count: for money, against limits, and for whoever asks who they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from headcount.core.calendar import first_instant
from headcount.core.catalog import SeatMeter
from headcount.core.counting import CountedMember, at_instant, pooled
from headcount.core.members import StatusSpan
from headcount.core.seats import HOLDING, ending, with_administrator
from headcount.core.subscriptions import Subscription
from headcount.services.context import Context
from headcount.storage import customers, seats
from headcount.storage import subscriptions as stored_subscriptions
from headcount.storage.catalog import StoredCatalog
from headcount.storage.counts import People


class Seated:
    """The users of some subscriptions, loaded once, inside a transaction of the caller. Seats end with a subscription.

    The administrator of an offer is its customer: a user who has the customer's own key.
    """

    def __init__(self, context: Context, subscriptions: Sequence[Subscription]) -> None:
        self._context, self._subscriptions = context, subscriptions
        self._held: dict[int, dict[str, Sequence[StatusSpan]]] = defaultdict(dict)
        for one in seats.histories([subscription.id for subscription in subscriptions]):
            self._held[one.subscription_id][one.member] = one.spans

    @cached_property
    def _administrators(self) -> dict[int, str]:
        """Customer -> their key."""
        records = customers.records({subscription.customer for subscription in self._subscriptions})
        return {id: record.key for id, record in records.items()}

    def users(self, meter: SeatMeter, subscription: Subscription) -> People:
        people: People = self._held.get(subscription.id, {})
        if meter.administrator:
            since = first_instant(subscription.start_on, self._context.place)
            people = with_administrator(people, self._administrators[subscription.customer], since)
        if subscription.end_on is None:
            return people
        return ending(people, first_instant(subscription.end_on, self._context.place))

    def holders(self, meter: SeatMeter, subscription: Subscription) -> list[CountedMember]:
        """Who has a seat now, those with an open invitation too, whatever it costs."""
        return at_instant(self.users(meter, subscription), frozenset(HOLDING), self._context.now)

    def of_customers(self, meter: SeatMeter, statuses: Sequence[str]) -> dict[int, People]:
        """Customer -> the users of all their subscriptions with one of the statuses, called `subscription/user`."""
        by_customer: dict[int, dict[str, People]] = defaultdict(dict)
        for one in self._subscriptions:
            if any(charge.meter == meter.key for charge in one.plan.charges):
                by_customer[one.customer][one.key] = self.users(meter, one)
        return {
            customer: pooled(subscriptions, statuses, once_per_site=True)
            for customer, subscriptions in by_customer.items()
        }


def of_customers(
    context: Context, stored: StoredCatalog, pools: Sequence[int], subscription: str | None = None
) -> Seated:
    """Everybody who has a seat of these customers, or of one of their subscriptions."""
    found = stored_subscriptions.of_customers(stored.versions, pools)
    return Seated(context, [one for one in found if subscription in (None, one.key)])


def occupied(
    context: Context, stored: StoredCatalog, meter: SeatMeter, pools: Sequence[int], at: datetime
) -> dict[int, int]:
    """Customer -> how many seats are taken at an instant, those of open invitations too, whatever they cost."""
    found = of_customers(context, stored, pools).of_customers(meter, HOLDING)
    return {pool: len(at_instant(people, frozenset(HOLDING), at)) for pool, people in found.items()}
