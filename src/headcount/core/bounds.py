"""Minimum and maximum of people who are active in windows: they hold for a billing period, whatever windows end in it.

A status is read once a billing period, so its price itself is bounded. Windows are paid for one by one; what their sum
lacks to the minimum, or is too much for the maximum, is a line of its own (SPEC 3.5). Such a coverage has no quantity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from headcount.core import proration
from headcount.core.calendar import Period
from headcount.core.coverage import Coverage, PricePoint, days_minor
from headcount.core.money import major

if TYPE_CHECKING:
    from headcount.core.catalog import Charge
    from headcount.core.subscriptions import Subscription


def is_bounded(charge: Charge) -> bool:
    return charge.minimum is not None or charge.maximum is not None


def unbounded(charge: Charge) -> Charge:
    return replace(charge, minimum=None, maximum=None)


def adjustments(
    subscription: Subscription, charge: Charge, currency: str, owed: Mapping[Period, Period], sums: Mapping[date, int]
) -> Iterator[Coverage]:
    """What makes up the difference, for each billing period that is over.

    `owed`: billing period -> its days inside the contract. `sums`: the day on which such days end -> what the windows
    that are billed then come to, in minor units.
    """
    for period, days in owed.items():
        charged = proration.charged(subscription.plan.proration, period, days, subscription.anchor)
        together = sums.get(days.end, 0)
        least, most = (
            None if bound is None else days_minor(bound, currency, subscription.plan.proration, period, charged)
            for bound in (charge.minimum, charge.maximum)
        )
        wanted = together if least is None else max(together, least)
        wanted = wanted if most is None else min(wanted, most)
        if wanted != together:
            price = major(wanted - together, currency)
            version = subscription.plan_version
            yield Coverage(PricePoint(subscription.id, version, charge.key, days, None, price, currency), days)
