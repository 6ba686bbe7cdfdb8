"""Short ways to say what an example of SPEC says in a sentence. No rule of Headcount is repeated here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import settings

from headcount.core.calendar import Period, parse_interval
from headcount.core.catalog import ActivityMeter, Charge, Meter, Noun, Plan, StatusMeter, Text
from headcount.core.drafts import Account, Draft, drafts
from headcount.core.expected import readings
from headcount.core.members import BILLABLE
from headcount.core.rating import Bracket, Brackets, Flat, PerUnit, PriceModel, Quantity
from headcount.core.subscriptions import CANCEL, CHANGE_QUANTITY, SUBSCRIBE, Change, Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headcount.core.coverage import Coverage
    from headcount.core.expected import Reading

few = settings(max_examples=40, deadline=None)
many = settings(max_examples=200, deadline=None)

day = date.fromisoformat


def span(start: str, end: str) -> Period:
    return Period(day(start), day(end))


def text(word: str) -> Text:
    return Text(word, word)


NOUN = Noun(text("member"), text("members"))
ACTIVE = ActivityMeter("active", text("active"), NOUN, ("information",))


def status_meter(reading: str) -> StatusMeter:
    return StatusMeter(reading, text(reading), NOUN, BILLABLE, reading)


METERS: dict[str, Meter] = {
    "active": ACTIVE,
    "start": status_meter("start"),
    "end": status_meter("end"),
    "peak": status_meter("peak"),
}


def brackets(*tiers: tuple[Quantity, str]) -> Brackets:
    return Brackets(tuple(Bracket(up_to, Decimal(price)) for up_to, price in tiers))


PACKAGES = brackets((10, "25.00"), (25, "39.00"), (75, "69.00"), (None, "99.00"))


def per_unit(price: str) -> PerUnit:
    return PerUnit(Decimal(price))


def base(fee: str) -> Charge:
    return Charge("base", text("Base fee"), "committed", "", Flat(Decimal(fee)))


def committed(model: PriceModel, key: str = "clients") -> Charge:
    return Charge(key, text(key), "committed", "", model)


def counted(model: PriceModel, meter: str = "active", key: str = "counted") -> Charge:
    return Charge(key, text(key), "counted", meter, model)


def plan(*charges: Charge, every: str = "1 month") -> Plan:
    return Plan("plan", "product", text("plan"), parse_interval(every, ""), charges)


def subscribed(
    sold: Plan,
    start: str,
    quantities: dict[str, Quantity] | None = None,
    *changes: tuple[str, dict[str, Quantity]],
    cancelled: str = "",
    number: int = 1,
) -> Subscription:
    """A subscription of customer 1 with its changes in the order in which they were recorded."""
    first = Change(1, SUBSCRIBE, day(start), tuple((quantities or {}).items()))
    later = [
        Change(place, CHANGE_QUANTITY, day(on), tuple(wanted.items())) for place, (on, wanted) in enumerate(changes, 2)
    ]
    last = [Change(len(changes) + 2, CANCEL, day(cancelled))] if cancelled else []
    return Subscription(number, f"s{number}", 1, 1, sold, day(start), (first, *later, *last))


def account(
    subscriptions: Sequence[Subscription],
    count: Callable[[Reading], int] = lambda reading: 0,
    *,
    until: str,
    currency: str = "EUR",
    billed: Sequence[Coverage] = (),
    billed_until: str = "",
) -> Account:
    needed = [reading for one in subscriptions for reading in readings(one, METERS, day(until))]
    return Account(
        customer=1,
        currency=currency,
        subscriptions=tuple(subscriptions),
        counts={reading: count(reading) for reading in needed},
        billed=tuple(billed),
        billed_until=day(billed_until) if billed_until else None,
    )


def bill(
    subscriptions: Subscription | Sequence[Subscription],
    until: str,
    count: Callable[[Reading], int] = lambda reading: 0,
    *,
    before: Sequence[Draft] = (),
    ran: str = "",
    currency: str = "EUR",
) -> list[Draft]:
    """The documents made up to `until` after those that were made `before`, by a run that `ran` up to its last one."""
    several = [subscriptions] if isinstance(subscriptions, Subscription) else subscriptions
    entries = [entry for draft in before for line in draft.lines for entry in line.entries]
    last = ran or max((str(draft.billing_date) for draft in before), default="")
    customer = account(several, count, until=until, currency=currency, billed=entries, billed_until=last)
    return drafts(customer, METERS, day(until))


def amounts(made: Sequence[Draft]) -> list[tuple[str, list[int]]]:
    """Each document as its date and the amounts of its lines, in minor units."""
    return [(str(draft.billing_date), [line.amount_minor for line in draft.lines]) for draft in made]
